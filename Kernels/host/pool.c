// The thread pool behind the CPU device.
//
// Work is claimed through one 64-bit ticket: the launch's epoch above, the number of unclaimed chunks below.
// A claim is a compare-and-swap that takes one chunk off, so a thread that slept through a launch cannot
// claim from it, and whoever claims may read the launch: it is not over before that chunk is.
// A thread without work watches the ticket for a short bounded time, then sleeps: on a shared machine a
// spinning thread takes the processor from the one it waits for.
#include "../include/tremor_pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SPIN_NANOSECONDS 10000
#define CHUNKS_PER_THREAD 8
#define SCRATCH_ALIGNMENT 64

typedef struct worker {
  tremor_pool *pool;
  pthread_t thread;
  void *scratch;
} worker;

struct tremor_pool {
  pthread_mutex_t running;  // held for the length of a run
  pthread_mutex_t sleeping;
  pthread_cond_t work;  // workers wait here for a ticket
  pthread_cond_t done;  // the caller waits here for the last chunk
  _Atomic uint64_t ticket;
  atomic_int sleepers;
  atomic_int caller_sleeps;
  atomic_int stopping;
  _Atomic int64_t unfinished;  // chunks of this launch that have not been completed

  // The launch the ticket belongs to; written while no chunk is unclaimed or unfinished.
  tremor_launch launch;
  int64_t chunk_items;
  int64_t chunks;

  int threads;
  int spins;  // whether waiting may spin: only where every thread has a processor
  size_t scratch_bytes;
  worker workers[];  // the caller is worker 0
};

#define UNCLAIMED(ticket) ((uint32_t)(ticket))

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void relax(void) {
  for (int i = 0; i < 8; i++) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
  }
}

// Takes a chunk of the current launch: its index, or -1 if none is left.
static int64_t claim(tremor_pool *pool) {
  uint64_t ticket = atomic_load(&pool->ticket);
  while (UNCLAIMED(ticket) > 0)
    if (atomic_compare_exchange_weak(&pool->ticket, &ticket, ticket - 1))
      return pool->chunks - (int64_t)UNCLAIMED(ticket);
  return -1;
}

static void finish_chunk(tremor_pool *pool) {
  if (atomic_fetch_sub(&pool->unfinished, 1) > 1 || !atomic_load(&pool->caller_sleeps)) return;
  pthread_mutex_lock(&pool->sleeping);
  pthread_cond_signal(&pool->done);
  pthread_mutex_unlock(&pool->sleeping);
}

// Runs chunks until none is left to claim. The scratch is looked up after a claim, which keeps it in place.
static void help(tremor_pool *pool, const worker *self) {
  for (int64_t chunk = claim(pool); chunk >= 0; chunk = claim(pool)) {
    const tremor_launch *launch = &pool->launch;
    int64_t begin = chunk * pool->chunk_items;
    int64_t end = begin + pool->chunk_items < launch->items ? begin + pool->chunk_items : launch->items;
    launch->function(launch->pointers, launch->integers, launch->floats, self->scratch, begin, end);
    finish_chunk(pool);
  }
}

static int has_news(tremor_pool *pool) {
  return UNCLAIMED(atomic_load(&pool->ticket)) > 0 || atomic_load(&pool->stopping);
}

static void wait_for_work(tremor_pool *pool) {
  if (pool->spins)
    for (int64_t start = now(); now() - start < SPIN_NANOSECONDS; relax())
      if (has_news(pool)) return;
  pthread_mutex_lock(&pool->sleeping);
  atomic_fetch_add(&pool->sleepers, 1);
  while (!has_news(pool)) pthread_cond_wait(&pool->work, &pool->sleeping);
  atomic_fetch_sub(&pool->sleepers, 1);
  pthread_mutex_unlock(&pool->sleeping);
}

static void *work(void *argument) {
  worker *self = argument;
  while (!atomic_load(&self->pool->stopping)) {
    wait_for_work(self->pool);
    help(self->pool, self);
  }
  return NULL;
}

static void wait_for_end(tremor_pool *pool) {
  if (pool->spins)
    for (int64_t start = now(); now() - start < SPIN_NANOSECONDS; relax())
      if (atomic_load(&pool->unfinished) == 0) return;
  if (atomic_load(&pool->unfinished) == 0) return;
  pthread_mutex_lock(&pool->sleeping);
  atomic_store(&pool->caller_sleeps, 1);
  while (atomic_load(&pool->unfinished) > 0) pthread_cond_wait(&pool->done, &pool->sleeping);
  atomic_store(&pool->caller_sleeps, 0);
  pthread_mutex_unlock(&pool->sleeping);
}

// Lets the workers see the launch, and wakes as many sleepers as there are chunks for.
static void publish(tremor_pool *pool, const tremor_launch *launch) {
  int64_t most = (int64_t)pool->threads * CHUNKS_PER_THREAD;
  pool->launch = *launch;
  pool->chunk_items = (launch->items + most - 1) / most;
  pool->chunks = (launch->items + pool->chunk_items - 1) / pool->chunk_items;
  atomic_store(&pool->unfinished, pool->chunks);
  uint64_t epoch = (atomic_load(&pool->ticket) >> 32) + 1;
  atomic_store(&pool->ticket, epoch << 32 | (uint64_t)pool->chunks);
  int sleepers = atomic_load(&pool->sleepers);
  if (sleepers == 0) return;
  pthread_mutex_lock(&pool->sleeping);
  if (pool->chunks > sleepers)
    pthread_cond_broadcast(&pool->work);
  else
    for (int64_t i = 1; i < pool->chunks; i++) pthread_cond_signal(&pool->work);
  pthread_mutex_unlock(&pool->sleeping);
}

static void run_launch(tremor_pool *pool, const tremor_launch *launch) {
  worker *caller = &pool->workers[0];
  if (launch->items <= 1 || pool->threads == 1) {
    launch->function(launch->pointers, launch->integers, launch->floats, caller->scratch, 0, launch->items);
    return;
  }
  publish(pool, launch);
  help(pool, caller);
  wait_for_end(pool);
}

// Every thread's scratch grows at once, here, where running out of memory can still be reported.
static int grow_scratch(tremor_pool *pool, size_t bytes) {
  if (bytes <= pool->scratch_bytes) return 0;
  bytes = (bytes + SCRATCH_ALIGNMENT - 1) / SCRATCH_ALIGNMENT * SCRATCH_ALIGNMENT;
  for (int i = 0; i < pool->threads; i++) {
    void *grown;
    if (posix_memalign(&grown, SCRATCH_ALIGNMENT, bytes) != 0) return ENOMEM;
    free(pool->workers[i].scratch);
    pool->workers[i].scratch = grown;
  }
  pool->scratch_bytes = bytes;
  return 0;
}

static size_t largest_scratch(const tremor_launch *launches, size_t count) {
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++)
    if (launches[i].scratch_bytes > bytes) bytes = launches[i].scratch_bytes;
  return bytes;
}

int tremor_pool_run_many(tremor_pool *pool, const tremor_launch *launches, size_t count) {
  pthread_mutex_lock(&pool->running);
  int failure = grow_scratch(pool, largest_scratch(launches, count));
  if (!failure)
    for (size_t i = 0; i < count; i++) run_launch(pool, &launches[i]);
  pthread_mutex_unlock(&pool->running);
  return failure;
}

int tremor_pool_time_many(
    tremor_pool *pool, const tremor_launch *launches, size_t count, int64_t *nanoseconds) {
  pthread_mutex_lock(&pool->running);
  int failure = grow_scratch(pool, largest_scratch(launches, count));
  int64_t start = now();
  for (size_t i = 0; i < count && !failure; i++) {
    run_launch(pool, &launches[i]);
    int64_t end = now();
    nanoseconds[i] += end - start;
    start = end;
  }
  pthread_mutex_unlock(&pool->running);
  return failure;
}

int tremor_pool_run(tremor_pool *pool, tremor_launch launch) {
  return tremor_pool_run_many(pool, &launch, 1);
}

tremor_pool *tremor_pool_create(int threads) {
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  if (processors < 1) processors = 1;
  if (threads <= 0) threads = (int)processors;
  tremor_pool *pool = calloc(1, sizeof(tremor_pool) + (size_t)threads * sizeof(worker));
  if (!pool) return NULL;
  pthread_mutex_init(&pool->running, NULL);
  pthread_mutex_init(&pool->sleeping, NULL);
  pthread_cond_init(&pool->work, NULL);
  pthread_cond_init(&pool->done, NULL);
  pool->spins = threads <= processors;
  pool->threads = 1;
  // A thread that cannot be had is done without.
  for (; pool->threads < threads; pool->threads++) {
    worker *next = &pool->workers[pool->threads];
    next->pool = pool;
    if (pthread_create(&next->thread, NULL, work, next) != 0) break;
  }
  return pool;
}

void tremor_pool_destroy(tremor_pool *pool) {
  if (!pool) return;
  pthread_mutex_lock(&pool->sleeping);
  atomic_store(&pool->stopping, 1);
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->sleeping);
  for (int i = 1; i < pool->threads; i++) pthread_join(pool->workers[i].thread, NULL);
  for (int i = 0; i < pool->threads; i++) free(pool->workers[i].scratch);
  pthread_cond_destroy(&pool->work);
  pthread_cond_destroy(&pool->done);
  pthread_mutex_destroy(&pool->sleeping);
  pthread_mutex_destroy(&pool->running);
  free(pool);
}

int tremor_pool_threads(const tremor_pool *pool) { return pool->threads; }
