// The C face of the kernel texts: the CPU family compiled for this processor, and every text for OpenCL.
#pragma once
#include <stddef.h>
#include <stdint.h>

// One kernel of the CPU family: runs work-items begin ..< end of a one-dimensional range.
// pointers, integers and floats hold the kernel's arguments in the order of its OpenCL signature;
// scratch is the memory behind its `local` argument, private to the calling thread, 64-byte aligned.
typedef void (*tremor_kernel_function)(
    void *const *pointers, const int32_t *integers, const float *floats, void *scratch, int64_t begin, int64_t end);

// The instruction sets the CPU family is compiled for, slowest first.
typedef enum tremor_isa {
  TREMOR_ISA_PORTABLE = 0,
  TREMOR_ISA_NEON = 1,
  TREMOR_ISA_AVX2 = 2,
  TREMOR_ISA_AVX512 = 3,
  TREMOR_ISA_AMX = 4,  // AVX-512, and matrix tiles of bfloat16
} tremor_isa;

// The best instruction set that this build contains and this processor runs.
tremor_isa tremor_best_isa(void);
// Whether this build contains `isa`, this processor runs it, and TREMOR_INSTRUCTION_SET allows it.
int tremor_has_isa(tremor_isa isa);
// Whether the kernels were compiled with optimisation; without, they are more than ten times slower.
int tremor_is_optimized(void);
// Whether TREMOR_INSTRUCTION_SET may have this value: `portable`, `neon`, `avx2`, `avx512` or `amx`.
int tremor_is_isa_name(const char *name);
// The kernel of this name, or NULL.
tremor_kernel_function tremor_find_kernel(const char *name, tremor_isa isa);

// An embedded text from the folder Kernels: its path below that folder, and its bytes.
typedef struct tremor_text {
  const char *path;
  const char *bytes;
  size_t count;
} tremor_text;
// The number of embedded texts.
int tremor_text_count(void);
// The embedded text at `index`.
tremor_text tremor_text_at(int index);
