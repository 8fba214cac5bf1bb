// Reductions with a fused map, for the kernels that the host writes as text around two functions of its
// own:
//   INLINE lane NAME_value(MAP_SOURCES_n long kept, long folded)      the value of one element (see map.cl)
//   INLINE void NAME_store(global uchar *d0, long kept, lane value)   where a result goes
// `kept` and `folded` are linear indices over the kept and the folded extents. FOLD is one of sum_f, sum_i,
// max_f, max_i, min_f, min_i (the fold of that name, on float or int lanes), argmax_f, argmax_i, argmin_f,
// argmin_i. NaN is the result of max and min that meet one; it counts as the largest for argmax, as the
// smallest for argmin; the first of equals wins, and arg folds give its folded index. Without elements: 0,
// an infinity, the extreme int, index 0.
//
// The order of the fold depends on `folded`, the number of folded elements, alone:
//   REDUCE_ITEMS(NAME, FOLD, n)     kernel NAME(s0, ..., d0, int kept, int folded): one item a result, in
//     order; `kept` items rounded up to groups of 256. For folded < 64, or where kept neighbours are memory
//     neighbours and folded < 1024.
//   REDUCE_GROUP(NAME, FOLD, n)     the same arguments: one work-group of 256 a result; item t folds
//     elements t, t + 256, ..., then a fixed tree. kept * 256 items.
//   REDUCE_SEGMENTS(NAME, FOLD, n)  for folded > REDUCE_SEGMENT: kernel NAME(s0, ..., int *partials, int
//     kept, int folded) writes [kept, ceil(folded / REDUCE_SEGMENT)] pairs of value and index, one
//     work-group each: (segments * 256, kept) items in groups of 256 x 1; NAME_store is not needed.
//   REDUCE_FINISH(NAME, FOLD)       kernel NAME(const int *partials, d0, int kept, int segments): one item
//     a result.
// The host chooses by folded and the layout of the kept extents, never by `kept`.
#define REDUCE_SEGMENT 65536

// A fold so far: its value, and the first element that has it; index NO_INDEX before any.
typedef struct {
  lane value;
  int index;
} folded_lane;
#define NO_INDEX 0x7fffffff

#define FOLD_START_sum_f 0
#define FOLD_START_sum_i 0
#define FOLD_START_max_f (BITS_INFINITY | BITS_SIGN)
#define FOLD_START_max_i BITS_SIGN
#define FOLD_START_min_f BITS_INFINITY
#define FOLD_START_min_i 0x7fffffff
#define FOLD_START_argmax_f FOLD_START_max_f
#define FOLD_START_argmax_i FOLD_START_max_i
#define FOLD_START_argmin_f FOLD_START_min_f
#define FOLD_START_argmin_i FOLD_START_min_i

#define FOLD_BY_VALUE(name, operation)                                                                      \
  INLINE folded_lane fold_##name(folded_lane a, folded_lane b) {                                            \
    a.value = operation(a.value, b.value);                                                                  \
    return a;                                                                                               \
  }                                                                                                         \
  INLINE lane fold_result_##name(folded_lane a) { return a.value; }
FOLD_BY_VALUE(sum_f, op_add_f)
FOLD_BY_VALUE(sum_i, op_add_i)
FOLD_BY_VALUE(max_f, op_max_f)
FOLD_BY_VALUE(max_i, op_max_i)
FOLD_BY_VALUE(min_f, op_min_f)
FOLD_BY_VALUE(min_i, op_min_i)

// Whether b's value comes before a's, and whether they tie.
INLINE int float_above(lane b, lane a) {
  return real(b) > real(a) || (real(b) != real(b) && real(a) == real(a));
}
INLINE int float_below(lane b, lane a) {
  return real(b) < real(a) || (real(b) != real(b) && real(a) == real(a));
}
INLINE int float_ties(lane b, lane a) {
  return real(b) == real(a) || (real(b) != real(b) && real(a) != real(a));
}
INLINE int int_above(lane b, lane a) { return b > a; }
INLINE int int_below(lane b, lane a) { return b < a; }
INLINE int int_ties(lane b, lane a) { return b == a; }

#define FOLD_BY_INDEX(name, better, ties)                                                                   \
  INLINE folded_lane fold_##name(folded_lane a, folded_lane b) {                                            \
    const int earlier = ties(b.value, a.value) && b.index < a.index;                                        \
    return better(b.value, a.value) || earlier ? b : a;                                                     \
  }                                                                                                         \
  INLINE lane fold_result_##name(folded_lane a) {                                                           \
    return a.index == NO_INDEX ? 0 : a.index;                                                               \
  }
FOLD_BY_INDEX(argmax_f, float_above, float_ties)
FOLD_BY_INDEX(argmax_i, int_above, int_ties)
FOLD_BY_INDEX(argmin_f, float_below, float_ties)
FOLD_BY_INDEX(argmin_i, int_below, int_ties)

// Folds elements begin, begin + step, ... below end into `total`.
#define REDUCE_RUN(NAME, FOLD, n, begin, end, step)                                                         \
  folded_lane total = {FOLD_START_##FOLD, NO_INDEX};                                                        \
  for (long element = begin; element < end; element += step) {                                              \
    folded_lane here;                                                                                       \
    here.value = NAME##_value(MAP_PASS_##n row, element);                                                   \
    here.index = (int)element;                                                                              \
    total = fold_##FOLD(total, here);                                                                       \
  }

// Folds the totals of a work-group into that of item 0; the tree is the same for every launch.
#define REDUCE_TREE(FOLD)                                                                                   \
  local folded_lane totals[GROUP];                                                                          \
  totals[item] = total;                                                                                     \
  for (int width = GROUP / 2; width > 0; width /= 2) {                                                      \
    barrier(CLK_LOCAL_MEM_FENCE);                                                                           \
    if (item < width) totals[item] = fold_##FOLD(totals[item], totals[item + width]);                       \
  }

#define REDUCE_ITEMS(NAME, FOLD, n)                                                                         \
  GROUP_1D kernel void NAME(MAP_SOURCES_##n global uchar *d0, int kept, int folded) {                       \
    const long row = get_global_id(0);                                                                      \
    if (row >= kept) return;                                                                                \
    REDUCE_RUN(NAME, FOLD, n, 0, folded, 1)                                                                 \
    NAME##_store(d0, row, fold_result_##FOLD(total));                                                       \
  }

#define REDUCE_GROUP(NAME, FOLD, n)                                                                         \
  GROUP_1D kernel void NAME(MAP_SOURCES_##n global uchar *d0, int kept, int folded) {                       \
    const long row = get_group_id(0);                                                                       \
    const int item = get_local_id(0);                                                                       \
    REDUCE_RUN(NAME, FOLD, n, item, folded, GROUP)                                                          \
    REDUCE_TREE(FOLD)                                                                                       \
    if (item == 0 && row < kept) NAME##_store(d0, row, fold_result_##FOLD(totals[0]));                      \
  }

#define REDUCE_SEGMENTS(NAME, FOLD, n)                                                                      \
  GROUP_1D kernel void NAME(MAP_SOURCES_##n global int *partials, int kept, int folded) {                   \
    const long row = get_group_id(1), segment = get_group_id(0), begin = segment * REDUCE_SEGMENT;          \
    const long end = min(begin + REDUCE_SEGMENT, (long)folded);                                             \
    const int item = get_local_id(0);                                                                       \
    REDUCE_RUN(NAME, FOLD, n, begin + item, end, GROUP)                                                     \
    REDUCE_TREE(FOLD)                                                                                       \
    if (item == 0 && row < kept) {                                                                          \
      const long place = 2 * (row * get_num_groups(0) + segment);                                           \
      partials[place] = totals[0].value;                                                                    \
      partials[place + 1] = totals[0].index;                                                                \
    }                                                                                                       \
  }

#define REDUCE_FINISH(NAME, FOLD)                                                                           \
  GROUP_1D kernel void NAME(global const int *partials, global uchar *d0, int kept, int segments) {         \
    const long row = get_global_id(0);                                                                      \
    if (row >= kept) return;                                                                                \
    folded_lane total = {FOLD_START_##FOLD, NO_INDEX};                                                      \
    for (long place = row * segments; place < (row + 1) * segments; place++) {                              \
      folded_lane here = {partials[2 * place], partials[2 * place + 1]};                                    \
      total = fold_##FOLD(total, here);                                                                     \
    }                                                                                                       \
    NAME##_store(d0, row, fold_result_##FOLD(total));                                                       \
  }
