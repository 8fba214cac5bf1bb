// Convolutions on dense NCHW tensors, forward and with respect to data, as gathers:
//   y[n, o, p] = epilogue(sum over c, k of w[o, c, k] * x[n, c, source]),
//   source = (p * stride + k * dilation - pad) / inputDilation,
// over the taps k whose numerator is divisible by inputDilation and whose source is inside x. The gradient
// with respect to data is the same sum with stride and inputDilation exchanged, pad = dilation * (kernel -
// 1) - pad, and `adjoint` set, which reads the forward weights as w[c, o, flipped k].
// `inputs` and `outputs` count channels of one group; weights are [groups * outputs, inputs, taps] or, if
// adjoint, [groups * inputs, outputs, taps]. A 1-D convolution has height 1. Sample n uses sample
// n % maskBatch of maskIn. Each sum is one chain of fma(), channels outermost, then rows and columns of
// taps. A sample of x and a group of weights hold fewer than 2^31 elements; batch * outHeight * outWidth
// too.
//
// convolution_gemm: implicit matrix product, pixels of all samples x output channels of a group. With input
// dilation the pixels are split into phases (row % inputDilationY, column % inputDilationX) that use the
// same taps, so no tap is wasted. In groups of 16 x 16 x 1, with
//   P = batch * ceil(outHeight / inputDilationY) * ceil(outWidth / inputDilationX),
//   (ceil(P / TILE_M) * 16, ceil(outputs / TILE_N) * 16, groups * inputDilationY * inputDilationX) items.
// EPILOGUE_MASK_OUT needs outHeight * outWidth % 8 == 0 and no input dilation; else run pack_mask
// afterwards.
//
// convolution_depthwise: one item an output, for few inputs a group (groups == channels). ceil(outputs of
// the whole result / 256) * 256 items in groups of 256. EPILOGUE_MASK_OUT always works.

typedef struct {
  int batch, groups, inputs, outputs, height, width, outHeight, outWidth, kernelHeight, kernelWidth;
  int strideY, strideX, dilationY, dilationX, inputDilationY, inputDilationX, padTop, padLeft;
} convolution_shape;

#define CONVOLUTION_SHAPE                                                                                   \
  int batch, int groups, int inputs, int outputs, int height, int width, int outHeight, int outWidth,       \
      int kernelHeight, int kernelWidth, int strideY, int strideX, int dilationY, int dilationX,            \
      int inputDilationY, int inputDilationX, int padTop, int padLeft
#define CONVOLUTION_SHAPE_VALUE                                                                             \
  {batch, groups, inputs, outputs, height, width, outHeight, outWidth, kernelHeight, kernelWidth, strideY,  \
   strideX, dilationY, dilationX, inputDilationY, inputDilationX, padTop, padLeft}
#define CONVOLUTION_BUFFERS                                                                                 \
  global const float *restrict x, global const float *restrict weights, global const float *restrict bias,  \
      global const float *restrict residual, global const uchar *restrict maskIn, global float *restrict y, \
      global uchar *restrict maskOut

// Far enough from every extent that the sum of two is still outside, and no overflow.
#define OUTSIDE (-0x40000000)

// The taps that the pixels of one phase use along one axis: first, first + step, ...
typedef struct {
  int first, step, count, shift, dilation, inputDilation;
} tap_axis;

INLINE tap_axis tap_axis_of_phase(int phase, int extent, int stride, int dilation, int inputDilation,
                                  int pad) {
  tap_axis axis;
  axis.shift = phase * stride - pad;
  axis.dilation = dilation;
  axis.inputDilation = inputDilation;
  axis.first = 0;
  while (axis.first < extent && (axis.shift + axis.first * dilation) % inputDilation != 0) axis.first++;
  axis.step = 1;
  while (axis.step * dilation % inputDilation != 0) axis.step++;
  axis.count = axis.first < extent ? (extent - 1 - axis.first) / axis.step + 1 : 0;
  return axis;
}

// One phase of an axis pair, and the pixels that belong to it.
typedef struct {
  tap_axis y, x;
  int phaseY, phaseX, rows, columns, pixels, depth;
} convolution_phase;

INLINE convolution_phase convolution_phase_of(convolution_shape s, int phase) {
  convolution_phase f;
  f.phaseY = phase / s.inputDilationX;
  f.phaseX = phase % s.inputDilationX;
  f.y = tap_axis_of_phase(f.phaseY, s.kernelHeight, s.strideY, s.dilationY, s.inputDilationY, s.padTop);
  f.x = tap_axis_of_phase(f.phaseX, s.kernelWidth, s.strideX, s.dilationX, s.inputDilationX, s.padLeft);
  f.rows = (s.outHeight - f.phaseY + s.inputDilationY - 1) / s.inputDilationY;
  f.columns = (s.outWidth - f.phaseX + s.inputDilationX - 1) / s.inputDilationX;
  f.rows = max(f.rows, 0);
  f.columns = max(f.columns, 0);
  f.pixels = s.batch * f.rows * f.columns;
  f.depth = s.inputs * f.y.count * f.x.count;
  return f;
}

// Where step k of the sum reads: in x the row and the column beside those of the pixel, and the first
// element of the plane; w: the element of the weights of an output channel, or -1 past the sum.
INLINE int4 step_of_sum(int step, convolution_shape s, convolution_phase f, int adjoint) {
  int row = OUTSIDE, column = OUTSIDE, plane = 0, weight = -1;
  if (step < f.depth) {
    const int taps = f.y.count * f.x.count, area = s.kernelHeight * s.kernelWidth;
    const int channel = step / taps, tap = step % taps;
    const int ky = f.y.first + tap / f.x.count * f.y.step, kx = f.x.first + tap % f.x.count * f.x.step;
    row = (f.y.shift + ky * f.y.dilation) / f.y.inputDilation;
    column = (f.x.shift + kx * f.x.dilation) / f.x.inputDilation;
    plane = channel * s.height * s.width;
    const int place = ky * s.kernelWidth + kx;
    weight = adjoint ? channel * s.outputs * area + area - 1 - place : channel * area + place;
  }
  return (int4)(row, column, plane, weight);
}

// The source of a pixel: its sample and group in x, and the row and column of the source at shift 0.
typedef struct {
  long base;
  int row, column;
} pixel_source;

INLINE pixel_source source_of_pixel(convolution_shape s, convolution_phase f, int group, int pixel) {
  pixel_source source = {0, OUTSIDE, OUTSIDE};
  if (pixel >= f.pixels) return source;
  const int place = pixel % (f.rows * f.columns), n = pixel / (f.rows * f.columns);
  source.base = ((long)n * s.groups + group) * s.inputs * s.height * s.width;
  source.row = place / f.columns * s.strideY;
  source.column = place % f.columns * s.strideX;
  return source;
}

// `table` holds the next TILE_K steps of the sum.
INLINE void fetch_pixels(global const float *x, local const int4 *table, convolution_shape s,
                         pixel_source source, int item, float *fetched) {
#pragma unroll
  for (int i = 0; i < FETCH_M; i++) {
    const int slot = item / TILE_M + i * (GROUP / TILE_M);
    const int4 step = table[slot];
    const int row = source.row + step.x, column = source.column + step.y;
    const int inside = row >= 0 && row < s.height && column >= 0 && column < s.width;
    fetched[i] = inside ? x[source.base + step.z + row * s.width + column] : 0.0f;
  }
}

// `weights` is at the tile's first output channel, of which `outputs` remain; `pitch` is the step between
// two.
INLINE void fetch_weights(global const float *weights, local const int4 *table, int pitch, int outputs,
                          int item, float *fetched) {
  const int offset = table[item % TILE_K].w;
#pragma unroll
  for (int i = 0; i < FETCH_N; i++) {
    const int output = item / TILE_K + i * (GROUP / TILE_K);
    fetched[i] = offset >= 0 && output < outputs ? weights[(long)output * pitch + offset] : 0.0f;
  }
}

INLINE void place_tiles(local float *left, local float *right, int item, const float *pixels,
                        const float *weights) {
#pragma unroll
  for (int i = 0; i < FETCH_M; i++)
    left[(item / TILE_M + i * (GROUP / TILE_M)) * PITCH_M + item % TILE_M] = pixels[i];
#pragma unroll
  for (int i = 0; i < FETCH_N; i++)
    right[item % TILE_K * PITCH_N + item / TILE_K + i * (GROUP / TILE_K)] = weights[i];
}

// Where a pixel's results go: channel 0 of its sample in y and in the shared mask; y is -1 outside.
typedef struct {
  long y, masked;
} pixel_target;

INLINE pixel_target target_of_pixel(convolution_shape s, convolution_phase f, int pixel, int maskBatch) {
  pixel_target target = {-1, -1};
  if (pixel >= f.pixels) return target;
  const int place = pixel % (f.rows * f.columns), n = pixel / (f.rows * f.columns);
  const int row = f.phaseY + place / f.columns * s.inputDilationY;
  const int column = f.phaseX + place % f.columns * s.inputDilationX;
  const long sample = (long)s.groups * s.outputs * s.outHeight * s.outWidth;
  target.y = n * sample + row * s.outWidth + column;
  target.masked = n % maskBatch * sample + row * s.outWidth + column;
  return target;
}

// Writes the mask bytes of a tile from its flags [TILE_N][TILE_M].
INLINE void convolution_mask(local const uchar *flags, global uchar *maskOut, convolution_shape s,
                             convolution_phase f, int item, int pixel0, int group, int output0) {
  const long plane = s.outHeight * s.outWidth;
  for (int e = item; e < TILE_M * TILE_N / 8; e += GROUP) {
    const int output = e / (TILE_M / 8), pixel = e % (TILE_M / 8) * 8;
    if (output0 + output >= s.outputs || pixel0 + pixel >= f.pixels) continue;
    const pixel_target target = target_of_pixel(s, f, pixel0 + pixel, s.batch);
    const long channel = group * s.outputs + output0 + output;
    maskOut[(target.y + channel * plane) >> 3] = packed_flags(flags + output * TILE_M + pixel);
  }
}

// Stores one sum; gives whether it is positive.
INLINE uchar store_result(float sum, pixel_target target, int channel, long plane, global const float *bias,
                          global const float *residual, global const uchar *maskIn, global float *y,
                          int flags) {
  const long e = target.y + channel * plane;
  const float add = flags & EPILOGUE_BIAS ? bias[channel] : 0.0f;
  const float v = epilogue(sum, flags, add, residual, maskIn, e, target.masked + channel * plane);
  y[e] = v;
  return v > 0.0f;
}

#ifndef NV_CC
GROUP_2D kernel void convolution_gemm(CONVOLUTION_BUFFERS, CONVOLUTION_SHAPE, int adjoint, int maskBatch,
                                      int flags) {
  local float TILE_LOCAL left[TILE_K * PITCH_M], right[TILE_K * PITCH_N];
  local int4 table[TILE_K];
  local uchar positive[TILE_M * TILE_N];
  const convolution_shape s = CONVOLUTION_SHAPE_VALUE;
  const int tx = get_local_id(0), ty = get_local_id(1), item = ty * GROUP_SIDE + tx;
  const int pixel0 = get_group_id(0) * TILE_M, output0 = get_group_id(1) * TILE_N;
  const int group = get_group_id(2) % groups;
  const convolution_phase f = convolution_phase_of(s, get_group_id(2) / groups);
  if (pixel0 >= f.pixels) return;
  const int area = kernelHeight * kernelWidth, pitch = adjoint ? area : inputs * area;
  weights += (long)group * outputs * inputs * area + (long)output0 * pitch;
  const pixel_source source = source_of_pixel(s, f, group, pixel0 + item % TILE_M);
  float sums[ITEM_M * ITEM_N], fetchedPixels[FETCH_M], fetchedWeights[FETCH_N];
#pragma unroll
  for (int i = 0; i < ITEM_M * ITEM_N; i++) sums[i] = 0.0f;
  if (item < TILE_K) table[item] = step_of_sum(item, s, f, adjoint);
  barrier(CLK_LOCAL_MEM_FENCE);
  fetch_pixels(x, table, s, source, item, fetchedPixels);
  fetch_weights(weights, table, pitch, outputs - output0, item, fetchedWeights);
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int k = 0; k < f.depth; k += TILE_K) {
    place_tiles(left, right, item, fetchedPixels, fetchedWeights);
    if (item < TILE_K) table[item] = step_of_sum(k + TILE_K + item, s, f, adjoint);
    barrier(CLK_LOCAL_MEM_FENCE);
    fetch_pixels(x, table, s, source, item, fetchedPixels);
    fetch_weights(weights, table, pitch, outputs - output0, item, fetchedWeights);
    multiply_tiles(left + tx * ITEM_M, right + ty * ITEM_N, sums);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#pragma unroll
  for (int i = 0; i < ITEM_M; i++) {
    const pixel_target target = target_of_pixel(s, f, pixel0 + tx * ITEM_M + i, maskBatch);
#pragma unroll
    for (int j = 0; j < ITEM_N; j++) {
      const int output = output0 + ty * ITEM_N + j;
      uchar bit = 0;
      if (target.y >= 0 && output < outputs)
        bit = store_result(sums[i * ITEM_N + j], target, group * outputs + output, outHeight * outWidth, bias,
                           residual, maskIn, y, flags);
      positive[(ty * ITEM_N + j) * TILE_M + tx * ITEM_M + i] = bit;
    }
  }
  if (flags & EPILOGUE_MASK_OUT) {
    barrier(CLK_LOCAL_MEM_FENCE);
    convolution_mask(positive, maskOut, s, f, item, pixel0, group, output0);
  }
}

// The sum of one output, in the order that convolution_gemm takes it.
INLINE float convolution_sum(global const float *x, global const float *weights, convolution_shape s,
                             int output, int row, int column, int adjoint) {
  const int area = s.kernelHeight * s.kernelWidth, plane = s.height * s.width;
  float sum = 0.0f;
  for (int c = 0; c < s.inputs; c++) {
    global const float *w = weights + (long)(adjoint ? c * s.outputs + output : output * s.inputs + c) * area;
    for (int ky = 0; ky < s.kernelHeight; ky++) {
      const int top = row * s.strideY + ky * s.dilationY - s.padTop, sourceRow = top / s.inputDilationY;
      if (top < 0 || top % s.inputDilationY != 0 || sourceRow >= s.height) continue;
      for (int kx = 0; kx < s.kernelWidth; kx++) {
        const int left = column * s.strideX + kx * s.dilationX - s.padLeft;
        const int sourceColumn = left / s.inputDilationX;
        if (left < 0 || left % s.inputDilationX != 0 || sourceColumn >= s.width) continue;
        const int tap = ky * s.kernelWidth + kx;
        const float source = x[(long)c * plane + sourceRow * s.width + sourceColumn];
        sum = fma(source, w[adjoint ? area - 1 - tap : tap], sum);
      }
    }
  }
  return sum;
}

GROUP_1D kernel void convolution_depthwise(CONVOLUTION_BUFFERS, CONVOLUTION_SHAPE, int adjoint, int maskBatch,
                                           int flags) {
  local uchar positive[GROUP];
  const convolution_shape s = CONVOLUTION_SHAPE_VALUE;
  const long e = get_global_id(0), plane = outHeight * outWidth, channels = groups * outputs;
  uchar bit = 0;
  if (e < batch * channels * plane) {
    const int place = (int)(e % plane), channel = (int)(e / plane % channels), group = channel / outputs;
    const int n = (int)(e / plane / channels);
    const long source = ((long)n * groups + group) * inputs * height * width;
    const long first = (long)group * outputs * inputs * kernelHeight * kernelWidth;
    const float sum = convolution_sum(x + source, weights + first, s, channel % outputs, place / outWidth,
                                      place % outWidth, adjoint);
    const pixel_target target = {n * channels * plane + place, n % maskBatch * channels * plane + place};
    bit = store_result(sum, target, channel, plane, bias, residual, maskIn, y, flags);
  }
  if (flags & EPILOGUE_MASK_OUT) {
    const int item = get_local_id(0);
    positive[item] = bit;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item % 8 == 0 && e < batch * channels * plane) maskOut[e >> 3] = packed_flags(positive + item);
  }
}
#endif
