// What this processor can do at most, for each instruction set that the CPU family is compiled for.
#include "../include/tremor_peak.h"

#include <unistd.h>

#if defined(__x86_64__)
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#define SUFFIX avx512
#define LANES 16
#define ACCUMULATORS 12
#include "peak.h"
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define SUFFIX avx2
#define LANES 8
#define ACCUMULATORS 12
#include "peak.h"
#pragma clang attribute pop
#endif
#define SUFFIX portable
#define LANES 4
#define ACCUMULATORS 12
#include "peak.h"

tremor_kernel_function tremor_find_peak(tremor_peak what, tremor_isa isa) {
  if (!tremor_has_isa(isa)) return NULL;
#if defined(__x86_64__)
  if (isa == TREMOR_ISA_AVX512 || isa == TREMOR_ISA_AMX) return tremor_peak_avx512(what);
  if (isa == TREMOR_ISA_AVX2) return tremor_peak_avx2(what);
#endif
  return tremor_peak_portable(what);
}

int64_t tremor_peak_multiply_adds(tremor_isa isa) {
  switch (isa) {
  case TREMOR_ISA_AVX512:
  case TREMOR_ISA_AMX: return 16 * 12;
  case TREMOR_ISA_AVX2: return 8 * 12;
  default: return 4 * 12;
  }
}

int64_t tremor_last_cache_bytes(void) {
  long bytes = 0;
#if defined(_SC_LEVEL3_CACHE_SIZE)
  bytes = sysconf(_SC_LEVEL3_CACHE_SIZE);
#endif
  return bytes > 0 ? bytes : 32 << 20;
}
