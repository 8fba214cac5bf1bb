// Movement by index, running sums and order, on dense tensors, the last extent fastest. Indices are int32.
// Elements of 4 bytes that are only moved are int, so that one kernel serves floats and ints. All run in
// groups of 256, items rounded up; their counts:
//
//   gather_words, gather_bytes  operand [B, P, A, Q], indices [B, I] -> result [B, P, I, Q]:
//                   result[b, p, i, q] = operand[b, p, indices[b, i], q], 0 where the index is outside 0
//                   ..< A; B * P * I * Q items. Shared indices have B = 1 and a larger P, here and below.
//   scatter_add, scatter_add_int  the adjoint, values [B, P, I, Q] -> result [B, P, A, Q]: the sum, i
//                   increasing from 0, of the values whose index is a; indices outside are dropped; B * P *
//                   A * Q items, each of which reads every index of its batch entry
//   cumulative_sum, cumulative_sum_int  [R, L, Q] along L, one addition after another from 0, from the end
//                   if `reversed`; with `exclusive` an element's own value is left out; R * Q items
//   top_k           [R, L] -> int32 [R, K]: the indices of the first K in descending order, or `ascending`;
//                   `integers` 1 for int values, 0 for floats. NaN is larger than any number, ties go to
//                   the lower index, both zeros tie. (ceil(L / 256) * 256, R) items in groups of 256 x 1:
//                   an item counts the elements that come before its own, which is its element's rank.

#define GATHER(NAME, T)                                                                                     \
  GROUP_1D kernel void NAME(global const T *restrict operand, global const int *restrict indices,           \
                            global T *restrict result, int batch, int planes, int extent, int selections,   \
                            int columns) {                                                                  \
    const long e = get_global_id(0), q = e % columns, i = e / columns % selections;                         \
    const long plane = e / columns / selections, b = plane / planes;                                        \
    if (b >= batch) return;                                                                                 \
    const int index = indices[b * selections + i], inside = index >= 0 && index < extent;                   \
    result[e] = inside ? operand[(plane * extent + index) * columns + q] : 0;                               \
  }
GATHER(gather_words, int)
GATHER(gather_bytes, uchar)

#define SCATTER_ADD(NAME, T)                                                                                \
  GROUP_1D kernel void NAME(global const T *restrict values, global const int *restrict indices,            \
                            global T *restrict result, int batch, int planes, int extent, int selections,   \
                            int columns) {                                                                  \
    const long e = get_global_id(0), q = e % columns, a = e / columns % extent;                             \
    const long plane = e / columns / extent, b = plane / planes;                                            \
    if (b >= batch) return;                                                                                 \
    T sum = 0;                                                                                              \
    for (long i = 0; i < selections; i++)                                                                   \
      if (indices[b * selections + i] == a) sum += values[(plane * selections + i) * columns + q];          \
    result[e] = sum;                                                                                        \
  }
SCATTER_ADD(scatter_add, float)
SCATTER_ADD(scatter_add_int, uint)

#define CUMULATIVE_SUM(NAME, T)                                                                             \
  GROUP_1D kernel void NAME(global const T *restrict operand, global T *restrict result, int rows,          \
                            int extent, int columns, int reversed, int exclusive) {                         \
    const long item = get_global_id(0), row = item / columns, q = item % columns;                           \
    if (row >= rows) return;                                                                                \
    T sum = 0;                                                                                              \
    for (int step = 0; step < extent; step++) {                                                             \
      const long e = (row * extent + (reversed ? extent - 1 - step : step)) * columns + q;                  \
      const T before = sum;                                                                                 \
      sum += operand[e];                                                                                    \
      result[e] = exclusive ? before : sum;                                                                 \
    }                                                                                                       \
  }
CUMULATIVE_SUM(cumulative_sum, float)
CUMULATIVE_SUM(cumulative_sum_int, uint)

// A key whose unsigned order is the order of the result. All NaNs share the key beyond infinity, both zeros
// one.
INLINE uint top_key(uint bits, int integers, int ascending) {
  uint up = bits ^ 0x80000000u;
  if (!integers) {
    const uint size = bits & 0x7fffffffu;
    up = bits >> 31 ? 0x80000000u - size : 0x80000000u + size;
    if (size > 0x7f800000u) up = 0xffffffffu;
  }
  return ascending ? up : ~up;
}

GROUP_1D kernel void top_k(global const uint *restrict values, global int *restrict result, int extent,
                           int count, int integers, int ascending) {
  local uint keys[GROUP];
  const int i = get_global_id(0), item = get_local_id(0);
  const long row = get_global_id(1);
  values += row * extent;
  const uint own = i < extent ? top_key(values[i], integers, ascending) : 0;
  int rank = 0;
  for (int first = 0; first < extent; first += GROUP) {
    if (first + item < extent) keys[item] = top_key(values[first + item], integers, ascending);
    barrier(CLK_LOCAL_MEM_FENCE);
    const int here = min(GROUP, extent - first);
    for (int j = 0; j < here; j++) rank += keys[j] < own || (keys[j] == own && first + j < i);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (i < extent && rank < count) result[row * count + rank] = i;
}
