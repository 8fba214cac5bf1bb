// The CPU family for processors with AVX-512, and what uses AMX where it can be had.
#if defined(__x86_64__)
#include <stdint.h>
#include <stddef.h>
#define SUFFIX avx512
#define VECTOR_REGISTERS 32
#define MATRIX_TILES 1
#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma,avx2,bmi2"))), apply_to = function)
#include "family.h"
#pragma clang attribute pop
#endif
