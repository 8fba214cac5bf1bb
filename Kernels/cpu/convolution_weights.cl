// The weights' adjoint of a convolution,
//
//   dW[o,c,k] = sum over n, p of x[n,c,p * stride + k * dilation - pad] * g[n,o,p]
//
// The samples are split into `parts` ranges that depend on nothing but N and `parts`, which must not depend
// on the number of cores: part q covers the samples N * q / parts ..< N * (q + 1) / parts. Each kernel writes
// partial [parts, groups * O, C, KH * KW]; with parts = 1 that is the result, else `convolution_weights_sum`
// adds the parts in order. Within a part the order is (n, y, x); sums of about WEIGHTS_RUN products are added
// to a total, which keeps rounding errors near those of one run.
#define WEIGHTS_RUN 256

INLINE int part_start(int N, int part, int parts) { return (int)((long)N * part / parts); }

// The outputs `*first ..< *end` whose input at this tap is not in the padding.
INLINE void find_valid(const Axis *axis, int tap, int *first, int *end) {
  const int offset = tap * axis->dilation - axis->pad;
  *first = max(0, -floor_divide(offset, axis->stride));
  *end = min(axis->output, floor_divide(axis->input - 1 - offset, axis->stride) + 1);
}

// `convolution_weights`: x blocked [N, groups * inBlocks, H, W, 16], g blocked [N, groups * outBlocks, OH,
// OW, 16]; groups is 1 or channels divide evenly into blocks within each group.
// A work-item computes 16 x 16 weights of one tap over one part of the samples:
// parts * groups * outBlocks * inBlocks * KH * KW work-items, the tap varying fastest.
// ints: N, groups, C, O (channels of x and of g, per group), H, W, OH, OW, KH, KW, strideH, strideW,
// dilationH, dilationW, padTop, padLeft, parts.
#if VECTOR_REGISTERS >= 32
#define WEIGHTS_TILE 16
#else
#define WEIGHTS_TILE 4
#endif

// The blocks a work-item reads; a sample is xSample or gSample floats.
typedef struct {
  global const float *x;
  global const float *g;
  long xSample, gSample;
  int samples, tapY, tapX;
} WeightsSource;

// WEIGHTS_TILE input channels by 16 output channels.
INLINE void weights_tile(const WeightsSource *source, const Axis *yAxis, const Axis *xAxis, float16 *total) {
  int yFirst, yEnd, xFirst, xEnd, pending = 0;
  find_valid(yAxis, source->tapY, &yFirst, &yEnd);
  find_valid(xAxis, source->tapX, &xFirst, &xEnd);
  const long step = (long)xAxis->stride * LANES;
  const long column = xFirst * xAxis->stride + source->tapX * xAxis->dilation - xAxis->pad;
  float16 sum[WEIGHTS_TILE];
  #pragma unroll
  for (int c = 0; c < WEIGHTS_TILE; c++) total[c] = sum[c] = (float16)(0.0f);
  for (int n = 0; n < source->samples; n++)
    for (int y = yFirst; y < yEnd; y++) {
      const int row = y * yAxis->stride + source->tapY * yAxis->dilation - yAxis->pad;
      const long line = (long)row * xAxis->input;
      global const float *from = source->x + n * source->xSample + (line + column) * LANES;
      global const float *g = source->g + n * source->gSample + ((long)y * xAxis->output + xFirst) * LANES;
      for (int x = xFirst; x < xEnd; x++) {
        const float16 b = vload16(0, g);
        #pragma unroll
        for (int c = 0; c < WEIGHTS_TILE; c++) sum[c] = fma((float16)(from[c]), b, sum[c]);
        from += step;
        g += LANES;
      }
      pending += xEnd - xFirst;
      if (pending < WEIGHTS_RUN) continue;
      pending = 0;
      #pragma unroll
      for (int c = 0; c < WEIGHTS_TILE; c++) {
        total[c] += sum[c];
        sum[c] = (float16)(0.0f);
      }
    }
  #pragma unroll
  for (int c = 0; c < WEIGHTS_TILE; c++) total[c] += sum[c];
}

kernel void convolution_weights(
    global const float *restrict x, global const float *restrict g, global float *restrict partial, int N,
    int groups, int C, int O, int H, int W, int OH, int OW, int KH, int KW, int strideH, int strideW,
    int dilationH, int dilationW, int padTop, int padLeft, int parts) {
  const int inBlocks = (C + LANES - 1) / LANES, outBlocks = (O + LANES - 1) / LANES, taps = KH * KW;
  const int item = (int)get_global_id(0), tap = item % taps, inBlock = item / taps % inBlocks;
  const int outBlock = item / taps / inBlocks % outBlocks;
  const int group = item / taps / inBlocks / outBlocks % groups;
  const int part = item / taps / inBlocks / outBlocks / groups, first = part_start(N, part, parts);
  const Axis vertical = make_axis(H, OH, KH, strideH, dilationH, 1, padTop);
  const Axis horizontal = make_axis(W, OW, KW, strideW, dilationW, 1, padLeft);
  WeightsSource source;
  source.xSample = (long)groups * inBlocks * H * W * LANES;
  source.gSample = (long)groups * outBlocks * OH * OW * LANES;
  source.g = g + first * source.gSample + (long)(group * outBlocks + outBlock) * OH * OW * LANES;
  source.samples = part_start(N, part + 1, parts) - first;
  source.tapY = tap / KW;
  source.tapX = tap % KW;
  global float *to = partial + ((long)part * groups + group) * O * C * taps;
  for (int c = 0; c < LANES; c += WEIGHTS_TILE) {
    float16 total[WEIGHTS_TILE];
    source.x = x + first * source.xSample + (long)(group * inBlocks + inBlock) * H * W * LANES + c;
    weights_tile(&source, &vertical, &horizontal, total);
    for (int i = 0; i < WEIGHTS_TILE; i++) {
      float lanes[LANES];
      vstore16(total[i], 0, lanes);
      const int channel = inBlock * LANES + c + i;
      for (int lane = 0; lane < LANES && channel < C && outBlock * LANES + lane < O; lane++)
        to[((long)(outBlock * LANES + lane) * C + channel) * taps + tap] = lanes[lane];
    }
  }
}

// `convolution_weights_first`: x dense [N, C, H, W] with few channels, g blocked [N, outBlocks, OH, OW, 16].
// A work-item computes 16 output channels by 9 of the C * KH * KW weights over one part of the samples:
// parts * outBlocks * ceil(C * KH * KW / 9) work-items, the weights varying fastest.
// It copies x, with its padding, in strips of `rows` output rows.
// scratch: 4 * C * patchRows * patchColumns bytes, as in `convolution_first`.
// ints: N, C, O, H, W, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, padTop, padLeft, rows, parts.
#define FIRST_WEIGHTS 9
#if VECTOR_REGISTERS >= 32
#define FIRST_TILE 9
#else
#define FIRST_TILE 5
#endif

// Adds a strip's products to sum: FIRST_TILE weights, whose inputs begin at the given places of the patch.
INLINE void first_weights_strip(local const float *patch, const int *places, global const float *g,
                                const Axis *yAxis, const Axis *xAxis, const Span *ySpan, const Span *xSpan,
                                float16 *total) {
  const int step = xAxis->stride / xSpan->spacing;
  float16 sum[FIRST_TILE];
  int pending = 0;
  #pragma unroll
  for (int i = 0; i < FIRST_TILE; i++) sum[i] = (float16)(0.0f);
  for (int y = ySpan->first; y < ySpan->end; y++) {
    local const float *row[FIRST_TILE];
    #pragma unroll
    for (int i = 0; i < FIRST_TILE; i++) row[i] = patch + places[i] + run_place(yAxis, ySpan,
                                                                                y) * xSpan->count;
    for (int x = 0; x < xAxis->output; x++) {
      const float16 b = vload16((long)y * xAxis->output + x, g);
      #pragma unroll
      for (int i = 0; i < FIRST_TILE; i++) sum[i] = fma((float16)(row[i][x * step]), b, sum[i]);
    }
    pending += xAxis->output;
    if (pending < WEIGHTS_RUN && y + 1 < ySpan->end) continue;
    pending = 0;
    #pragma unroll
    for (int i = 0; i < FIRST_TILE; i++) {
      total[i] += sum[i];
      sum[i] = (float16)(0.0f);
    }
  }
}

kernel void convolution_weights_first(
    global const float *restrict x, global const float *restrict g, global float *restrict partial,
    local float *scratch, int N, int C, int O, int H, int W, int OH, int OW, int KH, int KW, int strideH,
    int strideW, int dilationH, int dilationW, int padTop, int padLeft, int rows, int parts) {
  const int outBlocks = (O + LANES - 1) / LANES, taps = KH * KW;
  const int bundles = (C * taps + FIRST_WEIGHTS - 1) / FIRST_WEIGHTS;
  const int item = (int)get_global_id(0), first = item % bundles * FIRST_WEIGHTS;
  const int block = item / bundles % outBlocks;
  const int part = item / bundles / outBlocks, last = min(first + FIRST_WEIGHTS, C * taps) - 1;
  const Axis vertical = make_axis(H, OH, KH, strideH, dilationH, 1, padTop);
  const Axis horizontal = make_axis(W, OW, KW, strideW, dilationW, 1, padLeft);
  const Span xSpan = make_span(&horizontal, 0, OW);
  const int plane = first / taps, planes = last / taps - plane + 1;
  float16 total[2 * FIRST_WEIGHTS];
  #pragma unroll
  for (int i = 0; i < 2 * FIRST_WEIGHTS; i++) total[i] = (float16)(0.0f);
  for (int n = part_start(N, part, parts); n < part_start(N, part + 1, parts); n++)
    for (int y = 0; y < OH; y += rows) {
      const Span ySpan = make_span(&vertical, y, min(OH, y + rows));
      copy_patch(scratch, x + ((long)n * C + plane) * H * W, planes, &vertical, &horizontal, &ySpan, &xSpan,
                 1);
      #pragma unroll
      for (int tile = 0; tile < FIRST_WEIGHTS; tile += FIRST_TILE) {
        int places[FIRST_TILE];
        #pragma unroll
        for (int i = 0; i < FIRST_TILE; i++) {
          const int weight = min(first + tile + i, last), tap = weight % taps;
          const int line = (weight / taps - plane) * ySpan.count + tap_place(&vertical, &ySpan, 0, tap / KW);
          places[i] = line * xSpan.count + tap_place(&horizontal, &xSpan, 0, tap % KW);
        }
        first_weights_strip(scratch, places, g + ((long)n * outBlocks + block) * OH * OW * LANES, &vertical,
                            &horizontal, &ySpan, &xSpan, total + tile);
      }
    }
  for (int i = 0; i <= last - first; i++) {
    float lanes[LANES];
    vstore16(total[i], 0, lanes);
    for (int lane = 0; lane < LANES && block * LANES + lane < O; lane++)
      partial[((long)part * O + block * LANES + lane) * C * taps + first + i] = lanes[lane];
  }
}

// `convolution_weights_plain`: x dense [N, groups * C, H, W], g dense [N, groups * O, OH, OW], any geometry:
//   dW[o,c,k] = sum over n, p of x[n,c,(p * stride + k * dilation - pad) / inputDilation] * g[n,o,p]
// A work-item computes one weight over one part of the samples: parts * groups * O * C * KH * KW work-items,
// the tap varying fastest.
// ints: N, groups, C, O (per group), H, W, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW,
// inputDilationH, inputDilationW, padTop, padLeft, parts.

// The products of one row of g with the row of x at `row`.
INLINE float weights_row(global const float *row, global const float *g, const Axis *axis, int tap) {
  float total = 0.0f;
  if (axis->stride == 1 && axis->inputDilation == 1) {
    float16 sum = (float16)(0.0f);
    int x, end;
    find_valid(axis, tap, &x, &end);
    global const float *from = row + tap * axis->dilation - axis->pad;
    for (; x + LANES <= end; x += LANES) sum = fma(vload16(0, from + x), vload16(0, g + x), sum);
    total = sum_of_lanes(sum);
    for (; x < end; x++) total = fma(from[x], g[x], total);
    return total;
  }
  for (int x = 0; x < axis->output; x++) {
    const int numerator = x * axis->stride + tap * axis->dilation - axis->pad;
    const int position = numerator / axis->inputDilation;
    if (numerator < 0 || position >= axis->input || position * axis->inputDilation != numerator) continue;
    total = fma(row[position], g[x], total);
  }
  return total;
}

kernel void convolution_weights_plain(
    global const float *restrict x, global const float *restrict g, global float *restrict partial, int N,
    int groups, int C, int O, int H, int W, int OH, int OW, int KH, int KW, int strideH, int strideW,
    int dilationH, int dilationW, int inputDilationH, int inputDilationW, int padTop, int padLeft,
    int parts) {
  const int item = (int)get_global_id(0), tap = item % (KH * KW), c = item / (KH * KW) % C;
  const int o = item / (KH * KW) / C % O, group = item / (KH * KW) / C / O % groups;
  const int part = item / (KH * KW) / C / O / groups;
  const Axis horizontal = make_axis(W, OW, KW, strideW, dilationW, inputDilationW, padLeft);
  float total = 0.0f;
  for (int n = part_start(N, part, parts); n < part_start(N, part + 1, parts); n++) {
    global const float *plane = x + (((long)n * groups + group) * C + c) * H * W;
    global const float *from = g + (((long)n * groups + group) * O + o) * OH * OW;
    float sample = 0.0f;
    for (int y = 0; y < OH; y++) {
      const int numerator = y * strideH + tap / KW * dilationH - padTop, line = numerator / inputDilationH;
      if (numerator < 0 || line >= H || line * inputDilationH != numerator) continue;
      sample += weights_row(plane + (long)line * W, from + (long)y * OW, &horizontal, tap % KW);
    }
    total += sample;
  }
  partial[item] = total;
}

// result[i] = sum over parts of partial[part * count + i], in order.
// A work-item adds up to 1024 elements: ceil(count / 1024) work-items.
// ints: count (groups * O * C * KH * KW), parts.
#define WEIGHTS_CHUNK 1024
kernel void convolution_weights_sum(global const float *restrict partial, global float *restrict result,
                                    int count, int parts) {
  const int first = (int)get_global_id(0) * WEIGHTS_CHUNK, end = min(count, first + WEIGHTS_CHUNK);
  for (int i = first; i < end; i++) {
    float total = partial[i];
    for (int part = 1; part < parts; part++) total += partial[(long)part * count + i];
    result[i] = total;
  }
}

// result [O, C, taps] = the sum over parts of partial [parts][outBlocks][inBlocks][taps][16 outputs][16 inputs], in
// order. A work-item adds one pair of blocks: outBlocks * inBlocks work-items.
// scratch: 64 * taps bytes.
// ints: O, C, taps, parts.
kernel void convolution_weights_blocks_sum(global const float *restrict partial, global float *restrict result,
                                           local float *scratch, int O, int C, int taps, int parts) {
  const int inBlocks = (C + LANES - 1) / LANES, outBlocks = (O + LANES - 1) / LANES;
  const int item = (int)get_global_id(0), inBlock = item % inBlocks, outBlock = item / inBlocks;
  const long apart = (long)outBlocks * inBlocks * taps * LANES;
  const int columns = min(LANES, C - inBlock * LANES);
  for (int row = 0; row < LANES && outBlock * LANES + row < O; row++) {
    for (int tap = 0; tap < taps; tap++) {
      const long at = ((long)item * taps + tap) * LANES + row;
      float16 total = vload16(at, partial);
      for (int part = 1; part < parts; part++) total += vload16(at + part * apart, partial);
      float lanes[LANES];
      vstore16(total, 0, lanes);
      for (int lane = 0; lane < LANES; lane++) scratch[lane * taps + tap] = lanes[lane];
    }
    global float *to = result + ((long)(outBlock * LANES + row) * C + inBlock * LANES) * taps;
    for (int i = 0; i < columns * taps; i++) to[i] = scratch[i];
  }
}

#ifdef TREMOR_HOST
HOST_KERNEL(convolution_weights, p[0], p[1], p[2], i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8],
            i[9], i[10], i[11], i[12], i[13], i[14], i[15], i[16])
HOST_KERNEL(convolution_weights_first, p[0], p[1], p[2], scratch, i[0], i[1], i[2], i[3], i[4], i[5], i[6],
            i[7], i[8], i[9], i[10], i[11], i[12], i[13], i[14], i[15], i[16])
HOST_KERNEL(convolution_weights_plain, p[0], p[1], p[2], i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7],
            i[8], i[9], i[10], i[11], i[12], i[13], i[14], i[15], i[16], i[17], i[18])
HOST_KERNEL(convolution_weights_sum, p[0], p[1], i[0], i[1])
HOST_KERNEL(convolution_weights_blocks_sum, p[0], p[1], scratch, i[0], i[1], i[2], i[3])
#endif
