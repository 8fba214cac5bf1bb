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
// A work-item covers one of `shares` shares (`share_of`) of the flattened range [N, ceil(OH/side), ceil(OW/side)]
// of tiles and one of `parts` ranges of output groups: shares * parts work-items, the part varying fastest.
// Neither number changes a bit. A share has up to 24 tiles, or fewer where 24 do not fit the second cache and its
// misses cost more than reading the weights more often.
// `parts` is 1 unless there are fewer shares than cores.
// scratch: 4 * (frequencies * (tiles * inBlocks * 16 + 16) + frequencies * tiles * 64 + steps) bytes, tiles being
// those of the greatest share rounded up to a multiple of 6, steps 2 * inBlocks to a multiple of 16.
// ints: N, inBlocks, outBlocks, H, W, OH, OW, padTop, padLeft, side, shares, parts, flags (EPILOGUE_...),
// maskBatch (samples in maskIn).

// Transforms back one tile of one output block, from m + f * mStride, and stores it.
INLINE void restore_tile(local const float *m, int mStride, const Tiling *tiling, const Tile *tile,
                         const Epilogue *shared, int block, long plane, long maskShift, int side) {
  const Epilogue here = *shared, *epilogue = &here;
  const int extent = side + 2;
  float16 q[24];
  UNROLLED(j, 6, extent) {
    float16 d[6];
    UNROLLED(i, 6, extent) d[i] = vload16(0, m + (extent * i + j) * mStride);
    winograd_output(d, q + j, extent, side);
  }
  const float16 bias = bias_of(epilogue, block);
  const int columns = min(side, tiling->outWidth - tile->x);
  UNROLLED(i, 4, side) {
    float16 o[4];
    winograd_output(q + extent * i, o, 1, side);
    if (tile->y + i >= tiling->outHeight) break;
    const long index = (plane * tiling->outHeight + tile->y + i) * tiling->outWidth + tile->x;
    finish_row(epilogue, o, bias, index, index - maskShift, columns, side);
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

// Images of more bytes than this come from beyond the second cache; smaller ones are not worth fetching.
#define NEAR_BYTES (2 << 20)

// Whether images of N samples are to be fetched ahead.
INLINE int is_far(int N, int blocks, int height, int width) {
  return (long)N * blocks * height * width * LANES * 4 > NEAR_BYTES;
}

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
    int outBlocks, int H, int W, int OH, int OW, int padTop, int padLeft, int side, int shares, int parts,
    int flags, int maskBatch) {
  const Tiling tiling = make_tiling(H, W, OH, OW, side, padTop, padLeft);
  const Epilogue epilogue = {y, bias, residual, maskIn, maskOut, flags};
  const int item = (int)get_global_id(0), part = item % parts;
  const Share share = share_of(&tiling, N, outBlocks, item / parts, shares);
  const Share next = share_of(&tiling, N, outBlocks, min(item / parts + 1, shares - 1), shares);
  const int first = share.first, count = share.count, tiles = share.most;
  const int groups = (outBlocks + GROUP - 1) / GROUP, frequencies = frequencies_of(&tiling);
  // The odd stride keeps the frequencies of a tile out of one cache set.
  const int vStride = tiles * inBlocks * LANES + LANES;
  local float *v = scratch, *m = v + frequencies * vStride;
  local int *steps = (local int *)(m + frequencies * tiles * GROUP * LANES);
  const int fetchesInput = side == 4 && is_far(N, inBlocks, H, W);
  const int fetchesResult = side == 4 && is_far(N, outBlocks, OH, OW);
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
      if (fetchesResult) {
        const long at = (long)start * OH * OW * LANES;
        fetch_tiles(y + at, outBlocks, width, OH, OW, &tiling, first, count, f);
        if (flags & EPILOGUE_RESIDUAL)
          fetch_tiles(residual + at, outBlocks, width, OH, OW, &tiling, first, count, f);
      }
      if (fetchesInput && group == 0)
        fetch_tiles(x, inBlocks, inBlocks, H, W, &tiling, next.first, next.count, f);
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
  UNROLLED(i, 6, extent) {
    float16 u[6];
    transform_weights(columns + 3 * i, u, 1, side);
    UNROLLED(j, 6, extent)
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
