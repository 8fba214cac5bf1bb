// Lets a text of the CPU family compile as C: the OpenCL C words it uses, on clang's vector extensions.
//
// The file that includes this one defines SUFFIX (appended to every host function) and, before including,
// pushes the target attribute of its instruction set.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define TREMOR_HOST 1
#define kernel static
#define global
#define local
#define constant const
#define restrict __restrict__

typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;

typedef float float16 __attribute__((ext_vector_type(16)));
typedef int int16 __attribute__((ext_vector_type(16)));
typedef uint uint16 __attribute__((ext_vector_type(16)));
typedef uchar uchar16 __attribute__((ext_vector_type(16)));
typedef ulong ulong16 __attribute__((ext_vector_type(16)));
typedef float float8 __attribute__((ext_vector_type(8)));
typedef int int8 __attribute__((ext_vector_type(8)));
typedef float float4 __attribute__((ext_vector_type(4)));
typedef int int4 __attribute__((ext_vector_type(4)));

#define SHIM static inline __attribute__((always_inline, overloadable, unused))

// Loads and stores take any alignment, as in OpenCL C: one element's.
#define SHIM_MEMORY(T, V, N)                                                          \
  typedef struct { V v; } __attribute__((packed, may_alias, aligned(1))) V##_packed;  \
  SHIM V vload##N(size_t i, const T *p) { return ((const V##_packed *)(p + i * N))->v; } \
  SHIM void vstore##N(V v, size_t i, T *p) { ((V##_packed *)(p + i * N))->v = v; }

SHIM_MEMORY(float, float16, 16)
SHIM_MEMORY(int, int16, 16)
SHIM_MEMORY(uint, uint16, 16)
SHIM_MEMORY(uchar, uchar16, 16)
SHIM_MEMORY(float, float8, 8)
SHIM_MEMORY(float, float4, 4)

#define SHIM_FLOAT(T)                                                              \
  SHIM T fma(T a, T b, T c) { return __builtin_elementwise_fma(a, b, c); }          \
  SHIM T fabs(T a) { return __builtin_elementwise_abs(a); }                         \
  SHIM T sqrt(T a) { return __builtin_elementwise_sqrt(a); }                        \
  SHIM T floor(T a) { return __builtin_elementwise_floor(a); }                      \
  SHIM T ceil(T a) { return __builtin_elementwise_ceil(a); }                        \
  SHIM T rint(T a) { return __builtin_elementwise_rint(a); }                        \
  SHIM T trunc(T a) { return __builtin_elementwise_trunc(a); }                      \
  SHIM T copysign(T a, T b) { return __builtin_elementwise_copysign(a, b); }

SHIM_FLOAT(float)
SHIM_FLOAT(float16)
SHIM_FLOAT(float8)
SHIM_FLOAT(float4)

// Comparisons give -1 and 0 per lane in vectors; select takes b where the mask's top bit is set.
SHIM float16 select(float16 a, float16 b, int16 c) { return c < 0 ? b : a; }
SHIM int16 select(int16 a, int16 b, int16 c) { return c < 0 ? b : a; }
SHIM float8 select(float8 a, float8 b, int8 c) { return c < 0 ? b : a; }
SHIM float select(float a, float b, int c) { return c ? b : a; }
SHIM int select(int a, int b, int c) { return c ? b : a; }

#define SHIM_BITS(FROM, TO)                                                            \
  SHIM TO as_##TO(FROM a) { union { FROM f; TO t; } u; u.f = a; return u.t; }
SHIM_BITS(float, int)
SHIM_BITS(float, uint)
SHIM_BITS(int, float)
SHIM_BITS(uint, float)
SHIM_BITS(int, uint)
SHIM_BITS(uint, int)
SHIM_BITS(float16, int16)
SHIM_BITS(float16, uint16)
SHIM_BITS(int16, float16)
SHIM_BITS(uint16, float16)
SHIM_BITS(int16, uint16)
SHIM_BITS(uint16, int16)

SHIM float16 convert_float16(int16 a) { return __builtin_convertvector(a, float16); }
SHIM float16 convert_float16(uint16 a) { return __builtin_convertvector(a, float16); }
SHIM float16 convert_float16(uchar16 a) { return __builtin_convertvector(a, float16); }
SHIM int16 convert_int16(float16 a) { return __builtin_convertvector(a, int16); }
SHIM int16 convert_int16(uchar16 a) { return __builtin_convertvector(a, int16); }
SHIM uchar16 convert_uchar16(int16 a) { return __builtin_convertvector(a, uchar16); }

SHIM uint mul_hi(uint a, uint b) { return (uint)(((uint64_t)a * b) >> 32); }
SHIM uint16 mul_hi(uint16 a, uint16 b) {
  return __builtin_convertvector(
      (__builtin_convertvector(a, ulong16) * __builtin_convertvector(b, ulong16)) >> 32, uint16);
}

SHIM int min(int a, int b) { return a < b ? a : b; }
SHIM int max(int a, int b) { return a > b ? a : b; }
SHIM int16 min(int16 a, int16 b) { return a < b ? a : b; }
SHIM int16 max(int16 a, int16 b) { return a > b ? a : b; }

SHIM ulong16 convert_ulong16(uint16 a) { return __builtin_convertvector(a, ulong16); }
SHIM uint16 convert_uint16(ulong16 a) { return __builtin_convertvector(a, uint16); }

SHIM void prefetch(const float *p, size_t count) {
  (void)count;
  __builtin_prefetch(p);
}

// The work-item that runs now; CPU-family ranges have one dimension.
static _Thread_local size_t shim_item;
#define get_global_id(dimension) (shim_item)

#define SHIM_JOIN_(a, b) a##_##b
#define SHIM_JOIN(a, b) SHIM_JOIN_(a, b)

// HOST_KERNEL(name, arguments...) makes the host entry of a kernel: a loop over work-items that passes
// p[k], scratch, i[k] and f[k] in the order of the kernel's signature.
#define HOST_KERNEL(name, ...)                                                                             \
  static void SHIM_JOIN(host_##name, SUFFIX)(                                                              \
      void *const *p, const int *i, const float *f, void *scratch, int64_t begin, int64_t end) {           \
    (void)p, (void)i, (void)f, (void)scratch;                                                              \
    for (int64_t item = begin; item < end; item++) {                                                       \
      shim_item = (size_t)item;                                                                            \
      name(__VA_ARGS__);                                                                                   \
    }                                                                                                      \
  }
