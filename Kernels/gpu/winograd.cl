// 3 x 3 convolutions of stride 1 without dilation by minimal filtering, F(2 x 2, 3 x 3), in one kernel:
//   y = epilogue(A^T [(G w G^T) . (B^T x B)] A), summed over channels between the transforms.
// Layouts, `inputs`, `outputs`, masks and epilogue are those of convolution_gemm.
//
// winograd_weights: transformed[group][16][inputs][P], P = 32 * ceil(outputs / 32), zeros past `outputs`;
//   from OIHW weights, or from forward weights [inputs, outputs, flipped taps] if adjoint. One item a
//   (group, input, output): groups * inputs * P items, rounded up to groups of 256.
// convolution_winograd: 32 tiles of 2 x 2 pixels x 32 output channels a work-group, 8 input channels at a
//   time; an item sums 8 tiles x 8 channels of one of the 16 frequencies. With T = batch * ceil(outHeight /
//   2) * ceil(outWidth / 2): (ceil(T / 32) * 256, ceil(outputs / 32), groups) items, groups of 256 x 1 x 1.
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

GROUP_1D kernel void winograd_weights(global const float *restrict weights,
                                      global float *restrict transformed, int groups, int inputs,
                                      int outputs, int adjoint) {
  const int padded = (outputs + WINOGRAD_OUTPUTS - 1) / WINOGRAD_OUTPUTS * WINOGRAD_OUTPUTS;
  const long item = get_global_id(0);
  const int output = (int)(item % padded), input = (int)(item / padded % inputs);
  const long group = item / padded / inputs;
  if (group >= groups) return;
  float w[9], mixed[12], out[16];
  const long pair = adjoint ? (long)input * outputs + output : (long)output * inputs + input;
  for (int k = 0; k < 9; k++) {
    const long place = (group * inputs * outputs + pair) * 9 + (adjoint ? 8 - k : k);
    w[k] = output < outputs ? weights[place] : 0.0f;
  }
  for (int i = 0; i < 3; i++) expand_taps(w[i], w[3 + i], w[6 + i], mixed + i, 3);
  for (int i = 0; i < 4; i++) expand_taps(mixed[3 * i], mixed[3 * i + 1], mixed[3 * i + 2], out + 4 * i, 1);
  for (int i = 0; i < 16; i++) transformed[((group * 16 + i) * inputs + input) * padded + output] = out[i];
}

// One row or column of B^T x.
INLINE void mix_inputs(float a, float b, float c, float d, float *out, int step) {
  out[0] = a - c;
  out[step] = b + c;
  out[2 * step] = c - b;
  out[3 * step] = b - d;
}

// A tile: its sample in x, and its first row and column in y.
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
  float d[16], mixed[16], out[16];
#pragma unroll
  for (int i = 0; i < 4; i++)
#pragma unroll
    for (int j = 0; j < 4; j++) {
      const int here = inside && row + i >= 0 && row + i < height && column + j >= 0 && column + j < width;
      d[i * 4 + j] = here ? x[(row + i) * width + column + j] : 0.0f;
    }
#pragma unroll
  for (int j = 0; j < 4; j++) mix_inputs(d[j], d[4 + j], d[8 + j], d[12 + j], mixed + j, 4);
#pragma unroll
  for (int i = 0; i < 4; i++)
    mix_inputs(mixed[4 * i], mixed[4 * i + 1], mixed[4 * i + 2], mixed[4 * i + 3], out + 4 * i, 1);
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
  float mixed[8];
#pragma unroll
  for (int j = 0; j < 4; j++) {
    const float a = m[j * pitch], b = m[(4 + j) * pitch], c = m[(8 + j) * pitch], d = m[(12 + j) * pitch];
    mixed[j] = (a + b) + c;
    mixed[4 + j] = (b - c) - d;
  }
#pragma unroll
  for (int i = 0; i < 2; i++) {
    out[2 * i] = (mixed[4 * i] + mixed[4 * i + 1]) + mixed[4 * i + 2];
    out[2 * i + 1] = (mixed[4 * i + 1] - mixed[4 * i + 2]) - mixed[4 * i + 3];
  }
}

// Stores the 2 x 2 outputs of a tile in one channel; gives their bits of the mask.
INLINE uint store_tile(const float *out, winograd_tile tile, int outHeight, int outWidth, long sample,
                       long masked, int channel, global const float *bias, global const float *residual,
                       global const uchar *maskIn, global float *y, int flags) {
  uint bits = 0;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const int row = tile.row + i / 2, column = tile.column + i % 2;
    if (row >= outHeight || column >= outWidth) continue;
    const long place = row * outWidth + column;
    const pixel_target target = {sample + place, masked + place};
    bits |= (uint)store_result(out[i], target, channel, outHeight * outWidth, bias, residual, maskIn, y,
                               flags)
            << i;
  }
  return bits;
}

// The byte of row `row` of four neighbouring tiles, which share it.
INLINE uchar tile_byte(local const uchar *bits, int row) {
  uint byte = 0;
  for (int i = 0; i < 4; i++) byte |= (((uint)bits[i] >> (2 * row)) & 3) << (2 * i);
  return (uchar)byte;
}

// Leaves an item's sums [tile][channel] where the items that transform them back will read them.
INLINE void place_sums(const float *sums, local float *place) {
#pragma unroll
  for (int i = 0; i < WINOGRAD_PART; i++)
#pragma unroll
    for (int j = 0; j < WINOGRAD_PART; j++) place[j * WINOGRAD_TILES + i] = sums[i * WINOGRAD_PART + j];
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
    transform_input(x + (some ? c * area : 0), tile.inside && some, tile.row - padTop,
                    tile.column - padLeft, height, width, values + slot * WINOGRAD_TILES + lane,
                    WINOGRAD_INPUTS * WINOGRAD_TILES);
#pragma unroll
    for (int i = 0; i < 16; i++)
      filters[(i * WINOGRAD_INPUTS + slot) * WINOGRAD_OUTPUTS + lane] =
          some ? weights[((long)i * inputs + c) * padded + lane] : 0.0f;
    barrier(CLK_LOCAL_MEM_FENCE);
    multiply_frequency(values + frequency * WINOGRAD_INPUTS * WINOGRAD_TILES + tileBlock,
                       filters + frequency * WINOGRAD_INPUTS * WINOGRAD_OUTPUTS + outputBlock * WINOGRAD_PART,
                       sums);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  // Eight channels at a time go through local memory to the items that hold one tile of one channel each.
  const long n = tile.base / (groups * inputs * area), size = channels * plane;
  for (int pass = 0; pass < WINOGRAD_OUTPUTS / WINOGRAD_PART; pass++) {
    if (outputBlock == pass)
      place_sums(sums, values + frequency * WINOGRAD_PART * WINOGRAD_TILES + tileBlock);
    barrier(CLK_LOCAL_MEM_FENCE);
    const int output = output0 + pass * WINOGRAD_PART + slot, channel = group * outputs + output;
    const int some = tile.inside && output < outputs, row = lane % 4;
    float out[4];
    transform_output(values + slot * WINOGRAD_TILES + lane, WINOGRAD_PART * WINOGRAD_TILES, out);
    uint bits = 0;
    if (some)
      bits = store_tile(out, tile, outHeight, outWidth, n * size, n % maskBatch * size, channel, bias,
                        residual, maskIn, y, flags);
    positive[item] = (uchar)bits;
    barrier(CLK_LOCAL_MEM_FENCE);
    if ((flags & EPILOGUE_MASK_OUT) && some && row < 2 && tile.row + row < outHeight) {
      const long place = (tile.row + row) * outWidth + tile.column / 8 * 8;
      maskOut[(n * size + channel * plane + place) >> 3] = tile_byte(positive + item / 4 * 4, row);
    }
  }
}
