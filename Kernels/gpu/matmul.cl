// Batched matrix products: C[b, m, n] = epilogue(sum over k of A[b, m, k] * B[b, k, n]).
//
// A and B have any strides, in elements; a batch stride of 0 shares a matrix. C, the residual and the masks are
// dense [batch, m, n]; bias has n values. The sum is one chain of fma() in increasing k in both kernels.
// Row r = b * m + row of the result uses row r % maskRows of maskIn.
// EPILOGUE_MASK_OUT needs n % 8 == 0; for other n, run pack_mask afterwards.
//
//   matmul         (ceil(n / TILE_N) * 16, ceil(m / TILE_M) * 16, batch) items, groups of 16 x 16 x 1
//   matmul_narrow  (ceil(n / 16) * 16, ceil(m / 16) * 16, batch) items, groups of 16 x 16 x 1; for results
//                  whose tiles of TILE_M x TILE_N would leave most of the device idle

#define NARROW_K 32
#define NARROW_PITCH (GROUP_SIDE + 1)

// Copies items' shares of a [rows, depth] tile into registers, zeros outside. Neighbouring items go along the
// sum where that is contiguous, else along the rows.
INLINE void fetch_matrix(global const float *matrix, long rowStride, long stepStride, int rows, int depth,
                         int tileRows, int count, int item, float *fetched) {
  const int alongDepth = stepStride == 1;
#pragma unroll
  for (int x = 0; x < count; x++) {
    const int e = item + x * GROUP;
    const int row = alongDepth ? e / TILE_K : e % tileRows, step = alongDepth ? e % TILE_K : e / tileRows;
    fetched[x] = row < rows && step < depth ? matrix[row * rowStride + step * stepStride] : 0.0f;
  }
}

INLINE void place_matrix(local float *tile, int pitch, long stepStride, int tileRows, int count, int item,
                         const float *fetched) {
  const int alongDepth = stepStride == 1;
#pragma unroll
  for (int x = 0; x < count; x++) {
    const int e = item + x * GROUP;
    const int row = alongDepth ? e / TILE_K : e % tileRows, step = alongDepth ? e % TILE_K : e / tileRows;
    tile[step * pitch + row] = fetched[x];
  }
}

// Writes the mask bytes of a tile from its flags [TILE_M][TILE_N].
INLINE void matmul_mask(local const uchar *flags, global uchar *maskOut, int item, long batchRow, int row0,
                        int column0, int m, int n) {
  for (int e = item; e < TILE_M * TILE_N / 8; e += GROUP) {
    const int row = e / (TILE_N / 8), column = e % (TILE_N / 8) * 8;
    if (row0 + row >= m || column0 + column >= n) continue;
    maskOut[((batchRow + row0 + row) * n + column0 + column) >> 3] = packed_flags(flags + row * TILE_N + column);
  }
}

GROUP_2D kernel void matmul(global const float *restrict a, global const float *restrict b,
                            global const float *restrict bias, global const float *restrict residual,
                            global const uchar *restrict maskIn, global float *restrict c,
                            global uchar *restrict maskOut, int m, int n, int k, int aBatch, int aRow, int aColumn,
                            int bBatch, int bRow, int bColumn, int maskRows, int flags) {
  local float TILE_LOCAL left[TILE_K * PITCH_M], right[TILE_K * PITCH_N];
  local uchar positive[TILE_M * TILE_N];
  const int tx = get_local_id(0), ty = get_local_id(1), item = ty * GROUP_SIDE + tx;
  const int row0 = get_group_id(1) * TILE_M, column0 = get_group_id(0) * TILE_N;
  const long batch = get_group_id(2);
  a += batch * aBatch + (long)row0 * aRow;
  b += batch * bBatch + (long)column0 * bColumn;
  float sums[ITEM_M * ITEM_N], fetchedA[FETCH_M], fetchedB[FETCH_N];
#pragma unroll
  for (int i = 0; i < ITEM_M * ITEM_N; i++) sums[i] = 0.0f;
  fetch_matrix(a, aRow, aColumn, m - row0, k, TILE_M, FETCH_M, item, fetchedA);
  fetch_matrix(b, bColumn, bRow, n - column0, k, TILE_N, FETCH_N, item, fetchedB);
  for (int k0 = 0; k0 < k; k0 += TILE_K) {
    place_matrix(left, PITCH_M, aColumn, TILE_M, FETCH_M, item, fetchedA);
    place_matrix(right, PITCH_N, bRow, TILE_N, FETCH_N, item, fetchedB);
    barrier(CLK_LOCAL_MEM_FENCE);
    const int next = k0 + TILE_K;
    fetch_matrix(a + (long)next * aColumn, aRow, aColumn, m - row0, k - next, TILE_M, FETCH_M, item, fetchedA);
    fetch_matrix(b + (long)next * bRow, bColumn, bRow, n - column0, k - next, TILE_N, FETCH_N, item, fetchedB);
    multiply_tiles(left + ty * ITEM_M, right + tx * ITEM_N, sums);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#pragma unroll
  for (int i = 0; i < ITEM_M; i++)
#pragma unroll
    for (int j = 0; j < ITEM_N; j++) {
      const int row = row0 + ty * ITEM_M + i, column = column0 + tx * ITEM_N + j;
      const int inside = row < m && column < n;
      const long r = batch * m + row, e = r * n + column;
      float v = 0.0f;
      if (inside) {
        const float add = flags & EPILOGUE_BIAS ? bias[column] : 0.0f;
        c[e] = v = epilogue(sums[i * ITEM_N + j], flags, add, residual, maskIn, e, r % maskRows * n + column);
      }
      positive[(ty * ITEM_M + i) * TILE_N + tx * ITEM_N + j] = v > 0.0f;
    }
  if (flags & EPILOGUE_MASK_OUT) {
    barrier(CLK_LOCAL_MEM_FENCE);
    matmul_mask(positive, maskOut, item, batch * m, row0, column0, m, n);
  }
}

GROUP_2D kernel void matmul_narrow(global const float *restrict a, global const float *restrict b,
                                   global const float *restrict bias, global const float *restrict residual,
                                   global const uchar *restrict maskIn, global float *restrict c,
                                   global uchar *restrict maskOut, int m, int n, int k, int aBatch, int aRow,
                                   int aColumn, int bBatch, int bRow, int bColumn, int maskRows, int flags) {
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
      const int ra = aColumn == 1 ? e / NARROW_K : e % GROUP_SIDE, ka = aColumn == 1 ? e % NARROW_K : e / GROUP_SIDE;
      const int rb = bRow == 1 ? e / NARROW_K : e % GROUP_SIDE, kb = bRow == 1 ? e % NARROW_K : e / GROUP_SIDE;
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
  const int row = row0 + ty, column = column0 + tx;
  const long r = batch * m + row, e = r * n + column;
  float v = 0.0f;
  if (row < m && column < n) {
    const float add = flags & EPILOGUE_BIAS ? bias[column] : 0.0f;
    c[e] = v = epilogue(sum, flags, add, residual, maskIn, e, r % maskRows * n + column);
  }
  if (flags & EPILOGUE_MASK_OUT) {
    positive[item] = v > 0.0f;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (row < m && column < n && tx % 8 == 0) maskOut[e >> 3] = packed_flags(positive + item);
  }
}
