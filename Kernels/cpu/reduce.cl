// Folds over the trailing extents of a program's iteration space, fused with the program.
//
// The program (include/program.h) computes one register an element; its only result names that register
// and the output, with strides over the kept extents. F is the number of folded elements of an output, in
// row-major order over the folded extents; O is the number of outputs, the product of the kept extents.
//
// Every kernel here gives the same bits: element f of an output goes to partial f mod 16 of segment
// f / FOLD_SEGMENT; a partial adds its elements in order, a fixed tree joins a segment's 16 partials, and
// the segments are joined in order. So a value depends on its folded elements alone, and the host may choose
// a kernel by speed.
//
//   reduce_rows(source0 ... source7, result, program, scratch)
//     lanes run along the folded elements: for memory whose innermost extent is folded.
//     Work-items: ceil(O / R), of R = max(1, FOLD_SEGMENT / F) outputs each.
//   reduce_columns(source0 ... source7, result, program, scratch)
//     lanes run along the outputs: for memory whose innermost extent is kept.
//     Work-items: ceil(O / MAP_BLOCK).
//   reduce_rows_partial, reduce_columns_partial(source0 ... source7, partials, program, scratch)
//     one segment a work-item, so that few outputs of many elements use every core.
//     Work-items: O * S, and ceil(O / MAP_BLOCK) * S, with S = ceil(F / FOLD_SEGMENT).
//   reduce_join(partials, result, program, scratch): the second stage. Work-items: ceil(O / MAP_BLOCK).
//
// partials: S * O words, [segment][output]; FOLD_ARGMAX and FOLD_ARGMIN add as many again, for indices.
// Scratch, in words of 4 bytes: REDUCE_SCRATCH_WORDS for those along columns, for the others up to REDUCE_PARTIALS,
// which fits where there are 32 KiB. F and O are at least 1; the result's element
// is any but ELEMENT_BIT and ELEMENT_INDEX.

#define FOLD_SEGMENT 4096
#define REDUCE_BEST (MAP_SCRATCH_WORDS)
#define REDUCE_INDEX (REDUCE_BEST + MAP_BLOCK)
#define REDUCE_PARTIALS (REDUCE_INDEX + MAP_BLOCK)
#define REDUCE_SCRATCH_WORDS (REDUCE_PARTIALS + LANES * MAP_BLOCK)

// How two values join: the fold in the low bits, and whether the lanes are ints.
#define JOIN_INT 8

INLINE int join_of(global const int *program) {
  return program[PROGRAM_FOLD] | (program[PROGRAM_FOLD_ELEMENT] == ELEMENT_INT32 ? JOIN_INT : 0);
}

INLINE int is_argument(int join) { return (join & 7) >= FOLD_ARGMAX; }

INLINE int16 fold_identity(int join) {
  switch (join) {
  case FOLD_MAX:
  case FOLD_ARGMAX: return (int16)(BITS_INFINITY | BITS_SIGN);
  case FOLD_MIN:
  case FOLD_ARGMIN: return (int16)(BITS_INFINITY);
  case FOLD_MAX | JOIN_INT:
  case FOLD_ARGMAX | JOIN_INT: return (int16)(BITS_SIGN);
  case FOLD_MIN | JOIN_INT:
  case FOLD_ARGMIN | JOIN_INT: return (int16)(0x7fffffff);
  default: return (int16)(0);
  }
}

INLINE int16 join16(int join, int16 a, int16 b) {
  switch (join) {
  case FOLD_SUM: return as_int16(as_float16(a) + as_float16(b));
  case FOLD_MAX: return as_int16(maximum16(as_float16(a), as_float16(b)));
  case FOLD_MIN: return as_int16(minimum16(as_float16(a), as_float16(b)));
  case FOLD_MAX | JOIN_INT: return max(a, b);
  case FOLD_MIN | JOIN_INT: return min(a, b);
  default: return add_wrapped(a, b);
  }
}

// Where b is strictly better than a, NaN being best.
INLINE int16 better16(int join, int16 a, int16 b) {
  float16 x = as_float16(a), y = as_float16(b);
  int16 missing = (int16)(y != y) & (int16)(x == x);
  switch (join) {
  case FOLD_ARGMAX: return (int16)(y > x) | missing;
  case FOLD_ARGMIN: return (int16)(y < x) | missing;
  case FOLD_ARGMAX | JOIN_INT: return b > a;
  default: return b < a;
  }
}

// Where (b, at) takes the place of (a, index): it is better, or as good and earlier. No order of joining
// changes the outcome.
INLINE int16 replaces16(int join, int16 a, int16 index, int16 b, int16 at) {
  return better16(join, a, b) | (~better16(join, b, a) & (int16)(at < index));
}

// The partials of a segment, one a lane; `index` is used by FOLD_ARGMAX and FOLD_ARGMIN alone.
typedef struct {
  int16 value;
  int16 index;
} fold_state;

INLINE fold_state fold_begin(int join) {
  fold_state state;
  state.value = fold_identity(join);
  state.index = (int16)(0x7fffffff);
  return state;
}

INLINE fold_state fold_join(int join, fold_state a, fold_state b) {
  fold_state state;
  if (!is_argument(join)) {
    state.value = join16(join, a.value, b.value);
    state.index = a.index;
    return state;
  }
  int16 replace = replaces16(join, a.value, a.index, b.value, b.index);
  state.value = select(a.value, b.value, replace);
  state.index = select(a.index, b.index, replace);
  return state;
}

// Folds `count` lanes, whose first is element `first` of the output, into the state; missing lanes are the
// fold's identity.
OUTLINE fold_state fold_lanes(int join, fold_state state, local const int *lanes, int count, int first) {
  int i = 0;
  if (!is_argument(join))
    for (; i + LANES <= count; i += LANES) state.value = join16(join, state.value, vload16(0, lanes + i));
  for (; i < count; i += LANES) {
    int16 exists = (int16)(LANE_INDEX < (int16)(count - i));
    fold_state next = fold_begin(join);
    next.value = select(next.value, vload16(0, lanes + i), exists);
    next.index = select(next.index, (int16)(first + i) + LANE_INDEX, exists);
    state = fold_join(join, state, next);
  }
  return state;
}

// Joins lanes 8 apart, then 4, 2 and 1. The outcome is in lane 0.
OUTLINE fold_state fold_tree(int join, fold_state state) {
  fold_state other;
  other.value = state.value.s89abcdef89abcdef, other.index = state.index.s89abcdef89abcdef;
  state = fold_join(join, state, other);
  other.value = state.value.s4567456745674567, other.index = state.index.s4567456745674567;
  state = fold_join(join, state, other);
  other.value = state.value.s2323232323232323, other.index = state.index.s2323232323232323;
  state = fold_join(join, state, other);
  other.value = state.value.s1111111111111111, other.index = state.index.s1111111111111111;
  return fold_join(join, state, other);
}

INLINE int fold_outcome(int join, fold_state state) {
  return is_argument(join) ? state.index.s0 : state.value.s0;
}

INLINE int product_of(global const int *extents, int begin, int end) {
  int product = 1;
  for (int d = begin; d < end; d++) product *= extents[d];
  return product;
}

INLINE int program_outputs(global const int *program) {
  return product_of(program + PROGRAM_HEADER, 0, program[PROGRAM_KEPT]);
}

INLINE int program_folded(global const int *program) {
  return product_of(program + PROGRAM_HEADER, program[PROGRAM_KEPT], program[PROGRAM_RANK]);
}

// The register that is folded.
INLINE local int *folded_lanes(global const int *program, local int *scratch) {
  return lanes_of(scratch, program_results(program)[2]);
}

// The fold of the segment that begins at element `first` of an output, where the operands stand.
OUTLINE fold_state fold_segment(map_walk *operands, global const uchar *const *sources,
                               global const int *program, local int *scratch, int first, int folded) {
  int join = join_of(program);
  int end = min(folded, first + FOLD_SEGMENT);
  fold_state state = fold_begin(join);
  for (; first < end; first += MAP_BLOCK) {
    int count = min(MAP_BLOCK, end - first);
    compute_block(operands, sources, program, scratch, count);
    state = fold_lanes(join, state, folded_lanes(program, scratch), count, first);
  }
  return fold_tree(join, state);
}

// Rows that are shorter than a block, as many a block as fit.
INLINE void reduce_short_rows(map_walk *operands, map_walk *result, global const uchar *const *sources,
                              global uchar *target, global const int *program, local int *scratch, int rows) {
  int join = join_of(program), folded = program_folded(program);
  local int *outcomes = scratch + REDUCE_BEST;
  while (rows > 0) {
    int some = min(rows, MAP_BLOCK / folded);
    compute_block(operands, sources, program, scratch, some * folded);
    for (int row = 0; row < some; row++) {
      local int *lanes = folded_lanes(program, scratch) + row * folded;
      fold_state state = fold_lanes(join, fold_begin(join), lanes, folded, 0);
      outcomes[row] = fold_outcome(join, fold_tree(join, state));
    }
    store_block(result, target, outcomes, 0, some);
    rows -= some;
  }
}

INLINE void reduce_long_rows(map_walk *operands, map_walk *result, global const uchar *const *sources,
                             global uchar *target, global const int *program, local int *scratch, int rows) {
  int join = join_of(program), folded = program_folded(program);
  for (int row = 0; row < rows; row++) {
    fold_state state = fold_segment(operands, sources, program, scratch, 0, folded);
    for (int first = FOLD_SEGMENT; first < folded; first += FOLD_SEGMENT)
      state = fold_join(join, state, fold_segment(operands, sources, program, scratch, first, folded));
    scratch[REDUCE_BEST] = fold_outcome(join, state);
    store_block(result, target, scratch + REDUCE_BEST, 0, 1);
  }
}

kernel void reduce_rows(MAP_SOURCE_ARGUMENTS, global uchar *result, global const int *restrict program,
                        local float *scratch) {
  global const uchar *const sources[MAP_SOURCES] = MAP_SOURCE_LIST;
  map_walk operands[MAP_REGISTERS];
  map_walk target;
  local int *words = (local int *)scratch;
  int folded = program_folded(program), outputs = program_outputs(program);
  int share = max(1, FOLD_SEGMENT / folded);
  int first = (int)get_global_id(0) * share;
  int rows = min(share, outputs - first);
  begin_operands(operands, program, program[PROGRAM_RANK], first * folded);
  begin_results(&target, program, program[PROGRAM_KEPT], first);
  if (folded <= MAP_BLOCK / 2)
    reduce_short_rows(operands, &target, sources, result, program, words, rows);
  else
    reduce_long_rows(operands, &target, sources, result, program, words, rows);
}

kernel void reduce_rows_partial(MAP_SOURCE_ARGUMENTS, global int *partials,
                                global const int *restrict program, local float *scratch) {
  global const uchar *const sources[MAP_SOURCES] = MAP_SOURCE_LIST;
  map_walk operands[MAP_REGISTERS];
  int folded = program_folded(program), outputs = program_outputs(program);
  int segments = (folded + FOLD_SEGMENT - 1) / FOLD_SEGMENT;
  int item = (int)get_global_id(0);
  int output = item / segments, segment = item % segments;
  int first = segment * FOLD_SEGMENT;
  begin_operands(operands, program, program[PROGRAM_RANK], output * folded + first);
  fold_state state = fold_segment(operands, sources, program, (local int *)scratch, first, folded);
  long at = (long)segment * outputs + output;
  partials[at] = state.value.s0;
  if (is_argument(join_of(program))) partials[(long)segments * outputs + at] = state.index.s0;
}

INLINE void fill_block(local int *lanes, int16 value, int vectors) {
  for (int i = 0; i < vectors; i++) vstore16(value, i, lanes);
}

OUTLINE void join_block(int join, local int *a, local const int *b, int vectors) {
  for (int i = 0; i < vectors; i++) vstore16(join16(join, vload16(i, a), vload16(i, b)), i, a);
}

OUTLINE void join_block_at(int join, local int *a, local int *index, local const int *b, int at, int vectors) {
  for (int i = 0; i < vectors; i++) {
    int16 value = vload16(i, a), held = vload16(i, index), next = vload16(i, b);
    int16 replace = replaces16(join, value, held, next, (int16)(at));
    vstore16(select(value, next, replace), i, a);
    vstore16(select(held, (int16)(at), replace), i, index);
  }
}

// The operands of a block of outputs: where they stand in the kept extents, and in the folded ones.
typedef struct {
  map_walk kept[MAP_REGISTERS];
  map_walk folded[MAP_REGISTERS];
} column_walks;

INLINE void begin_columns(column_walks *walks, global const int *program, int output, int first) {
  int kept = program[PROGRAM_KEPT], rank = program[PROGRAM_RANK];
  begin_operands(walks->kept, program, kept, output);
  global const int *words = program_operands(program);
  for (int k = 0; k < program[PROGRAM_OPERANDS]; k++, words += 3 + rank)
    walk_begin(&walks->folded[k], program + PROGRAM_HEADER + kept, words + 3 + kept, rank - kept, 0, first);
}

// Computes the registers of a block of outputs at the folded element where the walks stand, and steps on.
INLINE void compute_columns(column_walks *walks, global const uchar *const *sources,
                            global const int *program, local int *scratch, int count) {
  for (int k = 0; k < program[PROGRAM_OPERANDS]; k++) {
    map_walk walk = walks->kept[k];
    walk.position += walks->folded[k].position;
    load_block(&walk, sources[walk.pointer], scratch + k * MAP_BLOCK, count);
    walk_advance(&walks->folded[k], 1);
  }
  run_program(program, scratch, count);
}

// Folds the segment from `first` into REDUCE_PARTIALS, whose first block becomes its outcome; the ARG folds
// keep their running best, with its index, instead of partials.
INLINE void fold_column_segment(column_walks *walks, global const uchar *const *sources,
                                global const int *program, local int *scratch, int first, int count) {
  int join = join_of(program), vectors = (count + LANES - 1) / LANES;
  int length = min(program_folded(program) - first, FOLD_SEGMENT);
  int used = is_argument(join) ? 1 : min(length, LANES);
  local int *partials = scratch + REDUCE_PARTIALS;
  local const int *lanes = folded_lanes(program, scratch);
  for (int j = 0; j < used; j++) fill_block(partials + j * MAP_BLOCK, fold_identity(join), vectors);
  if (is_argument(join)) fill_block(partials + MAP_BLOCK, (int16)(0x7fffffff), vectors);
  for (int f = 0; f < length; f++) {
    compute_columns(walks, sources, program, scratch, count);
    if (is_argument(join))
      join_block_at(join, partials, partials + MAP_BLOCK, lanes, first + f, vectors);
    else
      join_block(join, partials + f % LANES * MAP_BLOCK, lanes, vectors);
  }
  if (is_argument(join)) return;
  // A partial that no element reached is the identity, and joining it would change nothing.
  for (int apart = LANES / 2; apart > 0; apart /= 2)
    for (int j = 0; j < apart && j + apart < used; j++)
      join_block(join, partials + j * MAP_BLOCK, partials + (j + apart) * MAP_BLOCK, vectors);
}

// Joins a segment's values and indices into the running outcome.
OUTLINE void join_segment(int join, local int *scratch, local const int *value, local const int *index,
                         int vectors) {
  for (int i = 0; i < vectors; i++) {
    fold_state a, b;
    a.value = vload16(i, scratch + REDUCE_BEST), a.index = vload16(i, scratch + REDUCE_INDEX);
    b.value = vload16(i, value), b.index = vload16(i, index);
    a = fold_join(join, a, b);
    vstore16(a.value, i, scratch + REDUCE_BEST);
    vstore16(a.index, i, scratch + REDUCE_INDEX);
  }
}

INLINE void copy_block(local int *to, local const int *from, int vectors) {
  for (int i = 0; i < vectors; i++) vstore16(vload16(i, from), i, to);
}

kernel void reduce_columns(MAP_SOURCE_ARGUMENTS, global uchar *result, global const int *restrict program,
                           local float *scratch) {
  global const uchar *const sources[MAP_SOURCES] = MAP_SOURCE_LIST;
  column_walks walks;
  map_walk target;
  local int *words = (local int *)scratch;
  local int *partials = words + REDUCE_PARTIALS;
  int join = join_of(program), folded = program_folded(program);
  int output = (int)get_global_id(0) * MAP_BLOCK;
  int count = min(MAP_BLOCK, program_outputs(program) - output), vectors = (count + LANES - 1) / LANES;
  begin_columns(&walks, program, output, 0);
  begin_results(&target, program, program[PROGRAM_KEPT], output);
  for (int first = 0; first < folded; first += FOLD_SEGMENT) {
    fold_column_segment(&walks, sources, program, words, first, count);
    if (first == 0) {
      copy_block(words + REDUCE_BEST, partials, vectors);
      copy_block(words + REDUCE_INDEX, partials + MAP_BLOCK, vectors);
    } else {
      join_segment(join, words, partials, partials + MAP_BLOCK, vectors);
    }
  }
  store_block(&target, result, words + (is_argument(join) ? REDUCE_INDEX : REDUCE_BEST), 0, count);
}

kernel void reduce_columns_partial(MAP_SOURCE_ARGUMENTS, global int *partials,
                                   global const int *restrict program, local float *scratch) {
  global const uchar *const sources[MAP_SOURCES] = MAP_SOURCE_LIST;
  column_walks walks;
  local int *words = (local int *)scratch;
  int folded = program_folded(program), outputs = program_outputs(program);
  int segments = (folded + FOLD_SEGMENT - 1) / FOLD_SEGMENT;
  int item = (int)get_global_id(0), segment = item % segments;
  int output = item / segments * MAP_BLOCK;
  int count = min(MAP_BLOCK, outputs - output);
  long at = (long)segment * outputs + output;
  begin_columns(&walks, program, output, segment * FOLD_SEGMENT);
  fold_column_segment(&walks, sources, program, words, segment * FOLD_SEGMENT, count);
  store_words(partials + at, 1, words + REDUCE_PARTIALS, count);
  if (is_argument(join_of(program)))
    store_words(partials + (long)segments * outputs + at, 1, words + REDUCE_PARTIALS + MAP_BLOCK, count);
}

kernel void reduce_join(global const int *partials, global uchar *result, global const int *restrict program,
                        local float *scratch) {
  map_walk target;
  local int *words = (local int *)scratch;
  int join = join_of(program), outputs = program_outputs(program);
  int segments = (program_folded(program) + FOLD_SEGMENT - 1) / FOLD_SEGMENT;
  int output = (int)get_global_id(0) * MAP_BLOCK;
  int count = min(MAP_BLOCK, outputs - output), vectors = (count + LANES - 1) / LANES;
  global const int *indices = partials + (is_argument(join) ? (long)segments * outputs : 0);
  begin_results(&target, program, program[PROGRAM_KEPT], output);
  load_words(partials + output, 1, words + REDUCE_BEST, count);
  load_words(indices + output, 1, words + REDUCE_INDEX, count);
  for (int segment = 1; segment < segments; segment++) {
    long at = (long)segment * outputs + output;
    load_words(partials + at, 1, words, count);
    load_words(indices + at, 1, words + MAP_BLOCK, count);
    join_segment(join, words, words, words + MAP_BLOCK, vectors);
  }
  store_block(&target, result, words + (is_argument(join) ? REDUCE_INDEX : REDUCE_BEST), 0, count);
}

#ifdef TREMOR_HOST
HOST_KERNEL(reduce_rows, MAP_HOST_SOURCES, p[8], p[9], scratch)
HOST_KERNEL(reduce_columns, MAP_HOST_SOURCES, p[8], p[9], scratch)
HOST_KERNEL(reduce_rows_partial, MAP_HOST_SOURCES, p[8], p[9], scratch)
HOST_KERNEL(reduce_columns_partial, MAP_HOST_SOURCES, p[8], p[9], scratch)
HOST_KERNEL(reduce_join, p[0], p[1], p[2], scratch)
#endif
