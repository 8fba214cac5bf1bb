// What every kernel of the CPU family may use.
//
// The rules of the family: explicit 16-wide vectors, one work-item a tile, no barriers, work-group size 1,
// `fma()` spelt out and nothing contracted, so that one text gives the same bits as OpenCL C and as C.
// The value of an output element may depend on the extents that are reduced, never on how many other
// elements (samples, rows, channels) are computed beside it.
#ifndef TREMOR_HOST
#pragma OPENCL FP_CONTRACT OFF
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline __attribute__((always_inline, unused))
#endif

// A large piece of code for whose call nothing is paid: compilers take far more than twice as long for a kernel of twice
// the size, and PoCL's runs while somebody waits.
#ifdef TREMOR_HOST
#define OUTLINE static __attribute__((noinline, unused))
#else
#define OUTLINE static __attribute__((noinline))
#endif

// A register tile, whose products are too short for a call to cost nothing; where somebody waits for the compiler it is
// called all the same.
#ifdef TREMOR_HOST
#define TILE INLINE
#else
#define TILE OUTLINE
#endif

#include "../include/program.h"
#ifdef HOST_CLANG
#include "host_clang.cl"
#endif

// Lanes of a vector and channels of a block in the blocked layout [N, C/16, H, W, 16].
#define LANES 16

// A loop over i < count, which is at most `most`, written out: compilers that unroll a function before they inline it
// do not know `count` yet.
#define UNROLLED(i, most, count) _Pragma("unroll") for (int i = 0; i < (most); i++) if (i < (count))

// What a producer does to its accumulators before it stores them; bits of a `flags` argument, applied in
// this order.
#define EPILOGUE_BIAS 1       // add bias[channel]
#define EPILOGUE_RESIDUAL 2   // add a tensor of the result's shape
#define EPILOGUE_RELU 4       // 0 where the value is at most 0; NaN passes
#define EPILOGUE_MASK_OUT 8   // write one bit an element: whether the stored value exceeds 0
#define EPILOGUE_MASK_IN 16   // 0 where the mask's bit is 0

INLINE float16 relu16(float16 v) { return select(v, (float16)(0.0f), (int16)(v <= (float16)(0.0f))); }

// The bits of lanes > 0, lane 0 in bit 0.
INLINE ushort positive_bits(float16 v) {
#ifdef TREMOR_HOST
  typedef _Bool bool16 __attribute__((ext_vector_type(16)));
  bool16 b = __builtin_convertvector((int16)(v > (float16)(0.0f)), bool16);
  ushort bits;
  __builtin_memcpy(&bits, &b, 2);
  return bits;
#elif defined(MASK_REGISTERS)
  return __builtin_ia32_cmpps512_mask(v, (float16)(0.0f), 30, 0xffff, 4);  // ordered, greater, quiet
#else
  int16 b = (v > (float16)(0.0f)) & (int16)(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
  int8 c = b.lo | b.hi;
  int4 d = c.lo | c.hi;
  int2 e = d.lo | d.hi;
  return (ushort)(e.x | e.y);
#endif
}

// v where the lane's bit is set, else 0.
INLINE float16 keep_bits(float16 v, ushort bits) {
#ifdef TREMOR_HOST
  typedef _Bool bool16 __attribute__((ext_vector_type(16)));
  bool16 b;
  __builtin_memcpy(&b, &bits, 2);
  return select((float16)(0.0f), v, -__builtin_convertvector(b, int16));
#elif defined(MASK_REGISTERS)
  return __builtin_ia32_selectps_512(bits, v, (float16)(0.0f));
#else
  const int16 lanes = (int16)(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
  return select((float16)(0.0f), v, ((int16)((int)bits) & lanes) != (int16)(0));
#endif
}

// The first `count` lanes at p, else 0.
INLINE float16 load_lanes(global const float *p, int count) {
  if (count >= LANES) return vload16(0, p);
  float lanes[LANES];
  for (int l = 0; l < LANES; l++) lanes[l] = l < count ? p[l] : 0.0f;
  return vload16(0, lanes);
}

INLINE void store_lanes(float16 value, global float *p, int count) {
  if (count >= LANES) {
    vstore16(value, 0, p);
    return;
  }
  float lanes[LANES];
  vstore16(value, 0, lanes);
  for (int l = 0; l < count; l++) p[l] = lanes[l];
}
