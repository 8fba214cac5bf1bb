// Threads that run work-items of CPU-family kernels.
#pragma once
#include "tremor_kernels.h"

// One kernel launch: work-items 0 ..< items of `function`, whose arguments are as in tremor_kernels.h.
typedef struct tremor_launch {
  tremor_kernel_function function;
  void *const *pointers;
  const int32_t *integers;
  const float *floats;
  size_t scratch_bytes;  // private memory of a thread, 64-byte aligned, with unspecified contents
  int64_t items;
} tremor_launch;

// A step of a program: a launch or, where that is NULL, a loop that repeats the `body` steps behind it.
typedef struct tremor_step {
  const tremor_launch *launch;
  int64_t repeats;
  size_t body;
} tremor_step;

typedef struct tremor_pool tremor_pool;

// A pool whose runs use `threads` threads, the calling one among them; 0 or less means one a processor.
// Returns NULL if memory is short. Any number of pools may exist.
tremor_pool *tremor_pool_create(int threads);
// Ends the threads. No run may be in progress.
void tremor_pool_destroy(tremor_pool *pool);
// The number of threads of a run.
int tremor_pool_threads(const tremor_pool *pool);

// Runs a program of `count` steps, each launch on all threads after the one before is done, and returns when all are: 0,
// or ENOMEM if there is no memory for scratch, in which case nothing ran. Runs that several threads ask of one pool
// follow one another. Where `nanoseconds` is not NULL, every launch adds what it took to nanoseconds[step], from the end of
// the one before it.
int tremor_pool_run_steps(tremor_pool *pool, const tremor_step *steps, size_t count, int64_t *nanoseconds);

// The bytes of scratch that a program needs.
size_t tremor_scratch_bytes(const tremor_step *steps, size_t count);
// Runs a program on the calling thread alone, without a pool. `scratch` has as many bytes as it needs, 64-byte aligned.
void tremor_run_steps(const tremor_step *steps, size_t count, void *scratch, int64_t *nanoseconds);
