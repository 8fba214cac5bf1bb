// Chooses among the builds of the CPU family at run time.
#include "../include/tremor_kernels.h"

tremor_kernel_function tremor_table_portable(const char *name);
#if defined(__x86_64__)
tremor_kernel_function tremor_table_avx2(const char *name);
tremor_kernel_function tremor_table_avx512(const char *name);
#endif

int tremor_has_isa(tremor_isa isa) {
  switch (isa) {
  case TREMOR_ISA_PORTABLE: return 1;
#if defined(__aarch64__)
  case TREMOR_ISA_NEON: return 1;
#endif
#if defined(__x86_64__)
  case TREMOR_ISA_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  case TREMOR_ISA_AVX512:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
#endif
  default: return 0;
  }
}

tremor_isa tremor_best_isa(void) {
  for (int isa = TREMOR_ISA_AVX512; isa > TREMOR_ISA_PORTABLE; isa--)
    if (tremor_has_isa((tremor_isa)isa)) return (tremor_isa)isa;
  return TREMOR_ISA_PORTABLE;
}

tremor_kernel_function tremor_find_kernel(const char *name, tremor_isa isa) {
  if (!tremor_has_isa(isa)) return NULL;
#if defined(__x86_64__)
  if (isa == TREMOR_ISA_AVX512) return tremor_table_avx512(name);
  if (isa == TREMOR_ISA_AVX2) return tremor_table_avx2(name);
#endif
  return tremor_table_portable(name);
}
