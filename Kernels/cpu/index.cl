// Selection by index, scans and orderings.
//
// All tensors are dense, the last extent fastest. 4-byte elements that are only moved are `uint`, so that
// one kernel serves floats and ints.

#define INDEX_CHUNK 4096    // elements of a work-item that moves elements
#define INDEX_COLUMNS 256   // columns of a work-item of scatter_add
#define SCAN_COLUMNS 64     // columns of a work-item of cumulative_sum
#define INSERTION_COUNT 32  // up to this many, top_k keeps a sorted list and needs no scratch

// result[b, p, i, q] = operand[b, p, indices[b, i], q], or 0 where the index is outside 0 ..< a.
//
// operand  [b, p, a, q]; shared indices have b = 1 and a larger p
// indices  [b, i]
// A work-item covers 4096 elements of the result: ceil(b * p * i * q / 4096) items.
//
// batches     b
// planes      p
// extent      a
// selections  i
// columns     q
#define GATHER(NAME, T)                                                                                     \
  kernel void NAME(global const T *restrict operand, global const int *restrict indices,                    \
                   global T *restrict result, int batches, int planes, int extent, int selections,          \
                   int columns) {                                                                           \
    const long count = (long)batches * planes * selections * columns;                                       \
    long at = (long)get_global_id(0) * INDEX_CHUNK;                                                         \
    const long end = at + INDEX_CHUNK < count ? at + INDEX_CHUNK : count;                                   \
    long row = at / columns, plane = row / selections;                                                      \
    int column = (int)(at % columns), selection = (int)(row % selections);                                  \
    while (at < end) {                                                                                      \
      const int run = end - at < columns - column ? (int)(end - at) : columns - column;                     \
      const int index = indices[plane / planes * selections + selection];                                   \
      const int inside = index >= 0 && index < extent;                                                      \
      global const T *from = operand + (inside ? (plane * extent + index) * columns + column : 0);          \
      int q = 0;                                                                                            \
      for (; q + LANES <= run && inside; q += LANES) vstore16(vload16(0, from + q), 0, result + at + q);    \
      for (; q < run; q++) result[at + q] = inside ? from[q] : 0;                                           \
      at += run;                                                                                            \
      column = 0;                                                                                           \
      if (++selection == selections) selection = 0, plane++;                                                \
    }                                                                                                       \
  }

GATHER(gather_words, uint)
GATHER(gather_bytes, uchar)

// result[b, p, a, q] = sum of updates[b, p, i, q] over the i with indices[b, i] = a, in increasing i from 0;
// indices outside 0 ..< a are dropped.
//
// updates  [b, p, i, q]; shared indices have b = 1 and a larger p
// indices  [b, i]
// result   [b, p, a, q]
// A work-item covers 256 columns of one (b, p): b * p * ceil(q / 256) items.
//
// planes, extent, selections, columns  p, a, i, q
#define SCATTER_ADD(NAME, T)                                                                                \
  kernel void NAME(global const T *restrict updates, global const int *restrict indices,                    \
                   global T *restrict result, int planes, int extent, int selections, int columns) {        \
    const long item = (long)get_global_id(0);                                                               \
    const int slices = (columns + INDEX_COLUMNS - 1) / INDEX_COLUMNS;                                       \
    const long plane = item / slices;                                                                       \
    const int begin = (int)(item % slices) * INDEX_COLUMNS, count = min(INDEX_COLUMNS, columns - begin);    \
    global T *to = result + plane * extent * columns + begin;                                               \
    global const T *from = updates + plane * selections * columns + begin;                                  \
    indices += plane / planes * selections;                                                                 \
    for (int a = 0; a < extent; a++)                                                                        \
      for (int q = 0; q < count; q++) to[(long)a * columns + q] = 0;                                        \
    for (int i = 0; i < selections; i++) {                                                                  \
      const int index = indices[i];                                                                         \
      if (index < 0 || index >= extent) continue;                                                           \
      global T *sum = to + (long)index * columns;                                                           \
      global const T *update = from + (long)i * columns;                                                    \
      int q = 0;                                                                                            \
      for (; q + LANES <= count; q += LANES)                                                                \
        vstore16(vload16(0, sum + q) + vload16(0, update + q), 0, sum + q);                                 \
      for (; q < count; q++) sum[q] += update[q];                                                           \
    }                                                                                                       \
  }

SCATTER_ADD(scatter_add, float)
SCATTER_ADD(scatter_add_int, uint)

// result[r, l, q] = sum of operand[r, j, q] over j <= l (j >= l when reversed), one addition after another.
//
// A work-item covers 64 columns of one r: rows * ceil(columns / 64) items.
//
// extent, columns  l and q of the tensors [r, l, q]
// reversed         1: from the end
// exclusive        1: l itself is left out, so the first sum is 0
#define CUMULATIVE_SUM(NAME, T)                                                                             \
  kernel void NAME(global const T *restrict operand, global T *restrict result, int extent, int columns,    \
                   int reversed, int exclusive) {                                                           \
    const long item = (long)get_global_id(0);                                                               \
    const int slices = (columns + SCAN_COLUMNS - 1) / SCAN_COLUMNS;                                         \
    const int begin = (int)(item % slices) * SCAN_COLUMNS, count = min(SCAN_COLUMNS, columns - begin);      \
    T sum[SCAN_COLUMNS];                                                                                    \
    for (int q = 0; q < count; q++) sum[q] = 0;                                                             \
    for (int l = 0; l < extent; l++) {                                                                      \
      const long at = ((item / slices) * extent + (reversed ? extent - 1 - l : l)) * columns + begin;       \
      for (int q = 0; q < count; q++) {                                                                     \
        const T before = sum[q];                                                                            \
        sum[q] = before + operand[at + q];                                                                  \
        result[at + q] = exclusive ? before : sum[q];                                                       \
      }                                                                                                     \
    }                                                                                                       \
  }

CUMULATIVE_SUM(cumulative_sum, float)
CUMULATIVE_SUM(cumulative_sum_int, uint)

// Keys whose unsigned order is the order of the result: the largest value first unless `ascending`. All NaNs
// share the key above infinity, both zeros share one.
INLINE uint top_key(uint bits, int integers, int ascending) {
  uint up = bits ^ 0x80000000u;
  if (!integers) {
    const uint magnitude = bits & 0x7fffffffu;
    up = magnitude == 0 ? 0x80000000u : bits & 0x80000000u ? ~bits : bits | 0x80000000u;
    if (magnitude > 0x7f800000u) up = 0xffffffffu;
  }
  return ascending ? up : ~up;
}

// Keeps a sorted list of the first `count` keys, for count <= INSERTION_COUNT.
INLINE void top_insert(
    global const uint *values, global int *result, int extent, int count, int integers, int ascending) {
  uint keys[INSERTION_COUNT];
  int held = 0;
  for (int l = 0; l < extent; l++) {
    const uint key = top_key(values[l], integers, ascending);
    if (held == count && key >= keys[count - 1]) continue;
    int at = held < count ? held++ : count - 1;
    for (; at > 0 && keys[at - 1] > key; at--) {
      keys[at] = keys[at - 1];
      result[at] = result[at - 1];
    }
    keys[at] = key;
    result[at] = l;
  }
}

// The indices of the first `count` keys, by increasing index: finds the last of those keys a digit at a time.
INLINE void top_select(
    global const uint *values, global int *result, int extent, int count, int integers, int ascending) {
  uint limit = 0;
  int ties = count;  // how many keys that agree with `limit` in the digits found so far are wanted
  for (int shift = 24; shift >= 0; shift -= 8) {
    int counts[256];
    for (int d = 0; d < 256; d++) counts[d] = 0;
    for (int l = 0; l < extent; l++) {
      const uint key = top_key(values[l], integers, ascending);
      if (shift == 24 || (key ^ limit) >> (shift + 8) == 0) counts[key >> shift & 255]++;
    }
    int digit = 0;
    for (; counts[digit] < ties; digit++) ties -= counts[digit];
    limit |= (uint)digit << shift;
  }
  int taken = 0;
  for (int l = 0; l < extent && taken < count; l++) {
    const uint key = top_key(values[l], integers, ascending);
    if (key < limit || (key == limit && ties-- > 0)) result[taken++] = l;
  }
}

// One stable pass of the sort: the indices by their key's digit at `shift`. Defined for both directions
// between global and local memory.
#define TOP_PASS(NAME, FROM, TO)                                                                            \
  INLINE void NAME(global const uint *values, FROM const int *indices, TO int *sorted, int count,           \
                   int integers, int ascending, int shift) {                                                \
    int offsets[257];                                                                                       \
    for (int d = 0; d <= 256; d++) offsets[d] = 0;                                                          \
    for (int i = 0; i < count; i++)                                                                         \
      offsets[(top_key(values[indices[i]], integers, ascending) >> shift & 255) + 1]++;                     \
    for (int d = 0; d < 256; d++) offsets[d + 1] += offsets[d];                                             \
    for (int i = 0; i < count; i++)                                                                         \
      sorted[offsets[top_key(values[indices[i]], integers, ascending) >> shift & 255]++] = indices[i];      \
  }

TOP_PASS(top_pass_to_scratch, global, local)
TOP_PASS(top_pass_to_result, local, global)

INLINE int top_before(global const uint *values, int a, int b, int integers, int ascending) {
  const uint keyA = top_key(values[a], integers, ascending), keyB = top_key(values[b], integers, ascending);
  return keyA < keyB || (keyA == keyB && a < b);
}

INLINE void top_sink(
    global const uint *values, global int *heap, int root, int count, int integers, int ascending) {
  const int moved = heap[root];
  for (long child = 2L * root + 1; child < count; child = 2L * root + 1) {
    if (child + 1 < count && top_before(values, heap[child], heap[child + 1], integers, ascending)) child++;
    if (!top_before(values, moved, heap[child], integers, ascending)) break;
    heap[root] = heap[child];
    root = (int)child;
  }
  heap[root] = moved;
}

// Sorts in place; slower than the passes, but needs no scratch.
INLINE void top_heap(global const uint *values, global int *result, int count, int integers, int ascending) {
  for (int root = count / 2 - 1; root >= 0; root--)
    top_sink(values, result, root, count, integers, ascending);
  for (int last = count - 1; last > 0; last--) {
    const int latest = result[0];
    result[0] = result[last];
    result[last] = latest;
    top_sink(values, result, 0, last, integers, ascending);
  }
}

// result[r, 0 ..< k] = the indices of the k first elements of values[r, 0 ..< l] in the chosen order, equal
// elements by increasing index.
//
// Small k keeps a sorted list. Larger k collects the indices up to the k-th key, then sorts them stably by
// digits between result and scratch, or in place where scratch is too small.
// A work-item covers a row: there are as many items as rows. Scratch: 4 * k bytes for k > 32, else none.
//
// extent        l
// count         k, at most l
// integers      0: values are floats, 1: ints
// ascending     0: largest first, NaN before all; 1: smallest first, NaN after all
// scratchCount  elements of 4 bytes that scratch holds
kernel void top_k(
    global const uint *restrict values, global int *restrict result, local float *restrict scratch,
    int extent, int count, int integers, int ascending, int scratchCount) {
  const long row = (long)get_global_id(0);
  values += row * extent;
  result += row * count;
  if (count <= INSERTION_COUNT) {
    if (count > 0) top_insert(values, result, extent, count, integers, ascending);
    return;
  }
  top_select(values, result, extent, count, integers, ascending);
  if (count > scratchCount) {
    top_heap(values, result, count, integers, ascending);
    return;
  }
  for (int shift = 0; shift < 32; shift += 16) {
    top_pass_to_scratch(values, result, (local int *)scratch, count, integers, ascending, shift);
    top_pass_to_result(values, (local const int *)scratch, result, count, integers, ascending, shift + 8);
  }
}

#ifdef TREMOR_HOST
HOST_KERNEL(gather_words, p[0], p[1], p[2], i[0], i[1], i[2], i[3], i[4])
HOST_KERNEL(gather_bytes, p[0], p[1], p[2], i[0], i[1], i[2], i[3], i[4])
HOST_KERNEL(scatter_add, p[0], p[1], p[2], i[0], i[1], i[2], i[3])
HOST_KERNEL(scatter_add_int, p[0], p[1], p[2], i[0], i[1], i[2], i[3])
HOST_KERNEL(cumulative_sum, p[0], p[1], i[0], i[1], i[2], i[3])
HOST_KERNEL(cumulative_sum_int, p[0], p[1], i[0], i[1], i[2], i[3])
HOST_KERNEL(top_k, p[0], p[1], scratch, i[0], i[1], i[2], i[3], i[4])
#endif
