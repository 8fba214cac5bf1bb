// 3x3 convolution with stride 2, or the adjoint of one, by minimal filtering of its phases.
//
// Along one axis, outputs y[0..3] of taps w0 w1 w2 are a convolution of stride 1 of the even inputs with
// w0 w2, by Winograd's F(4, 2) in five products, plus the odd inputs times w1: nine products in place of
// twelve. The adjoint takes the same nine of five inputs: from w0 w2 the four outputs of one parity, from w1
// those of the other. Along both axes that makes 81 products in place of 144. The four with w1 share their
// weights, so that of the 81 "places" of a tile only 36 have weights of their own.
//
// x [N, inBlocks, H, W, 16] -> y [N, outBlocks, OH, OW, 16], blocked; weights from `pack_winograd_strided`:
// [group of up to 4 output blocks][36][inBlocks * 16][width of the group][16].
// expands 0: the stride is 2. expands 1: the dilation of the input is 2, as in the adjoint.
// A work-item covers one of `shares` shares (`share_of`) of the flattened range [N, tilesDown, tilesAcross] of
// tiles, of 4x4 outputs or, where the input is dilated, 8x8, and one of `parts` ranges of output groups:
// shares * parts work-items, the part varying fastest. Neither number changes a bit.
// scratch: 4 * (81 * tiles * inBlocks * 16 + 36 * 16 + 81 * tiles * 64 + steps) bytes, tiles being those of the
// greatest share rounded up to a multiple of 6, steps 2 * inBlocks to a multiple of 16.
// ints: N, inBlocks, outBlocks, H, W, OH, OW, padTop, padLeft, expands, shares, parts, flags (EPILOGUE_...),
// maskBatch (samples in maskIn).

// Products of a tile along one axis: five of two taps, four of one.
#define FILTERED 5
#define PLACES 9

// The weights of place i along one axis, and how many places share weights a.
#define WEIGHTS_OF(i) ((i) < FILTERED ? (i) : FILTERED)
#define SHARERS(a) ((a) < FILTERED ? 1 : PLACES - FILTERED)
// The places before those of weights (a, b), and the rank of place (i, j) among its own.
#define PLACES_BEFORE(a, b) ((a) < FILTERED ? PLACES * (a) + (b) : PLACES * FILTERED + 4 * (b))
#define RANK(i, j) \
  (((i) < FILTERED ? 0 : (i) - FILTERED) * SHARERS(WEIGHTS_OF(j)) + ((j) < FILTERED ? 0 : (j) - FILTERED))
#define PLACE(i, j) (PLACES_BEFORE(WEIGHTS_OF(i), WEIGHTS_OF(j)) + RANK(i, j))

// The inputs of F(4, 2) at the points 0, 1, -1, 2 and infinity.
INLINE void filter_input(const float16 *d, float16 *to) {
  const float16 a = d[3] - d[1], b = d[3] - d[2];
  to[0] = fma((float16)(2.0f), d[0] - d[2], a);
  to[1] = a - (d[1] + d[2]);
  to[2] = fma((float16)(2.0f), d[1] - d[2], b);
  to[3] = a;
  to[4] = fma((float16)(-2.0f), a, d[4] - d[2]);
}

// Its outputs.
INLINE void filter_output(const float16 *m, float16 *to) {
  const float16 s = m[1] + m[2], t = m[1] - m[2];
  to[0] = m[0] + s + m[3];
  to[1] = fma((float16)(2.0f), m[3], t);
  to[2] = fma((float16)(4.0f), m[3], s);
  to[3] = fma((float16)(8.0f), m[3], t) + m[4];
}

// The nine factors of a tile's inputs along one axis: nine inputs, or five where they are dilated. The four of
// one tap are then inputs 0 to 3 or, with `isLate`, 1 to 4.
INLINE void spread_inputs(const float16 *d, float16 *to, int expands, int isLate) {
  if (expands) {
    filter_input(d, to);
    #pragma unroll
    for (int i = 0; i < 4; i++) to[FILTERED + i] = isLate ? d[i + 1] : d[i];
  } else {
    const float16 even[5] = {d[0], d[2], d[4], d[6], d[8]};
    filter_input(even, to);
    #pragma unroll
    for (int i = 0; i < 4; i++) to[FILTERED + i] = d[2 * i + 1];
  }
}

// The outputs of nine sums along one axis, `stride` apart: four or, where the input is dilated, eight, of which
// those of one tap come first unless `isLate`.
INLINE void gather_outputs(const float16 *m, float16 *to, int stride, int expands, int isLate) {
  float16 filtered[4];
  filter_output(m, filtered);
  #pragma unroll
  for (int i = 0; i < 4; i++) {
    const float16 single = m[FILTERED + i];
    if (expands) {
      to[2 * i * stride] = isLate ? filtered[i] : single;
      to[(2 * i + 1) * stride] = isLate ? single : filtered[i];
    } else {
      to[i * stride] = filtered[i] + single;
    }
  }
}

// Where a tile's inputs begin along one axis.
INLINE int first_input(int output, int pad, int expands) {
  return expands ? (output + (pad & 1) - pad) / 2 : 2 * output - pad;
}

// Transforms one tile of one of `blocks` channel blocks; v holds [place][block][lines][16], the places of one
// pair of weights being the rows of one block, and the weights one line apart, which keeps them out of one
// cache set. v points at the tile's line.
INLINE void spread_tile(global const float *plane, const Tiling *tiling, int y0, int x0, int expands,
                        local float *v, int lines, int blocks, int block) {
  const int extent = expands ? 5 : 9, isInside = is_inside(tiling, y0, x0, extent);
  const int lateDown = !(tiling->padTop & 1), lateAcross = !(tiling->padLeft & 1);
  float16 w[9 * PLACES];
  UNROLLED(i, 9, extent) {
    float16 d[9];
    load_line(plane, tiling, y0 + i, x0, isInside, extent, d);
    spread_inputs(d, w + PLACES * i, expands, lateAcross);
  }
  #pragma unroll
  for (int j = 0; j < PLACES; j++) {
    float16 d[9], o[PLACES];
    UNROLLED(i, 9, extent) d[i] = w[PLACES * i + j];
    spread_inputs(d, o, expands, lateDown);
    #pragma unroll
    for (int i = 0; i < PLACES; i++) {
      const int a = WEIGHTS_OF(i), b = WEIGHTS_OF(j), rank = block * SHARERS(a) * SHARERS(b) + RANK(i, j);
      const int line = (PLACES_BEFORE(a, b) * blocks + rank) * lines + 6 * a + b;
      vstore16(o[i], 0, v + line * LANES);
    }
  }
}

// Not inlined, as the 81 addresses would become counters of the calling loop.
OUTLINE void spread_strided(global const float *plane, const Tiling *tiling, int y0, int x0, local float *v,
                            int lines, int blocks, int block) {
  spread_tile(plane, tiling, y0, x0, 0, v, lines, blocks, block);
}
OUTLINE void spread_dilated(global const float *plane, const Tiling *tiling, int y0, int x0, local float *v,
                            int lines, int blocks, int block) {
  spread_tile(plane, tiling, y0, x0, 1, v, lines, blocks, block);
}

// Transforms the tiles `first ..< first + count` of all channel blocks, and clears the lines that are computed
// in vain.
INLINE void spread_tiles(global const float *x, const Tiling *tiling, int expands, int first, int count,
                         int lines, int blocks, local float *v) {
  for (int t = count; t < lines; t++)
    for (int s = 0; s < 36; s++) {
      const int a = s / 6, b = s % 6, sharers = SHARERS(a) * SHARERS(b);
      for (int i = 0; i < sharers * blocks; i++)
        vstore16((float16)(0.0f), (PLACES_BEFORE(a, b) * blocks + i) * lines + s + t, v);
    }
  for (int t = 0; t < count; t++) {
    const Tile tile = tile_at(tiling, first + t);
    const int y0 = first_input(tile.y, tiling->padTop, expands);
    const int x0 = first_input(tile.x, tiling->padLeft, expands);
    for (int block = 0; block < blocks; block++) {
      global const float *plane = x + ((long)tile.n * blocks + block) * tiling->height * tiling->width * LANES;
      if (expands) spread_dilated(plane, tiling, y0, x0, v + t * LANES, lines, blocks, block);
      else spread_strided(plane, tiling, y0, x0, v + t * LANES, lines, blocks, block);
    }
  }
}

// Transforms back one tile of one output block, from m + place * mStride, and stores it.
INLINE void gather_tile(local const float *m, int mStride, const Tiling *tiling, const Tile *tile, int expands,
                        const Epilogue *shared, int block, long plane, long maskShift) {
  const Epilogue here = *shared, *epilogue = &here;
  const int side = expands ? 8 : 4;
  const int lateDown = !(tiling->padTop & 1), lateAcross = !(tiling->padLeft & 1);
  float16 q[8 * PLACES];
  #pragma unroll
  for (int j = 0; j < PLACES; j++) {
    float16 d[PLACES];
    #pragma unroll
    for (int i = 0; i < PLACES; i++) d[i] = vload16(0, m + PLACE(i, j) * mStride);
    gather_outputs(d, q + j, PLACES, expands, lateDown);
  }
  const float16 bias = bias_of(epilogue, block);
  const int columns = min(side, tiling->outWidth - tile->x);
  UNROLLED(i, 8, side) {
    float16 o[8];
    gather_outputs(q + PLACES * i, o, 1, expands, lateAcross);
    if (tile->y + i >= tiling->outHeight) break;
    const long index = (plane * tiling->outHeight + tile->y + i) * tiling->outWidth + tile->x;
    finish_row(epilogue, o, bias, index, index - maskShift, columns, side);
  }
}

OUTLINE void gather_strided(local const float *m, int mStride, const Tiling *tiling, const Tile *tile,
                            const Epilogue *shared, int block, long plane, long maskShift) {
  gather_tile(m, mStride, tiling, tile, 0, shared, block, plane, maskShift);
}
OUTLINE void gather_dilated(local const float *m, int mStride, const Tiling *tiling, const Tile *tile,
                            const Epilogue *shared, int block, long plane, long maskShift) {
  gather_tile(m, mStride, tiling, tile, 1, shared, block, plane, maskShift);
}

kernel void convolution_winograd_strided(
    global const float *restrict x, global const float *restrict weights, global const float *restrict bias,
    global const float *restrict residual, global const ushort *restrict maskIn,
    global ushort *restrict maskOut, global float *restrict y, local float *scratch, int N, int inBlocks,
    int outBlocks, int H, int W, int OH, int OW, int padTop, int padLeft, int expands, int shares, int parts,
    int flags, int maskBatch) {
  const Tiling tiling = make_tiling(H, W, OH, OW, expands ? 8 : 4, padTop, padLeft);
  const Epilogue epilogue = {y, bias, residual, maskIn, maskOut, flags};
  const int item = (int)get_global_id(0), part = item % parts;
  const Share share = share_of(&tiling, N, outBlocks, item / parts, shares);
  const int first = share.first, count = share.count, tiles = share.most;
  const int lines = outBlocks % GROUP == 0 ? max(count, 4) : rounded_up(count, 6);
  const int groups = (outBlocks + GROUP - 1) / GROUP;
  local float *v = scratch, *m = v + (PLACES * PLACES * tiles * inBlocks + 36) * LANES;
  local int *steps = (local int *)(m + PLACES * PLACES * tiles * GROUP * LANES);
  spread_tiles(x, &tiling, expands, first, count, lines, inBlocks, v);
  for (int group = groups * part / parts; group < groups * (part + 1) / parts; group++) {
    const int start = group * GROUP, width = group_width(start, outBlocks);
    const int slice = width * inBlocks * LANES * LANES;
    for (int s = 0; s < 36; s++) {
      const int a = s / 6, b = s % 6, before = PLACES_BEFORE(a, b), rows = SHARERS(a) * SHARERS(b) * lines;
      for (int block = 0; block < inBlocks; block++) {
        steps[2 * block] = block * rows * LANES;
        steps[2 * block + 1] = block * LANES * width * LANES;
      }
      const Product product = {v + (before * inBlocks * lines + s) * LANES, 0, steps,
                               m + before * lines * width * LANES, rows, inBlocks, LANES, 1};
      multiply_lines(&product, weights + (long)start * 36 * inBlocks * LANES * LANES + (long)s * slice, width);
    }
    for (int t = 0; t < count; t++) {
      const Tile tile = tile_at(&tiling, first + t);
      const long shift = mask_shift(tile.n, maskBatch, flags, (long)outBlocks * OH * OW);
      for (int j = 0; j < width; j++) {
        local const float *sums = m + (t * width + j) * LANES;
        const long plane = (long)tile.n * outBlocks + start + j;
        if (expands)
          gather_dilated(sums, lines * width * LANES, &tiling, &tile, &epilogue, start + j, plane, shift);
        else gather_strided(sums, lines * width * LANES, &tiling, &tile, &epilogue, start + j, plane, shift);
      }
    }
  }
}

// Packs 3x3 weights for `convolution_winograd_strided`, as `pack_winograd` does for its own kernel.
// ints: O, C, swap.
kernel void pack_winograd_strided(global const float *restrict weights, global float *restrict result, int O,
                                  int C, int swap) {
  pack_minimal(weights, result, O, C, swap, STRIDED_PHASES);
}

#ifdef TREMOR_HOST
HOST_KERNEL(convolution_winograd_strided, p[0], p[1], p[2], p[3], p[4], p[5], p[6], scratch, i[0], i[1],
            i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9], i[10], i[11], i[12], i[13])
HOST_KERNEL(pack_winograd_strided, p[0], p[1], i[0], i[1], i[2])
#endif
