// What the convolution kernels share: geometry, the register tiles, the patch of input, the epilogue.
//
// All of them gather. With ID the input dilation,
//   y[n,o,p] = sum over c, k of w[o,c,k] * x[n,c,(p * stride + k * dilation - pad) / ID],
// over the taps whose numerator ID divides and whose position is inside x. The adjoint for the input of a
// convolution with stride S is the gather with stride 1, ID = S, pad' = dilation * (K - 1) - pad, and the
// weights flipped and their channels swapped (`swap` in the pack kernels).
//
// A blocked tensor is [N, C/16, H, W, 16]. Products are accumulated per output in the order (channel block,
// tap, channel within block) with one fma each, whatever tile the output falls into; a tap in the padding
// counts as a product with zero. So tiles, rows, samples and parts of a launch never change a bit.
#ifndef VECTOR_REGISTERS
#define VECTOR_REGISTERS 32
#endif

// Output blocks that share one stream of packed weights: blocks are packed in groups of four, the last
// group holding what remains.
#define GROUP 4
// Tables and sums are padded by this many rows, the height of the tallest tile.
#define TILE_ROWS 12
// Rows of packed weights (one per channel and tap) of one pass: 32 KiB with four blocks, which stays in L1.
#define PASS_DEPTH 128

INLINE int rounded_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }
INLINE int floor_divide(int a, int b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }
INLINE int group_width(int first, int blocks) { return min(GROUP, blocks - first); }

// One axis of a gather. Outputs fall into `period` phases; the outputs `phase + period * m` of a phase use
// the same taps, and their inputs are `step` apart.
typedef struct {
  int input, output, taps, stride, dilation, inputDilation, pad, period, step;
} Axis;

INLINE Axis make_axis(int input, int output, int taps, int stride, int dilation, int inputDilation, int pad) {
  int a = stride, b = inputDilation;
  while (b != 0) {
    int rest = a % b;
    a = b;
    b = rest;
  }
  Axis axis = {input, output, taps, stride, dilation, inputDilation, pad, inputDilation / a, stride / a};
  return axis;
}

// The input position of a tap at the first output of a phase, or OUTSIDE if the phase does not use the tap.
#define OUTSIDE (-0x40000000)
INLINE int tap_position(const Axis *axis, int phase, int tap) {
  int numerator = phase * axis->stride + tap * axis->dilation - axis->pad;
  if (axis->inputDilation == 1) return numerator;
  int position = floor_divide(numerator, axis->inputDilation);
  return position * axis->inputDilation == numerator ? position : OUTSIDE;
}

// The input that the outputs `first ..< end` read: `count` positions from `origin`, `spacing` apart. One-tap
// axes skip the positions between.
typedef struct {
  int first, end, origin, count, spacing;
} Span;

INLINE Span make_span(const Axis *axis, int first, int end) {
  Span span = {first, end, floor_divide(first * axis->stride - axis->pad, axis->inputDilation), 0, 1};
  int last = (end - 1) * axis->stride + (axis->taps - 1) * axis->dilation - axis->pad;
  if (axis->taps == 1 && axis->inputDilation == 1) span.spacing = axis->stride;
  span.count = (floor_divide(last, axis->inputDilation) - span.origin) / span.spacing + 1;
  return span;
}

// The outputs of one phase inside a span: `count` of them from `phase + period * start`.
typedef struct {
  int phase, start, count;
} Run;

INLINE Run make_run(const Axis *axis, const Span *span, int phase) {
  int start = -floor_divide(phase - span->first, axis->period);
  int end = -floor_divide(phase - span->end, axis->period);
  Run run = {phase, start, end - start};
  return run;
}

// The place in the patch of a run's output `m` (counted in the run's phase) and tap 0 offset.
INLINE int run_place(const Axis *axis, const Span *span, int m) { return m * axis->step / span->spacing; }
INLINE int tap_place(const Axis *axis, const Span *span, int phase, int tap) {
  int position = tap_position(axis, phase, tap);
  if (position == OUTSIDE) return OUTSIDE;
  // A spaced axis has one tap and one phase; its first output sits at place 0.
  return span->spacing > 1 ? -span->first : position - span->origin;
}

// A product of rows of the patch with packed weights: sums[r] (+)= sum over steps s and depth d of
// patch[rows[r] + steps[s].shift + d] * weights[steps[s].weights + d].
typedef struct {
  local const float *patch;
  local const int *rows;
  local const int *steps;  // pairs: shift in the patch, offset in the weights
  local float *sums;       // [rows, width, 16]
  int rowCount, stepCount, depth, isFirst;
} Product;

// How many blocks the weights of a tile of NV blocks have: where registers suffice for all, as many.
#if VECTOR_REGISTERS >= 32
#define WIDTH_OF_TILE(width, NV) (NV)
#else
#define WIDTH_OF_TILE(width, NV) (width)
#endif

// MR rows by NV blocks stay in registers: MR * NV accumulators, NV weights, and a broadcast from memory.
// `width` is the number of blocks in the weights and the sums.
#define DEFINE_MULTIPLY(NAME, MR, NV)                                                                   \
  TILE void NAME(const Product *product, global const float *weights, local float *sums, int width) { \
    const int depth = product->depth;                                                                   \
    width = WIDTH_OF_TILE(width, NV);                                                                   \
    for (int r = 0; r < product->rowCount; r += MR) {                                                   \
      local const float *row[MR];                                                                       \
      float16 sum[MR][NV];                                                                              \
      _Pragma("unroll") for (int i = 0; i < MR; i++) {                                                  \
        row[i] = product->patch + product->rows[r + i];                                                 \
        _Pragma("unroll") for (int j = 0; j < NV; j++)                                                  \
          sum[i][j] = product->isFirst ? (float16)(0.0f) : vload16((r + i) * width + j, sums);          \
      }                                                                                                 \
      for (int s = 0; s < product->stepCount; s++) {                                                    \
        const long shift = product->steps[2 * s];                                                       \
        global const float *w = weights + product->steps[2 * s + 1];                                    \
        for (long d = shift; d < shift + depth; d++) {                                                  \
          float16 b[NV];                                                                                \
          _Pragma("unroll") for (int j = 0; j < NV; j++) b[j] = vload16(j, w);                          \
          _Pragma("unroll") for (int i = 0; i < MR; i++) {                                              \
            const float16 a = (float16)(row[i][d]);                                                     \
            _Pragma("unroll") for (int j = 0; j < NV; j++) sum[i][j] = fma(a, b[j], sum[i][j]);         \
          }                                                                                             \
          w += width * LANES;                                                                           \
        }                                                                                               \
      }                                                                                                 \
      _Pragma("unroll") for (int i = 0; i < MR; i++)                                                    \
        _Pragma("unroll") for (int j = 0; j < NV; j++) vstore16(sum[i][j], (r + i) * width + j, sums);  \
    }                                                                                                   \
  }

#if VECTOR_REGISTERS >= 32
DEFINE_MULTIPLY(multiply_6x4, 6, 4)
DEFINE_MULTIPLY(multiply_6x3, 6, 3)
DEFINE_MULTIPLY(multiply_6x2, 6, 2)
DEFINE_MULTIPLY(multiply_8x1, 8, 1)
#else
DEFINE_MULTIPLY(multiply_6x1, 6, 1)
#endif

INLINE void multiply(const Product *product, global const float *weights, int width) {
#if VECTOR_REGISTERS >= 32
  if (width == 4) multiply_6x4(product, weights, product->sums, 4);
  else if (width == 3) multiply_6x3(product, weights, product->sums, 3);
  else if (width == 2) multiply_6x2(product, weights, product->sums, 2);
  else multiply_8x1(product, weights, product->sums, 1);
#else
  for (int j = 0; j < width; j++)
    multiply_6x1(product, weights + j * LANES, product->sums + j * LANES, width);
#endif
}

// The whole product, pass by pass, so that the weights of a pass serve every row from the first cache.
INLINE void multiply_in_passes(const Product *whole, global const float *weights, int width) {
  const int pass = max(1, PASS_DEPTH / whole->depth);
  Product part = *whole;
  int start = 0;
  do {
    part.steps = whole->steps + 2 * start;
    part.stepCount = min(pass, whole->stepCount - start);
    part.isFirst = start == 0;
    multiply(&part, weights, width);
    start += pass;
  } while (start < whole->stepCount);
}

INLINE void clear_row(local float *to, int count) {
  for (int i = 0; i < count; i++) to[i] = 0.0f;
}

// Copies the positions of a span of one row of `unit`-float pixels; zeros outside the row.
INLINE void copy_row(local float *to, global const float *from, const Axis *axis, const Span *span,
                     int unit) {
  const int left = min(span->count, max(0, -floor_divide(span->origin, span->spacing)));
  const int right = max(left, min(span->count, floor_divide(axis->input - 1 - span->origin,
                                                            span->spacing) + 1));
  const int spacing = span->spacing;
  global const float *source = from + (long)span->origin * unit;
  clear_row(to, left * unit);
  clear_row(to + right * unit, (span->count - right) * unit);
  if (unit == LANES)
    for (int i = left; i < right; i++) vstore16(vload16((long)i * spacing, source), i, to);
  else if (spacing == 1)
    for (int i = left; i < right; i++) to[i] = source[i];
  else
    for (int i = left; i < right; i++) to[i] = source[(long)i * spacing];
}

// The patch [planes, vertical.count, horizontal.count, unit] of `planes` consecutive planes of x.
INLINE void copy_patch(local float *patch, global const float *x, int planes, const Axis *yAxis,
                       const Axis *xAxis, const Span *ySpan, const Span *xSpan, int unit) {
  const int length = xSpan->count * unit;
  for (int plane = 0; plane < planes; plane++)
    for (int i = 0; i < ySpan->count; i++) {
      local float *to = patch + (plane * ySpan->count + i) * length;
      const int y = ySpan->origin + i * ySpan->spacing;
      if (y < 0 || y >= yAxis->input) clear_row(to, length);
      else copy_row(to, x + ((long)plane * yAxis->input + y) * xAxis->input * unit, xAxis, xSpan, unit);
    }
}

// Where the outputs of one phase begin in the patch, one entry an output in the order (sample, y, x); padded
// with the last one. Returns how many there are.
INLINE int list_rows(local int *rows, int samples, int sampleLength, const Axis *yAxis, const Axis *xAxis,
                     const Span *ySpan, const Span *xSpan, const Run *yRun, const Run *xRun, int unit) {
  const int first = run_place(xAxis, xSpan, xRun->start), step = xAxis->step / xSpan->spacing * unit;
  int count = 0;
  for (int s = 0; s < samples; s++)
    for (int y = 0; y < yRun->count; y++) {
      const int line = run_place(yAxis, ySpan, yRun->start + y) * xSpan->count + first;
      const int start = s * sampleLength + line * unit;
      for (int x = 0; x < xRun->count; x++) rows[count + x] = start + x * step;
      count += xRun->count;
    }
  for (int i = 0; count > 0 && i < TILE_ROWS; i++) rows[count + i] = rows[count - 1];
  return count;
}

// The taps of one phase over all planes: pairs of a shift in the patch and an offset in packed weights
// [plane, tap, weightUnit]. `joined` taps (1, or all of a row) become one step. Returns how many there are.
INLINE int list_steps(local int *steps, int planes, const Axis *yAxis, const Axis *xAxis, const Span *ySpan,
                      const Span *xSpan, const Run *yRun, const Run *xRun, int unit, int weightUnit,
                      int joined) {
  int count = 0;
  for (int plane = 0; plane < planes; plane++)
    for (int ky = 0; ky < yAxis->taps; ky++) {
      const int y = tap_place(yAxis, ySpan, yRun->phase, ky);
      for (int kx = 0; y != OUTSIDE && kx < xAxis->taps; kx += joined) {
        const int x = tap_place(xAxis, xSpan, xRun->phase, kx);
        if (x == OUTSIDE) continue;
        steps[2 * count] = ((plane * ySpan->count + y) * xSpan->count + x) * unit;
        steps[2 * count + 1] = ((plane * yAxis->taps + ky) * xAxis->taps + kx) * weightUnit;
        count++;
      }
    }
  return count;
}

// The result of a kernel and what happens to a vector on its way there.
typedef struct {
  global float *result;
  global const float *bias;
  global const float *residual;
  global const ushort *maskIn;
  global ushort *maskOut;
  int flags;
} Epilogue;

// Stores vector `index` of a blocked result; `maskIndex` is its place in the mask it is multiplied with.
INLINE void finish(const Epilogue *epilogue, float16 v, float16 bias, long index, long maskIndex) {
  const int flags = epilogue->flags;
  if (flags & EPILOGUE_BIAS) v += bias;
  if (flags & EPILOGUE_RESIDUAL) v += vload16(index, epilogue->residual);
  if (flags & EPILOGUE_RELU) v = relu16(v);
  if (flags & EPILOGUE_MASK_OUT) epilogue->maskOut[index] = positive_bits(v);
  if (flags & EPILOGUE_MASK_IN) v = keep_bits(v, epilogue->maskIn[maskIndex]);
  vstore16(v, index, epilogue->result);
}

// `finish` for the few vectors that are finished one by one.
OUTLINE void finish_one(const Epilogue *epilogue, float16 v, float16 bias, long index, long maskIndex) {
  finish(epilogue, v, bias, index, maskIndex);
}

// `finish` for COUNT vectors of one block, `step` apart in the result, with one branch a stage for all.
#define DEFINE_FINISH(NAME, COUNT)                                                                          \
  INLINE void NAME(const Epilogue *epilogue, float16 *v, float16 bias, long index, long step,               \
                   long maskIndex) {                                                                        \
    const int flags = epilogue->flags;                                                                      \
    if (flags & EPILOGUE_BIAS) {                                                                            \
      _Pragma("unroll") for (int i = 0; i < COUNT; i++) v[i] += bias;                                       \
    }                                                                                                       \
    if (flags & EPILOGUE_RESIDUAL) {                                                                        \
      _Pragma("unroll") for (int i = 0; i < COUNT; i++) v[i] += vload16(index + i * step,                   \
                                                                        epilogue->residual);                \
    }                                                                                                       \
    if (flags & EPILOGUE_RELU) {                                                                            \
      _Pragma("unroll") for (int i = 0; i < COUNT; i++) v[i] = relu16(v[i]);                                \
    }                                                                                                       \
    if (flags & EPILOGUE_MASK_OUT) {                                                                        \
      _Pragma("unroll") for (int i = 0; i < COUNT; i++) epilogue->maskOut[index + i * step] =               \
          positive_bits(v[i]);                                                                              \
    }                                                                                                       \
    if (flags & EPILOGUE_MASK_IN) {                                                                         \
      _Pragma("unroll") for (int i = 0; i < COUNT; i++) v[i] =                                              \
          keep_bits(v[i], epilogue->maskIn[maskIndex + i * step]);                                          \
    }                                                                                                       \
    _Pragma("unroll") for (int i = 0; i < COUNT; i++) vstore16(v[i], index + i * step, epilogue->result);   \
  }
DEFINE_FINISH(finish_1, 1)
DEFINE_FINISH(finish_2, 2)
DEFINE_FINISH(finish_4, 4)
DEFINE_FINISH(finish_6, 6)
DEFINE_FINISH(finish_8, 8)

INLINE float16 bias_of(const Epilogue *epilogue, int block) {
  return epilogue->flags & EPILOGUE_BIAS ? vload16(block, epilogue->bias) : (float16)(0.0f);
}

// How far back, in vectors, sample n's mask lies when the mask covers maskBatch samples only.
INLINE long mask_shift(int n, int maskBatch, int flags, long vectorsPerSample) {
  return flags & EPILOGUE_MASK_IN ? (long)(n - n % maskBatch) * vectorsPerSample : 0;
}

// Sum of the lanes: of lanes 8 apart, then 4, 2 and 1.
INLINE float sum_of_lanes(float16 v) {
  const float8 a = v.lo + v.hi;
  const float4 b = a.lo + a.hi;
  return (b.x + b.z) + (b.y + b.w);
}
