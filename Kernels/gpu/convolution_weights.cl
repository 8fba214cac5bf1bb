// The gradient of a convolution with respect to its weights:
//   dw[o, c, k] = sum over n, p of dy[n, o, p] * x[n, c, (p * stride + k * dilation - pad) / inputDilation]
// with the shape arguments of convolution_gemm, those of the forward convolution; dw is [groups * outputs,
// inputs, taps]. For a convolution that was itself computed with `adjoint`, exchange x and dy.
//
// The pixels (samples outermost) are cut into segments of `segmentPixels`, a multiple of TILE_K that the
// host fixes by shape, and each segment's sum is one chain of fma(); add_partials adds the segments in
//   order. convolution_weights: partials[segments][dw]; (ceil(inputs * taps / TILE_N) * 16, ceil(outputs /
//     TILE_M) * 16, groups * segments) items, groups of 16 x 16 x 1. With one segment `partials` may be dw
//     itself.
//   add_partials: result[e] = sum over s of partials[s][e]; `count` items, rounded up to groups of 256.

// Where the TILE_K pixels of a step read: the place in dy, the sample's place in x, and the source at tap
// 0.
#define PIXEL_NONE (-1L)

INLINE void write_pixel(local long *places, local int *corners, int slot, long pixel, long end,
                        convolution_shape s) {
  const int plane = s.outHeight * s.outWidth;
  places[slot] = PIXEL_NONE;
  if (pixel >= end) return;
  const int place = (int)(pixel % plane);
  const long n = pixel / plane;
  places[slot] = n * s.groups * s.outputs * plane + place;
  places[TILE_K + slot] = n * s.groups * s.inputs * s.height * s.width;
  corners[slot] = place / s.outWidth * s.strideY - s.padTop;
  corners[TILE_K + slot] = place % s.outWidth * s.strideX - s.padLeft;
}

// A column of the product: its channel's plane and the offset of its tap.
typedef struct {
  int plane, row, column, inside;
} tap_column;

INLINE tap_column tap_column_at(int index, convolution_shape s) {
  const int area = s.kernelHeight * s.kernelWidth, tap = index % area;
  tap_column c;
  c.inside = index < s.inputs * area;
  c.plane = index / area * s.height * s.width;
  c.row = tap / s.kernelWidth * s.dilationY;
  c.column = tap % s.kernelWidth * s.dilationX;
  return c;
}

INLINE float source_at(global const float *x, convolution_shape s, tap_column c, int top, int left) {
  const int y = top + c.row, z = left + c.column;
  if (!c.inside || y < 0 || z < 0 || y % s.inputDilationY != 0 || z % s.inputDilationX != 0) return 0.0f;
  const int row = y / s.inputDilationY, column = z / s.inputDilationX;
  return row < s.height && column < s.width ? x[c.plane + row * s.width + column] : 0.0f;
}

GROUP_2D kernel void convolution_weights(global const float *restrict x, global const float *restrict dy,
                                         global float *restrict partials, CONVOLUTION_SHAPE,
                                         int segmentPixels) {
  local float TILE_LOCAL left[TILE_K * PITCH_M], right[TILE_K * PITCH_N];
  local long places[2 * TILE_K];
  local int corners[2 * TILE_K];
  const convolution_shape s = CONVOLUTION_SHAPE_VALUE;
  const int tx = get_local_id(0), ty = get_local_id(1), item = ty * GROUP_SIDE + tx;
  const int slot = item % TILE_K, lane = item / TILE_K, lanes = GROUP / TILE_K;
  const int column0 = get_group_id(0) * TILE_N, output0 = get_group_id(1) * TILE_M;
  const int group = get_group_id(2) % groups;
  const long plane = outHeight * outWidth, segment = get_group_id(2) / groups;
  const long begin = segment * segmentPixels, end = min(begin + segmentPixels, batch * plane);
  x += (long)group * inputs * height * width;
  dy += (group * outputs + output0) * plane;
  tap_column columns[FETCH_N];
#pragma unroll
  for (int i = 0; i < FETCH_N; i++) columns[i] = tap_column_at(column0 + lane + i * lanes, s);
  float sums[ITEM_M * ITEM_N];
#pragma unroll
  for (int i = 0; i < ITEM_M * ITEM_N; i++) sums[i] = 0.0f;
  for (long pixel = begin; pixel < end; pixel += TILE_K) {
    if (item < TILE_K) write_pixel(places, corners, item, pixel + item, end, s);
    barrier(CLK_LOCAL_MEM_FENCE);
    const int some = places[slot] != PIXEL_NONE;
#pragma unroll
    for (int i = 0; i < FETCH_M; i++) {
      const int output = lane + i * lanes, inside = some && output0 + output < outputs;
      left[slot * PITCH_M + output] = inside ? dy[places[slot] + output * plane] : 0.0f;
    }
#pragma unroll
    for (int i = 0; i < FETCH_N; i++)
      right[slot * PITCH_N + lane + i * lanes] =
          some ? source_at(x + places[TILE_K + slot], s, columns[i], corners[slot],
                           corners[TILE_K + slot]) : 0.0f;
    barrier(CLK_LOCAL_MEM_FENCE);
    multiply_tiles(left + ty * ITEM_M, right + tx * ITEM_N, sums);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  const int row = inputs * kernelHeight * kernelWidth;
#pragma unroll
  for (int i = 0; i < ITEM_M; i++)
#pragma unroll
    for (int j = 0; j < ITEM_N; j++) {
      const int output = output0 + ty * ITEM_M + i, column = column0 + tx * ITEM_N + j;
      if (output < outputs && column < row)
        partials[((segment * groups + group) * outputs + output) * row + column] = sums[i * ITEM_N + j];
    }
}

GROUP_1D kernel void add_partials(global const float *restrict partials, global float *restrict result,
                                  int count, int segments) {
  const long e = get_global_id(0);
  if (e >= count) return;
  float sum = partials[e];
  for (long s = 1; s < segments; s++) sum += partials[s * count + e];
  result[e] = sum;
}
