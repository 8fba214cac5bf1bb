// The thread pool behind the CPU device.
//
// Every thread has a range of a launch's items, the same part of the samples in each launch, so that what it reads
// is what it wrote before: between cores that share no cache, data travels as slowly as from memory. It works
// its range off in chunks from the front; who is done helps the others from the back of theirs.
// The chunks of a range are claimed through one 64-bit ticket: the launch's epoch above, the first unclaimed
// chunk and the end of them below. A claim is a compare-and-swap that takes one chunk off, so a thread that
// slept through a launch cannot claim from it, and whoever claims may read the launch: it is not over before
// that chunk is.
// A thread without work watches the epoch for a short bounded time, then sleeps: on a shared machine a
// spinning thread takes the processor from the one it waits for.
#include "../include/tremor_pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SPIN_NANOSECONDS 10000
#define CHUNKS_PER_THREAD 8
#define SCRATCH_ALIGNMENT 64

typedef struct worker {
  // Alone on its line, as all threads look at it.
  _Alignas(64) _Atomic uint64_t ticket;
  _Alignas(64) tremor_pool *pool;
  pthread_t thread;
  void *scratch;
  uint32_t seen;  // the last epoch this thread has helped with
} worker;

struct tremor_pool {
  pthread_mutex_t running;  // held for the length of a run
  pthread_mutex_t sleeping;
  pthread_cond_t work;  // workers wait here for a ticket
  pthread_cond_t done;  // the caller waits here for the last chunk
  _Atomic uint32_t epoch;  // counts launches
  atomic_int sleepers;
  atomic_int caller_sleeps;
  atomic_int stopping;
  _Atomic int64_t unfinished;  // chunks of this launch that have not been completed

  // The launch the tickets belong to; written while no chunk is unclaimed or unfinished.
  tremor_launch launch;

  int threads;
  int spins;  // whether waiting may spin: only where every thread has a processor
  size_t scratch_bytes;
  worker workers[];  // the caller is worker 0
};

// A ticket is epoch << 32 | first << 16 | end.
#define FIRST(ticket) ((uint32_t)(ticket) >> 16)
#define END(ticket) ((uint32_t)(ticket) & 0xffff)

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

// The first item of thread `index`'s range.
static int64_t range_start(const tremor_pool *pool, int index) {
  return (int64_t)((double)pool->launch.items * index / pool->threads);
}

static int64_t chunk_count(const tremor_pool *pool, int index) {
  int64_t items = range_start(pool, index + 1) - range_start(pool, index);
  return items < CHUNKS_PER_THREAD ? items : CHUNKS_PER_THREAD;
}

// The first item of a chunk of that range. Chunks shrink towards the end, where a long one would leave other threads
// waiting.
static int64_t chunk_start(const tremor_pool *pool, int index, int64_t chunk) {
  int64_t start = range_start(pool, index), end = range_start(pool, index + 1);
  int64_t count = chunk_count(pool, index), left = count - chunk;
  if (end - start == count) return start + chunk;
  return end - (int64_t)((double)(end - start) * (double)(left * left) / (double)(count * count));
}

// Takes a chunk of the current launch off a ticket: its index, or -1 if none is left.
static int64_t claim(worker *owner, int from_front) {
  uint64_t ticket = atomic_load(&owner->ticket);
  while (FIRST(ticket) < END(ticket)) {
    uint64_t rest = from_front ? ticket + (1 << 16) : ticket - 1;
    if (atomic_compare_exchange_weak(&owner->ticket, &ticket, rest))
      return from_front ? FIRST(ticket) : END(ticket) - 1;
  }
  return -1;
}

static void finish_chunk(tremor_pool *pool) {
  if (atomic_fetch_sub(&pool->unfinished, 1) > 1 || !atomic_load(&pool->caller_sleeps)) return;
  pthread_mutex_lock(&pool->sleeping);
  pthread_cond_signal(&pool->done);
  pthread_mutex_unlock(&pool->sleeping);
}

// Runs chunks of one range until none is left to claim. The scratch is looked up after a claim, which keeps it in place.
static void help_with(tremor_pool *pool, int owner, const worker *self) {
  worker *other = &pool->workers[owner];
  for (int64_t chunk = claim(other, other == self); chunk >= 0; chunk = claim(other, other == self)) {
    const tremor_launch *launch = &pool->launch;
    int64_t begin = chunk_start(pool, owner, chunk), end = chunk_start(pool, owner, chunk + 1);
    if (begin < end)
      launch->function(launch->pointers, launch->integers, launch->floats, self->scratch, begin, end);
    finish_chunk(pool);
  }
}

static void help(tremor_pool *pool, worker *self) {
  int own = (int)(self - pool->workers);
  self->seen = atomic_load(&pool->epoch);
  for (int i = 0; i < pool->threads; i++) help_with(pool, (own + i) % pool->threads, self);
}

static int has_news(tremor_pool *pool, const worker *self) {
  return atomic_load(&pool->epoch) != self->seen || atomic_load(&pool->stopping);
}

static void wait_for_work(tremor_pool *pool, const worker *self) {
  if (pool->spins)
    for (int64_t start = now(); now() - start < SPIN_NANOSECONDS; relax())
      if (has_news(pool, self)) return;
  pthread_mutex_lock(&pool->sleeping);
  atomic_fetch_add(&pool->sleepers, 1);
  while (!has_news(pool, self)) pthread_cond_wait(&pool->work, &pool->sleeping);
  atomic_fetch_sub(&pool->sleepers, 1);
  pthread_mutex_unlock(&pool->sleeping);
}

static void *work(void *argument) {
  worker *self = argument;
  while (!atomic_load(&self->pool->stopping)) {
    wait_for_work(self->pool, self);
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
  pool->launch = *launch;
  uint64_t epoch = atomic_load(&pool->epoch) + 1;
  int64_t chunks = 0;
  for (int i = 0; i < pool->threads; i++) chunks += chunk_count(pool, i);
  atomic_store(&pool->unfinished, chunks);
  for (int i = 0; i < pool->threads; i++)
    atomic_store(&pool->workers[i].ticket, epoch << 32 | (uint64_t)chunk_count(pool, i));
  atomic_store(&pool->epoch, (uint32_t)epoch);
  int sleepers = atomic_load(&pool->sleepers);
  if (sleepers == 0) return;
  pthread_mutex_lock(&pool->sleeping);
  if (chunks > sleepers)
    pthread_cond_broadcast(&pool->work);
  else
    for (int64_t i = 1; i < chunks; i++) pthread_cond_signal(&pool->work);
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

size_t tremor_scratch_bytes(const tremor_step *steps, size_t count) {
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++)
    if (steps[i].launch && steps[i].launch->scratch_bytes > bytes) bytes = steps[i].launch->scratch_bytes;
  return bytes;
}

// Runs steps one after the other: each launch on all threads of `pool` or, if that is NULL, on this one.
static void run_in_order(
    tremor_pool *pool, void *scratch, const tremor_step *steps, size_t count, int64_t *nanoseconds) {
  int64_t start = nanoseconds ? now() : 0;
  for (size_t i = 0; i < count; i += 1 + steps[i].body) {
    const tremor_launch *launch = steps[i].launch;
    if (!launch)
      for (int64_t repeat = 0; repeat < steps[i].repeats; repeat++)
        run_in_order(pool, scratch, steps + i + 1, steps[i].body, nanoseconds ? nanoseconds + i + 1 : NULL);
    else if (pool)
      run_launch(pool, launch);
    else
      launch->function(launch->pointers, launch->integers, launch->floats, scratch, 0, launch->items);
    if (!nanoseconds) continue;
    int64_t end = now();
    if (launch) nanoseconds[i] += end - start;
    start = end;
  }
}

int tremor_pool_run_steps(tremor_pool *pool, const tremor_step *steps, size_t count, int64_t *nanoseconds) {
  pthread_mutex_lock(&pool->running);
  int failure = grow_scratch(pool, tremor_scratch_bytes(steps, count));
  if (!failure) run_in_order(pool, NULL, steps, count, nanoseconds);
  pthread_mutex_unlock(&pool->running);
  return failure;
}

void tremor_run_steps(const tremor_step *steps, size_t count, void *scratch, int64_t *nanoseconds) {
  run_in_order(NULL, scratch, steps, count, nanoseconds);
}

tremor_pool *tremor_pool_create(int threads) {
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  if (processors < 1) processors = 1;
  if (threads <= 0) threads = (int)processors;
  size_t size = sizeof(tremor_pool) + (size_t)threads * sizeof(worker);
  tremor_pool *pool = aligned_alloc(64, size);
  if (!pool) return NULL;
  memset(pool, 0, size);
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
