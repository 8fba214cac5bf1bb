// 3x3 convolution with stride 1 and dilation 1 as Winograd's F(4x4, 3x3) or F(2x2, 3x3), all three stages in
// one kernel.
//
//   y = A' [ sum over c of (G w G') .* (B' x B) ] A
//
// for each tile of side * side outputs, side being 4 with 36 frequencies, or 2 with 16: half as many products
// saved, and weights half as large.
//
// x [N, inBlocks, H, W, 16] -> y [N, outBlocks, OH, OW, 16], blocked; weights from `pack_winograd`:
// [group of up to 4 output blocks][frequencies][inBlocks * 16][width of the group][16].
// A work-item covers `tiles` consecutive tiles of the flattened range [N, ceil(OH/side), ceil(OW/side)] and one
// of `parts` ranges of output groups: ceil(tiles in all / tiles) * parts work-items, the part varying fastest.
// Neither number changes a bit. `tiles` is a multiple of 12: 24, but 12 where 24 do not fit the L2 cache and
// its misses cost more than reading the weights twice as often (above 512 channels with 2 MiB).
// `parts` is 1 unless there are fewer work-items than cores.
// scratch: 4 * (frequencies * (tiles * inBlocks * 16 + 16) + frequencies * tiles * 64 + steps) bytes, steps being
// 2 * inBlocks rounded up to a multiple of 16.
// ints: N, inBlocks, outBlocks, H, W, OH, OW, padTop, padLeft, side, tiles, parts, flags (EPILOGUE_...),
// maskBatch (samples in maskIn).

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

// A register tile like `multiply`'s whose rows lie 16 floats apart, so that one register addresses them all:
// rows `r ..< end`, MR at a time; returns the first row that is left. Each pass over the weights fetches a
// part of the next frequency's, which follow them: no processor foresees that the stream goes on after the
// last tile.
#define DEFINE_LINES(NAME, MR, NV)                                                                          \
  INLINE int NAME(const Product *product, global const float *weights, local float *sums, int width, int r, \
                  int end) {                                                                                \
    const long depth = (long)product->stepCount * LANES * LANES;                                            \
    global const float *ahead = weights + depth * width + depth * (r / MR);                                 \
    for (; r < end; r += MR) {                                                                              \
      float16 sum[MR][NV];                                                                                  \
      _Pragma("unroll") for (int i = 0; i < MR; i++)                                                        \
        _Pragma("unroll") for (int j = 0; j < NV; j++) sum[i][j] = (float16)(0.0f);                         \
      for (int s = 0; s < product->stepCount; s++) {                                                        \
        local const float *row = product->patch + product->steps[2 * s] + r * LANES;                        \
        global const float *w = weights + product->steps[2 * s + 1];                                        \
        _Pragma("unroll 4") for (int d = 0; d < LANES; d++) {                                               \
          float16 b[NV];                                                                                    \
          _Pragma("unroll") for (int j = 0; j < NV; j++) b[j] = vload16(j, w);                              \
          _Pragma("unroll") for (int i = 0; i < MR; i++) {                                                  \
            const float16 a = (float16)(row[i * LANES + d]);                                                \
            _Pragma("unroll") for (int j = 0; j < NV; j++) sum[i][j] = fma(a, b[j], sum[i][j]);             \
          }                                                                                                 \
          w += width * LANES;                                                                               \
          prefetch(ahead, 1);                                                                               \
          ahead += LANES;                                                                                   \
        }                                                                                                   \
      }                                                                                                     \
      _Pragma("unroll") for (int i = 0; i < MR; i++)                                                        \
        _Pragma("unroll") for (int j = 0; j < NV; j++) vstore16(sum[i][j], (r + i) * width + j, sums);      \
    }                                                                                                       \
    return r;                                                                                               \
  }

#if VECTOR_REGISTERS >= 32
DEFINE_LINES(lines_6x4, 6, 4)
DEFINE_LINES(lines_6x3, 6, 3)
DEFINE_LINES(lines_12x2, 12, 2)
DEFINE_LINES(lines_6x2, 6, 2)
DEFINE_LINES(lines_12x1, 12, 1)
#endif
DEFINE_LINES(lines_6x1, 6, 1)

// The products of one frequency. A tall tile is not used where half of it would be wasted.
INLINE void multiply_lines(const Product *product, global const float *weights, int width) {
  const int count = product->rowCount;
  local float *sums = product->sums;
#if VECTOR_REGISTERS >= 32
  const int tall = (count + 5) / 12 * 12;
  if (width == 4) lines_6x4(product, weights, sums, 4, 0, count);
  else if (width == 3) lines_6x3(product, weights, sums, 3, 0, count);
  else if (width == 2) lines_6x2(product, weights, sums, 2, lines_12x2(product, weights, sums, 2, 0, tall),
                                 count);
  else lines_6x1(product, weights, sums, 1, lines_12x1(product, weights, sums, 1, 0, tall), count);
#else
  for (int j = 0; j < width; j++) lines_6x1(product, weights + j * LANES, sums + j * LANES, width, 0, count);
#endif
}

// The rows of B' applied to the six or four values of a line.
INLINE void winograd_input(const float16 *d, float16 *to, int stride, int side) {
  if (side == 2) {
    to[0] = d[0] - d[2];
    to[stride] = d[1] + d[2];
    to[2 * stride] = d[2] - d[1];
    to[3 * stride] = d[1] - d[3];
    return;
  }
  const float16 a = fma((float16)(-4.0f), d[2], d[4]), b = fma((float16)(-4.0f), d[1], d[3]);
  const float16 c = d[4] - d[2], e = (float16)(2.0f) * (d[3] - d[1]);
  to[0] = fma((float16)(4.0f), d[0], fma((float16)(-5.0f), d[2], d[4]));
  to[stride] = a + b;
  to[2 * stride] = a - b;
  to[3 * stride] = c + e;
  to[4 * stride] = c - e;
  to[5 * stride] = fma((float16)(4.0f), d[1], fma((float16)(-5.0f), d[3], d[5]));
}

// The rows of A' applied to as many.
INLINE void winograd_output(const float16 *m, float16 *to, int stride, int side) {
  const float16 s = m[1] + m[2], t = m[1] - m[2];
  if (side == 2) {
    to[0] = m[0] + s;
    to[stride] = t - m[3];
    return;
  }
  const float16 u = m[3] + m[4], v = m[3] - m[4];
  to[0] = m[0] + s + u;
  to[stride] = fma((float16)(2.0f), v, t);
  to[2 * stride] = fma((float16)(4.0f), u, s);
  to[3 * stride] = fma((float16)(8.0f), v, t) + m[5];
}

// The rows of G applied to three values.
INLINE void winograd_weights(const float16 *w, float16 *to, int stride, int side) {
  if (side == 2) {
    const float16 a = (float16)(0.5f) * (w[0] + w[2]), b = (float16)(0.5f) * w[1];
    to[0] = w[0];
    to[stride] = a + b;
    to[2 * stride] = a - b;
    to[3 * stride] = w[2];
    return;
  }
  const float16 a = (float16)(-1.0f / 6.0f) * (w[0] + w[2]), b = (float16)(-1.0f / 6.0f) * w[1];
  const float16 c = fma((float16)(1.0f / 6.0f), w[2], (float16)(1.0f / 24.0f) * w[0]);
  const float16 e = (float16)(1.0f / 12.0f) * w[1];
  to[0] = (float16)(0.25f) * w[0];
  to[stride] = a + b;
  to[2 * stride] = a - b;
  to[3 * stride] = c + e;
  to[4 * stride] = c - e;
  to[5 * stride] = w[2];
}

// The same for the phases of stride 2 (see convolution_winograd_strided.cl): two taps five times, then one.
INLINE void strided_weights(const float16 *w, float16 *to, int stride) {
  const float16 half0 = (float16)(0.5f) * w[0], sixth0 = (float16)(1.0f / 6.0f) * w[0];
  to[0] = half0;
  to[stride] = fma((float16)(-0.5f), w[2], -half0);
  to[2 * stride] = fma((float16)(1.0f / 6.0f), w[2], -sixth0);
  to[3 * stride] = fma((float16)(1.0f / 3.0f), w[2], sixth0);
  to[4 * stride] = w[2];
  to[5 * stride] = w[1];
}

// How an image is cut into tiles of `side` outputs each way.
typedef struct {
  int height, width, outHeight, outWidth, side, tilesDown, tilesAcross, padTop, padLeft;
} Tiling;

INLINE Tiling make_tiling(int height, int width, int outHeight, int outWidth, int side, int padTop,
                          int padLeft) {
  const int down = (outHeight + side - 1) / side, across = (outWidth + side - 1) / side;
  const Tiling tiling = {height, width, outHeight, outWidth, side, down, across, padTop, padLeft};
  return tiling;
}

// Frequencies of a tile of stride 1.
INLINE int frequencies_of(const Tiling *tiling) { return (tiling->side + 2) * (tiling->side + 2); }

// Where a tile of the flattened range lies: its sample, and its first output.
typedef struct {
  int n, y, x;
} Tile;

INLINE Tile tile_at(const Tiling *tiling, int index) {
  const int perSample = tiling->tilesDown * tiling->tilesAcross;
  const int within = index % perSample;
  Tile tile = {index / perSample, within / tiling->tilesAcross * tiling->side,
               within % tiling->tilesAcross * tiling->side};
  return tile;
}

// Whether the `extent` rows and columns from (y0, x0) lie in the image.
INLINE int is_inside(const Tiling *tiling, int y0, int x0, int extent) {
  return y0 >= 0 && x0 >= 0 && y0 + extent <= tiling->height && x0 + extent <= tiling->width;
}

// Loads `extent` vectors of row y of a plane from column x0 on; zeros outside of the image.
INLINE void load_line(global const float *plane, const Tiling *tiling, int y, int x0, int isInside,
                      int extent, float16 *d) {
  const int width = tiling->width;
  const long line = (long)y * width + x0;
  if (isInside) {
    #pragma unroll
    for (int j = 0; j < extent; j++) d[j] = vload16(0, plane + (line + j) * LANES);
  } else {
    const int row = y >= 0 && y < tiling->height;
    #pragma unroll
    for (int j = 0; j < extent; j++)
      d[j] = row && x0 + j >= 0 && x0 + j < width ? vload16(0, plane + (line + j) * LANES) : (float16)(0.0f);
  }
}

// Transforms one tile of one channel block; frequency f goes to v + f * vStride.
INLINE void transform_tile(global const float *plane, const Tiling *tiling, int y0, int x0, local float *v,
                           int vStride, int side) {
  const int extent = side + 2, isInside = is_inside(tiling, y0, x0, extent);
  float16 w[36];
  #pragma unroll
  for (int i = 0; i < extent; i++) {
    float16 d[6];
    load_line(plane, tiling, y0 + i, x0, isInside, extent, d);
    winograd_input(d, w + extent * i, 1, side);
  }
  #pragma unroll
  for (int j = 0; j < extent; j++) {
    float16 d[6], o[6];
    #pragma unroll
    for (int i = 0; i < extent; i++) d[i] = w[extent * i + j];
    winograd_input(d, o, 1, side);
    #pragma unroll
    for (int i = 0; i < extent; i++) vstore16(o[i], 0, v + (extent * i + j) * vStride);
  }
}

// Not inlined, as the 36 addresses would become 36 counters of the calling loop.
OUTLINE void transform_tile_4(global const float *plane, const Tiling *tiling, int y0, int x0, local float *v,
                              int vStride) {
  transform_tile(plane, tiling, y0, x0, v, vStride, 4);
}
OUTLINE void transform_tile_2(global const float *plane, const Tiling *tiling, int y0, int x0, local float *v,
                              int vStride) {
  transform_tile(plane, tiling, y0, x0, v, vStride, 2);
}

// Transforms back one tile of one output block, from m + f * mStride, and stores it.
INLINE void restore_tile(local const float *m, int mStride, const Tiling *tiling, const Tile *tile,
                         const Epilogue *shared, int block, long plane, long maskShift, int side) {
  const Epilogue here = *shared, *epilogue = &here;
  const int extent = side + 2;
  float16 q[24];
  #pragma unroll
  for (int j = 0; j < extent; j++) {
    float16 d[6];
    #pragma unroll
    for (int i = 0; i < extent; i++) d[i] = vload16(0, m + (extent * i + j) * mStride);
    winograd_output(d, q + j, extent, side);
  }
  const float16 bias = bias_of(epilogue, block);
  const int columns = min(side, tiling->outWidth - tile->x);
  #pragma unroll
  for (int i = 0; i < side; i++) {
    float16 o[4];
    winograd_output(q + extent * i, o, 1, side);
    if (tile->y + i >= tiling->outHeight) break;
    const long index = (plane * tiling->outHeight + tile->y + i) * tiling->outWidth + tile->x;
    if (columns < side)
      #pragma unroll
      for (int j = 0; j < side - 1; j++) {
        if (j < columns) finish(epilogue, o[j], bias, index + j, index + j - maskShift);
      }
    else if (side == 2) finish_2(epilogue, o, bias, index, 1, index - maskShift);
    else finish_4(epilogue, o, bias, index, 1, index - maskShift);
  }
}

OUTLINE void restore_tile_4(local const float *m, int mStride, const Tiling *tiling, const Tile *tile,
                            const Epilogue *shared, int block, long plane, long maskShift) {
  restore_tile(m, mStride, tiling, tile, shared, block, plane, maskShift, 4);
}
OUTLINE void restore_tile_2(local const float *m, int mStride, const Tiling *tiling, const Tile *tile,
                            const Epilogue *shared, int block, long plane, long maskShift) {
  restore_tile(m, mStride, tiling, tile, shared, block, plane, maskShift, 2);
}

// Transforms the tiles `first ..< first + count` of all channel blocks into v [frequencies][inBlocks][tiles][16],
// and clears the rows that the last register tile computes in vain.
INLINE void transform_tiles(global const float *x, const Tiling *tiling, int first, int count, int tiles,
                            int inBlocks, local float *v, int vStride) {
  for (int t = 0; t < count; t++) {
    const Tile tile = tile_at(tiling, first + t);
    const int y0 = tile.y - tiling->padTop, x0 = tile.x - tiling->padLeft;
    for (int block = 0; block < inBlocks; block++) {
      global const float *plane = x + ((long)tile.n * inBlocks + block) * tiling->height * tiling->width * LANES;
      local float *to = v + (block * tiles + t) * LANES;
      if (tiling->side == 2) transform_tile_2(plane, tiling, y0, x0, to, vStride);
      else transform_tile_4(plane, tiling, y0, x0, to, vStride);
    }
  }
  for (int t = count; t < rounded_up(count, 6); t++)
    for (int block = 0; block < frequencies_of(tiling) * inBlocks; block++)
      vstore16((float16)(0.0f), 0, v + block / inBlocks * vStride + (block % inBlocks * tiles + t) * LANES);
}

// Layers of up to this many input blocks spend more on reading and writing images than the multiplication
// hides by itself.
#define FETCHED_BLOCKS 2

// Fetches what the `count` tiles of F(4x4, 3x3) from `first` on cover of `blocks` planes, a part with each of the
// 36 frequencies, so that memory works while the processor multiplies.
INLINE void fetch_tiles(global const float *planes, int planesPerSample, int blocks, int height, int width,
                        const Tiling *tiling, int first, int count, int f) {
  for (int t = f * count / 36; t < (f + 1) * count / 36; t++) {
    const Tile tile = tile_at(tiling, first + t);
    const int end = min(4, height - tile.y);
    for (int block = 0; block < blocks; block++)
      for (int i = 0; i < end; i++) {
        const long row = ((long)tile.n * planesPerSample + block) * height + tile.y + i;
        #pragma unroll
        for (int j = 0; j < 4; j++) prefetch(planes + (row * width + tile.x + j) * LANES, 1);
      }
  }
}

kernel void convolution_winograd(
    global const float *restrict x, global const float *restrict weights, global const float *restrict bias,
    global const float *restrict residual, global const ushort *restrict maskIn,
    global ushort *restrict maskOut, global float *restrict y, local float *scratch, int N, int inBlocks,
    int outBlocks, int H, int W, int OH, int OW, int padTop, int padLeft, int side, int tiles, int parts,
    int flags, int maskBatch) {
  const Tiling tiling = make_tiling(H, W, OH, OW, side, padTop, padLeft);
  const Epilogue epilogue = {y, bias, residual, maskIn, maskOut, flags};
  const int item = (int)get_global_id(0), first = item / parts * tiles, part = item % parts;
  const int left = N * tiling.tilesDown * tiling.tilesAcross - first, count = min(tiles, left);
  const int next = min(tiles, left - count);
  const int groups = (outBlocks + GROUP - 1) / GROUP, frequencies = frequencies_of(&tiling);
  // The odd stride keeps the frequencies of a tile out of one cache set.
  const int vStride = tiles * inBlocks * LANES + LANES;
  local float *v = scratch, *m = v + frequencies * vStride;
  local int *steps = (local int *)(m + frequencies * tiles * GROUP * LANES);
  transform_tiles(x, &tiling, first, count, tiles, inBlocks, v, vStride);
  for (int group = groups * part / parts; group < groups * (part + 1) / parts; group++) {
    const int start = group * GROUP, width = group_width(start, outBlocks);
    const int slice = width * inBlocks * LANES * LANES;
    for (int block = 0; block < inBlocks; block++) {
      steps[2 * block] = block * tiles * LANES;
      steps[2 * block + 1] = block * LANES * width * LANES;
    }
    for (int f = 0; f < frequencies; f++) {
      const Product product = {v + f * vStride, 0, steps, m + f * tiles * width * LANES, count, inBlocks,
                               LANES, 1};
      if (inBlocks <= FETCHED_BLOCKS && side == 4) {
        fetch_tiles(y + (long)start * OH * OW * LANES, outBlocks, width, OH, OW, &tiling, first, count, f);
        if (group == 0) fetch_tiles(x, inBlocks, inBlocks, H, W, &tiling, first + tiles, next, f);
      }
      multiply_lines(&product,
                     weights + (long)start * frequencies * inBlocks * LANES * LANES + (long)f * slice, width);
    }
    for (int t = 0; t < count; t++) {
      const Tile tile = tile_at(&tiling, first + t);
      const long shift = mask_shift(tile.n, maskBatch, flags, (long)outBlocks * OH * OW);
      for (int j = 0; j < width; j++) {
        local const float *sums = m + (t * width + j) * LANES;
        const int mStride = tiles * width * LANES;
        const long plane = (long)tile.n * outBlocks + start + j;
        if (side == 2) restore_tile_2(sums, mStride, &tiling, &tile, &epilogue, start + j, plane, shift);
        else restore_tile_4(sums, mStride, &tiling, &tile, &epilogue, start + j, plane, shift);
      }
    }
  }
}

// What the weights are transformed for: the side of a tile of stride 1, or the phases of stride 2.
#define STRIDED_PHASES 0

INLINE void transform_weights(const float16 *w, float16 *to, int stride, int side) {
  if (side == STRIDED_PHASES) strided_weights(w, to, stride);
  else winograd_weights(w, to, stride, side);
}

// One item of `pack_winograd` or `pack_winograd_strided`.
INLINE void pack_minimal(global const float *weights, global float *result, int O, int C, int swap, int side) {
  const int extent = side == 2 ? 4 : 6;
  const int outputs = swap ? C : O, inputs = swap ? O : C;
  const int inChannels = rounded_up(inputs, LANES), outBlocks = (outputs + LANES - 1) / LANES;
  const int block = (int)get_global_id(0) / inChannels, c = (int)get_global_id(0) % inChannels;
  float lanes[9][LANES];
  for (int tap = 0; tap < 9; tap++)
    for (int lane = 0; lane < LANES; lane++) {
      const int o = block * LANES + lane;
      const long at = swap ? ((long)c * C + o) * 9 + 8 - tap : ((long)o * C + c) * 9 + tap;
      lanes[tap][lane] = o < outputs && c < inputs ? weights[at] : 0.0f;
    }
  float16 columns[18];
  #pragma unroll
  for (int j = 0; j < 3; j++) {
    const float16 w[3] = {vload16(0, lanes[j]), vload16(0, lanes[3 + j]), vload16(0, lanes[6 + j])};
    transform_weights(w, columns + j, 3, side);
  }
  const int start = block / GROUP * GROUP, width = group_width(start, outBlocks);
  global float *to =
      result + ((long)start * extent * extent * inChannels + c * width + block - start) * LANES;
  #pragma unroll
  for (int i = 0; i < extent; i++) {
    float16 u[6];
    transform_weights(columns + 3 * i, u, 1, side);
    #pragma unroll
    for (int j = 0; j < extent; j++)
      vstore16(u[j], 0, to + (long)(extent * i + j) * inChannels * width * LANES);
  }
}

// Packs 3x3 weights for `convolution_winograd`: U = G w G' of weights [O, C, 3, 3], zeros in padded lanes.
// swap 0: outputs are O, inputs C. swap 1: outputs are C, inputs O, taps reversed (the input's adjoint).
// A work-item packs one input channel of one output block: outBlocks * inBlocks * 16 work-items.
// result: outBlocks * inBlocks * 16 * 16 * frequencies floats.
// ints: O, C, swap, side.
kernel void pack_winograd(global const float *restrict weights, global float *restrict result, int O, int C,
                          int swap, int side) {
  if (side == 2) pack_minimal(weights, result, O, C, swap, 2);
  else pack_minimal(weights, result, O, C, swap, 4);
}

#ifdef TREMOR_HOST
HOST_KERNEL(convolution_winograd, p[0], p[1], p[2], p[3], p[4], p[5], p[6], scratch, i[0], i[1], i[2], i[3],
            i[4], i[5], i[6], i[7], i[8], i[9], i[10], i[11], i[12], i[13])
HOST_KERNEL(pack_winograd, p[0], p[1], i[0], i[1], i[2], i[3])
#endif
