// The image layers, whose images are dense [N, C, H, W] with few channels.
//
// `convolution_first`: x dense [N, C, H, W] -> y blocked [N, outBlocks, OH, OW, 16].
// Weights from `pack_first`: [group of up to 4 output blocks][C][KH * KW][width of the group][16].
// A work-item computes `rows` output rows of one sample, all channels: N * ceil(OH / rows) work-items.
// scratch, in words of 4 bytes, each line rounded up to a multiple of 16, points = rows * OW:
//   2 * C * KH * KW
//   points + 12
//   (points + 12) * 4 * 16
//   C * patchRows * patchColumns     as in `convolution_direct`
// ints: C, outBlocks, H, W, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, inputDilationH,
// inputDilationW, padTop, padLeft, rows, flags (EPILOGUE_...), maskBatch.
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
  // The taps of a row lie side by side in the patch, so they are one step, unless dilation parts them.
  const int joined = dilationW == 1 && inputDilationW == 1 ? KW : 1;
  const Epilogue epilogue = {y, bias, residual, maskIn, maskOut, flags};
  const Outputs outputs = {0, (outBlocks + GROUP - 1) / GROUP, outBlocks, 0, outBlocks, joined, joined,
                           maskBatch};
  const Workspace workspace = divide_scratch(scratch, C * KH * KW, rows * OW, GROUP);
  copy_region(workspace.patch, x, &region, 0, C);
  convolve_region(&region, &workspace, &outputs, weights, &epilogue);
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

// `convolution_last`: x blocked [N, inBlocks, H, W, 16] -> y dense [N, O, OH, OW], the adjoint of the first
// layer. Lanes run over input channels and are added at the end, so that three outputs fill the registers.
// Weights from `pack_last`: [inBlocks][KH * KW][O][16].
// A work-item computes `rows` output rows of one sample, all O: N * ceil(OH / rows) work-items.
// scratch, in words of 4 bytes, each line rounded up to a multiple of 16, points = rows * OW:
//   2 * inBlocks * KH * KW
//   points + 12
//   (points + 12) * O * 16
//   inBlocks * patchRows * patchColumns * 16
// ints: inBlocks, O, H, W, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, inputDilationH,
// inputDilationW, padTop, padLeft, rows, flags (EPILOGUE_BIAS, _RESIDUAL and _RELU; bias holds O floats).

// sums[r][j] = sum over steps of patch[rows[r] + shift] .* weights[offset], lane by lane.
#define DEFINE_ACCUMULATE(NAME, MR, NV)                                                                 \
  INLINE void NAME(const Product *product, global const float *weights, local float *sums, int width) { \
    for (int r = 0; r < product->rowCount; r += MR) {                                                   \
      local const float *row[MR];                                                                       \
      float16 sum[MR][NV];                                                                              \
      _Pragma("unroll") for (int i = 0; i < MR; i++) {                                                  \
        row[i] = product->patch + product->rows[r + i];                                                 \
        _Pragma("unroll") for (int j = 0; j < NV; j++) sum[i][j] = (float16)(0.0f);                     \
      }                                                                                                 \
      for (int s = 0; s < product->stepCount; s++) {                                                    \
        const long shift = product->steps[2 * s];                                                       \
        global const float *w = weights + product->steps[2 * s + 1];                                    \
        float16 b[NV];                                                                                  \
        _Pragma("unroll") for (int j = 0; j < NV; j++) b[j] = vload16(j, w);                            \
        _Pragma("unroll") for (int i = 0; i < MR; i++) {                                                \
          const float16 a = vload16(0, row[i] + shift);                                                 \
          _Pragma("unroll") for (int j = 0; j < NV; j++) sum[i][j] = fma(a, b[j], sum[i][j]);           \
        }                                                                                               \
      }                                                                                                 \
      _Pragma("unroll") for (int i = 0; i < MR; i++)                                                    \
        _Pragma("unroll") for (int j = 0; j < NV; j++) vstore16(sum[i][j], (r + i) * width + j, sums);  \
    }                                                                                                   \
  }

#if VECTOR_REGISTERS >= 32
DEFINE_ACCUMULATE(accumulate_8x3, 8, 3)
DEFINE_ACCUMULATE(accumulate_8x1, 8, 1)
#else
DEFINE_ACCUMULATE(accumulate_2x3, 2, 3)
DEFINE_ACCUMULATE(accumulate_6x1, 6, 1)
#endif

INLINE void accumulate(const Product *product, global const float *weights, int width) {
  int j = 0;
#if VECTOR_REGISTERS >= 32
  for (; j + 3 <= width; j += 3) accumulate_8x3(product, weights + j * LANES, product->sums + j * LANES,
                                                width);
  for (; j < width; j++) accumulate_8x1(product, weights + j * LANES, product->sums + j * LANES, width);
#else
  for (; j + 3 <= width; j += 3) accumulate_2x3(product, weights + j * LANES, product->sums + j * LANES,
                                                width);
  for (; j < width; j++) accumulate_6x1(product, weights + j * LANES, product->sums + j * LANES, width);
#endif
}

// Stores one output.
INLINE void finish_value(const Epilogue *epilogue, float v, int channel, long index) {
  if (epilogue->flags & EPILOGUE_BIAS) v += epilogue->bias[channel];
  if (epilogue->flags & EPILOGUE_RESIDUAL) v += epilogue->residual[index];
  if (epilogue->flags & EPILOGUE_RELU) v = v <= 0.0f ? 0.0f : v;
  epilogue->result[index] = v;
}

// Stores 16 consecutive outputs of one channel.
INLINE void finish_values(const Epilogue *epilogue, float16 v, int channel, long index) {
  if (epilogue->flags & EPILOGUE_BIAS) v += (float16)(epilogue->bias[channel]);
  if (epilogue->flags & EPILOGUE_RESIDUAL) v += vload16(0, epilogue->residual + index);
  if (epilogue->flags & EPILOGUE_RELU) v = relu16(v);
  vstore16(v, 0, epilogue->result + index);
}

// Adds up the lanes of `count` sums, `width` vectors apart, and stores them `period` apart from `index` on.
INLINE void finish_line(const Epilogue *epilogue, local const float *sums, int width, int count, int period,
                        int channel, long index) {
  int i = 0;
  for (; period == 1 && i + LANES <= count; i += LANES) {
    float16 m[LANES];
    #pragma unroll
    for (int k = 0; k < LANES; k++) m[k] = vload16((i + k) * width, sums);
    finish_values(epilogue, sums_of_lanes(m), channel, index + i);
  }
  for (; i < count; i++)
    finish_value(epilogue, sum_of_lanes(vload16(i * width, sums)), channel, index + (long)i * period);
}

// Stores the outputs of one phase.
INLINE void finish_dense(const Epilogue *epilogue, local const float *sums, int width, const Region *region,
                         const Run *yRun, const Run *xRun) {
  const Axis *vertical = &region->vertical, *horizontal = &region->horizontal;
  for (int channel = 0; channel < width; channel++)
    for (int i = 0; i < yRun->count; i++) {
      const int y = yRun->phase + (yRun->start + i) * vertical->period;
      const long plane = (long)region->firstSample * width + channel;
      const long line = (plane * vertical->output + y) * horizontal->output;
      finish_line(epilogue, sums + (i * xRun->count * width + channel) * LANES, width, xRun->count,
                  horizontal->period, channel, line + xRun->phase + xRun->start * horizontal->period);
    }
}

INLINE void convolve_last_phase(const Region *region, const Workspace *workspace, int outputs,
                                global const float *weights, const Epilogue *epilogue, const Run *yRun,
                                const Run *xRun) {
  const int count = list_rows(workspace->rows, 1, 0, &region->vertical, &region->horizontal, &region->ySpan,
                              &region->xSpan, yRun, xRun, LANES);
  const int steps = list_steps(workspace->steps, region->planes, &region->vertical, &region->horizontal,
                               &region->ySpan, &region->xSpan, yRun, xRun, LANES, outputs * LANES, 1);
  const Product product = {workspace->patch, workspace->rows, workspace->steps, workspace->sums, count,
                           steps, 1, 1};
  accumulate(&product, weights, outputs);
  finish_dense(epilogue, workspace->sums, outputs, region, yRun, xRun);
}

kernel void convolution_last(
    global const float *restrict x, global const float *restrict weights, global const float *restrict bias,
    global const float *restrict residual, global float *restrict y, local float *scratch, int inBlocks,
    int O, int H, int W, int OH, int OW, int KH, int KW, int strideH, int strideW, int dilationH,
    int dilationW, int inputDilationH, int inputDilationW, int padTop, int padLeft, int rows, int flags) {
  const int strips = (OH + rows - 1) / rows, strip = (int)get_global_id(0) % strips;
  const Region region = make_region(make_axis(H, OH, KH, strideH, dilationH, inputDilationH, padTop),
                                    make_axis(W, OW, KW, strideW, dilationW, inputDilationW, padLeft),
                                    strip * rows, rows, (int)get_global_id(0) / strips, 1, inBlocks, LANES);
  const Epilogue epilogue = {y, bias, residual, 0, 0, flags};
  const Workspace workspace = divide_scratch(scratch, inBlocks * KH * KW, rows * OW, O);
  copy_region(workspace.patch, x, &region, 0, inBlocks);
  for (int py = 0; py < region.vertical.period; py++) {
    const Run yRun = make_run(&region.vertical, &region.ySpan, py);
    for (int px = 0; px < region.horizontal.period; px++) {
      const Run xRun = make_run(&region.horizontal, &region.xSpan, px);
      convolve_last_phase(&region, &workspace, O, weights, &epilogue, &yRun, &xRun);
    }
  }
}

// Packs weights [O, C, taps] for `convolution_last`; swap as in `pack_direct`.
// A work-item packs one tap of one input block: inBlocks * taps work-items.
// ints: O, C (both of the source), taps, swap.
kernel void pack_last(global const float *restrict weights, global float *restrict result, int O, int C,
                      int taps, int swap) {
  const int outputs = swap ? C : O, inputs = swap ? O : C;
  const int tap = (int)get_global_id(0) % taps, block = (int)get_global_id(0) / taps;
  global float *to = result + (long)get_global_id(0) * outputs * LANES;
  for (int o = 0; o < outputs; o++)
    for (int lane = 0; lane < LANES; lane++) {
      const int c = block * LANES + lane;
      const long at = ((long)(swap ? c : o) * C + (swap ? o : c)) * taps + (swap ? taps - 1 - tap : tap);
      to[o * LANES + lane] = c < inputs ? weights[at] : 0.0f;
    }
}

#ifdef TREMOR_HOST
HOST_KERNEL(convolution_first, p[0], p[1], p[2], p[3], p[4], p[5], p[6], scratch, i[0], i[1], i[2], i[3],
            i[4], i[5], i[6], i[7], i[8], i[9], i[10], i[11], i[12], i[13], i[14], i[15], i[16], i[17], i[18])
HOST_KERNEL(pack_first, p[0], p[1], i[0], i[1], i[2], i[3])
HOST_KERNEL(convolution_last, p[0], p[1], p[2], p[3], p[4], scratch, i[0], i[1], i[2], i[3], i[4], i[5],
            i[6], i[7], i[8], i[9], i[10], i[11], i[12], i[13], i[14], i[15], i[16], i[17])
HOST_KERNEL(pack_last, p[0], p[1], i[0], i[1], i[2], i[3])
#endif
