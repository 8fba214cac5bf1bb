// Elementwise programs: the interpreter of the encoding in include/program.h.
//
//   kernel map(source0 ... source7, result0 ... result3, program, scratch)
//
// A work-item covers MAP_CHUNK consecutive elements of the row-major iteration space (PROGRAM_COUNT
// elements in all), in blocks of MAP_BLOCK lanes that live in scratch: register r is the MAP_BLOCK words
// from r * MAP_BLOCK. Every instruction is one loop over the block, so its dispatch is paid once a block.
// A block that is only partly filled computes whole vectors on zero-filled lanes and stores what exists.
//
// Scratch: 4 * MAP_SCRATCH_WORDS bytes. Unused pointer arguments are never read; they may be any buffer. A result may
// be the memory of a source that is read at the same positions, which is why sources and results are not
// `restrict`.

#define MAP_SCRATCH_WORDS (MAP_REGISTERS * MAP_BLOCK + LANES)

// A walk over the elements of an operand or result in iteration order. Index 0 is the innermost extent;
// neighbouring extents that one stride covers are merged, so that dense memory is a single run.
typedef struct {
  int element;
  int pointer;
  int slot;  // the register of a result
  int rank;
  int extent[MAP_RANK];
  int stride[MAP_RANK];
  int coordinate[MAP_RANK];
  long position;
} map_walk;

// Merges the extents and places the walk at element `first` of them.
OUTLINE void walk_begin(map_walk *walk, global const int *extents, global const int *strides, int rank,
                       long offset, int first) {
  int depth = 0;
  for (int d = rank - 1; d >= 0; d--) {
    if (extents[d] == 1) continue;
    if (depth > 0 && strides[d] == (long)walk->stride[depth - 1] * walk->extent[depth - 1]) {
      walk->extent[depth - 1] *= extents[d];
      continue;
    }
    walk->extent[depth] = extents[d];
    walk->stride[depth++] = strides[d];
  }
  if (depth == 0) {
    walk->extent[0] = 1;
    walk->stride[depth++] = 0;
  }
  walk->rank = depth;
  walk->position = offset;
  for (int d = 0; d < depth; d++) {
    int rest = first / walk->extent[d];
    walk->coordinate[d] = first - rest * walk->extent[d];
    walk->position += (long)walk->stride[d] * walk->coordinate[d];
    first = rest;
  }
}

// Steps over `count` places along extent d that end at most at its end.
INLINE void walk_along(map_walk *walk, int d, int count) {
  walk->position += (long)walk->stride[d] * count;
  walk->coordinate[d] += count;
  for (; d + 1 < walk->rank && walk->coordinate[d] == walk->extent[d]; d++) {
    walk->position += walk->stride[d + 1] - (long)walk->stride[d] * walk->extent[d];
    walk->coordinate[d] = 0;
    walk->coordinate[d + 1]++;
  }
}

// Steps over `count` elements that end at most at the end of the innermost run.
INLINE void walk_advance(map_walk *walk, int count) { walk_along(walk, 0, count); }

// Whether the walk stands at the start of one vector that repeats: a value a channel of the blocked layout.
INLINE int repeats_vector(const map_walk *walk) {
  return walk->extent[0] == LANES && walk->stride[0] == 1 && walk->rank > 1 && walk->stride[1] == 0 &&
         walk->coordinate[0] == 0 && walk->element <= ELEMENT_INT32;
}

INLINE void load_words(global const int *source, int stride, local int *lanes, int count) {
  int i = 0;
  if (stride == 1) {
    for (; i + LANES <= count; i += LANES) vstore16(vload16(0, source + i), 0, lanes + i);
    for (; i < count; i++) lanes[i] = source[i];
  } else if (stride == 0) {
    int value = source[0];
    for (; i + LANES <= count; i += LANES) vstore16((int16)(value), 0, lanes + i);
    for (; i < count; i++) lanes[i] = value;
  } else {
    for (; i < count; i++) lanes[i] = source[(long)i * stride];
  }
}

INLINE void load_bytes(global const uchar *source, int stride, local int *lanes, int count) {
  int i = 0;
  if (stride == 1)
    for (; i + LANES <= count; i += LANES) vstore16(convert_int16(vload16(0, source + i)), 0, lanes + i);
  for (; i < count; i++) lanes[i] = source[(long)i * stride];
}

INLINE void load_bits(global const uchar *source, long position, int stride, local int *lanes, int count) {
  int i = 0;
  if (stride == 1 && (position & 7) == 0)
    for (; i + LANES <= count; i += LANES) {
      global const uchar *pair = source + ((position + i) >> 3);
      vstore16(((int16)(pair[0] | pair[1] << 8) >> LANE_INDEX) & 1, 0, lanes + i);
    }
  for (; i < count; i++) {
    long at = position + (long)i * stride;
    lanes[i] = source[at >> 3] >> (at & 7) & 1;
  }
}

INLINE void load_index(long position, int stride, local int *lanes, int count) {
  for (int i = 0; i < count; i++) lanes[i] = (int)position + i * stride;
}

// Whether the walk stands at the first of 16 channels of a pixel in the dense layout, with pixels side by side.
INLINE int crosses_planes(const map_walk *walk) {
  return walk->extent[0] == LANES && walk->rank > 1 && walk->stride[1] == 1 && walk->coordinate[0] == 0 &&
         (walk->element == ELEMENT_UINT8 || walk->element == ELEMENT_BOOL);
}

// The channels of `count` pixels.
INLINE void load_across(global const uchar *source, int stride, local int *lanes, int count) {
  for (int i = 0; i < count; i++)
    #pragma unroll
    for (int c = 0; c < LANES; c++) lanes[i * LANES + c] = source[i + (long)c * stride];
}

// The next `count` elements of the walk, then zeros up to a whole vector.
OUTLINE void load_block(map_walk *walk, global const uchar *source, local int *lanes, int count) {
  int done = 0;
  while (repeats_vector(walk) && done + LANES <= count) {
    const int repeats = min(walk->extent[1] - walk->coordinate[1], (count - done) / LANES);
    const int16 value = vload16(0, (global const int *)source + walk->position);
    for (int i = 0; i < repeats; i++) vstore16(value, i, lanes + done);
    walk_along(walk, 1, repeats);
    done += repeats * LANES;
  }
  while (crosses_planes(walk) && done + LANES <= count) {
    const int pixels = min(walk->extent[1] - walk->coordinate[1], (count - done) / LANES);
    load_across(source + walk->position, walk->stride[0], lanes + done, pixels);
    walk_along(walk, 1, pixels);
    done += pixels * LANES;
  }
  while (done < count) {
    int run = min(walk->extent[0] - walk->coordinate[0], count - done);
    int stride = walk->stride[0];
    if (walk->element <= ELEMENT_INT32)
      load_words((global const int *)source + walk->position, stride, lanes + done, run);
    else if (walk->element <= ELEMENT_BOOL)
      load_bytes(source + walk->position, stride, lanes + done, run);
    else if (walk->element == ELEMENT_BIT)
      load_bits(source, walk->position, stride, lanes + done, run);
    else
      load_index(walk->position, stride, lanes + done, run);
    walk_advance(walk, run);
    done += run;
  }
  for (; done % LANES != 0; done++) lanes[done] = 0;
}

INLINE void store_words(global int *result, int stride, local const int *lanes, int count) {
  int i = 0;
  if (stride == 1)
    for (; i + LANES <= count; i += LANES) vstore16(vload16(0, lanes + i), 0, result + i);
  for (; i < count; i++) result[(long)i * stride] = lanes[i];
}

INLINE void store_bytes(global uchar *result, int stride, local const int *lanes, int count) {
  int i = 0;
  if (stride == 1)
    for (; i + LANES <= count; i += LANES)
      vstore16(convert_uchar16(vload16(0, lanes + i) & 255), 0, result + i);
  for (; i < count; i++) result[(long)i * stride] = (uchar)(lanes[i] & 255);
}

// Bits of lanes other than 0; `result` points at the block's first byte. Bits past the end are 0.
INLINE void store_bits(global uchar *result, local const int *lanes, int count) {
  for (int i = 0; i < count; i += LANES) {
    int16 set = vload16(0, lanes + i) != (int16)(0);
    int bits = positive_bits(select((float16)(0.0f), (float16)(1.0f), set));
    int remaining = count - i;
    if (remaining < LANES) bits &= (1 << remaining) - 1;
    result[i >> 3] = (uchar)(bits & 255);
    if (remaining > 8) result[(i >> 3) + 1] = (uchar)(bits >> 8);
  }
}

// Stores the block whose first element is `first`; only bits, which are dense, need to know that.
OUTLINE void store_block(map_walk *walk, global uchar *result, local const int *lanes, int first, int count) {
  if (walk->element == ELEMENT_BIT) {
    store_bits(result + (first >> 3), lanes, count);
    return;
  }
  int done = 0;
  while (done < count) {
    int run = min(walk->extent[0] - walk->coordinate[0], count - done);
    if (walk->element <= ELEMENT_INT32)
      store_words((global int *)result + walk->position, walk->stride[0], lanes + done, run);
    else
      store_bytes(result + walk->position, walk->stride[0], lanes + done, run);
    walk_advance(walk, run);
    done += run;
  }
}

// A divisor for which the quotient exists: 1 in place of 0 and where the quotient would overflow.
INLINE int16 safe_divisor(int16 a, int16 b) {
  int16 overflow = (int16)(a == (int16)(BITS_SIGN)) & (int16)(b == (int16)(-1));
  return select(b, (int16)(1), overflow | (int16)(b == (int16)(0)));
}

INLINE int16 quotient16(int16 a, int16 b) {
  return select(a / safe_divisor(a, b), (int16)(0), b == (int16)(0));
}

INLINE int16 remainder16(int16 a, int16 b) {
  int16 divisor = safe_divisor(a, b);
  return a - a / divisor * divisor;
}

// Integer arithmetic wraps, which only unsigned words promise.
INLINE int16 add_wrapped(int16 a, int16 b) { return as_int16(as_uint16(a) + as_uint16(b)); }
INLINE int16 subtract_wrapped(int16 a, int16 b) { return as_int16(as_uint16(a) - as_uint16(b)); }
INLINE int16 multiply_wrapped(int16 a, int16 b) { return as_int16(as_uint16(a) * as_uint16(b)); }

INLINE int16 shift_left(int16 a, int16 b) { return as_int16(as_uint16(a) << as_uint16(b & 31)); }
INLINE int16 shift_right(int16 a, int16 b) { return as_int16(as_uint16(a) >> as_uint16(b & 31)); }

INLINE int16 integer_of_float(float16 a) {
  int16 fits = (int16)(a >= (float16)(-2147483648.0f)) & (int16)(a < (float16)(2147483648.0f));
  int16 value = convert_int16(select((float16)(0.0f), a, fits));
  value = select(value, (int16)(0x7fffffff), a >= (float16)(2147483648.0f));
  return select(value, (int16)(BITS_SIGN), a < (float16)(-2147483648.0f));
}

INLINE int16 truth(int16 mask) { return mask & 1; }

// Philox4x32-10 on 64-bit lanes: only the low half of a word counts, which a multiplication reads for free.
INLINE int16 philox16(local const int *lanes) {
  const ulong low = 0xffffffffUL;
  uint16 first = as_uint16(vload16(0, lanes));
  ulong16 x0 = convert_ulong16(first >> 2);
  ulong16 x1 = convert_ulong16(as_uint16(vload16(0, lanes + MAP_BLOCK)));
  ulong16 x2 = convert_ulong16(as_uint16(vload16(0, lanes + 2 * MAP_BLOCK)));
  ulong16 x3 = convert_ulong16(as_uint16(vload16(0, lanes + 3 * MAP_BLOCK)));
  ulong16 k0 = convert_ulong16(as_uint16(vload16(0, lanes + 4 * MAP_BLOCK)));
  ulong16 k1 = convert_ulong16(as_uint16(vload16(0, lanes + 5 * MAP_BLOCK)));
  for (int round = 0; round < 10; round++) {
    ulong16 p0 = (x0 & low) * 0xD2511F53UL;
    ulong16 p1 = (x2 & low) * 0xCD9E8D57UL;
    x0 = (p1 >> 32) ^ x1 ^ k0;
    x2 = (p0 >> 32) ^ x3 ^ k1;
    x1 = p1;
    x3 = p0;
    k0 += 0x9E3779B9UL;
    k1 += 0xBB67AE85UL;
  }
  int16 even = select(as_int16(convert_uint16(x0 & low)), as_int16(convert_uint16(x2 & low)),
                      as_int16(first & 2) != (int16)(0));
  int16 uneven = select(as_int16(convert_uint16(x1 & low)), as_int16(convert_uint16(x3 & low)),
                        as_int16(first & 2) != (int16)(0));
  return select(even, uneven, as_int16(first & 1) != (int16)(0));
}

// One instruction over `vectors` vectors: FLOATS computes from float lanes x, y, z; WORDS from int lanes.
#define FLOATS(CODE, VALUE)                                                              \
  case CODE:                                                                             \
    for (int i = 0; i < vectors; i++) {                                                  \
      float16 x = as_float16(vload16(i, a));                                             \
      vstore16(as_int16(VALUE), i, d);                                                   \
    }                                                                                    \
    break;
#define FLOAT_PAIRS(CODE, VALUE)                                                         \
  case CODE:                                                                             \
    for (int i = 0; i < vectors; i++) {                                                  \
      float16 x = as_float16(vload16(i, a)), y = as_float16(vload16(i, b));              \
      vstore16(as_int16(VALUE), i, d);                                                   \
    }                                                                                    \
    break;
#define COMPARISONS(CODE, VALUE)                                                         \
  case CODE:                                                                             \
    for (int i = 0; i < vectors; i++) {                                                  \
      float16 x = as_float16(vload16(i, a)), y = as_float16(vload16(i, b));              \
      vstore16(truth(VALUE), i, d);                                                      \
    }                                                                                    \
    break;
#define WORDS(CODE, VALUE)                                                               \
  case CODE:                                                                             \
    for (int i = 0; i < vectors; i++) {                                                  \
      int16 x = vload16(i, a);                                                           \
      vstore16(VALUE, i, d);                                                             \
    }                                                                                    \
    break;
#define WORD_PAIRS(CODE, VALUE)                                                          \
  case CODE:                                                                             \
    for (int i = 0; i < vectors; i++) {                                                  \
      int16 x = vload16(i, a), y = vload16(i, b);                                        \
      vstore16(VALUE, i, d);                                                             \
    }                                                                                    \
    break;

// A register's lanes. The mask keeps words that name no register, such as a constant's bits, harmless.
INLINE local int *lanes_of(local int *scratch, int slot) {
  return scratch + (slot & (MAP_REGISTERS - 1)) * MAP_BLOCK;
}

INLINE void run_words(global const int *code, local int *scratch, int vectors) {
  local int *d = lanes_of(scratch, code[1]);
  local int *a = lanes_of(scratch, code[2]);
  local int *b = lanes_of(scratch, code[3]);
  switch (code[0]) {
    WORDS(OP_COPY, x)
    WORD_PAIRS(OP_ADD_I, add_wrapped(x, y))
    WORD_PAIRS(OP_SUB_I, subtract_wrapped(x, y))
    WORD_PAIRS(OP_MUL_I, multiply_wrapped(x, y))
    WORD_PAIRS(OP_DIV_I, quotient16(x, y))
    WORD_PAIRS(OP_REM_I, remainder16(x, y))
    WORD_PAIRS(OP_MIN_I, min(x, y))
    WORD_PAIRS(OP_MAX_I, max(x, y))
    WORDS(OP_NEG_I, subtract_wrapped((int16)(0), x))
    WORDS(OP_ABS_I, select(x, subtract_wrapped((int16)(0), x), x < (int16)(0)))
    WORDS(OP_SIGN_I, truth(x > (int16)(0)) - truth(x < (int16)(0)))
    WORD_PAIRS(OP_EQ_I, truth(x == y))
    WORD_PAIRS(OP_LT_I, truth(x < y))
    WORD_PAIRS(OP_LE_I, truth(x <= y))
    WORD_PAIRS(OP_AND, x & y)
    WORD_PAIRS(OP_OR, x | y)
    WORD_PAIRS(OP_XOR, x ^ y)
    WORDS(OP_NOT, 1 - x)
    WORD_PAIRS(OP_SHIFT_LEFT, shift_left(x, y))
    WORD_PAIRS(OP_SHIFT_RIGHT, shift_right(x, y))
    WORDS(OP_FLOAT_OF_INT, as_int16(convert_float16(x)))
    WORDS(OP_INT_OF_FLOAT, integer_of_float(as_float16(x)))
    WORDS(OP_UINT8_OF_INT, x & 255)
    WORDS(OP_BOOL_OF_INT, truth(x != (int16)(0)))
    WORDS(OP_BOOL_OF_FLOAT, truth(as_float16(x) != (float16)(0.0f)))
  case OP_CONSTANT:
    for (int i = 0; i < vectors; i++) vstore16((int16)(code[2]), i, d);
    break;
  case OP_PHILOX:
    for (int i = 0; i < vectors; i++) vstore16(philox16(a + i * LANES), i, d);
    break;
  }
}

INLINE void run_instruction(global const int *code, local int *scratch, int vectors) {
  local int *d = lanes_of(scratch, code[1]);
  local int *a = lanes_of(scratch, code[2]);
  local int *b = lanes_of(scratch, code[3]);
  local int *c = lanes_of(scratch, code[4]);
  switch (code[0]) {
    FLOAT_PAIRS(OP_ADD_F, x + y)
    FLOAT_PAIRS(OP_SUB_F, x - y)
    FLOAT_PAIRS(OP_MUL_F, x * y)
    FLOAT_PAIRS(OP_DIV_F, x / y)
    FLOAT_PAIRS(OP_MIN_F, minimum16(x, y))
    FLOAT_PAIRS(OP_MAX_F, maximum16(x, y))
    FLOAT_PAIRS(OP_POW_F, pow16(x, y))
    FLOAT_PAIRS(OP_FMA_F, fma(x, y, as_float16(vload16(i, c))))
    COMPARISONS(OP_EQ_F, x == y)
    COMPARISONS(OP_LT_F, x < y)
    COMPARISONS(OP_LE_F, x <= y)
    FLOATS(OP_NEG_F, -x)
    FLOATS(OP_ABS_F, magnitude16(x))
    FLOATS(OP_SIGN_F, sign16(x))
    FLOATS(OP_EXP_F, exp16(x))
    FLOATS(OP_LOG_F, log16(x))
    FLOATS(OP_SQRT_F, sqrt(x))
    FLOATS(OP_RSQRT_F, rsqrt_exact16(x))
    FLOATS(OP_TANH_F, tanh16(x))
    FLOATS(OP_SIGMOID_F, sigmoid16(x))
    FLOATS(OP_ERF_F, erf16(x))
    FLOATS(OP_SIN_F, sin16(x))
    FLOATS(OP_COS_F, cos16(x))
    FLOATS(OP_TAN_F, tan16(x))
  case OP_ASIN_F:
  case OP_ACOS_F:
    FLOATS(OP_ATAN_F, inverse_circular16(x, code[0] - OP_ASIN_F))
  case OP_SINH_F:
    FLOATS(OP_COSH_F, hyperbolic16(x, code[0] - OP_SINH_F))
  case OP_ASINH_F:
  case OP_ACOSH_F:
    FLOATS(OP_ATANH_F, inverse_hyperbolic16(x, code[0] - OP_ASINH_F))
    FLOATS(OP_FLOOR_F, floor(x))
    FLOATS(OP_CEIL_F, ceil(x))
    FLOATS(OP_ROUND_F, rint(x))
    FLOATS(OP_RELU_F, relu16(x))
  case OP_SELECT:
    for (int i = 0; i < vectors; i++)
      vstore16(select(vload16(i, c), vload16(i, b), vload16(i, a) != (int16)(0)), i, d);
    break;
  default: run_words(code, scratch, vectors);
  }
}

// Words of the program after its operands and results.
INLINE global const int *program_operands(global const int *program) {
  return program + PROGRAM_HEADER + program[PROGRAM_RANK];
}
INLINE global const int *program_results(global const int *program) {
  return program_operands(program) + program[PROGRAM_OPERANDS] * (3 + program[PROGRAM_RANK]);
}
INLINE global const int *program_instructions(global const int *program) {
  return program_results(program) + program[PROGRAM_RESULTS] * (4 + program[PROGRAM_RANK]);
}

INLINE void begin_operands(map_walk *walks, global const int *program, int rank, int first) {
  global const int *words = program_operands(program);
  for (int k = 0; k < program[PROGRAM_OPERANDS]; k++, words += 3 + program[PROGRAM_RANK]) {
    walks[k].element = words[0];
    walks[k].pointer = words[1];
    walk_begin(&walks[k], program + PROGRAM_HEADER, words + 3, rank, words[2], first);
  }
}

INLINE void begin_results(map_walk *walks, global const int *program, int rank, int first) {
  global const int *words = program_results(program);
  for (int k = 0; k < program[PROGRAM_RESULTS]; k++, words += 4 + program[PROGRAM_RANK]) {
    walks[k].element = words[0];
    walks[k].pointer = words[1];
    walks[k].slot = words[2];
    walk_begin(&walks[k], program + PROGRAM_HEADER, words + 4, rank, words[3], first);
  }
}

// Computes the registers from the loaded operands.
OUTLINE void run_program(global const int *program, local int *scratch, int count) {
  int vectors = (count + LANES - 1) / LANES;
  global const int *code = program_instructions(program);
  for (int k = 0; k < program[PROGRAM_INSTRUCTIONS]; k++, code += 5) run_instruction(code, scratch, vectors);
}

// Loads the next `count` elements of every operand and computes the registers.
INLINE void compute_block(map_walk *operands, global const uchar *const *sources,
                          global const int *program, local int *scratch, int count) {
  for (int k = 0; k < program[PROGRAM_OPERANDS]; k++)
    load_block(&operands[k], sources[operands[k].pointer], scratch + k * MAP_BLOCK, count);
  run_program(program, scratch, count);
}

#define MAP_SOURCE_ARGUMENTS                                                                             \
  global const uchar *source0, global const uchar *source1, global const uchar *source2,                 \
      global const uchar *source3, global const uchar *source4, global const uchar *source5,             \
      global const uchar *source6, global const uchar *source7
#define MAP_SOURCE_LIST {source0, source1, source2, source3, source4, source5, source6, source7}

kernel void map(MAP_SOURCE_ARGUMENTS, global uchar *result0, global uchar *result1, global uchar *result2,
                global uchar *result3, global const int *restrict program, local float *scratch) {
  global const uchar *const sources[MAP_SOURCES] = MAP_SOURCE_LIST;
  global uchar *const targets[MAP_RESULTS] = {result0, result1, result2, result3};
  map_walk operands[MAP_REGISTERS];
  map_walk results[MAP_RESULTS];
  local int *registers = (local int *)scratch;
  int first = (int)get_global_id(0) * MAP_CHUNK;
  int end = program[PROGRAM_COUNT] - first > MAP_CHUNK ? first + MAP_CHUNK : program[PROGRAM_COUNT];
  begin_operands(operands, program, program[PROGRAM_RANK], first);
  begin_results(results, program, program[PROGRAM_RANK], first);
  for (; first < end; first += MAP_BLOCK) {
    int count = min(MAP_BLOCK, end - first);
    compute_block(operands, sources, program, registers, count);
    for (int k = 0; k < program[PROGRAM_RESULTS]; k++)
      store_block(&results[k], targets[results[k].pointer], registers + results[k].slot * MAP_BLOCK, first,
                  count);
  }
}

#ifdef TREMOR_HOST
#define MAP_HOST_SOURCES p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]
HOST_KERNEL(map, MAP_HOST_SOURCES, p[8], p[9], p[10], p[11], p[12], scratch)
#endif
