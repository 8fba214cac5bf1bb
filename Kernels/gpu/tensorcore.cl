// Products on NVIDIA tensor cores (compute capability 8.0 and later), by inline PTX; a program of their own.
//
//   convolution_tf32, convolution_tf32x3   arguments and items of convolution_gemm
//   matmul_tf32, matmul_tf32x3             arguments and items of matmul
// tf32 rounds both factors to 10 bits of mantissa; tf32x3 splits each into two such parts and adds the
// three products that matter, which comes near float32 at a third of the speed, and gives NaN for a factor
// that is infinite. Sums are in float32, in an order that depends on the reduced extent alone.
//
// Absent without -DNV_CC=80 or more, which the host passes only after it has asked the device; with it the
// program has no other product kernels. -DNV_CC=0 computes the same on any device, without tensor cores and
// slowly: the lanes of a warp exchange their fragments through local memory, as mma.sync does in hardware,
// so tests execute every index of these kernels.
//
// Eight warps share a tile, four along M and two along N: TILE_M is 64, 128 or 256, TILE_N 16 ... 256; best
// 128 x 64 x 16 with TILE_PADDING 8, whose rows start in banks that no two lanes of a fragment share.
#ifdef NV_CC
#if NV_CC != 0 && NV_CC < 80
#error "these kernels need tensor cores of compute capability 8.0"
#endif

#define FRAGMENTS_M (TILE_M / 64)
#define FRAGMENTS_N (TILE_N / 16)
#define WARP 32
#define WARP_SUMS (FRAGMENTS_M * FRAGMENTS_N * 4)

// What a work-group shares: the tiles, [TILE_K][PITCH_M] and [TILE_K][PITCH_N]; where results are positive;
// and for each item the six values of its fragments, which only the emulation needs.
typedef struct {
  local float *left, *right;
  local uchar *positive;
  local uint *exchange;
} tensor_memory;

#define TENSOR_MEMORY(NAME)                                               \
  local float TILE_LOCAL NAME##Left[TILE_K * PITCH_M], NAME##Right[TILE_K * PITCH_N]; \
  local uchar NAME##Positive[TILE_M * TILE_N];                                        \
  EXCHANGE_MEMORY(NAME##Exchange)                                                     \
  const tensor_memory NAME = {NAME##Left, NAME##Right, NAME##Positive, EXCHANGE_VALUE(NAME##Exchange)};

#if NV_CC >= 80
#define UNROLL _Pragma("unroll")
#define EXCHANGE_MEMORY(NAME)
#define EXCHANGE_VALUE(NAME) 0

INLINE uint tf32_of(float v) {
  uint bits;
  __asm__("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(v));
  return bits;
}

// sums[16 x 8] += a[16 x 8] * b[8 x 8], spread over the lanes of a warp.
INLINE void multiply_fragment(float *sums, const uint *a, const uint *b, tensor_memory memory) {
  (void)memory;
  __asm__ volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#else
// Loops with barriers stay loops, which compilers for processors are quicker with.
#define UNROLL
#define EXCHANGE_MEMORY(NAME) local uint NAME[GROUP * 6];
#define EXCHANGE_VALUE(NAME) NAME

// To nearest, ties away from 0; NaN stays NaN.
INLINE uint tf32_of(float v) {
  const uint bits = as_uint(v);
  if ((bits & 0x7f800000u) == 0x7f800000u) return bits & 0x7fffffu ? bits | 0x400000u : bits;
  return (bits + 0x1000u) & ~0x1fffu;
}

// Lane 4 g + t holds a at (g, t), (g + 8, t), (g, t + 4), (g + 8, t + 4), b at (t, g), (t + 4, g), and sums
// at (g, 2 t), (g, 2 t + 1), (g + 8, 2 t), (g + 8, 2 t + 1), by row and column.
INLINE void multiply_fragment(float *sums, const uint *a, const uint *b, tensor_memory memory) {
  const int item = get_local_id(1) * GROUP_SIDE + get_local_id(0), lane = item % WARP;
  local uint *warp = memory.exchange + item / WARP * WARP * 6;
  for (int q = 0; q < 4; q++) warp[lane * 6 + q] = a[q];
  for (int q = 0; q < 2; q++) warp[lane * 6 + 4 + q] = b[q];
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int q = 0; q < 4; q++) {
    const int row = lane / 4, column = lane % 4 * 2 + q % 2;
    for (int k = 0; k < 8; k++) {
      const uint left = warp[(row * 4 + k % 4) * 6 + q / 2 + k / 4 * 2];
      const uint right = warp[(column * 4 + k % 4) * 6 + 4 + k / 4];
      sums[q] = fma(as_float(left), as_float(right), sums[q]);
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}
#endif

// Where a lane's values lie in its warp's share of the tile.
typedef struct {
  int row, column, group, thread;
} warp_place;

INLINE warp_place warp_place_of(int item) {
  const int warp = item / WARP, lane = item % WARP;
  const warp_place w = {warp % 4 * (TILE_M / 4), warp / 4 * (TILE_N / 2), lane / 4, lane % 4};
  return w;
}

// The row and the column in the tile of sums[4 * (i * FRAGMENTS_N + j) + q].
INLINE int sum_row(warp_place w, int i, int q) { return w.row + i * 16 + w.group + q / 2 * 8; }
INLINE int sum_column(warp_place w, int j, int q) { return w.column + j * 8 + w.thread * 2 + q % 2; }

// Rounds what goes to the tiles, where no second part is wanted: once, not for each warp that reads it.
INLINE void round_fetched(float *values, int count, int exact) {
  if (exact) return;
  UNROLL for (int i = 0; i < count; i++) values[i] = as_float(tf32_of(values[i]));
}

// `rows` x 2 values of a fragment, 8 apart in rows and 4 in the sum, and what rounding lost.
INLINE void load_fragment(local const float *at, int pitch, int rows, int exact, uint *high, uint *low) {
  UNROLL for (int q = 0; q < 2 * rows; q++) {
    const float v = at[q / rows * 4 * pitch + q % rows * 8];
    high[q] = exact ? tf32_of(v) : as_uint(v);
    low[q] = exact ? tf32_of(v - as_float(high[q])) : 0;
  }
}

INLINE void multiply_warp(tensor_memory memory, warp_place w, int exact, float *sums) {
  UNROLL for (int k = 0; k < TILE_K; k += 8) {
    uint a[FRAGMENTS_M][4], aLow[FRAGMENTS_M][4], b[2], bLow[2];
    local const float *left = memory.left + (k + w.thread) * PITCH_M + w.row + w.group;
    local const float *right = memory.right + (k + w.thread) * PITCH_N + w.column + w.group;
    UNROLL for (int i = 0; i < FRAGMENTS_M; i++)
      load_fragment(left + i * 16, PITCH_M, 2, exact, a[i], aLow[i]);
    UNROLL for (int j = 0; j < FRAGMENTS_N; j++) {
      load_fragment(right + j * 8, PITCH_N, 1, exact, b, bLow);
      UNROLL for (int i = 0; i < FRAGMENTS_M; i++) {
        float *sum = sums + 4 * (i * FRAGMENTS_N + j);
        if (exact) {
          multiply_fragment(sum, aLow[i], b, memory);
          multiply_fragment(sum, a[i], bLow, memory);
        }
        multiply_fragment(sum, a[i], b, memory);
      }
    }
  }
}

// Convolutions. The table holds two parts of TILE_K steps, so that one is written while the other is read.
INLINE void convolution_tensor(global const float *x, global const float *weights, global const float *bias,
                               global const float *residual, global const uchar *maskIn, global float *y,
                               global uchar *maskOut, convolution_shape s, int adjoint, int maskBatch,
                               int flags, int exact, tensor_memory memory, local int4 *table) {
  const int item = get_local_id(1) * GROUP_SIDE + get_local_id(0), pixel0 = get_group_id(0) * TILE_M;
  const int output0 = get_group_id(1) * TILE_N, group = get_group_id(2) % s.groups;
  const convolution_phase f = convolution_phase_of(s, get_group_id(2) / s.groups);
  if (pixel0 >= f.pixels) return;
  const int area = s.kernelHeight * s.kernelWidth, pitch = adjoint ? area : s.inputs * area;
  weights += (long)group * s.outputs * s.inputs * area + (long)output0 * pitch;
  const pixel_source source = source_of_pixel(s, f, group, pixel0 + item % TILE_M);
  const warp_place w = warp_place_of(item);
  float sums[WARP_SUMS], fetchedPixels[FETCH_M], fetchedWeights[FETCH_N];
  UNROLL for (int i = 0; i < WARP_SUMS; i++) sums[i] = 0.0f;
  if (item < 2 * TILE_K) table[item] = step_of_sum(item, s, f, adjoint);
  barrier(CLK_LOCAL_MEM_FENCE);
  fetch_pixels(x, table, s, source, item, fetchedPixels);
  fetch_weights(weights, table, pitch, s.outputs - output0, item, fetchedWeights);
  for (int k = 0; k < f.depth; k += TILE_K) {
    const int part = k / TILE_K % 2 * TILE_K;
    round_fetched(fetchedPixels, FETCH_M, exact);
    round_fetched(fetchedWeights, FETCH_N, exact);
    place_tiles(memory.left, memory.right, item, fetchedPixels, fetchedWeights);
    barrier(CLK_LOCAL_MEM_FENCE);
    fetch_pixels(x, table + (TILE_K - part), s, source, item, fetchedPixels);
    fetch_weights(weights, table + (TILE_K - part), pitch, s.outputs - output0, item, fetchedWeights);
    if (item < TILE_K) table[part + item] = step_of_sum(k + 2 * TILE_K + item, s, f, adjoint);
    multiply_warp(memory, w, exact, sums);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  UNROLL for (int e = 0; e < WARP_SUMS; e++) {
    const int row = sum_row(w, e / 4 / FRAGMENTS_N, e % 4);
    const int column = sum_column(w, e / 4 % FRAGMENTS_N, e % 4);
    const pixel_target target = target_of_pixel(s, f, pixel0 + row, maskBatch);
    uchar bit = 0;
    if (target.y >= 0 && output0 + column < s.outputs)
      bit = store_result(sums[e], target, group * s.outputs + output0 + column, s.outHeight * s.outWidth,
                         bias, residual, maskIn, y, flags);
    memory.positive[column * TILE_M + row] = bit;
  }
  if (flags & EPILOGUE_MASK_OUT) {
    barrier(CLK_LOCAL_MEM_FENCE);
    convolution_mask(memory.positive, maskOut, s, f, item, pixel0, group, output0);
  }
}

#define CONVOLUTION_TENSOR(NAME, EXACT)                                                                     \
  GROUP_2D kernel void NAME(CONVOLUTION_BUFFERS, CONVOLUTION_SHAPE, int adjoint, int maskBatch, int flags) { \
    TENSOR_MEMORY(memory)                                                                                   \
    local int4 table[2 * TILE_K];                                                                           \
    const convolution_shape s = CONVOLUTION_SHAPE_VALUE;                                                    \
    convolution_tensor(x, weights, bias, residual, maskIn, y, maskOut, s, adjoint, maskBatch, flags, EXACT, \
                       memory, table);                                                                      \
  }

CONVOLUTION_TENSOR(convolution_tf32, 0)
CONVOLUTION_TENSOR(convolution_tf32x3, 1)

// Matrix products. The lines of a kernel's body stand in macros, because only kernels may declare local
// memory.
typedef struct {
  int m, n, k, aRow, aColumn, bRow, bColumn;
} product_shape;

INLINE void matmul_sums(global const float *a, global const float *b, product_shape p, int row0, int column0,
                        int item, int exact, tensor_memory memory, float *sums) {
  const tile_share shareA = tile_share_of(item, p.aColumn == 1, TILE_M);
  const tile_share shareB = tile_share_of(item, p.bRow == 1, TILE_N);
  const warp_place w = warp_place_of(item);
  float fetchedA[FETCH_M], fetchedB[FETCH_N];
  UNROLL for (int i = 0; i < WARP_SUMS; i++) sums[i] = 0.0f;
  fetch_left(a, p.aRow, p.aColumn, p.m - row0, p.k, shareA, fetchedA);
  fetch_right(b, p.bColumn, p.bRow, p.n - column0, p.k, shareB, fetchedB);
  for (int k0 = 0; k0 < p.k; k0 += TILE_K) {
    const int next = k0 + TILE_K;
    round_fetched(fetchedA, FETCH_M, exact);
    round_fetched(fetchedB, FETCH_N, exact);
    place_left(memory.left, shareA, fetchedA);
    place_right(memory.right, shareB, fetchedB);
    barrier(CLK_LOCAL_MEM_FENCE);
    fetch_left(a + (long)next * p.aColumn, p.aRow, p.aColumn, p.m - row0, p.k - next, shareA, fetchedA);
    fetch_right(b + (long)next * p.bRow, p.bColumn, p.bRow, p.n - column0, p.k - next, shareB, fetchedB);
    multiply_warp(memory, w, exact, sums);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
}

#define MATMUL_TENSOR(NAME, EXACT)                                                                          \
  GROUP_2D kernel void NAME(MATMUL_ARGUMENTS) {                                                             \
    TENSOR_MEMORY(memory)                                                                                   \
    const int item = get_local_id(1) * GROUP_SIDE + get_local_id(0);                                        \
    const int row0 = get_group_id(1) * TILE_M, column0 = get_group_id(0) * TILE_N;                          \
    const long batch = get_group_id(2);                                                                     \
    const product_shape p = {m, n, k, aRow, aColumn, bRow, bColumn};                                        \
    const warp_place w = warp_place_of(item);                                                               \
    float sums[WARP_SUMS];                                                                                  \
    matmul_sums(a + batch * aBatch + (long)row0 * aRow, b + batch * bBatch + (long)column0 * bColumn, p,    \
                row0, column0, item, EXACT, memory, sums);                                                  \
    UNROLL for (int e = 0; e < WARP_SUMS; e++) {                                                            \
      const int i = sum_row(w, e / 4 / FRAGMENTS_N, e % 4), j = sum_column(w, e / 4 % FRAGMENTS_N, e % 4);  \
      const int inside = row0 + i < m && column0 + j < n;                                                   \
      memory.positive[i * TILE_N + j] =                                                                     \
          inside ? store_product(sums[e], batch * m + row0 + i, column0 + j, n, bias, residual, maskIn, c,  \
                                 maskRows, flags)                                                           \
                 : 0;                                                                                       \
    }                                                                                                       \
    if (flags & EPILOGUE_MASK_OUT) {                                                                        \
      barrier(CLK_LOCAL_MEM_FENCE);                                                                         \
      matmul_mask(memory.positive, maskOut, item, batch * m, row0, column0, m, n);                          \
    }                                                                                                       \
  }

MATMUL_TENSOR(matmul_tf32, 0)
MATMUL_TENSOR(matmul_tf32x3, 1)
#endif
