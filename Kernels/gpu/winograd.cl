// 3 x 3 convolutions of stride 1 without dilation by minimal filtering, F(2 x 2, 3 x 3), in one kernel:
//   y = epilogue(A^T [(G w G^T) . (B^T x B)] A), summed over channels between the transforms.
// Layouts, `inputs`, `outputs`, masks and epilogue are those of convolution_gemm.
//
// winograd_weights: transformed[group][16][inputs][P], P = 32 * ceil(outputs / 32), zeros past `outputs`; from
//   OIHW weights, or from forward weights [inputs, outputs, flipped taps] if adjoint. One item a (group, input,
//   output): groups * inputs * P items, rounded up to groups of 256.
// convolution_winograd: 32 tiles of 2 x 2 pixels x 32 output channels a work-group, 8 input channels at a time;
//   an item sums 8 tiles x 8 channels of one of the 16 frequencies. With T = batch * ceil(outHeight / 2) *
//   ceil(outWidth / 2): (ceil(T / 32) * 256, ceil(outputs / 32), groups) items, groups of 256 x 1 x 1.
//   32.3 KiB of local memory. EPILOGUE_MASK_OUT needs outWidth % 8 == 0; else run pack_mask afterwards.

#define WINOGRAD_TILES 32
#define WINOGRAD_OUTPUTS 32
#define WINOGRAD_INPUTS 8
#define WINOGRAD_PART 8  // tiles and channels of an item
#define WINOGRAD_STAGE (16 * WINOGRAD_INPUTS * WINOGRAD_TILES)

// One row or column of G w: three taps become four.
INLINE void expand_taps(float a, float b, float c, float *out, int step) {
  const float even = 0.5f * (a + c), odd = 0.5f * b;
  out[0] = a;
  out[step] = even + odd;
  out[2 * step] = even - odd;
  out[3 * step] = c;
}

GROUP_1D kernel void winograd_weights(global const float *restrict weights, global float *restrict transformed,
                                      int groups, int inputs, int outputs, int adjoint) {
  const int padded = (outputs + WINOGRAD_OUTPUTS - 1) / WINOGRAD_OUTPUTS * WINOGRAD_OUTPUTS;
  const long item = get_global_id(0);
  const int output = (int)(item % padded), input = (int)(item / padded % inputs);
  const long group = item / padded / inputs;
  if (group >= groups) return;
  float w[9], half[12], out[16];
  const long pair = adjoint ? (long)input * outputs + output : (long)output * inputs + input;
  for (int k = 0; k < 9; k++) {
    const long place = (group * inputs * outputs + pair) * 9 + (adjoint ? 8 - k : k);
    w[k] = output < outputs ? weights[place] : 0.0f;
  }
  for (int i = 0; i < 3; i++) expand_taps(w[i], w[3 + i], w[6 + i], half + i, 3);
  for (int i = 0; i < 4; i++) expand_taps(half[3 * i], half[3 * i + 1], half[3 * i + 2], out + 4 * i, 1);
  for (int i = 0; i < 16; i++) transformed[((group * 16 + i) * inputs + input) * padded + output] = out[i];
}

// One row or column of B^T x.
INLINE void mix_inputs(float a, float b, float c, float d, float *out, int step) {
  out[0] = a - c;
  out[step] = b + c;
  out[2 * step] = c - b;
  out[3 * step] = b - d;
}

// A work-group's place, and one tile's.
typedef struct {
  long base;
  int row, column, inside;
} winograd_tile;

INLINE winograd_tile winograd_tile_at(int tile, int batch, int channels, int rows, int columns, long plane) {
  winograd_tile t;
  const int n = tile / (rows * columns), place = tile % (rows * columns);
  t.inside = n < batch;
  t.base = (long)n * channels * plane;
  t.row = place / columns * 2;
  t.column = place % columns * 2;
  return t;
}

// Transforms one tile of one channel and leaves frequency f at values[f * pitch].
INLINE void transform_input(global const float *x, int inside, int row, int column, int height, int width,
                            local float *values, int pitch) {
  float d[16], half[16], out[16];
#pragma unroll
  for (int i = 0; i < 4; i++)
#pragma unroll
    for (int j = 0; j < 4; j++) {
      const int here = inside && row + i >= 0 && row + i < height && column + j >= 0 && column + j < width;
      d[i * 4 + j] = here ? x[(row + i) * width + column + j] : 0.0f;
    }
#pragma unroll
  for (int j = 0; j < 4; j++) mix_inputs(d[j], d[4 + j], d[8 + j], d[12 + j], half + j, 4);
#pragma unroll
  for (int i = 0; i < 4; i++)
    mix_inputs(half[4 * i], half[4 * i + 1], half[4 * i + 2], half[4 * i + 3], out + 4 * i, 1);
#pragma unroll
  for (int i = 0; i < 16; i++) values[i * pitch] = out[i];
}

// sums[i * 8 + j] += values of tile i * weights of channel j, over the staged input channels.
INLINE void multiply_frequency(local const float *values, local const float *weights, float *sums) {
#pragma unroll
  for (int c = 0; c < WINOGRAD_INPUTS; c++) {
    float a[WINOGRAD_PART], b[WINOGRAD_PART];
#pragma unroll
    for (int i = 0; i < WINOGRAD_PART; i++) a[i] = values[c * WINOGRAD_TILES + i];
#pragma unroll
    for (int j = 0; j < WINOGRAD_PART; j++) b[j] = weights[c * WINOGRAD_OUTPUTS + j];
#pragma unroll
    for (int i = 0; i < WINOGRAD_PART; i++)
#pragma unroll
      for (int j = 0; j < WINOGRAD_PART; j++)
        sums[i * WINOGRAD_PART + j] = fma(a[i], b[j], sums[i * WINOGRAD_PART + j]);
  }
}

// A^T m A of the 16 frequencies at m[f * pitch].
INLINE void transform_output(local const float *m, int pitch, float *out) {
  float half[8];
#pragma unroll
  for (int j = 0; j < 4; j++) {
    const float a = m[j * pitch], b = m[(4 + j) * pitch], c = m[(8 + j) * pitch], d = m[(12 + j) * pitch];
    half[j] = (a + b) + c;
    half[4 + j] = (b - c) - d;
  }
#pragma unroll
  for (int i = 0; i < 2; i++) {
    out[2 * i] = (half[4 * i] + half[4 * i + 1]) + half[4 * i + 2];
    out[2 * i + 1] = (half[4 * i + 1] - half[4 * i + 2]) - half[4 * i + 3];
  }
}

GROUP_1D kernel void convolution_winograd(CONVOLUTION_BUFFERS, int batch, int groups, int inputs, int outputs,
                                          int height, int width, int outHeight, int outWidth, int padTop,
                                          int padLeft, int maskBatch, int flags) {
  local float TILE_LOCAL stage[2 * WINOGRAD_STAGE];
  local uchar positive[GROUP];
  local float *values = stage, *filters = stage + WINOGRAD_STAGE;
  const int item = get_local_id(0), group = get_global_id(2), output0 = get_group_id(1) * WINOGRAD_OUTPUTS;
  const int lane = item % WINOGRAD_TILES, slot = item / WINOGRAD_TILES;
  const int padded = (outputs + WINOGRAD_OUTPUTS - 1) / WINOGRAD_OUTPUTS * WINOGRAD_OUTPUTS;
  const long plane = outHeight * outWidth, channels = groups * outputs, area = height * width;
  const winograd_tile tile =
      winograd_tile_at(get_group_id(0) * WINOGRAD_TILES + lane, batch, groups * inputs, (outHeight + 1) / 2,
                       (outWidth + 1) / 2, area);
  x += tile.inside ? tile.base + group * inputs * area : 0;
  weights += (long)group * 16 * inputs * padded + output0;
  const int frequency = item / 16, tileBlock = item % 4 * WINOGRAD_PART, outputBlock = item / 4 % 4;
  float sums[WINOGRAD_PART * WINOGRAD_PART];
#pragma unroll
  for (int i = 0; i < WINOGRAD_PART * WINOGRAD_PART; i++) sums[i] = 0.0f;
  for (int c0 = 0; c0 < inputs; c0 += WINOGRAD_INPUTS) {
    const int c = c0 + slot, some = c < inputs;
    transform_input(x + (some ? c * area : 0), tile.inside && some, tile.row - padTop, tile.column - padLeft, height,
                    width, values + slot * WINOGRAD_TILES + lane, WINOGRAD_INPUTS * WINOGRAD_TILES);
#pragma unroll
    for (int i = 0; i < 16; i++)
      filters[(i * WINOGRAD_INPUTS + slot) * WINOGRAD_OUTPUTS + lane] =
          some ? weights[((long)i * inputs + c) * padded + lane] : 0.0f;
    barrier(CLK_LOCAL_MEM_FENCE);
    multiply_frequency(values + frequency * WINOGRAD_INPUTS * WINOGRAD_TILES + tileBlock,
                       filters + frequency * WINOGRAD_INPUTS * WINOGRAD_OUTPUTS + outputBlock * WINOGRAD_PART, sums);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  // Eight channels at a time go through local memory to the items that hold one tile of one channel each.
  for (int pass = 0; pass < WINOGRAD_OUTPUTS / WINOGRAD_PART; pass++) {
    if (outputBlock == pass) {
#pragma unroll
      for (int i = 0; i < WINOGRAD_PART; i++)
#pragma unroll
        for (int j = 0; j < WINOGRAD_PART; j++)
          values[(frequency * WINOGRAD_PART + j) * WINOGRAD_TILES + tileBlock + i] = sums[i * WINOGRAD_PART + j];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const int output = output0 + pass * WINOGRAD_PART + slot, channel = group * outputs + output;
    const int some = tile.inside && output < outputs;
    const long sample = tile.base / (groups * inputs * area);
    float out[4];
    uint bits = 0;
    transform_output(values + slot * WINOGRAD_TILES + lane, WINOGRAD_PART * WINOGRAD_TILES, out);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const int row = tile.row + i / 2, column = tile.column + i % 2;
      if (!some || row >= outHeight || column >= outWidth) continue;
      const long place = row * outWidth + column;
      const pixel_target target = {sample * channels * plane + place, sample % maskBatch * channels * plane + place};
      bits |= (uint)store_result(out[i], target, channel, plane, bias, residual, maskIn, y, flags) << i;
    }
    positive[item] = (uchar)bits;
    barrier(CLK_LOCAL_MEM_FENCE);
    // Four neighbouring tiles share the two bytes of their upper and lower row.
    if ((flags & EPILOGUE_MASK_OUT) && some && lane % 4 < 2 && tile.row + lane % 4 < outHeight) {
      const int first = item / 4 * 4, row = lane % 4;
      uint byte = 0;
      for (int i = 0; i < 4; i++) byte |= (((uint)positive[first + i] >> (2 * row)) & 3) << (2 * i);
      const long place = (tile.row + row) * outWidth + tile.column / 8 * 8;
      maskOut[((sample * channels + channel) * plane + place) >> 3] = (uchar)byte;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
}
