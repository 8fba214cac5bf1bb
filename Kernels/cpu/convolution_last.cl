// The adjoint of the layer that reads images.
//
// `convolution_last`: x blocked [N, inBlocks, H, W, 16] -> y dense [N, O, OH, OW]. Lanes run over input
// channels and are added at the end, so that three outputs fill the registers.
// Weights from `pack_last`: [inBlocks][KH * KW][O][16].
// A work-item copies the input it needs once, with its padding, and computes `rows` output rows of one
// sample, all O: N * ceil(OH / rows) work-items.
// scratch, in words of 4 bytes, each line rounded up to a multiple of 16:
//   2 * inBlocks * KH * KW
//   inBlocks * patchRows * patchColumns * 16     as in `convolution_direct`
// ints: inBlocks, O, H, W, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, inputDilationH,
// inputDilationW, padTop, padLeft, rows, flags (EPILOGUE_BIAS, _RESIDUAL and _RELU; bias holds O floats).

// Outputs of a row that are computed together, and output channels.
#define LAST_OUTPUTS 8
#define LAST_CHANNELS 3

// The taps of the outputs of one phase for neighbouring channels, and where the results go.
typedef struct {
  local const int *steps;  // pairs: shift in the patch, offset in the weights
  global const float *weights;
  int stepCount, channel;  // the first of the channels
  int spacing, period;     // from one output to the next: floats of the patch, floats of the result
  long plane;              // floats of the result from one channel to the next
} LastTaps;

// Stores one output.
INLINE void finish_value(const Epilogue *epilogue, float v, int channel, long index) {
  if (epilogue->flags & EPILOGUE_BIAS) v += epilogue->bias[channel];
  if (epilogue->flags & EPILOGUE_RESIDUAL) v += epilogue->residual[index];
  if (epilogue->flags & EPILOGUE_RELU) v = v <= 0.0f ? 0.0f : v;
  epilogue->result[index] = v;
}

// One level of `sum_of_lanes` for COUNT pairs of vectors: m[i] and m[i + COUNT] become one that holds both.
#define DEFINE_JOIN(NAME, COUNT, UPPER, LOWER)          \
  INLINE void NAME(float16 *m) {                        \
    _Pragma("unroll") for (int i = 0; i < COUNT; i++) { \
      float16 a = m[i], b = m[i + COUNT];               \
      a.UPPER = m[i + COUNT].UPPER;                     \
      b.LOWER = m[i].UPPER;                             \
      b.UPPER = m[i + COUNT].LOWER;                     \
      m[i] = a + b;                                     \
    }                                                   \
  }
DEFINE_JOIN(join8, 4, hi, lo)
DEFINE_JOIN(join4, 2, s4567cdef, s012389ab)
DEFINE_JOIN(join2, 1, s2367abef, s014589cd)

// Lane i is the sum of the lanes of m[i], the same bits as sum_of_lanes(m[i]).
INLINE float8 sums_of_eight(float16 *m) {
  join8(m);
  join4(m);
  join2(m);
  return m[0].even + m[0].odd;
}

// Stores the lane sums of 8 outputs of one channel, `period` apart, but for the first `skipped`.
INLINE void finish_eight(const Epilogue *epilogue, float16 *m, int channel, long index, int period,
                         int skipped) {
  const int flags = epilogue->flags;
  float8 v = sums_of_eight(m);
  if (period == 1 && skipped == 0) {
    if (flags & EPILOGUE_BIAS) v += (float8)(epilogue->bias[channel]);
    if (flags & EPILOGUE_RESIDUAL) v += vload8(0, epilogue->residual + index);
    if (flags & EPILOGUE_RELU) v = select(v, (float8)(0.0f), (int8)(v <= (float8)(0.0f)));
    vstore8(v, 0, epilogue->result + index);
  } else {
    float lanes[LAST_OUTPUTS];
    vstore8(v, 0, lanes);
    for (int i = skipped; i < LAST_OUTPUTS; i++)
      finish_value(epilogue, lanes[i], channel, index + (long)i * period);
  }
}

// sum[j][i] = sum over taps of the vectors of output i .* the weights of channel j, lane by lane.
#define DEFINE_LAST(NAME, MR, NV)                                                                      \
  INLINE void NAME(const LastTaps *taps, int spacing, local const float *from, float16 sum[NV][MR]) {  \
    _Pragma("unroll") for (int j = 0; j < NV; j++)                                                     \
      _Pragma("unroll") for (int i = 0; i < MR; i++) sum[j][i] = (float16)(0.0f);                      \
    for (int s = 0; s < taps->stepCount; s++) {                                                        \
      local const float *row = from + taps->steps[2 * s];                                              \
      global const float *w = taps->weights + taps->steps[2 * s + 1];                                  \
      float16 b[NV];                                                                                   \
      _Pragma("unroll") for (int j = 0; j < NV; j++) b[j] = vload16(j, w);                             \
      _Pragma("unroll") for (int i = 0; i < MR; i++) {                                                 \
        const float16 a = vload16(0, row + i * spacing);                                               \
        _Pragma("unroll") for (int j = 0; j < NV; j++) sum[j][i] = fma(a, b[j], sum[j][i]);            \
      }                                                                                                \
    }                                                                                                  \
  }
#if VECTOR_REGISTERS >= 32
DEFINE_LAST(last_8x3, 8, 3)
DEFINE_LAST(last_8x1, 8, 1)
#else
DEFINE_LAST(last_2x3, 2, 3)
DEFINE_LAST(last_4x1, 4, 1)
#endif
DEFINE_LAST(last_1x1, 1, 1)

// 8 neighbouring outputs of one or three channels.
INLINE void last_tile(const LastTaps *taps, int channels, int spacing, local const float *from,
                      const Epilogue *epilogue, long index, int skipped) {
#if VECTOR_REGISTERS >= 32
  if (channels == LAST_CHANNELS) {
    float16 sum[LAST_CHANNELS][LAST_OUTPUTS];
    last_8x3(taps, spacing, from, sum);
    #pragma unroll
    for (int j = 0; j < LAST_CHANNELS; j++)
      finish_eight(epilogue, sum[j], taps->channel + j, index + j * taps->plane, taps->period, skipped);
  } else {
    float16 sum[1][LAST_OUTPUTS];
    last_8x1(taps, spacing, from, sum);
    finish_eight(epilogue, sum[0], taps->channel, index, taps->period, skipped);
  }
#else
  if (channels == LAST_CHANNELS) {
    float16 all[LAST_CHANNELS][LAST_OUTPUTS];
    for (int i = 0; i < LAST_OUTPUTS; i += 2) {
      float16 sum[LAST_CHANNELS][2];
      last_2x3(taps, spacing, from + i * spacing, sum);
      #pragma unroll
      for (int j = 0; j < LAST_CHANNELS; j++) {
        all[j][i] = sum[j][0];
        all[j][i + 1] = sum[j][1];
      }
    }
    for (int j = 0; j < LAST_CHANNELS; j++)
      finish_eight(epilogue, all[j], taps->channel + j, index + j * taps->plane, taps->period, skipped);
  } else {
    float16 sum[1][LAST_OUTPUTS];
    for (int i = 0; i < LAST_OUTPUTS; i += 4) {
      float16 part[1][4];
      last_4x1(taps, spacing, from + i * spacing, part);
      #pragma unroll
      for (int k = 0; k < 4; k++) sum[0][i + k] = part[0][k];
    }
    finish_eight(epilogue, sum[0], taps->channel, index, taps->period, skipped);
  }
#endif
}

// `count` neighbouring outputs of a phase, the last tile overlapping the one before.
INLINE void last_line(const LastTaps *taps, int channels, int spacing, local const float *from,
                      const Epilogue *epilogue, long index, int count) {
  for (int x = 0; x < count; x += LAST_OUTPUTS) {
    const int at = min(x, count - LAST_OUTPUTS);
    last_tile(taps, channels, spacing, from + (long)at * spacing, epilogue, index + (long)at * taps->period,
              x - at);
  }
}

// With neighbouring inputs compiled apart.
#define DEFINE_LAST_LINE(NAME, SPACING)                                                                       \
  OUTLINE void NAME(const LastTaps *taps, int channels, local const float *from, const Epilogue *epilogue,    \
                    long index, int count) {                                                                  \
    last_line(taps, channels, SPACING, from, epilogue, index, count);                                         \
  }
DEFINE_LAST_LINE(last_line_near, LANES)
DEFINE_LAST_LINE(last_line_any, taps->spacing)

// The same for any count.
INLINE void last_run(const LastTaps *taps, int channels, local const float *from, const Epilogue *epilogue,
                     long index, int count) {
  if (count >= LAST_OUTPUTS) {
    if (taps->spacing == LANES) last_line_near(taps, channels, from, epilogue, index, count);
    else last_line_any(taps, channels, from, epilogue, index, count);
    return;
  }
  for (int x = 0; x < count; x++)
    for (int j = 0; j < channels; j++) {
      LastTaps one = *taps;
      float16 sum[1][1];
      one.weights += j * LANES;
      last_1x1(&one, LANES, from + (long)x * taps->spacing, sum);
      finish_value(epilogue, sum_of_lanes(sum[0][0]), taps->channel + j,
                   index + j * taps->plane + (long)x * taps->period);
    }
}

// The outputs of one phase.
INLINE void last_phase(const Region *region, local const float *patch, local int *steps, int outputs,
                       global const float *weights, const Epilogue *epilogue, const Run *yRun,
                       const Run *xRun) {
  const Axis *vertical = &region->vertical, *horizontal = &region->horizontal;
  const Span *ySpan = &region->ySpan, *xSpan = &region->xSpan;
  LastTaps taps;
  taps.steps = steps;
  taps.stepCount = list_steps(steps, region->planes, vertical, horizontal, ySpan, xSpan, yRun, xRun, LANES,
                              outputs * LANES, 1);
  taps.spacing = horizontal->step / xSpan->spacing * LANES;
  taps.period = horizontal->period;
  taps.plane = (long)vertical->output * horizontal->output;
  for (int i = 0; i < yRun->count; i++) {
    const int y = yRun->phase + (yRun->start + i) * vertical->period;
    const int line = run_place(vertical, ySpan, yRun->start + i) * xSpan->count;
    local const float *from = patch + (line + run_place(horizontal, xSpan, xRun->start)) * LANES;
    const long first = (long)region->firstSample * outputs * taps.plane + (long)y * horizontal->output +
                       xRun->phase + xRun->start * horizontal->period;
    for (taps.channel = 0; taps.channel < outputs;) {
      const int channels = outputs - taps.channel >= LAST_CHANNELS ? LAST_CHANNELS : 1;
      taps.weights = weights + taps.channel * LANES;
      last_run(&taps, channels, from, epilogue, first + taps.channel * taps.plane, xRun->count);
      taps.channel += channels;
    }
  }
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
  local int *steps = (local int *)scratch;
  local float *patch = scratch + rounded_up(2 * inBlocks * KH * KW, LANES);
  copy_region(patch, x, &region, 0, inBlocks);
  for (int py = 0; py < region.vertical.period; py++) {
    const Run yRun = make_run(&region.vertical, &region.ySpan, py);
    for (int px = 0; px < region.horizontal.period; px++) {
      const Run xRun = make_run(&region.horizontal, &region.xSpan, px);
      last_phase(&region, patch, steps, O, weights, &epilogue, &yRun, &xRun);
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
HOST_KERNEL(convolution_last, p[0], p[1], p[2], p[3], p[4], scratch, i[0], i[1], i[2], i[3], i[4], i[5],
            i[6], i[7], i[8], i[9], i[10], i[11], i[12], i[13], i[14], i[15], i[16], i[17])
HOST_KERNEL(pack_last, p[0], p[1], i[0], i[1], i[2], i[3])
#endif
