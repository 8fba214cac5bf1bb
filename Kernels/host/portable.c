// The CPU family for every other processor; on 64-bit Arm this is the NEON build, NEON being its baseline.
#define SUFFIX portable
#define VECTOR_REGISTERS 8
#pragma clang diagnostic ignored "-Wpsabi"
#pragma STDC FP_CONTRACT OFF
#include "family.h"
