// Convolution with one input channel for every output channel, blocked: lanes are channels.
//
//   y[n,c,p] = sum over k of w[c,k] * x[n,c,(p * stride + k * dilation - pad) / inputDilation]
//
// x [N, blocks, H, W, 16] -> y [N, blocks, OH, OW, 16]; weights from `pack_depthwise`: [blocks][KH * KW][16].
// A work-item computes `rows` output rows of one plane: N * blocks * ceil(OH / rows) work-items.
// Taps in the padding are left out.
// ints: blocks, H, W, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, inputDilationH,
// inputDilationW, padTop, padLeft, rows, flags (EPILOGUE_...), maskBatch (samples in maskIn).

// Outputs of a row that are computed together.
#if VECTOR_REGISTERS >= 32
#define DEPTHWISE_TILE 8
#else
#define DEPTHWISE_TILE 4
#endif

typedef struct {
  global const float *plane;
  global const float *weights;
  Axis vertical, horizontal;
} DepthwiseSource;

// One output of a row, minding the padding.
INLINE float16 depthwise_point(const DepthwiseSource *source, int yPhase, int y, int xPhase, int x) {
  const Axis *vertical = &source->vertical, *horizontal = &source->horizontal;
  float16 sum = (float16)(0.0f);
  for (int ky = 0; ky < vertical->taps; ky++) {
    const int row = tap_position(vertical, yPhase, ky) + y * vertical->step;
    if (row < 0 || row >= vertical->input) continue;
    for (int kx = 0; kx < horizontal->taps; kx++) {
      const int column = tap_position(horizontal, xPhase, kx) + x * horizontal->step;
      if (column < 0 || column >= horizontal->input) continue;
      const float16 weight = vload16(ky * horizontal->taps + kx, source->weights);
      sum = fma(vload16(0, source->plane + ((long)row * horizontal->input + column) * LANES), weight, sum);
    }
  }
  return sum;
}

// DEPTHWISE_TILE outputs of a phase from x on, whose taps lie inside the row.
INLINE void depthwise_tile(const DepthwiseSource *source, int yPhase, int y, int xPhase, int x,
                           float16 *sum) {
  const Axis *vertical = &source->vertical, *horizontal = &source->horizontal;
  const long step = (long)horizontal->step * LANES;
  #pragma unroll
  for (int i = 0; i < DEPTHWISE_TILE; i++) sum[i] = (float16)(0.0f);
  for (int ky = 0; ky < vertical->taps; ky++) {
    const int row = tap_position(vertical, yPhase, ky) + y * vertical->step;
    if (row < 0 || row >= vertical->input) continue;
    for (int kx = 0; kx < horizontal->taps; kx++) {
      const int column = tap_position(horizontal, xPhase, kx) + x * horizontal->step;
      if (column < 0) continue;
      const float16 weight = vload16(ky * horizontal->taps + kx, source->weights);
      global const float *from = source->plane + ((long)row * horizontal->input + column) * LANES;
      #pragma unroll
      for (int i = 0; i < DEPTHWISE_TILE; i++) sum[i] = fma(vload16(0, from + i * step), weight, sum[i]);
    }
  }
}

// The outputs `*first ..< *end` of a phase all of whose taps lie inside the row.
INLINE void find_inside(const Axis *axis, int phase, int count, int *first, int *end) {
  *first = 0;
  *end = count;
  for (int k = 0; k < axis->taps; k++) {
    const int position = tap_position(axis, phase, k);
    if (position == OUTSIDE) continue;
    *first = max(*first, -floor_divide(position, axis->step));
    *end = min(*end, floor_divide(axis->input - 1 - position, axis->step) + 1);
  }
}

// The outputs of one phase of one output row, whose vectors start at `line`.
INLINE void depthwise_run(const DepthwiseSource *source, int yPhase, int y, int xPhase,
                          const Epilogue *epilogue, float16 bias, long line, long maskShift) {
  const Axis *axis = &source->horizontal;
  const int count = (axis->output - xPhase + axis->period - 1) / axis->period;
  int first, end, x = 0;
  find_inside(axis, xPhase, count, &first, &end);
  while (x < count) {
    const long index = line + xPhase + (long)x * axis->period;
    if (x >= first && x + DEPTHWISE_TILE <= end) {
      float16 sum[DEPTHWISE_TILE];
      depthwise_tile(source, yPhase, y, xPhase, x, sum);
      #pragma unroll
      for (int i = 0; i < DEPTHWISE_TILE; i++)
        finish(epilogue, sum[i], bias, index + i * axis->period, index + i * axis->period - maskShift);
      x += DEPTHWISE_TILE;
    } else {
      finish(epilogue, depthwise_point(source, yPhase, y, xPhase, x), bias, index, index - maskShift);
      x++;
    }
  }
}

kernel void convolution_depthwise(
    global const float *restrict x, global const float *restrict weights, global const float *restrict bias,
    global const float *restrict residual, global const ushort *restrict maskIn,
    global ushort *restrict maskOut, global float *restrict y, int blocks, int H, int W, int OH, int OW,
    int KH, int KW, int strideH, int strideW, int dilationH, int dilationW, int inputDilationH,
    int inputDilationW, int padTop, int padLeft, int rows, int flags, int maskBatch) {
  const int strips = (OH + rows - 1) / rows, strip = (int)get_global_id(0) % strips;
  const int plane = (int)get_global_id(0) / strips, n = plane / blocks, block = plane % blocks;
  const DepthwiseSource source = {x + (long)plane * H * W * LANES, weights + (long)block * KH * KW * LANES,
                                  make_axis(H, OH, KH, strideH, dilationH, inputDilationH, padTop),
                                  make_axis(W, OW, KW, strideW, dilationW, inputDilationW, padLeft)};
  const Epilogue epilogue = {y, bias, residual, maskIn, maskOut, flags};
  const float16 offset = bias_of(&epilogue, block);
  const long shift = mask_shift(n, maskBatch, flags, (long)blocks * OH * OW);
  for (int row = strip * rows; row < min(OH, (strip + 1) * rows); row++) {
    const int period = source.vertical.period;
    for (int phase = 0; phase < source.horizontal.period; phase++)
      depthwise_run(&source, row % period, row / period, phase, &epilogue, offset,
                    ((long)plane * OH + row) * OW, shift);
  }
}

// Packs weights [C, 1, taps] for `convolution_depthwise`, zeros in padded lanes; flip reverses the taps.
// A work-item packs one block: ceil(C / 16) work-items.
// ints: C, taps, flip.
kernel void pack_depthwise(global const float *restrict weights, global float *restrict result, int C,
                           int taps, int flip) {
  const int block = (int)get_global_id(0);
  for (int tap = 0; tap < taps; tap++)
    for (int lane = 0; lane < LANES; lane++) {
      const int c = block * LANES + lane;
      result[((long)block * taps + tap) * LANES + lane] =
          c < C ? weights[(long)c * taps + (flip ? taps - 1 - tap : tap)] : 0.0f;
    }
}

#ifdef TREMOR_HOST
HOST_KERNEL(convolution_depthwise, p[0], p[1], p[2], p[3], p[4], p[5], p[6], i[0], i[1], i[2], i[3], i[4],
            i[5], i[6], i[7], i[8], i[9], i[10], i[11], i[12], i[13], i[14], i[15], i[16], i[17])
HOST_KERNEL(pack_depthwise, p[0], p[1], i[0], i[1], i[2])
#endif
