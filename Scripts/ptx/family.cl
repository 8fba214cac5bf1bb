// What an NVIDIA driver is given as the family, with the built-in functions in front.
#include "builtins.h"
#include "../../Kernels/gpu/family.cl"

// One kernel of each kind that is otherwise written at run time: (x * x + y).tanh, and sums of x.
INLINE void sample_map_element(MAP_SOURCES_2 MAP_RESULTS_1 long index, uint *bits) {
  const int c1 = (int)index % 96, c0 = (int)index / 96;
  const lane x = load_float32(s0, c0 * 96L + c1), y = load_float32(s1, c1);
  store_float32(d0, c0 * 96L + c1, op_tanh_f(op_add_f(op_mul_f(x, x), y)));
}
MAP_KERNEL(sample_map, 2, 1)
INLINE lane sample_value(MAP_SOURCES_1 long kept, long folded) {
  return load_float32(s0, kept * 4096L + folded);
}
INLINE void sample_store(global uchar *d0, long kept, lane value) { store_float32(d0, kept, value); }
#define sample_reduce_items_value sample_value
#define sample_reduce_items_store sample_store
#define sample_reduce_group_value sample_value
#define sample_reduce_group_store sample_store
#define sample_reduce_segments_value sample_value
#define sample_reduce_finish_store sample_store
REDUCE_ITEMS(sample_reduce_items, sum_f, 1)
REDUCE_GROUP(sample_reduce_group, sum_f, 1)
REDUCE_SEGMENTS(sample_reduce_segments, sum_f, 1)
REDUCE_FINISH(sample_reduce_finish, sum_f)
