// The operations of map programs on one 32-bit lane, for the kernels that the host writes as text.
//
// A lane holds the bits of a float or an int, or a bool as 0 or 1. Every opcode OP_X of
// Kernels/include/program.h has a function op_x of the lanes a, b, c that it uses; OP_CONSTANT is the
// literal itself. An operand of element type T is read by load_t(buffer, element), a result written by
// store_t(buffer, element, lane); ELEMENT_INDEX is plain arithmetic, and results of ELEMENT_BIT are the
// macros' business. Buffers are bytes, their elements found by type, because one buffer may hold several.
//
// A map kernel is a function of the host's and one of the macros at the end. The function
//   INLINE void NAME_element(MAP_SOURCES_n MAP_RESULTS_m long index, uint *bits)
// computes the element `index` of the dense iteration space: it decodes coordinates, loads from s0, s1,
// ..., stores to d0, d1, ... and sets bit r of *bits where result r, of ELEMENT_BIT, is 1. Coordinates need
// only the extents after the first, so the text does not change with the leading extent.
//   MAP_KERNEL(NAME, n, m)       kernel NAME(s0, ..., d0, ..., int count)
//   MAP_BIT_KERNEL(NAME, n, m)   the same, with bit results: needs also
//     INLINE void NAME_bytes(MAP_RESULTS_m long byte, const uchar *bytes)  which stores bytes[r] for bit
//     result r
// Both: `count` items, rounded up to groups of 256.

typedef int lane;

INLINE lane lane_of(float v) { return as_int(v); }
INLINE float real(lane a) { return as_float(a); }

INLINE lane load_float32(global const uchar *p, long e) { return ((global const int *)p)[e]; }
INLINE lane load_int32(global const uchar *p, long e) { return ((global const int *)p)[e]; }
INLINE lane load_uint8(global const uchar *p, long e) { return p[e]; }
INLINE lane load_bool(global const uchar *p, long e) { return p[e]; }
INLINE lane load_bit(global const uchar *p, long e) { return mask_bit(p, e); }
INLINE void store_float32(global uchar *p, long e, lane v) { ((global int *)p)[e] = v; }
INLINE void store_int32(global uchar *p, long e, lane v) { ((global int *)p)[e] = v; }
INLINE void store_uint8(global uchar *p, long e, lane v) { p[e] = (uchar)v; }
INLINE void store_bool(global uchar *p, long e, lane v) { p[e] = (uchar)v; }

INLINE lane op_copy(lane a) { return a; }
INLINE lane op_add_f(lane a, lane b) { return lane_of(real(a) + real(b)); }
INLINE lane op_sub_f(lane a, lane b) { return lane_of(real(a) - real(b)); }
INLINE lane op_mul_f(lane a, lane b) { return lane_of(real(a) * real(b)); }
INLINE lane op_div_f(lane a, lane b) { return lane_of(real(a) / real(b)); }
INLINE lane op_fma_f(lane a, lane b, lane c) { return lane_of(fma(real(a), real(b), real(c))); }

// NaN if either is NaN; the first of equals.
INLINE lane op_min_f(lane a, lane b) { return real(a) <= real(b) || real(a) != real(a) ? a : b; }
INLINE lane op_max_f(lane a, lane b) { return real(a) >= real(b) || real(a) != real(a) ? a : b; }

INLINE lane op_neg_f(lane a) { return a ^ BITS_SIGN; }
INLINE lane op_abs_f(lane a) { return a & 0x7fffffff; }
INLINE lane op_sign_f(lane a) {
  const float v = real(a);
  return lane_of(v != v ? v : (float)((v > 0.0f) - (v < 0.0f)));
}
INLINE lane op_pow_f(lane a, lane b) { return lane_of(pow1(real(a), real(b))); }
INLINE lane op_exp_f(lane a) { return lane_of(exp1(real(a))); }
INLINE lane op_log_f(lane a) { return lane_of(log1(real(a))); }
INLINE lane op_sqrt_f(lane a) { return lane_of(sqrt(real(a))); }
INLINE lane op_rsqrt_f(lane a) { return lane_of(rsqrt_exact1(real(a))); }
INLINE lane op_tanh_f(lane a) { return lane_of(tanh1(real(a))); }
INLINE lane op_sigmoid_f(lane a) { return lane_of(sigmoid1(real(a))); }
INLINE lane op_erf_f(lane a) { return lane_of(erf1(real(a))); }
INLINE lane op_sin_f(lane a) { return lane_of(sin1(real(a))); }
INLINE lane op_cos_f(lane a) { return lane_of(cos1(real(a))); }
INLINE lane op_tan_f(lane a) { return lane_of(tan1(real(a))); }
INLINE lane op_asin_f(lane a) { return lane_of(inverse_circular1(real(a), 0)); }
INLINE lane op_acos_f(lane a) { return lane_of(inverse_circular1(real(a), 1)); }
INLINE lane op_atan_f(lane a) { return lane_of(inverse_circular1(real(a), 2)); }
INLINE lane op_sinh_f(lane a) { return lane_of(hyperbolic1(real(a), 0)); }
INLINE lane op_cosh_f(lane a) { return lane_of(hyperbolic1(real(a), 1)); }
INLINE lane op_asinh_f(lane a) { return lane_of(inverse_hyperbolic1(real(a), 0)); }
INLINE lane op_acosh_f(lane a) { return lane_of(inverse_hyperbolic1(real(a), 1)); }
INLINE lane op_atanh_f(lane a) { return lane_of(inverse_hyperbolic1(real(a), 2)); }
INLINE lane op_floor_f(lane a) { return lane_of(floor(real(a))); }
INLINE lane op_ceil_f(lane a) { return lane_of(ceil(real(a))); }
INLINE lane op_round_f(lane a) { return lane_of(rint(real(a))); }
INLINE lane op_relu_f(lane a) { return lane_of(relu(real(a))); }
INLINE lane op_eq_f(lane a, lane b) { return real(a) == real(b); }
INLINE lane op_lt_f(lane a, lane b) { return real(a) < real(b); }
INLINE lane op_le_f(lane a, lane b) { return real(a) <= real(b); }

// Unsigned arithmetic, which wraps.
INLINE lane op_add_i(lane a, lane b) { return as_int(as_uint(a) + as_uint(b)); }
INLINE lane op_sub_i(lane a, lane b) { return as_int(as_uint(a) - as_uint(b)); }
INLINE lane op_mul_i(lane a, lane b) { return as_int(as_uint(a) * as_uint(b)); }
INLINE lane op_neg_i(lane a) { return as_int(0u - as_uint(a)); }
// A divisor of -1 is a negation, which unlike a division may wrap.
INLINE lane op_div_i(lane a, lane b) { return b == 0 ? 0 : b == -1 ? op_neg_i(a) : a / b; }
INLINE lane op_rem_i(lane a, lane b) { return b == 0 || b == -1 ? 0 : a % b; }
INLINE lane op_min_i(lane a, lane b) { return min(a, b); }
INLINE lane op_max_i(lane a, lane b) { return max(a, b); }
INLINE lane op_abs_i(lane a) { return a < 0 ? op_neg_i(a) : a; }
INLINE lane op_sign_i(lane a) { return (a > 0) - (a < 0); }
INLINE lane op_eq_i(lane a, lane b) { return a == b; }
INLINE lane op_lt_i(lane a, lane b) { return a < b; }
INLINE lane op_le_i(lane a, lane b) { return a <= b; }
INLINE lane op_and(lane a, lane b) { return a & b; }
INLINE lane op_or(lane a, lane b) { return a | b; }
INLINE lane op_xor(lane a, lane b) { return a ^ b; }
INLINE lane op_not(lane a) { return 1 - a; }
INLINE lane op_shift_left(lane a, lane b) { return as_int(as_uint(a) << (b & 31)); }
INLINE lane op_shift_right(lane a, lane b) { return as_int(as_uint(a) >> (b & 31)); }
INLINE lane op_select(lane a, lane b, lane c) { return a != 0 ? b : c; }
INLINE lane op_float_of_int(lane a) { return lane_of((float)a); }
INLINE lane op_int_of_float(lane a) {
  const float v = real(a);
  if (v != v) return 0;
  if (v >= 2147483648.0f) return 0x7fffffff;
  return v <= -2147483648.0f ? BITS_SIGN : (int)v;
}
INLINE lane op_uint8_of_int(lane a) { return a & 255; }
INLINE lane op_bool_of_int(lane a) { return a != 0; }
INLINE lane op_bool_of_float(lane a) { return real(a) != 0.0f; }

// One round of Philox4x32.
INLINE uint4 philox_round(uint4 c, uint2 key) {
  const uint high0 = mul_hi(0xD2511F53u, c.x), low0 = 0xD2511F53u * c.x;
  const uint high2 = mul_hi(0xCD9E8D57u, c.z), low2 = 0xCD9E8D57u * c.z;
  return (uint4)(high2 ^ c.y ^ key.x, low2, high0 ^ c.w ^ key.y, low0);
}

INLINE lane op_philox(lane c0, lane c1, lane c2, lane c3, lane k0, lane k1) {
  uint4 c = (uint4)(as_uint(c0) >> 2, as_uint(c1), as_uint(c2), as_uint(c3));
  uint2 key = (uint2)(as_uint(k0), as_uint(k1));
  for (int round = 0; round < 10; round++) {
    c = philox_round(c, key);
    key += (uint2)(0x9E3779B9u, 0xBB67AE85u);
  }
  const uint2 pair = c0 & 2 ? c.zw : c.xy;
  return as_int(c0 & 1 ? pair.y : pair.x);
}

// Parameter and argument lists of n sources and m results.
#define MAP_SOURCES_0
#define MAP_SOURCES_1 global const uchar *s0,
#define MAP_SOURCES_2 MAP_SOURCES_1 global const uchar *s1,
#define MAP_SOURCES_3 MAP_SOURCES_2 global const uchar *s2,
#define MAP_SOURCES_4 MAP_SOURCES_3 global const uchar *s3,
#define MAP_SOURCES_5 MAP_SOURCES_4 global const uchar *s4,
#define MAP_SOURCES_6 MAP_SOURCES_5 global const uchar *s5,
#define MAP_SOURCES_7 MAP_SOURCES_6 global const uchar *s6,
#define MAP_SOURCES_8 MAP_SOURCES_7 global const uchar *s7,
#define MAP_RESULTS_1 global uchar *d0,
#define MAP_RESULTS_2 MAP_RESULTS_1 global uchar *d1,
#define MAP_RESULTS_3 MAP_RESULTS_2 global uchar *d2,
#define MAP_RESULTS_4 MAP_RESULTS_3 global uchar *d3,
#define MAP_PASS_0
#define MAP_PASS_1 s0,
#define MAP_PASS_2 MAP_PASS_1 s1,
#define MAP_PASS_3 MAP_PASS_2 s2,
#define MAP_PASS_4 MAP_PASS_3 s3,
#define MAP_PASS_5 MAP_PASS_4 s4,
#define MAP_PASS_6 MAP_PASS_5 s5,
#define MAP_PASS_7 MAP_PASS_6 s6,
#define MAP_PASS_8 MAP_PASS_7 s7,
#define MAP_PASS_RESULTS_1 d0,
#define MAP_PASS_RESULTS_2 MAP_PASS_RESULTS_1 d1,
#define MAP_PASS_RESULTS_3 MAP_PASS_RESULTS_2 d2,
#define MAP_PASS_RESULTS_4 MAP_PASS_RESULTS_3 d3,

#define MAP_KERNEL(NAME, n, m)                                                                              \
  GROUP_1D kernel void NAME(MAP_SOURCES_##n MAP_RESULTS_##m int count) {                                    \
    const long index = get_global_id(0);                                                                    \
    uint bits = 0;                                                                                          \
    if (index < count) NAME##_element(MAP_PASS_##n MAP_PASS_RESULTS_##m index, &bits);                      \
  }

// A work-group owns 32 bytes of every bit result, so no two write one byte. Bits past `count` are 0.
#define MAP_BIT_KERNEL(NAME, n, m)                                                                          \
  GROUP_1D kernel void NAME(MAP_SOURCES_##n MAP_RESULTS_##m int count) {                                    \
    local uchar flags[GROUP];                                                                               \
    const long index = get_global_id(0);                                                                    \
    const int item = get_local_id(0);                                                                       \
    uint bits = 0;                                                                                          \
    if (index < count) NAME##_element(MAP_PASS_##n MAP_PASS_RESULTS_##m index, &bits);                      \
    flags[item] = (uchar)bits;                                                                              \
    barrier(CLK_LOCAL_MEM_FENCE);                                                                           \
    if (item % 8 == 0 && index < count) {                                                                   \
      uchar bytes[4];                                                                                       \
      map_bytes(flags + item, bytes);                                                                       \
      NAME##_bytes(MAP_PASS_RESULTS_##m index >> 3, bytes);                                                 \
    }                                                                                                       \
  }

// bytes[r] = bit r of eight neighbouring items.
INLINE void map_bytes(local const uchar *flags, uchar *bytes) {
  for (int r = 0; r < 4; r++) {
    uint byte = 0;
    for (int i = 0; i < 8; i++) byte |= (((uint)flags[i] >> r) & 1) << i;
    bytes[r] = (uchar)byte;
  }
}
