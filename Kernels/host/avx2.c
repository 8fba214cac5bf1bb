// The CPU family for processors with AVX2 and FMA.
#if defined(__x86_64__)
#include <stdint.h>
#include <stddef.h>
#define SUFFIX avx2
#define VECTOR_REGISTERS 8
#pragma clang diagnostic ignored "-Wpsabi"
#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#include "family.h"
#pragma clang attribute pop
#endif
