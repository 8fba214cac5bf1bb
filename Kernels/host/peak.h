// One build of the kernels that measure peaks.
//
// The file that includes this one defines SUFFIX, LANES (floats of a vector register) and ACCUMULATORS (vectors that
// are summed side by side: enough to cover the latency of a multiply-add, few enough to stay in registers), and pushes
// the target attribute of its instruction set.
#include "../include/tremor_peak.h"

#define PEAK_JOIN_(a, b) a##_##b
#define PEAK_JOIN(a, b) PEAK_JOIN_(a, b)
#define PEAK(name) PEAK_JOIN(name, SUFFIX)

typedef float PEAK(vector) __attribute__((vector_size(4 * LANES), aligned(4)));
#define vector PEAK(vector)

static void PEAK(multiply_add)(
    void *const *p, const int32_t *i, const float *f, void *scratch, int64_t begin, int64_t end) {
  (void)f, (void)scratch;
  vector sums[ACCUMULATORS];
  const vector zero = {0};
  const vector factor = zero + 0.999f, addend = zero + 0.001f;
  for (int k = 0; k < ACCUMULATORS; k++) sums[k] = zero + (float)k;
  for (int64_t round = (end - begin) * i[0]; round > 0; round--)
#pragma clang loop unroll(full)
    for (int k = 0; k < ACCUMULATORS; k++) sums[k] = __builtin_elementwise_fma(sums[k], factor, addend);
  vector total = zero;
  for (int k = 0; k < ACCUMULATORS; k++) total += sums[k];
  // No one reads the sum; without it nothing would be computed.
  if (total[0] == -1) *(float *)p[0] = total[0];
}

static void PEAK(triad)(
    void *const *p, const int32_t *i, const float *f, void *scratch, int64_t begin, int64_t end) {
  (void)scratch;
  vector *restrict a = (vector *)p[0];
  const vector *restrict b = (const vector *)p[1], *restrict c = (const vector *)p[2];
  const vector scale = (vector){0} + f[0];
  for (int64_t k = begin * i[0] / LANES; k < end * i[0] / LANES; k++)
    a[k] = __builtin_elementwise_fma(scale, c[k], b[k]);
}

static void PEAK(copy)(
    void *const *p, const int32_t *i, const float *f, void *scratch, int64_t begin, int64_t end) {
  (void)f, (void)scratch;
  vector *restrict a = (vector *)p[0];
  const vector *restrict b = (const vector *)p[1];
  for (int64_t k = begin * i[0] / LANES; k < end * i[0] / LANES; k++) a[k] = b[k];
}

static void PEAK(read)(
    void *const *p, const int32_t *i, const float *f, void *scratch, int64_t begin, int64_t end) {
  (void)f, (void)scratch;
  vector total = {0};
  for (int64_t item = begin; item < end; item++) {
    const vector *block = (const vector *)((const float *)p[1] + item * i[0]);
    for (int round = 0; round < i[1]; round++) {
      vector sums[8] = {{0}};
      for (int k = 0; k < i[0] / LANES; k += 8)
#pragma clang loop unroll(full)
        for (int j = 0; j < 8; j++) sums[j] += block[k + j];
      for (int j = 0; j < 8; j++) total += sums[j];
      // A round that gave what the one before gave could be left out.
      __asm__ volatile("" : : : "memory");
    }
  }
  if (total[0] == -1) *(float *)p[0] = total[0];
}

tremor_kernel_function PEAK(tremor_peak)(tremor_peak what) {
  switch (what) {
  case TREMOR_PEAK_MULTIPLY_ADD: return PEAK(multiply_add);
  case TREMOR_PEAK_TRIAD: return PEAK(triad);
  case TREMOR_PEAK_COPY: return PEAK(copy);
  case TREMOR_PEAK_READ: return PEAK(read);
  }
  return NULL;
}

#undef vector
#undef SUFFIX
#undef LANES
#undef ACCUMULATORS
