// The layer that reads images, which are dense [N, C, H, W] with few channels.
//
// `convolution_first`: x dense [N, C, H, W] -> y blocked [N, outBlocks, OH, OW, 16].
// Weights from `pack_first`: [group of up to 4 output blocks][C][KH * KW][width of the group][16].
// A work-item copies the input it needs once, with its padding, and computes `rows` output rows of one
// sample, all channels: N * ceil(OH / rows) work-items.
// scratch, in words of 4 bytes, each line rounded up to a multiple of 16:
//   2 * C * KH * KW
//   C * patchRows * patchColumns     as in `convolution_direct`
// ints: C, outBlocks, H, W, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, inputDilationH,
// inputDilationW, padTop, padLeft, rows, flags (EPILOGUE_...), maskBatch.

// Outputs of a row that are computed together, and output blocks: their sums stay in registers.
#if VECTOR_REGISTERS >= 32
#define FIRST_OUTPUTS 8
#define FIRST_BLOCKS 2
#else
#define FIRST_OUTPUTS 6
#define FIRST_BLOCKS 1
#endif

// The taps of the outputs of one phase for neighbouring output blocks, and where the results go.
typedef struct {
  local const int *steps;  // pairs: shift in the patch, offset in the weights
  global const float *weights;
  int stepCount, depth, width;  // rows of weights a step, each `width` blocks
  int spacing, period;          // from one output to the next: floats of the patch, vectors of the result
  long plane, maskShift;        // vectors of the result from one block to the next, and back to the mask
  float16 bias[FIRST_BLOCKS];
} FirstTaps;

// MR neighbouring outputs by NV blocks from one place in the patch and one in the result. The first `skipped`
// outputs are there already.
#define DEFINE_FIRST(NAME, MR, NV, FINISH)                                                               \
  INLINE void NAME(const FirstTaps *taps, int depth, int spacing, local const float *from,               \
                   const Epilogue *epilogue, long index, int skipped) {                                  \
    float16 sum[MR][NV];                                                                                 \
    _Pragma("unroll") for (int i = 0; i < MR; i++)                                                       \
      _Pragma("unroll") for (int j = 0; j < NV; j++) sum[i][j] = (float16)(0.0f);                        \
    for (int s = 0; s < taps->stepCount; s++) {                                                          \
      local const float *row = from + taps->steps[2 * s];                                                \
      global const float *w = taps->weights + taps->steps[2 * s + 1];                                    \
      for (int d = 0; d < depth; d++) {                                                                  \
        float16 b[NV];                                                                                   \
        _Pragma("unroll") for (int j = 0; j < NV; j++) b[j] = vload16(j, w);                             \
        _Pragma("unroll") for (int i = 0; i < MR; i++) {                                                 \
          const float16 a = (float16)(row[i * spacing + d]);                                             \
          _Pragma("unroll") for (int j = 0; j < NV; j++) sum[i][j] = fma(a, b[j], sum[i][j]);            \
        }                                                                                                \
        w += taps->width * LANES;                                                                        \
      }                                                                                                  \
    }                                                                                                    \
    _Pragma("unroll") for (int j = 0; j < NV; j++) {                                                     \
      float16 done[MR];                                                                                  \
      const long at = index + j * taps->plane;                                                           \
      _Pragma("unroll") for (int i = 0; i < MR; i++) done[i] = sum[i][j];                                \
      if (skipped == 0)                                                                                  \
        FINISH(epilogue, done, taps->bias[j], at, taps->period, at - taps->maskShift);                   \
      else                                                                                               \
        _Pragma("unroll") for (int i = 1; i < MR; i++)                                                   \
          if (i >= skipped) finish_one(epilogue, sum[i][j], taps->bias[j], at + i * taps->period,        \
                                       at + i * taps->period - taps->maskShift);                         \
    }                                                                                                    \
  }
#if VECTOR_REGISTERS >= 32
DEFINE_FIRST(first_8x2, 8, 2, finish_8)
DEFINE_FIRST(first_1x2, 1, 2, finish_1)
DEFINE_FIRST(first_8x1, 8, 1, finish_8)
#else
DEFINE_FIRST(first_6x1, 6, 1, finish_6)
#endif
DEFINE_FIRST(first_1x1, 1, 1, finish_1)

INLINE void first_tile(const FirstTaps *taps, int blocks, int depth, int spacing, local const float *from,
                       const Epilogue *epilogue, long index, int skipped) {
#if VECTOR_REGISTERS >= 32
  if (blocks == FIRST_BLOCKS) first_8x2(taps, depth, spacing, from, epilogue, index, skipped);
  else first_8x1(taps, depth, spacing, from, epilogue, index, skipped);
#else
  (void)blocks;
  first_6x1(taps, depth, spacing, from, epilogue, index, skipped);
#endif
}

OUTLINE void first_output(const FirstTaps *taps, int blocks, local const float *from,
                         const Epilogue *epilogue, long index) {
  (void)blocks;
#if VECTOR_REGISTERS >= 32
  if (blocks == FIRST_BLOCKS) {
    first_1x2(taps, taps->depth, 1, from, epilogue, index, 0);
    return;
  }
#endif
  first_1x1(taps, taps->depth, 1, from, epilogue, index, 0);
}

// `count` neighbouring outputs of a phase, the last tile overlapping the one before.
INLINE void first_line(const FirstTaps *taps, int blocks, int depth, int spacing, local const float *from,
                       const Epilogue *epilogue, long index, int count) {
  for (int x = 0; x < count; x += FIRST_OUTPUTS) {
    const int at = min(x, count - FIRST_OUTPUTS);
    first_tile(taps, blocks, depth, spacing, from + (long)at * spacing, epilogue,
               index + (long)at * taps->period, x - at);
  }
}

// With 3x3 kernels of stride 1 and 2 compiled apart.
#define DEFINE_FIRST_LINE(NAME, DEPTH, SPACING)                                                          \
  OUTLINE void NAME(const FirstTaps *taps, int blocks, local const float *from, const Epilogue *epilogue, \
                    long index, int count) {                                                             \
    first_line(taps, blocks, DEPTH, SPACING, from, epilogue, index, count);                              \
  }
DEFINE_FIRST_LINE(first_line_3x1, 3, 1)
DEFINE_FIRST_LINE(first_line_3x2, 3, 2)
DEFINE_FIRST_LINE(first_line_any, taps->depth, taps->spacing)

// The same for any count.
INLINE void first_run(const FirstTaps *taps, int blocks, local const float *from, const Epilogue *epilogue,
                      long index, int count) {
  const int depth = taps->depth, spacing = taps->spacing;
  if (count < FIRST_OUTPUTS)
    for (int x = 0; x < count; x++)
      first_output(taps, blocks, from + (long)x * spacing, epilogue, index + (long)x * taps->period);
  else if (depth == 3 && spacing == 1) first_line_3x1(taps, blocks, from, epilogue, index, count);
  else if (depth == 3 && spacing == 2) first_line_3x2(taps, blocks, from, epilogue, index, count);
  else first_line_any(taps, blocks, from, epilogue, index, count);
}

// The outputs of one phase for output blocks `block ..< block + blocks`, the weights being those of `block`.
INLINE void first_blocks(const Region *region, local const float *patch, FirstTaps *taps,
                         const Epilogue *epilogue, const Run *yRun, const Run *xRun, int block, int blocks,
                         long firstPlane) {
  const Axis *vertical = &region->vertical, *horizontal = &region->horizontal;
  const Span *ySpan = &region->ySpan, *xSpan = &region->xSpan;
  for (int j = 0; j < blocks; j++) taps->bias[j] = bias_of(epilogue, block + j);
  for (int i = 0; i < yRun->count; i++) {
    const int y = yRun->phase + (yRun->start + i) * vertical->period;
    const int line = run_place(vertical, ySpan, yRun->start + i) * xSpan->count;
    const long index = (firstPlane + block) * taps->plane + (long)y * horizontal->output + xRun->phase +
                       xRun->start * horizontal->period;
    first_run(taps, blocks, patch + line + run_place(horizontal, xSpan, xRun->start), epilogue, index,
              xRun->count);
  }
}

INLINE void first_phase(const Region *region, local const float *patch, local int *steps,
                        global const float *weights, int outBlocks, int maskBatch, const Epilogue *epilogue,
                        const Run *yRun, const Run *xRun) {
  const Axis *vertical = &region->vertical, *horizontal = &region->horizontal;
  // The taps of a row lie side by side in the patch, so they are one step, unless dilation parts them.
  const int joined = horizontal->dilation == 1 && horizontal->inputDilation == 1 ? horizontal->taps : 1;
  const int taps = region->planes * vertical->taps * horizontal->taps, n = region->firstSample;
  FirstTaps first;
  first.steps = steps;
  first.depth = joined;
  first.spacing = horizontal->step / region->xSpan.spacing;
  first.period = horizontal->period;
  first.plane = (long)vertical->output * horizontal->output;
  first.maskShift = mask_shift(n, maskBatch, epilogue->flags, outBlocks * first.plane);
  for (int start = 0; start < outBlocks; start += GROUP) {
    const int width = group_width(start, outBlocks);
    first.width = width;
    first.stepCount = list_steps(steps, region->planes, vertical, horizontal, &region->ySpan, &region->xSpan,
                                 yRun, xRun, 1, width * LANES, joined);
    for (int j = 0; j < width; j += FIRST_BLOCKS) {
      first.weights = weights + ((long)start * taps + j) * LANES;
      first_blocks(region, patch, &first, epilogue, yRun, xRun, start + j, min(FIRST_BLOCKS, width - j),
                   (long)n * outBlocks);
    }
  }
}

kernel void convolution_first(
    global const float *restrict x, global const float *restrict weights, global const float *restrict bias,
    global const float *restrict residual, global const ushort *restrict maskIn,
    global ushort *restrict maskOut, global float *restrict y, local float *scratch, int C, int outBlocks,
    int H, int W, int OH, int OW, int KH, int KW, int strideH, int strideW, int dilationH, int dilationW,
    int inputDilationH, int inputDilationW, int padTop, int padLeft, int rows, int flags, int maskBatch) {
  const int strips = (OH + rows - 1) / rows, strip = (int)get_global_id(0) % strips;
  const Region region = make_region(make_axis(H, OH, KH, strideH, dilationH, inputDilationH, padTop),
                                    make_axis(W, OW, KW, strideW, dilationW, inputDilationW, padLeft),
                                    strip * rows, rows, (int)get_global_id(0) / strips, 1, C, 1);
  const Epilogue epilogue = {y, bias, residual, maskIn, maskOut, flags};
  local int *steps = (local int *)scratch;
  local float *patch = scratch + rounded_up(2 * C * KH * KW, LANES);
  copy_region(patch, x, &region, 0, C);
  for (int py = 0; py < region.vertical.period; py++) {
    const Run yRun = make_run(&region.vertical, &region.ySpan, py);
    for (int px = 0; px < region.horizontal.period; px++) {
      const Run xRun = make_run(&region.horizontal, &region.xSpan, px);
      first_phase(&region, patch, steps, weights, outBlocks, maskBatch, &epilogue, &yRun, &xRun);
    }
  }
}

// Packs weights [O, C, taps] for `convolution_first`; swap as in `pack_direct`.
// A work-item packs one tap of one input channel of one output block: outBlocks * inputs * taps work-items.
// ints: O, C (both of the source), taps, swap.
kernel void pack_first(global const float *restrict weights, global float *restrict result, int O, int C,
                       int taps, int swap) {
  const int outputs = swap ? C : O, inputs = swap ? O : C, outBlocks = (outputs + LANES - 1) / LANES;
  const int item = (int)get_global_id(0), tap = item % taps, c = item / taps % inputs;
  const int block = item / taps / inputs;
  const int start = block / GROUP * GROUP, width = group_width(start, outBlocks);
  const long before = ((long)start * inputs + c * width) * taps + tap * width;
  global float *to = result + (before + block - start) * LANES;
  for (int lane = 0; lane < LANES; lane++) {
    const int o = block * LANES + lane;
    const long at = ((long)(swap ? c : o) * C + (swap ? o : c)) * taps + (swap ? taps - 1 - tap : tap);
    to[lane] = o < outputs ? weights[at] : 0.0f;
  }
}

#ifdef TREMOR_HOST
HOST_KERNEL(convolution_first, p[0], p[1], p[2], p[3], p[4], p[5], p[6], scratch, i[0], i[1], i[2], i[3],
            i[4], i[5], i[6], i[7], i[8], i[9], i[10], i[11], i[12], i[13], i[14], i[15], i[16], i[17], i[18])
HOST_KERNEL(pack_first, p[0], p[1], i[0], i[1], i[2], i[3])
#endif
