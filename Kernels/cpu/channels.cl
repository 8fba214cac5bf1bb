// Statistics of channels over all samples and places, as batch normalisation in training needs them.
//
//   channel_moments   mean[c] and sum over n, p of (x[n,c,p] - mean[c])^2, for each of `parts` ranges of
//                     samples
//   channel_sums      sum of x[n,c,p] and of x[n,c,p] * (y[n,c,p] - centre[c]), for each range
//   ..._join          the ranges joined in order: result[0][c] and result[1][c]; moments are divided by their
//                     number, so that row 1 is the mean squared deviation
//
// x and y are blocked [N, blocks, places, 16]; partial is [parts, 2, blocks * 16], result [2, blocks * 16].
// Part q covers the samples N * q / parts ..< N * (q + 1) / parts; `parts` must not depend on the number of
// cores. Within a part the order is (n, p) in runs of at most CHANNEL_RUN places. A run is read twice, for
// its mean and for the deviations from it; runs and parts are joined as Chan, Golub and LeVeque ("Updating
// formulae and a pairwise algorithm for computing sample variances", 1979) do, so that no large sums
// cancel.
// Work-items: parts * blocks, the block varying fastest; `blocks` for the joins.
// ints: N, blocks, places, parts.
#define CHANNEL_RUN 256
#define CHANNEL_SUMS 4

typedef struct {
  float count;
  float16 mean;
  float16 square;
} Moments;

INLINE void join_moments(Moments *a, float count, float16 mean, float16 square) {
  const float total = a->count + count, share = count / total;
  const float16 delta = mean - a->mean;
  a->mean = fma(delta, (float16)(share), a->mean);
  a->square += fma(delta * delta, (float16)(a->count * share), square);
  a->count = total;
}

INLINE void clear_sums(float16 *sum) {
  #pragma unroll
  for (int k = 0; k < CHANNEL_SUMS; k++) sum[k] = (float16)(0.0f);
}

INLINE float16 joined_sums(const float16 *sum) { return (sum[0] + sum[1]) + (sum[2] + sum[3]); }

INLINE void run_moments(Moments *moments, global const float *x, int count) {
  float16 sum[CHANNEL_SUMS];
  clear_sums(sum);
  int i = 0;
  for (; i + CHANNEL_SUMS <= count; i += CHANNEL_SUMS) {
    #pragma unroll
    for (int k = 0; k < CHANNEL_SUMS; k++) sum[k] += vload16(i + k, x);
  }
  for (; i < count; i++) sum[0] += vload16(i, x);
  const float16 mean = joined_sums(sum) * (float16)(1.0f / count);
  clear_sums(sum);
  for (i = 0; i + CHANNEL_SUMS <= count; i += CHANNEL_SUMS) {
    #pragma unroll
    for (int k = 0; k < CHANNEL_SUMS; k++) {
      const float16 d = vload16(i + k, x) - mean;
      sum[k] = fma(d, d, sum[k]);
    }
  }
  for (; i < count; i++) {
    const float16 d = vload16(i, x) - mean;
    sum[0] = fma(d, d, sum[0]);
  }
  join_moments(moments, (float)count, mean, joined_sums(sum));
}

kernel void channel_moments(global const float *restrict x, global float *restrict partial, int N, int blocks,
                            int places, int parts) {
  const int item = (int)get_global_id(0), block = item % blocks, part = item / blocks;
  const int first = (int)((long)N * part / parts), end = (int)((long)N * (part + 1) / parts);
  Moments moments;
  moments.count = 0.0f;
  moments.mean = moments.square = (float16)(0.0f);
  for (int n = first; n < end; n++) {
    global const float *plane = x + ((long)n * blocks + block) * places * LANES;
    for (int p = 0; p < places; p += CHANNEL_RUN)
      run_moments(&moments, plane + (long)p * LANES, min(CHANNEL_RUN, places - p));
  }
  global float *to = partial + ((long)part * 2 * blocks + block) * LANES;
  vstore16(moments.mean, 0, to);
  vstore16(moments.square, 0, to + (long)blocks * LANES);
}

kernel void channel_moments_join(global const float *restrict partial, global float *restrict result, int N,
                                 int blocks, int places, int parts) {
  const int block = (int)get_global_id(0);
  Moments moments;
  moments.count = 0.0f;
  moments.mean = moments.square = (float16)(0.0f);
  for (int part = 0; part < parts; part++) {
    const int samples = (int)((long)N * (part + 1) / parts) - (int)((long)N * part / parts);
    global const float *from = partial + ((long)part * 2 * blocks + block) * LANES;
    join_moments(&moments, (float)samples * places, vload16(0, from),
                 vload16(0, from + (long)blocks * LANES));
  }
  vstore16(moments.mean, block, result);
  vstore16(moments.square / (float16)(moments.count), block, result + (long)blocks * LANES);
}

INLINE void run_sums(global const float *x, global const float *y, float16 centre, int count,
                     float16 *total) {
  float16 sum[CHANNEL_SUMS], product[CHANNEL_SUMS];
  clear_sums(sum);
  clear_sums(product);
  int i = 0;
  for (; i + CHANNEL_SUMS <= count; i += CHANNEL_SUMS) {
    #pragma unroll
    for (int k = 0; k < CHANNEL_SUMS; k++) {
      const float16 value = vload16(i + k, x);
      sum[k] += value;
      product[k] = fma(value, vload16(i + k, y) - centre, product[k]);
    }
  }
  for (; i < count; i++) {
    const float16 value = vload16(i, x);
    sum[0] += value;
    product[0] = fma(value, vload16(i, y) - centre, product[0]);
  }
  total[0] += joined_sums(sum);
  total[1] += joined_sums(product);
}

kernel void channel_sums(global const float *restrict x, global const float *restrict y,
                         global const float *restrict centres, global float *restrict partial, int N,
                         int blocks, int places, int parts) {
  const int item = (int)get_global_id(0), block = item % blocks, part = item / blocks;
  const int first = (int)((long)N * part / parts), end = (int)((long)N * (part + 1) / parts);
  const float16 centre = vload16(block, centres);
  float16 total[2] = {(float16)(0.0f), (float16)(0.0f)};
  for (int n = first; n < end; n++) {
    const long plane = ((long)n * blocks + block) * places * LANES;
    for (int p = 0; p < places; p += CHANNEL_RUN) {
      const long at = plane + (long)p * LANES;
      run_sums(x + at, y + at, centre, min(CHANNEL_RUN, places - p), total);
    }
  }
  global float *to = partial + ((long)part * 2 * blocks + block) * LANES;
  vstore16(total[0], 0, to);
  vstore16(total[1], 0, to + (long)blocks * LANES);
}

kernel void channel_sums_join(global const float *restrict partial, global float *restrict result, int blocks,
                              int parts) {
  const int block = (int)get_global_id(0);
  float16 total[2] = {(float16)(0.0f), (float16)(0.0f)};
  for (int part = 0; part < parts; part++) {
    global const float *from = partial + ((long)part * 2 * blocks + block) * LANES;
    total[0] += vload16(0, from);
    total[1] += vload16(0, from + (long)blocks * LANES);
  }
  vstore16(total[0], block, result);
  vstore16(total[1], block, result + (long)blocks * LANES);
}

#ifdef TREMOR_HOST
HOST_KERNEL(channel_moments, p[0], p[1], i[0], i[1], i[2], i[3])
HOST_KERNEL(channel_moments_join, p[0], p[1], i[0], i[1], i[2], i[3])
HOST_KERNEL(channel_sums, p[0], p[1], p[2], p[3], i[0], i[1], i[2], i[3])
HOST_KERNEL(channel_sums_join, p[0], p[1], i[0], i[1])
#endif
