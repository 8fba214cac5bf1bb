// Products on NVIDIA tensor cores (compute capability 8.0 and later), by inline PTX; absent without
// -DNV_CC=80 or more, which the host passes only after it has asked the device, built a probe, and compared
// results.
//
//   convolution_tf32, convolution_tf32x3   arguments and items of convolution_gemm
//   matmul_tf32, matmul_tf32x3             arguments and items of matmul
// tf32 rounds both factors to 10 bits of mantissa; tf32x3 splits each into two such parts and adds the
// three products that matter, which comes near float32 at a third of the speed. Sums are in float32, in an
// order that depends on the reduced extent alone.
//
// Eight warps share a tile, four along M and two along N: TILE_M is 64, 128 or 256, TILE_N 16 ... 256; best
// 128 x 64 x 16 with TILE_PADDING 8, whose rows start in banks that no two lanes of a fragment share.
#if defined(NV_CC) && NV_CC >= 80

#define FRAGMENTS_M (TILE_M / 64)
#define FRAGMENTS_N (TILE_N / 16)
#define WARP_SUMS (FRAGMENTS_M * FRAGMENTS_N * 4)

INLINE uint tf32_of(float v) {
  uint bits;
  __asm__("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(v));
  return bits;
}

// sums[16 x 8] += a[16 x 8] * b[8 x 8], spread over the lanes of a warp.
INLINE void multiply_fragment(float *sums, const uint *a, const uint *b) {
  __asm__ volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// Where a lane's values lie in its warp's share of the tile.
typedef struct {
  int row, column, group, thread;
} warp_place;

INLINE warp_place warp_place_of(int item) {
  warp_place w;
  const int warp = item / 32, lane = item % 32;
  w.row = warp % 4 * (TILE_M / 4);
  w.column = warp / 4 * (TILE_N / 2);
  w.group = lane / 4;
  w.thread = lane % 4;
  return w;
}

// The row and the column in the tile of sums[4 * (i * FRAGMENTS_N + j) + q].
INLINE int sum_row(warp_place w, int i, int q) { return w.row + i * 16 + w.group + q / 2 * 8; }
INLINE int sum_column(warp_place w, int j, int q) { return w.column + j * 8 + w.thread * 2 + q % 2; }

// `count` values of a fragment, `step` apart in rows and 4 in the sum, rounded, and what rounding lost.
INLINE void load_fragment(local const float *at, int pitch, int rows, int exact, uint *high, uint *low) {
#pragma unroll
  for (int q = 0; q < 2 * rows; q++) {
    const float v = at[q / rows * 4 * pitch + q % rows * 8];
    high[q] = tf32_of(v);
    low[q] = exact ? tf32_of(v - as_float(high[q])) : 0;
  }
}

INLINE void multiply_warp(local const float *left, local const float *right, warp_place w, int exact,
                          float *sums) {
#pragma unroll
  for (int k = 0; k < TILE_K; k += 8) {
    uint a[FRAGMENTS_M][4], aLow[FRAGMENTS_M][4], b[FRAGMENTS_N][2], bLow[FRAGMENTS_N][2];
#pragma unroll
    for (int i = 0; i < FRAGMENTS_M; i++)
      load_fragment(left + (k + w.thread) * PITCH_M + sum_row(w, i, 0), PITCH_M, 2, exact, a[i], aLow[i]);
#pragma unroll
    for (int j = 0; j < FRAGMENTS_N; j++)
      load_fragment(right + (k + w.thread) * PITCH_N + w.column + j * 8 + w.group, PITCH_N, 1, exact, b[j],
                    bLow[j]);
#pragma unroll
    for (int i = 0; i < FRAGMENTS_M; i++)
#pragma unroll
      for (int j = 0; j < FRAGMENTS_N; j++) {
        float *sum = sums + 4 * (i * FRAGMENTS_N + j);
        if (exact) {
          multiply_fragment(sum, aLow[i], b[j]);
          multiply_fragment(sum, a[i], bLow[j]);
        }
        multiply_fragment(sum, a[i], b[j]);
      }
  }
}

#define CONVOLUTION_TENSOR(NAME, EXACT)                                                                     \
  GROUP_2D kernel void NAME(CONVOLUTION_BUFFERS, CONVOLUTION_SHAPE, int adjoint, int maskBatch, int flags) { \
    local float TILE_LOCAL left[TILE_K * PITCH_M], right[TILE_K * PITCH_N];                                 \
    local int table[4 * TILE_K];                                                                            \
    local uchar positive[TILE_M * TILE_N];                                                                  \
    const convolution_shape s = CONVOLUTION_SHAPE_VALUE;                                                    \
    const int item = get_local_id(1) * GROUP_SIDE + get_local_id(0), pixel0 = get_group_id(0) * TILE_M;     \
    const int output0 = get_group_id(1) * TILE_N, group = get_group_id(2) % groups;                         \
    const convolution_phase f = convolution_phase_of(s, get_group_id(2) / groups);                          \
    if (pixel0 >= f.pixels) return;                                                                         \
    const int area = kernelHeight * kernelWidth, pitch = adjoint ? area : inputs * area;                    \
    weights += (long)group * outputs * inputs * area + (long)output0 * pitch;                               \
    const pixel_source source = source_of_pixel(s, f, group, pixel0 + item % TILE_M);                       \
    const warp_place w = warp_place_of(item);                                                               \
    float sums[WARP_SUMS], fetchedPixels[FETCH_M], fetchedWeights[FETCH_N];                                 \
    _Pragma("unroll") for (int i = 0; i < WARP_SUMS; i++) sums[i] = 0.0f;                                   \
    if (item < TILE_K) write_step(table, item, item, s, f, adjoint);                                        \
    barrier(CLK_LOCAL_MEM_FENCE);                                                                           \
    fetch_pixels(x, table, s, source, item, fetchedPixels);                                                 \
    fetch_weights(weights, table, pitch, outputs - output0, item, fetchedWeights);                          \
    barrier(CLK_LOCAL_MEM_FENCE);                                                                           \
    for (int k = 0; k < f.depth; k += TILE_K) {                                                             \
      place_tiles(left, right, item, fetchedPixels, fetchedWeights);                                        \
      if (item < TILE_K) write_step(table, item, k + TILE_K + item, s, f, adjoint);                         \
      barrier(CLK_LOCAL_MEM_FENCE);                                                                         \
      fetch_pixels(x, table, s, source, item, fetchedPixels);                                               \
      fetch_weights(weights, table, pitch, outputs - output0, item, fetchedWeights);                        \
      multiply_warp(left, right, w, EXACT, sums);                                                           \
      barrier(CLK_LOCAL_MEM_FENCE);                                                                         \
    }                                                                                                       \
    _Pragma("unroll") for (int e = 0; e < WARP_SUMS; e++) {                                                 \
      const int row = sum_row(w, e / 4 / FRAGMENTS_N, e % 4);                                               \
      const int column = sum_column(w, e / 4 % FRAGMENTS_N, e % 4);                                         \
      const pixel_target target = target_of_pixel(s, f, pixel0 + row, maskBatch);                           \
      uchar bit = 0;                                                                                        \
      if (target.y >= 0 && output0 + column < outputs)                                                      \
        bit = store_result(sums[e], target, group * outputs + output0 + column, outHeight * outWidth, bias, \
                           residual, maskIn, y, flags);                                                     \
      positive[column * TILE_M + row] = bit;                                                                \
    }                                                                                                       \
    if (flags & EPILOGUE_MASK_OUT) {                                                                        \
      barrier(CLK_LOCAL_MEM_FENCE);                                                                         \
      convolution_mask(positive, maskOut, s, f, item, pixel0, group, output0);                              \
    }                                                                                                       \
  }

CONVOLUTION_TENSOR(convolution_tf32, 0)
CONVOLUTION_TENSOR(convolution_tf32x3, 1)

#define MATMUL_TENSOR(NAME, EXACT)                                                                          \
  GROUP_2D kernel void NAME(MATMUL_ARGUMENTS) {                                                             \
    local float TILE_LOCAL left[TILE_K * PITCH_M], right[TILE_K * PITCH_N];                                 \
    local uchar positive[TILE_M * TILE_N];                                                                  \
    const int item = get_local_id(1) * GROUP_SIDE + get_local_id(0);                                        \
    const int row0 = get_group_id(1) * TILE_M, column0 = get_group_id(0) * TILE_N;                          \
    const long batch = get_group_id(2);                                                                     \
    a += batch * aBatch + (long)row0 * aRow;                                                                \
    b += batch * bBatch + (long)column0 * bColumn;                                                          \
    const tile_share shareA = tile_share_of(item, aColumn == 1, TILE_M);                                    \
    const tile_share shareB = tile_share_of(item, bRow == 1, TILE_N);                                       \
    const warp_place w = warp_place_of(item);                                                               \
    float sums[WARP_SUMS], fetchedA[FETCH_M], fetchedB[FETCH_N];                                            \
    _Pragma("unroll") for (int i = 0; i < WARP_SUMS; i++) sums[i] = 0.0f;                                   \
    for (int k0 = 0; k0 < k; k0 += TILE_K) {                                                                \
      fetch_left(a + (long)k0 * aColumn, aRow, aColumn, m - row0, k - k0, shareA, fetchedA);                \
      fetch_right(b + (long)k0 * bRow, bColumn, bRow, n - column0, k - k0, shareB, fetchedB);               \
      barrier(CLK_LOCAL_MEM_FENCE);                                                                         \
      place_left(left, shareA, fetchedA);                                                                   \
      place_right(right, shareB, fetchedB);                                                                 \
      barrier(CLK_LOCAL_MEM_FENCE);                                                                         \
      multiply_warp(left, right, w, EXACT, sums);                                                           \
    }                                                                                                       \
    _Pragma("unroll") for (int e = 0; e < WARP_SUMS; e++) {                                                 \
      const int i = sum_row(w, e / 4 / FRAGMENTS_N, e % 4), j = sum_column(w, e / 4 % FRAGMENTS_N, e % 4);  \
      const long r = batch * m + row0 + i;                                                                  \
      positive[i * TILE_N + j] =                                                                            \
          row0 + i < m && column0 + j < n                                                                   \
              ? store_product(sums[e], r, column0 + j, n, bias, residual, maskIn, c, maskRows, flags)       \
              : 0;                                                                                          \
    }                                                                                                       \
    if (flags & EPILOGUE_MASK_OUT) {                                                                        \
      barrier(CLK_LOCAL_MEM_FENCE);                                                                         \
      matmul_mask(positive, maskOut, item, batch * m, row0, column0, m, n);                                 \
    }                                                                                                       \
  }

MATMUL_TENSOR(matmul_tf32, 0)
MATMUL_TENSOR(matmul_tf32x3, 1)
#endif
