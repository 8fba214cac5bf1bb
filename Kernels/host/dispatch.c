// Chooses among the builds of the CPU family at run time.
#include "../include/tremor_kernels.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

tremor_kernel_function tremor_table_portable(const char *name);
#if defined(__x86_64__)
tremor_kernel_function tremor_table_avx2(const char *name);
tremor_kernel_function tremor_table_avx512(const char *name);
#endif

#if defined(__x86_64__) && defined(__linux__)
// AMX has 8 KiB of registers, which the system saves only for processes that asked for them.
#define REQUEST_STATE 0x1023
#define TILE_DATA 18
static pthread_once_t tiles_asked = PTHREAD_ONCE_INIT;
static int tiles_granted;

static void ask_for_tiles(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return;
  const int has_tiles = (d >> 24 & 1) && (d >> 22 & 1);  // AMX-TILE, AMX-BF16
  if (!has_tiles || !__get_cpuid_count(7, 1, &a, &b, &c, &d)) return;
  const int has_rounding = a >> 5 & 1;  // AVX512-BF16
  tiles_granted = has_rounding && syscall(SYS_arch_prctl, REQUEST_STATE, TILE_DATA) == 0;
}

static int has_tiles(void) {
  pthread_once(&tiles_asked, ask_for_tiles);
  return tiles_granted;
}
#else
static int has_tiles(void) { return 0; }
#endif

#define UNKNOWN_NAME (-1)

// The instruction set of a name as TREMOR_INSTRUCTION_SET spells it.
static int named(const char *name) {
  static const char *const names[] = {"portable", "neon", "avx2", "avx512", "amx"};
  for (int isa = TREMOR_ISA_PORTABLE; isa <= TREMOR_ISA_AMX; isa++)
    if (strcmp(name, names[isa]) == 0) return isa;
  return UNKNOWN_NAME;
}

int tremor_is_isa_name(const char *name) { return named(name) != UNKNOWN_NAME; }

// The best that may be used: what TREMOR_INSTRUCTION_SET names, if anything.
static int allowed(void) {
  const char *name = getenv("TREMOR_INSTRUCTION_SET");
  const int isa = name && *name ? named(name) : TREMOR_ISA_AMX;
  return isa == UNKNOWN_NAME ? TREMOR_ISA_AMX : isa;
}

int tremor_has_isa(tremor_isa isa) {
  if ((int)isa > allowed()) return 0;
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
  case TREMOR_ISA_AMX: return tremor_has_isa(TREMOR_ISA_AVX512) && has_tiles();
#endif
  default: return 0;
  }
}

tremor_isa tremor_best_isa(void) {
  for (int isa = TREMOR_ISA_AMX; isa > TREMOR_ISA_PORTABLE; isa--)
    if (tremor_has_isa((tremor_isa)isa)) return (tremor_isa)isa;
  return TREMOR_ISA_PORTABLE;
}

int tremor_is_optimized(void) {
#ifdef __OPTIMIZE__
  return 1;
#else
  return 0;
#endif
}

tremor_kernel_function tremor_find_kernel(const char *name, tremor_isa isa) {
  if (!tremor_has_isa(isa)) return NULL;
#if defined(__x86_64__)
  if (isa == TREMOR_ISA_AVX512 || isa == TREMOR_ISA_AMX) return tremor_table_avx512(name);
  if (isa == TREMOR_ISA_AVX2) return tremor_table_avx2(name);
#endif
  return tremor_table_portable(name);
}
