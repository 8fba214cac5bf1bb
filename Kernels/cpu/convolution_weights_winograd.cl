// The weights' adjoint of a 3x3 convolution with stride 1 and dilation 1 by minimal filtering, the transpose of
// F(4x4, 3x3) in its weights:
//
//   dW = G' [ sum over tiles of (A g A') .* (B' x B) ] G
//
// where g are 4x4 gradients of outputs and x the 6x6 inputs they come from: 36 products for what takes 144.
//
// x blocked [N, inBlocks, H, W, 16], g blocked [N, outBlocks, OH, OW, 16]; partial [parts][outBlocks][inBlocks][9]
// [16 outputs][16 inputs], for `convolution_weights_blocks_sum`. Parts are ranges of samples as in
// convolution_weights.cl. A work-item computes up to span by span blocks of one part: parts * outGroups * inGroups
// work-items, groups being of `span` blocks, at most GROUP, the input group varying fastest. It adds the products of `tiles` tiles
// before it adds them to its total, which keeps rounding errors near those of one such run.
// scratch: 4 * (36 * 256 * span * span + 2 * 36 * (16 * span * tiles + 16)) bytes.
// ints: N, inBlocks, outBlocks, H, W, OH, OW, padTop, padLeft, tiles, parts, span.

// The rows of A applied to four gradients.
INLINE void winograd_gradient(const float16 *g, float16 *to, int stride) {
  const float16 s = g[0] + g[2], t = g[1] + g[3];
  const float16 u = fma((float16)(4.0f), g[2], g[0]), v = (float16)(2.0f) * fma((float16)(4.0f), g[3], g[1]);
  to[0] = g[0];
  to[stride] = s + t;
  to[2 * stride] = s - t;
  to[3 * stride] = u + v;
  to[4 * stride] = u - v;
  to[5 * stride] = g[3];
}

// The rows of G' applied to six sums.
INLINE void winograd_weight_gradient(const float16 *u, float16 *to, int stride) {
  const float16 sixth = (float16)(1.0f / 6.0f);
  const float16 p = sixth * (u[1] + u[2]), q = u[3] + u[4];
  to[0] = fma((float16)(0.25f), u[0], fma((float16)(1.0f / 24.0f), q, -p));
  to[stride] = fma(sixth, u[2] - u[1], (float16)(1.0f / 12.0f) * (u[3] - u[4]));
  to[2 * stride] = fma(sixth, q, u[5] - p);
}

// Transforms the gradients of one tile of one block; frequency f goes to m + f * mStride.
OUTLINE void transform_gradient(global const float *plane, const Tiling *outputs, int y0, int x0, local float *m,
                                int mStride) {
  const int isInside = is_inside(outputs, y0, x0, 4);
  float16 w[24];
  #pragma unroll
  for (int i = 0; i < 4; i++) {
    float16 d[4];
    load_line(plane, outputs, y0 + i, x0, isInside, 4, d);
    winograd_gradient(d, w + 6 * i, 1);
  }
  #pragma unroll
  for (int j = 0; j < 6; j++) {
    float16 d[4], o[6];
    #pragma unroll
    for (int i = 0; i < 4; i++) d[i] = w[6 * i + j];
    winograd_gradient(d, o, 1);
    #pragma unroll
    for (int i = 0; i < 6; i++) vstore16(o[i], 0, m + (6 * i + j) * mStride);
  }
}

// Adds to sums [MR outputs, width, 16] the products of `count` tiles: of MR gradients, 16 floats apart from tile to
// tile, with NV blocks of `width` of the inputs.
#define DEFINE_OUTER(NAME, MR, NV)                                                                          \
  TILE void NAME(local const float *gradients, local const float *inputs, local float *sums, int count,   \
                   int width) {                                                                             \
    float16 sum[MR][NV];                                                                                    \
    _Pragma("unroll") for (int i = 0; i < MR; i++)                                                          \
      _Pragma("unroll") for (int j = 0; j < NV; j++) sum[i][j] = (float16)(0.0f);                           \
    for (int t = 0; t < count; t++) {                                                                       \
      float16 b[NV];                                                                                        \
      _Pragma("unroll") for (int j = 0; j < NV; j++) b[j] = vload16(t * width + j, inputs);                 \
      _Pragma("unroll") for (int i = 0; i < MR; i++) {                                                      \
        const float16 a = (float16)(gradients[t * LANES + i]);                                              \
        _Pragma("unroll") for (int j = 0; j < NV; j++) sum[i][j] = fma(a, b[j], sum[i][j]);                 \
      }                                                                                                     \
    }                                                                                                       \
    _Pragma("unroll") for (int i = 0; i < MR; i++)                                                          \
      _Pragma("unroll") for (int j = 0; j < NV; j++)                                                        \
        vstore16(vload16(i * width + j, sums) + sum[i][j], i * width + j, sums);                            \
  }
#if VECTOR_REGISTERS >= 32
DEFINE_OUTER(outer_4x4, 4, 4)
DEFINE_OUTER(outer_8x3, 8, 3)
DEFINE_OUTER(outer_8x2, 8, 2)
DEFINE_OUTER(outer_16x1, 16, 1)
#else
DEFINE_OUTER(outer_4x1, 4, 1)
#endif

// The products of one block of gradients: 16 outputs, in as many passes as registers ask for.
INLINE void add_products(local const float *gradients, local const float *inputs, local float *sums, int count,
                         int width) {
  const int row = width * LANES;
#if VECTOR_REGISTERS >= 32
  if (width == 4)
    for (int i = 0; i < LANES; i += 4) outer_4x4(gradients + i, inputs, sums + i * row, count, 4);
  else if (width == 3)
    for (int i = 0; i < LANES; i += 8) outer_8x3(gradients + i, inputs, sums + i * row, count, 3);
  else if (width == 2)
    for (int i = 0; i < LANES; i += 8) outer_8x2(gradients + i, inputs, sums + i * row, count, 2);
  else outer_16x1(gradients, inputs, sums, count, 1);
#else
  for (int i = 0; i < LANES; i += 4)
    for (int j = 0; j < width; j++)
      outer_4x1(gradients + i, inputs + j * LANES, sums + i * row + j * LANES, count, width);
#endif
}

// The blocks of one side that a work-item covers, and its transformed tiles.
typedef struct {
  global const float *planes;
  local float *tiles;
  long plane;
  int blocks, first, width, stride;
} FilteredSide;

INLINE FilteredSide make_side(global const float *planes, local float *tiles, long plane, int blocks, int first,
                              int span, int capacity) {
  const int width = min(span, blocks - first);
  const FilteredSide side = {planes, tiles, plane, blocks, first, width, capacity * width * LANES + LANES};
  return side;
}

INLINE global const float *plane_of(const FilteredSide *side, const Tile *tile, int block) {
  return side->planes + ((long)tile->n * side->blocks + side->first + block) * side->plane;
}

// The tiles `first ..< first + count` of both sides: gradients as [36][width][capacity][16], whose lanes are
// broadcast, inputs as [36][capacity][width][16].
INLINE void transform_run(const FilteredSide *inputs, const FilteredSide *gradients, const Tiling *tiling,
                          const Tiling *outputs, int first, int count, int capacity) {
  for (int t = 0; t < count; t++) {
    const Tile tile = tile_at(tiling, first + t);
    for (int j = 0; j < inputs->width; j++)
      transform_tile_4(plane_of(inputs, &tile, j), tiling, tile.y - tiling->padTop, tile.x - tiling->padLeft,
                       inputs->tiles + (t * inputs->width + j) * LANES, inputs->stride);
    for (int j = 0; j < gradients->width; j++)
      transform_gradient(plane_of(gradients, &tile, j), outputs, tile.y, tile.x,
                         gradients->tiles + (j * capacity + t) * LANES, gradients->stride);
  }
}

// Adds the products of a run to the totals [36][gradients' width * 16][inputs' width][16].
INLINE void multiply_run_of_tiles(const FilteredSide *inputs, const FilteredSide *gradients, local float *totals,
                                  int count, int capacity) {
  const int width = inputs->width;
  for (int f = 0; f < 36; f++) {
    local const float *columns = inputs->tiles + f * inputs->stride;
    for (int block = 0; block < gradients->width; block++)
      add_products(gradients->tiles + f * gradients->stride + block * capacity * LANES, columns,
                   totals + (f * gradients->width + block) * LANES * width * LANES, count, width);
  }
}

// Transforms back the total of one output and one block of inputs, from u + f * stride, and stores its nine taps
// `LANES` vectors apart.
OUTLINE void restore_weights(local const float *u, int stride, global float *to) {
  float16 rows[18];
  #pragma unroll
  for (int j = 0; j < 6; j++) {
    float16 d[6];
    #pragma unroll
    for (int i = 0; i < 6; i++) d[i] = vload16(0, u + (6 * i + j) * stride);
    winograd_weight_gradient(d, rows + j, 6);
  }
  #pragma unroll
  for (int i = 0; i < 3; i++) {
    float16 taps[3];
    winograd_weight_gradient(rows + 6 * i, taps, 1);
    #pragma unroll
    for (int j = 0; j < 3; j++) vstore16(taps[j], (3 * i + j) * LANES, to);
  }
}

kernel void convolution_weights_winograd(global const float *restrict x, global const float *restrict g,
                                         global float *restrict partial, local float *scratch, int N, int inBlocks,
                                         int outBlocks, int H, int W, int OH, int OW, int padTop, int padLeft,
                                         int tiles, int parts, int span) {
  const Tiling tiling = make_tiling(H, W, OH, OW, 4, padTop, padLeft);
  const Tiling outputs = make_tiling(OH, OW, OH, OW, 4, 0, 0);
  const int inGroups = (inBlocks + span - 1) / span, outGroups = (outBlocks + span - 1) / span;
  const int item = (int)get_global_id(0), part = item / inGroups / outGroups;
  local float *totals = scratch, *v = totals + 36 * span * span * LANES * LANES;
  const FilteredSide inputs =
      make_side(x, v, (long)H * W * LANES, inBlocks, item % inGroups * span, span, tiles);
  const FilteredSide gradients = make_side(g, v + 36 * (tiles * span + 1) * LANES, (long)OH * OW * LANES, outBlocks,
                                           item / inGroups % outGroups * span, span, tiles);
  const int perSample = tiling.tilesDown * tiling.tilesAcross;
  const int end = part_start(N, part + 1, parts) * perSample;
  const int row = inputs.width * LANES, frequency = gradients.width * LANES * row;
  clear_row(totals, 36 * frequency);
  for (int first = part_start(N, part, parts) * perSample; first < end; first += tiles) {
    const int count = min(tiles, end - first);
    transform_run(&inputs, &gradients, &tiling, &outputs, first, count, tiles);
    multiply_run_of_tiles(&inputs, &gradients, totals, count, tiles);
  }
  for (int output = 0; output < gradients.width * LANES; output++)
    for (int j = 0; j < inputs.width; j++) {
      const long block = ((long)part * outBlocks + gradients.first + output / LANES) * inBlocks + inputs.first + j;
      restore_weights(totals + output * row + j * LANES, frequency,
                      partial + (block * 9 * LANES + output % LANES) * LANES);
    }
}

#ifdef TREMOR_HOST
HOST_KERNEL(convolution_weights_winograd, p[0], p[1], p[2], scratch, i[0], i[1], i[2], i[3], i[4], i[5], i[6],
            i[7], i[8], i[9], i[10], i[11])
#endif
