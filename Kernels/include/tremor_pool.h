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

typedef struct tremor_pool tremor_pool;

// A pool whose runs use `threads` threads, the calling one among them; 0 or less means one a processor.
// Returns NULL if memory is short. Any number of pools may exist.
tremor_pool *tremor_pool_create(int threads);
// Ends the threads. No run may be in progress.
void tremor_pool_destroy(tremor_pool *pool);
// The number of threads of a run.
int tremor_pool_threads(const tremor_pool *pool);

// Runs `launch` and returns when it is done: 0, or ENOMEM if there is no memory for scratch, in which case
// nothing ran. Runs that several threads ask of one pool follow one another.
int tremor_pool_run(tremor_pool *pool, tremor_launch launch);
// Runs the launches in order, each after the one before is done; errors as above, before anything runs.
int tremor_pool_run_many(tremor_pool *pool, const tremor_launch *launches, size_t count);
// The same, and adds to nanoseconds[i] what launch i took, from the end of the one before it.
int tremor_pool_time_many(
    tremor_pool *pool, const tremor_launch *launches, size_t count, int64_t *nanoseconds);
