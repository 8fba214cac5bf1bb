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

// Runs `launch` and returns when it is done: 0, or ENOMEM if there is no memory for scratch, in which case
// nothing ran. Runs that several threads ask of one pool follow one another.
int tremor_pool_run(tremor_pool *pool, tremor_launch launch);

// Runs programs of `count` steps. A single program has the items of each launch shared by all threads, each launch
// after the one before is done. Several run side by side, each on one thread from its first launch to its last;
// their launches differ in nothing but what pointers point to, and what one writes, no other may touch.
// Errors as above, before anything runs. Where `nanoseconds` is not NULL, every launch of the first program adds what
// it took to nanoseconds[step], from the end of the one before it.
int tremor_pool_run_steps(
    tremor_pool *pool, const tremor_step *const *programs, int program_count, size_t count, int64_t *nanoseconds);
