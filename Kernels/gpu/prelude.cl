// What every kernel of the GPU family may use.
//
// The rules of the family: tiles in local memory, several outputs an item in registers, neighbouring items
// on neighbouring addresses, no atomics, no sub-groups, `fma()` spelt out and nothing contracted. The value
// of an output element may depend on the extents that are reduced, never on how many others are computed
// beside it: each sum of a product kernel is one chain of fma() in the order of the reduced index, zeros
// filling the last tile, so the tile sizes do not change its value either.
//
// Build with -cl-fp32-correctly-rounded-divide-sqrt where the device has it, never with relaxed
// mathematics.
#pragma OPENCL FP_CONTRACT OFF
#define INLINE static inline __attribute__((always_inline))
#define MATH_LANES 1

// Items of every work-group; the product kernels arrange them 16 x 16.
#define GROUP 256
#define GROUP_SIDE 16

// The tile of a product kernel: TILE_M x TILE_N results a work-group, TILE_K steps of the sum at a time.
// TILE_M and TILE_N are 16, 32, 64, 128 or 256, TILE_K is 8, 16 or 32, and both TILE_M * TILE_K and
// TILE_N * TILE_K are multiples of 256.
#ifndef TILE_M
#define TILE_M 64
#endif
#ifndef TILE_N
#define TILE_N 64
#endif
#ifndef TILE_K
#define TILE_K 16
#endif
// Floats after a row of a tile, so that items that write down a column meet different banks. 4 keeps rows
// aligned for vector reads; 8 suits the fragments of tensor cores.
#ifndef TILE_PADDING
#define TILE_PADDING 4
#endif
#define PITCH_M (TILE_M + TILE_PADDING)
#define PITCH_N (TILE_N + TILE_PADDING)
#define ITEM_M (TILE_M / GROUP_SIDE)
#define ITEM_N (TILE_N / GROUP_SIDE)
#define FETCH_M (TILE_M * TILE_K / GROUP)
#define FETCH_N (TILE_N * TILE_K / GROUP)
#define TILE_LOCAL __attribute__((aligned(16)))
#define GROUP_2D __attribute__((reqd_work_group_size(GROUP_SIDE, GROUP_SIDE, 1)))
#define GROUP_1D __attribute__((reqd_work_group_size(GROUP, 1, 1)))

// What a producer does to its sums before it stores them; bits of a `flags` argument, applied in this
// order.
#define EPILOGUE_BIAS 1       // add bias[channel]
#define EPILOGUE_RESIDUAL 2   // add a tensor of the result's shape
#define EPILOGUE_RELU 4       // 0 where the value is at most 0; NaN passes
#define EPILOGUE_MASK_OUT 8   // write one bit an element: whether the stored value exceeds 0
#define EPILOGUE_MASK_IN 16   // 0 where the mask's bit is 0

// Bit e of a mask is bit e % 8 of byte e / 8, e being the element's place in the dense tensor.
INLINE int mask_bit(global const uchar *mask, long e) { return (mask[e >> 3] >> (int)(e & 7)) & 1; }

INLINE float relu(float v) { return v <= 0.0f ? 0.0f : v; }

// The stored value of a sum. `e` is its element, `masked` its element in a mask that several samples share.
INLINE float epilogue(float v, int flags, float bias, global const float *residual,
                      global const uchar *maskIn, long e, long masked) {
  if (flags & EPILOGUE_BIAS) v += bias;
  if (flags & EPILOGUE_RESIDUAL) v += residual[e];
  if (flags & EPILOGUE_RELU) v = relu(v);
  if (flags & EPILOGUE_MASK_IN) v = mask_bit(maskIn, masked) ? v : 0.0f;
  return v;
}

// The byte of eight neighbouring flags in local memory.
INLINE uchar packed_flags(local const uchar *flags) {
  uint byte = 0;
  for (int i = 0; i < 8; i++) byte |= (uint)flags[i] << i;
  return (uchar)byte;
}

// sums[i * ITEM_N + j] += sum over TILE_K of left[k][i] * right[k][j]; the pointers are at the item's part.
INLINE void multiply_tiles(local const float *left, local const float *right, float *sums) {
#pragma unroll
  for (int k = 0; k < TILE_K; k++) {
    float a[ITEM_M], b[ITEM_N];
#pragma unroll
    for (int i = 0; i < ITEM_M; i++) a[i] = left[k * PITCH_M + i];
#pragma unroll
    for (int j = 0; j < ITEM_N; j++) b[j] = right[k * PITCH_N + j];
#pragma unroll
    for (int i = 0; i < ITEM_M; i++)
#pragma unroll
      for (int j = 0; j < ITEM_N; j++) sums[i * ITEM_N + j] = fma(a[i], b[j], sums[i * ITEM_N + j]);
  }
}

// mask = (values > 0), for producers whose own tiles do not end at bytes of the mask. One item a byte:
// ceil(count / 8) items, rounded up to work-groups of 256. Bits past `count` in the last byte are 0.
GROUP_1D kernel void pack_mask(global const float *restrict values, global uchar *restrict mask, int count) {
  const long byte = get_global_id(0), first = byte * 8;
  if (first >= count) return;
  uint bits = 0;
  for (int i = 0; i < 8 && first + i < count; i++) bits |= (uint)(values[first + i] > 0.0f) << i;
  mask[byte] = (uchar)bits;
}
