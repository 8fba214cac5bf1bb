// Sums as if they were computed with twice the bits of a float and rounded once, for the precision `exact`.
//
// A sum is two floats: what was rounded, and what rounding left over. So is a product, whose rest fma() gives
// (Ogita, Rump and Oishi, "Accurate sum and dot product", 2005). The error of a sum of n products of size p is
// half a unit in the last place of the result and n * n * 2^-48 * p. Every sum takes its terms in one order,
// whatever is computed beside it; no product is left out for being computed otherwise, and none is added.
//
// The kernels read and write what others do: images blocked [N, C/16, H, W, 16], matrices dense. Lanes are output
// channels, columns, or sixteen neighbours of one sum.
typedef struct {
  float16 high, low;
} Exact;

INLINE Exact exact_zero(void) {
  Exact sum;
  sum.high = sum.low = (float16)(0.0f);
  return sum;
}

INLINE void exact_add(Exact *sum, float16 term, float16 rest) {
  const float16 next = sum->high + term;
  const float16 moved = next - sum->high;
  sum->low += ((sum->high - (next - moved)) + (term - moved)) + rest;
  sum->high = next;
}

INLINE void exact_add_product(Exact *sum, float16 a, float16 b) {
  const float16 product = a * b;
  const float16 rest = fma(a, b, -product);
  exact_add(sum, product, rest);
}

// The sum rounded once. What is left over of an infinity is no number.
INLINE float16 exact_value(Exact sum) {
  const float16 value = sum.high + sum.low;
  return select(value, sum.high, (int16)((sum.high - sum.high) != (float16)(0.0f)));
}

// The sum of the lanes, in their order.
INLINE float exact_lanes(Exact sum) {
  float highs[LANES], lows[LANES];
  vstore16(sum.high, 0, highs);
  vstore16(sum.low, 0, lows);
  float high = highs[0], low = lows[0];
  for (int l = 1; l < LANES; l++) {
    const float next = high + highs[l];
    const float moved = next - high;
    low += ((high - (next - moved)) + (highs[l] - moved)) + lows[l];
    high = next;
  }
  return high - high != 0.0f ? high : high + low;
}

// Which channels of an image sixteen output channels read: those of their groups.
typedef struct {
  int first, groups, inputs, outputs;  // first output channel; channels per group
  int isShared, isDepthwise;           // whether all lanes read the same channel; whether each reads its own
} ExactChannels;

INLINE ExactChannels exact_channels(int block, int groups, int inputs, int outputs) {
  ExactChannels channels = {block * LANES, groups, inputs, outputs, 0, inputs == 1 && outputs == 1};
  channels.isShared = groups == 1 || channels.first / outputs == (channels.first + LANES - 1) / outputs;
  return channels;
}

// What the lanes read for channel `c` of their groups; `pixel` is that pixel of the first block of 16 channels, and
// `plane` lies between two blocks.
INLINE float16 exact_inputs(global const float *pixel, long plane, ExactChannels channels, int c) {
  if (channels.isShared) {
    const int channel = channels.first / channels.outputs * channels.inputs + c;
    return (float16)(pixel[channel / LANES * plane + channel % LANES]);
  }
  if (channels.isDepthwise) return vload16(0, pixel + channels.first / LANES * plane);
  float lanes[LANES];
  for (int l = 0; l < LANES; l++) {
    const int output = min(channels.first + l, channels.groups * channels.outputs - 1);
    const int channel = output / channels.outputs * channels.inputs + c;
    lanes[l] = pixel[channel / LANES * plane + channel % LANES];
  }
  return vload16(0, lanes);
}

// Where tap `tap` of an output reads, or -1 outside.
INLINE int exact_place(int output, int tap, int stride, int dilation, int inputDilation, int pad, int extent) {
  const int numerator = output * stride + tap * dilation - pad;
  if (numerator < 0 || numerator % inputDilation != 0) return -1;
  return numerator / inputDilation < extent ? numerator / inputDilation : -1;
}

// Convolution, any kernel, stride, dilation, input dilation, padding and groups:
//   y[n,o,p] = sum over k, c of w[o,c,k] * x[n,c,(p * stride + k * dilation - pad) / inputDilation]
// Weights from `pack_exact`; output block b reads block b % weightBlocks of them.
// A work-item computes a row of 16 output channels: N * outBlocks * OH items.
// ints: groups, inputs, outputs (both per group), H, W, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW,
// inputDilationH, inputDilationW, padTop, padLeft, weightBlocks.
kernel void exact_convolution(
    global const float *restrict x, global const float *restrict weights, global float *restrict y, int groups,
    int inputs, int outputs, int H, int W, int OH, int OW, int KH, int KW, int strideH, int strideW,
    int dilationH, int dilationW, int inputDilationH, int inputDilationW, int padTop, int padLeft,
    int weightBlocks) {
  const int outBlocks = (groups * outputs + LANES - 1) / LANES, inBlocks = (groups * inputs + LANES - 1) / LANES;
  const long item = (long)get_global_id(0), n = item / OH / outBlocks;
  const int row = (int)(item % OH), block = (int)(item / OH % outBlocks);
  const ExactChannels channels = exact_channels(block, groups, inputs, outputs);
  const long plane = (long)H * W * LANES;
  x += n * inBlocks * plane;
  weights += (long)(block % weightBlocks) * KH * KW * inputs * LANES;
  y += ((n * outBlocks + block) * OH + row) * OW * LANES;
  for (int column = 0; column < OW; column++) {
    Exact sum = exact_zero();
    for (int ky = 0; ky < KH; ky++) {
      const int iy = exact_place(row, ky, strideH, dilationH, inputDilationH, padTop, H);
      if (iy < 0) continue;
      for (int kx = 0; kx < KW; kx++) {
        const int ix = exact_place(column, kx, strideW, dilationW, inputDilationW, padLeft, W);
        if (ix < 0) continue;
        global const float *pixel = x + ((long)iy * W + ix) * LANES;
        global const float *w = weights + (long)(ky * KW + kx) * inputs * LANES;
        for (int c = 0; c < inputs; c++)
          exact_add_product(&sum, exact_inputs(pixel, plane, channels, c), vload16(c, w));
      }
    }
    vstore16(exact_value(sum), column, y);
  }
}

// Packs weights [O, C / groups, taps] as [blocks of 16 outputs][taps][inputs][16], zeros past the last output.
// swap 0: outputs are O, inputs C. swap 1: outputs are C, inputs O, taps reversed (the input's adjoint).
// A work-item packs one tap of one block: ceil(outputs / 16) * taps items. ints: O, C, groups, taps, swap.
kernel void pack_exact(global const float *restrict weights, global float *restrict packed, int O, int C,
                       int groups, int taps, int swap) {
  const int sourceOutputs = O / groups, sourceInputs = C / groups;
  const int outputs = swap ? sourceInputs : sourceOutputs, inputs = swap ? sourceOutputs : sourceInputs;
  const int item = (int)get_global_id(0), tap = item % taps, first = item / taps * LANES;
  global float *to = packed + (long)item * inputs * LANES;
  for (int i = 0; i < inputs; i++)
    for (int lane = 0; lane < LANES; lane++) {
      const int output = first + lane, group = output / outputs, o = output % outputs;
      const long row = (long)group * sourceOutputs + (swap ? i : o);
      const long at = (row * sourceInputs + (swap ? o : i)) * taps + (swap ? taps - 1 - tap : tap);
      to[i * LANES + lane] = group < groups ? weights[at] : 0.0f;
    }
}

// The gradient of a convolution with respect to its weights:
//   dw[o,c,k] = sum over n, p of dy[n,o,p] * x[n,c,p * stride + k * dilation - pad]
// dw [groups * outputs, inputs, KH * KW]. A work-item computes one tap of one input channel for 16 output channels:
// ceil(groups * outputs / 16) * inputs * KH * KW items.
// ints: N, groups, inputs, outputs (both per group), H, W, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW,
// padTop, padLeft.
kernel void exact_weights(
    global const float *restrict x, global const float *restrict dy, global float *restrict dw, int N, int groups,
    int inputs, int outputs, int H, int W, int OH, int OW, int KH, int KW, int strideH, int strideW,
    int dilationH, int dilationW, int padTop, int padLeft) {
  const int outBlocks = (groups * outputs + LANES - 1) / LANES, inBlocks = (groups * inputs + LANES - 1) / LANES;
  const int item = (int)get_global_id(0), taps = KH * KW, tap = item % taps, c = item / taps % inputs;
  const int block = item / taps / inputs, ky = tap / KW, kx = tap % KW;
  const ExactChannels channels = exact_channels(block, groups, inputs, outputs);
  const long plane = (long)H * W * LANES, outPlane = (long)OH * OW * LANES;
  Exact sum = exact_zero();
  for (long n = 0; n < N; n++)
    for (int row = 0; row < OH; row++) {
      const int iy = exact_place(row, ky, strideH, dilationH, 1, padTop, H);
      if (iy < 0) continue;
      global const float *from = dy + (n * outBlocks + block) * outPlane + (long)row * OW * LANES;
      for (int column = 0; column < OW; column++) {
        const int ix = exact_place(column, kx, strideW, dilationW, 1, padLeft, W);
        if (ix < 0) continue;
        global const float *pixel = x + n * inBlocks * plane + ((long)iy * W + ix) * LANES;
        exact_add_product(&sum, exact_inputs(pixel, plane, channels, c), vload16(column, from));
      }
    }
  float lanes[LANES];
  vstore16(exact_value(sum), 0, lanes);
  for (int l = 0; l < LANES && block * LANES + l < groups * outputs; l++)
    dw[((long)(block * LANES + l) * inputs + c) * taps + tap] = lanes[l];
}

// C[b, m, n] = sum over k of A[b, m, k] * B[b, k, n]: A of any strides, B from `pack_exact_matrix`, C dense.
// bBatch lies between two matrices of B, 0 for a shared one. A work-item computes 16 columns of a row:
// batch * m * ceil(n / 16) items. ints: m, n, k, aBatch, aRow, aColumn, bBatch.
kernel void exact_matmul(global const float *restrict a, global const float *restrict b, global float *restrict c,
                         int m, int n, int k, int aBatch, int aRow, int aColumn, int bBatch) {
  const int blocks = (n + LANES - 1) / LANES;
  const long item = (long)get_global_id(0), row = item / blocks % m, batch = item / blocks / m;
  const int column = (int)(item % blocks) * LANES;
  a += batch * aBatch + row * aRow;
  b += batch * bBatch + (long)column * k;
  Exact sum = exact_zero();
  for (int i = 0; i < k; i++) exact_add_product(&sum, (float16)(a[(long)i * aColumn]), vload16(i, b));
  store_lanes(exact_value(sum), c + (batch * m + row) * n + column, n - column);
}

// Packs B, of any strides, as [batch][blocks of 16 columns][k][16], zeros past the last column.
// A work-item packs a block: batch * ceil(n / 16) items. ints: bBatch, bRow, bColumn, n, k.
kernel void pack_exact_matrix(global const float *restrict b, global float *restrict packed, int bBatch, int bRow,
                              int bColumn, int n, int k) {
  const int blocks = (n + LANES - 1) / LANES;
  const long item = (long)get_global_id(0), batch = item / blocks;
  const int column = (int)(item % blocks) * LANES;
  b += batch * bBatch + (long)column * bColumn;
  packed += item * k * LANES;
  for (int i = 0; i < k; i++)
    for (int l = 0; l < LANES; l++)
      packed[(long)i * LANES + l] = column + l < n ? b[(long)i * bRow + (long)l * bColumn] : 0.0f;
}

// y[r] = sum over e of x[r, e]. A work-item computes one result. ints: folded, the extent of e.
kernel void exact_sum(global const float *restrict x, global float *restrict y, int folded) {
  const long item = (long)get_global_id(0);
  x += item * folded;
  Exact sum = exact_zero();
  for (int e = 0; e < folded; e += LANES)
    exact_add(&sum, load_lanes(x + e, folded - e), (float16)(0.0f));
  y[item] = exact_lanes(sum);
}

#ifdef TREMOR_HOST
HOST_KERNEL(exact_convolution, p[0], p[1], p[2], i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9], i[10],
            i[11], i[12], i[13], i[14], i[15], i[16], i[17])
HOST_KERNEL(pack_exact, p[0], p[1], i[0], i[1], i[2], i[3], i[4])
HOST_KERNEL(exact_weights, p[0], p[1], p[2], i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9], i[10],
            i[11], i[12], i[13], i[14], i[15])
HOST_KERNEL(exact_matmul, p[0], p[1], p[2], i[0], i[1], i[2], i[3], i[4], i[5], i[6])
HOST_KERNEL(pack_exact_matrix, p[0], p[1], i[0], i[1], i[2], i[3], i[4])
HOST_KERNEL(exact_sum, p[0], p[1], i[0])
#endif
