// What the kernels of minimal filtering share: products of transformed tiles with transformed weights, the matrices
// of Winograd's algorithms, and how images are cut into tiles and transformed.
//
//   y = A' [ sum over c of (G w G') .* (B' x B) ] A
//
// for each tile of side * side outputs, side being 4 or 2: F(4x4, 3x3) has 36 products, "frequencies", in place of 144,
// F(2x2, 3x3) 16 in place of 36.

// A register tile like `multiply`'s whose rows lie 16 floats apart, so that one register addresses them all:
// rows `r ..< end`, MR at a time; returns the first row that is left. Each pass over the weights fetches a
// part of the next frequency's, which follow them: no processor foresees that the stream goes on after the
// last tile.
#define DEFINE_LINES(NAME, MR, NV)                                                                          \
  TILE int NAME(const Product *product, global const float *weights, local float *sums, int width, int r, \
                  int end) {                                                                                \
    width = WIDTH_OF_TILE(width, NV);                                                                       \
    const long depth = (long)product->stepCount * LANES * LANES;                                            \
    global const float *ahead = weights + depth * width + depth * (r / (MR < 6 ? 6 : MR));                   \
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
DEFINE_LINES(lines_5x4, 5, 4)
DEFINE_LINES(lines_4x4, 4, 4)
DEFINE_LINES(lines_6x3, 6, 3)
DEFINE_LINES(lines_12x2, 12, 2)
DEFINE_LINES(lines_6x2, 6, 2)
DEFINE_LINES(lines_12x1, 12, 1)
#endif
DEFINE_LINES(lines_6x1, 6, 1)
DEFINE_LINES(lines_5x1, 5, 1)
DEFINE_LINES(lines_4x1, 4, 1)

// Rows `r ..< end` by register tiles of one height; returns the first row that is left.
#define DEFINE_HEIGHTS(NAME, NV)                                                                            \
  INLINE int NAME(const Product *product, global const float *weights, local float *sums, int width, int r, \
                  int end, int height) {                                                                    \
    if (height == 6) return lines_6x##NV(product, weights, sums, width, r, end);                            \
    if (height == 5) return lines_5x##NV(product, weights, sums, width, r, end);                            \
    return lines_4x##NV(product, weights, sums, width, r, end);                                             \
  }                                                                                                         \
  /* All rows, by register tiles of two heights that differ by one, so that none is computed in vain. */    \
  INLINE void all_##NAME(const Product *product, global const float *weights, local float *sums, int width) { \
    const int count = product->rowCount, passes = (count + 5) / 6;                                          \
    const int height = count / passes, taller = count % passes;                                             \
    const int r = NAME(product, weights, sums, width, 0, taller * (height + 1), height + 1);                \
    NAME(product, weights, sums, width, r, count, height);                                                  \
  }
DEFINE_HEIGHTS(lines_x1, 1)
#if VECTOR_REGISTERS >= 32
DEFINE_HEIGHTS(lines_x4, 4)
#endif

// The products of one frequency. A tall tile is not used where half of it would be wasted.
INLINE void multiply_lines(const Product *product, global const float *weights, int width) {
  local float *sums = product->sums;
#if VECTOR_REGISTERS >= 32
  const int count = product->rowCount;
  const int tall = (count + 5) / 12 * 12;
  if (width == 4) all_lines_x4(product, weights, sums, width);
  else if (width == 3) lines_6x3(product, weights, sums, 3, 0, count);
  else if (width == 2) lines_6x2(product, weights, sums, 2, lines_12x2(product, weights, sums, 2, 0, tall),
                                 count);
  else lines_6x1(product, weights, sums, 1, lines_12x1(product, weights, sums, 1, 0, tall), count);
#else
  for (int j = 0; j < width; j++) all_lines_x1(product, weights + j * LANES, sums + j * LANES, width);
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

// What shares are multiples of: narrow groups of outputs have register tiles of six and twelve rows only.
INLINE int unit_of(int outBlocks) { return outBlocks % GROUP == 0 ? 1 : 6; }

// The tiles of one of `shares` even shares of all tiles: `count` tiles from `first` on. `most` is the room that the
// greatest share needs.
typedef struct {
  int first, count, most;
} Share;

INLINE Share share_of(const Tiling *tiling, int samples, int outBlocks, int index, int shares) {
  const int unit = unit_of(outBlocks), all = samples * tiling->tilesDown * tiling->tilesAcross;
  const int units = (all + unit - 1) / unit;
  const int first = unit * (int)((long)units * index / shares);
  const int end = unit * (int)((long)units * (index + 1) / shares);
  const Share share = {first, min(all, end) - first, rounded_up(unit * ((units + shares - 1) / shares), 6)};
  return share;
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
    UNROLLED(j, 9, extent) d[j] = vload16(0, plane + (line + j) * LANES);
  } else {
    const int row = y >= 0 && y < tiling->height;
    UNROLLED(j, 9, extent)
      d[j] = row && x0 + j >= 0 && x0 + j < width ? vload16(0, plane + (line + j) * LANES) : (float16)(0.0f);
  }
}

// Stores the first `columns` of a tile's row of `side` outputs, as many as the image has.
INLINE void finish_row(const Epilogue *epilogue, float16 *o, float16 bias, long index, long maskIndex,
                       int columns, int side) {
  if (columns < side) {
    UNROLLED(j, 7, side - 1) {
      if (j < columns) finish_one(epilogue, o[j], bias, index + j, maskIndex + j);
    }
  } else if (side == 2) finish_2(epilogue, o, bias, index, 1, maskIndex);
  else if (side == 4) finish_4(epilogue, o, bias, index, 1, maskIndex);
  else finish_8(epilogue, o, bias, index, 1, maskIndex);
}

// Transforms one tile of one channel block; frequency f goes to v + f * vStride.
INLINE void transform_tile(global const float *plane, const Tiling *tiling, int y0, int x0, local float *v,
                           int vStride, int side) {
  const int extent = side + 2, isInside = is_inside(tiling, y0, x0, extent);
  float16 w[36];
  UNROLLED(i, 6, extent) {
    float16 d[6];
    load_line(plane, tiling, y0 + i, x0, isInside, extent, d);
    winograd_input(d, w + extent * i, 1, side);
  }
  UNROLLED(j, 6, extent) {
    float16 d[6], o[6];
    UNROLLED(i, 6, extent) d[i] = w[extent * i + j];
    winograd_input(d, o, 1, side);
    UNROLLED(i, 6, extent) vstore16(o[i], 0, v + (extent * i + j) * vStride);
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
