// Batched matrix products: C[b, m, n] = epilogue(sum over k of A[b, m, k] * B[b, k, n]).
//
// A and B have any strides, in elements; a batch stride of 0 shares a matrix. C, the residual and the masks
// are dense [batch, m, n]; bias has n values. The sum is one chain of fma() in increasing k in both
// kernels. Row r = b * m + row of the result uses row r % maskRows of maskIn.
// EPILOGUE_MASK_OUT needs n % 8 == 0; for other n, run pack_mask afterwards.
//
//   matmul         (ceil(n / TILE_N) * 16, ceil(m / TILE_M) * 16, batch) items, groups of 16 x 16 x 1
//   matmul_narrow  (ceil(n / 16) * 16, ceil(m / 16) * 16, batch) items, groups of 16 x 16 x 1; for results
//                  whose tiles of TILE_M x TILE_N would leave most of the device idle

#define MATMUL_ARGUMENTS                                                                                    \
  global const float *restrict a, global const float *restrict b, global const float *restrict bias,        \
      global const float *restrict residual, global const uchar *restrict maskIn, global float *restrict c, \
      global uchar *restrict maskOut, int m, int n, int k, int aBatch, int aRow, int aColumn, int bBatch,   \
      int bRow, int bColumn, int maskRows, int flags

#define NARROW_K 32
#define NARROW_PITCH (GROUP_SIDE + 1)

// An item's share of a tile: a row and a step of the sum, and how far it is to its next. Neighbouring items
// go along the sum where that is contiguous, else along the rows.
typedef struct {
  int row, step, rowAhead, stepAhead;
} tile_share;

INLINE tile_share tile_share_of(int item, int alongSum, int tileRows) {
  const tile_share sum = {item / TILE_K, item % TILE_K, GROUP / TILE_K, 0};
  const tile_share rows = {item % tileRows, item / tileRows, 0, GROUP / tileRows};
  return alongSum ? sum : rows;
}

// fetch_ reads a share into registers, zeros outside of `rows` and `depth`; place_ writes it to the tile.
// Defined for both tiles, because only a literal count keeps the share in registers.
#define TILE_SHARE(TILE, COUNT, PITCH)                                                                      \
  INLINE void fetch_##TILE(global const float *matrix, long rowStride, long stepStride, int rows, int depth, \
                           tile_share share, float *fetched) {                                              \
    const long ahead = share.rowAhead * rowStride + share.stepAhead * stepStride;                           \
    matrix += share.row * rowStride + share.step * stepStride;                                              \
    _Pragma("unroll") for (int x = 0; x < COUNT; x++) {                                                     \
      const int row = share.row + x * share.rowAhead, step = share.step + x * share.stepAhead;              \
      fetched[x] = row < rows && step < depth ? matrix[x * ahead] : 0.0f;                                   \
    }                                                                                                       \
  }                                                                                                         \
  INLINE void place_##TILE(local float *tile, tile_share share, const float *fetched) {                     \
    _Pragma("unroll") for (int x = 0; x < COUNT; x++)                                                       \
      tile[(share.step + x * share.stepAhead) * PITCH + share.row + x * share.rowAhead] = fetched[x];       \
  }
TILE_SHARE(left, FETCH_M, PITCH_M)
TILE_SHARE(right, FETCH_N, PITCH_N)

// Stores the sum of row r of all batch entries; gives whether it is positive.
INLINE uchar store_product(float sum, long r, int column, int n, global const float *bias,
                           global const float *residual, global const uchar *maskIn, global float *c,
                           int maskRows, int flags) {
  const float add = flags & EPILOGUE_BIAS ? bias[column] : 0.0f;
  const long e = r * n + column, masked = r % maskRows * n + column;
  const float v = epilogue(sum, flags, add, residual, maskIn, e, masked);
  c[e] = v;
  return v > 0.0f;
}

// Writes the mask bytes of a tile from its flags [TILE_M][TILE_N].
INLINE void matmul_mask(local const uchar *flags, global uchar *maskOut, int item, long batchRow, int row0,
                        int column0, int m, int n) {
  for (int byte = item; byte < TILE_M * TILE_N / 8; byte += GROUP) {
    const int row = byte / (TILE_N / 8), column = byte % (TILE_N / 8) * 8;
    if (row0 + row >= m || column0 + column >= n) continue;
    const long e = (batchRow + row0 + row) * n + column0 + column;
    maskOut[e >> 3] = packed_flags(flags + row * TILE_N + column);
  }
}

#ifndef NV_CC
GROUP_2D kernel void matmul(MATMUL_ARGUMENTS) {
  local float TILE_LOCAL left[TILE_K * PITCH_M], right[TILE_K * PITCH_N];
  local uchar positive[TILE_M * TILE_N];
  const int tx = get_local_id(0), ty = get_local_id(1), item = ty * GROUP_SIDE + tx;
  const int row0 = get_group_id(1) * TILE_M, column0 = get_group_id(0) * TILE_N;
  const long batch = get_group_id(2);
  a += batch * aBatch + (long)row0 * aRow;
  b += batch * bBatch + (long)column0 * bColumn;
  const tile_share shareA = tile_share_of(item, aColumn == 1, TILE_M);
  const tile_share shareB = tile_share_of(item, bRow == 1, TILE_N);
  float sums[ITEM_M * ITEM_N], fetchedA[FETCH_M], fetchedB[FETCH_N];
#pragma unroll
  for (int i = 0; i < ITEM_M * ITEM_N; i++) sums[i] = 0.0f;
  fetch_left(a, aRow, aColumn, m - row0, k, shareA, fetchedA);
  fetch_right(b, bColumn, bRow, n - column0, k, shareB, fetchedB);
  for (int k0 = 0; k0 < k; k0 += TILE_K) {
    place_left(left, shareA, fetchedA);
    place_right(right, shareB, fetchedB);
    barrier(CLK_LOCAL_MEM_FENCE);
    const int next = k0 + TILE_K;
    fetch_left(a + (long)next * aColumn, aRow, aColumn, m - row0, k - next, shareA, fetchedA);
    fetch_right(b + (long)next * bRow, bColumn, bRow, n - column0, k - next, shareB, fetchedB);
    multiply_tiles(left + ty * ITEM_M, right + tx * ITEM_N, sums);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#pragma unroll
  for (int i = 0; i < ITEM_M; i++)
#pragma unroll
    for (int j = 0; j < ITEM_N; j++) {
      const int row = row0 + ty * ITEM_M + i, column = column0 + tx * ITEM_N + j;
      uchar bit = 0;
      if (row < m && column < n)
        bit = store_product(sums[i * ITEM_N + j], batch * m + row, column, n, bias, residual, maskIn, c,
                            maskRows, flags);
      positive[(ty * ITEM_M + i) * TILE_N + tx * ITEM_N + j] = bit;
    }
  if (flags & EPILOGUE_MASK_OUT) {
    barrier(CLK_LOCAL_MEM_FENCE);
    matmul_mask(positive, maskOut, item, batch * m, row0, column0, m, n);
  }
}

GROUP_2D kernel void matmul_narrow(MATMUL_ARGUMENTS) {
  local float left[NARROW_K * NARROW_PITCH], right[NARROW_K * NARROW_PITCH];
  local uchar positive[GROUP];
  const int tx = get_local_id(0), ty = get_local_id(1), item = ty * GROUP_SIDE + tx;
  const int row0 = get_group_id(1) * GROUP_SIDE, column0 = get_group_id(0) * GROUP_SIDE;
  const long batch = get_group_id(2);
  a += batch * aBatch + (long)row0 * aRow;
  b += batch * bBatch + (long)column0 * bColumn;
  float sum = 0.0f;
  for (int k0 = 0; k0 < k; k0 += NARROW_K) {
    for (int e = item; e < NARROW_K * GROUP_SIDE; e += GROUP) {
      const int slowRow = e / NARROW_K, fastStep = e % NARROW_K, fastRow = e % GROUP_SIDE,
      slowStep = e / GROUP_SIDE;
      const int ra = aColumn == 1 ? slowRow : fastRow, ka = aColumn == 1 ? fastStep : slowStep;
      const int rb = bRow == 1 ? slowRow : fastRow, kb = bRow == 1 ? fastStep : slowStep;
      const long sa = k0 + ka, sb = k0 + kb;
      left[ka * NARROW_PITCH + ra] = row0 + ra < m && sa < k ? a[(long)ra * aRow + sa * aColumn] : 0.0f;
      right[kb * NARROW_PITCH + rb] = column0 + rb < n && sb < k ? b[(long)rb * bColumn + sb * bRow] : 0.0f;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int s = 0; s < NARROW_K; s++)
      sum = fma(left[s * NARROW_PITCH + ty], right[s * NARROW_PITCH + tx], sum);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  const int row = row0 + ty, column = column0 + tx, inside = row < m && column < n;
  const long r = batch * m + row;
  uchar bit = 0;
  if (inside) bit = store_product(sum, r, column, n, bias, residual, maskIn, c, maskRows, flags);
  if (flags & EPILOGUE_MASK_OUT) {
    positive[item] = bit;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (inside && tx % 8 == 0) maskOut[(r * n + column) >> 3] = packed_flags(positive + item);
  }
}
#endif
