// Sliding windows over planes: [M, H, W] and [M, OH, OW], M counting samples and channels together.
// Window (r, c) covers rows r * strideY + ky * dilationY - padTop and columns alike, those inside the
// plane. Indices are the position ky * kernelWidth + kx in the window, in uint8 (indexBytes 1) or int32
// (indexBytes 4). One item an element of the result, rounded up to groups of 256; M * OH * OW or, where
// marked, M * H * W items.
//
//   window_max        values and positions of the first maximum; a NaN is larger than any number; a window
//                     without elements gives 0 and position 0
//   window_max_index  positions alone
//   window_gather     result[m, r, c] = the element of operand at position index[m % period, r, c],
//                     0 outside
//   window_scatter    (M * H * W) its adjoint: sums, in row-major order of windows, of the cotangents of
//                     those whose index names the element; plane m uses plane m % period of the indices
//   window_sum        sums over windows, in the order of positions
//   window_spread     (M * H * W) its adjoint: sums, in row-major order, of the cotangents of the windows
//                     over an element

typedef struct {
  int planes, height, width, outHeight, outWidth, kernelHeight, kernelWidth;
  int strideY, strideX, dilationY, dilationX, padTop, padLeft;
} window_shape;

#define WINDOW_SHAPE                                                                                        \
  int planes, int height, int width, int outHeight, int outWidth, int kernelHeight, int kernelWidth,        \
      int strideY, int strideX, int dilationY, int dilationX, int padTop, int padLeft
#define WINDOW_SHAPE_VALUE                                                                                  \
  {planes, height, width, outHeight, outWidth, kernelHeight, kernelWidth, strideY, strideX, dilationY,      \
   dilationX, padTop, padLeft}

INLINE int load_position(global const uchar *indices, long e, int indexBytes) {
  return indexBytes == 1 ? indices[e] : ((global const int *)indices)[e];
}

INLINE void store_position(global uchar *indices, long e, int indexBytes, int position) {
  if (indexBytes == 1)
    indices[e] = (uchar)position;
  else
    ((global int *)indices)[e] = position;
}

// The plane, row and column of the item's element in [planes, rows, columns].
typedef struct {
  long plane;
  int row, column, inside;
} window_place;

INLINE window_place window_place_of(long e, int planes, int rows, int columns) {
  window_place p;
  p.column = (int)(e % columns);
  p.row = (int)(e / columns % rows);
  p.plane = e / columns / rows;
  p.inside = p.plane < planes;
  return p;
}

// The element of x's plane at (ky, kx) of a window, or -1.
INLINE int window_element(window_shape s, window_place p, int ky, int kx) {
  const int row = p.row * s.strideY + ky * s.dilationY - s.padTop;
  const int column = p.column * s.strideX + kx * s.dilationX - s.padLeft;
  return row >= 0 && row < s.height && column >= 0 && column < s.width ? row * s.width + column : -1;
}

// The window that has the element at (ky, kx), or -1.
INLINE int window_over(window_shape s, window_place p, int ky, int kx) {
  const int top = p.row + s.padTop - ky * s.dilationY, left = p.column + s.padLeft - kx * s.dilationX;
  if (top < 0 || left < 0 || top % s.strideY != 0 || left % s.strideX != 0) return -1;
  const int row = top / s.strideY, column = left / s.strideX;
  return row < s.outHeight && column < s.outWidth ? row * s.outWidth + column : -1;
}

INLINE float window_maximum(global const float *x, window_shape s, window_place p, int *position) {
  float best = -INFINITY;
  int first = -1;
  for (int ky = 0; ky < s.kernelHeight; ky++)
    for (int kx = 0; kx < s.kernelWidth; kx++) {
      const int e = window_element(s, p, ky, kx);
      if (e < 0) continue;
      const float v = x[p.plane * s.height * s.width + e];
      if (first >= 0 && !(v > best || (v != v && best == best))) continue;
      best = v;
      first = ky * s.kernelWidth + kx;
    }
  *position = max(first, 0);
  return first < 0 ? 0.0f : best;
}

GROUP_1D kernel void window_max(global const float *restrict x, global float *restrict values,
                                global uchar *restrict indices, WINDOW_SHAPE, int indexBytes) {
  const window_shape s = WINDOW_SHAPE_VALUE;
  const long e = get_global_id(0);
  const window_place p = window_place_of(e, planes, outHeight, outWidth);
  if (!p.inside) return;
  int position;
  values[e] = window_maximum(x, s, p, &position);
  store_position(indices, e, indexBytes, position);
}

GROUP_1D kernel void window_max_index(global const float *restrict x, global uchar *restrict indices,
                                      WINDOW_SHAPE, int indexBytes) {
  const window_shape s = WINDOW_SHAPE_VALUE;
  const long e = get_global_id(0);
  const window_place p = window_place_of(e, planes, outHeight, outWidth);
  if (!p.inside) return;
  int position;
  window_maximum(x, s, p, &position);
  store_position(indices, e, indexBytes, position);
}

GROUP_1D kernel void window_gather(global const float *restrict x, global const uchar *restrict indices,
                                   global float *restrict result, WINDOW_SHAPE, int indexBytes, int period) {
  const window_shape s = WINDOW_SHAPE_VALUE;
  const long e = get_global_id(0);
  const window_place p = window_place_of(e, planes, outHeight, outWidth);
  if (!p.inside) return;
  const long place = (p.plane % period * outHeight + p.row) * outWidth + p.column;
  const int position = load_position(indices, place, indexBytes);
  const int source = window_element(s, p, position / kernelWidth, position % kernelWidth);
  result[e] = source < 0 ? 0.0f : x[p.plane * height * width + source];
}

GROUP_1D kernel void window_scatter(global const float *restrict cotangent,
                                    global const uchar *restrict indices, global float *restrict result,
                                    WINDOW_SHAPE, int indexBytes, int period) {
  const window_shape s = WINDOW_SHAPE_VALUE;
  const long e = get_global_id(0), windows = outHeight * outWidth;
  const window_place p = window_place_of(e, planes, height, width);
  if (!p.inside) return;
  float sum = 0.0f;
  for (int position = kernelHeight * kernelWidth - 1; position >= 0; position--) {
    const int window = window_over(s, p, position / kernelWidth, position % kernelWidth);
    if (window >= 0 && load_position(indices, p.plane % period * windows + window, indexBytes) == position)
      sum += cotangent[p.plane * windows + window];
  }
  result[e] = sum;
}

GROUP_1D kernel void window_sum(global const float *restrict x, global float *restrict result, WINDOW_SHAPE) {
  const window_shape s = WINDOW_SHAPE_VALUE;
  const long e = get_global_id(0);
  const window_place p = window_place_of(e, planes, outHeight, outWidth);
  if (!p.inside) return;
  float sum = 0.0f;
  for (int ky = 0; ky < kernelHeight; ky++)
    for (int kx = 0; kx < kernelWidth; kx++) {
      const int source = window_element(s, p, ky, kx);
      if (source >= 0) sum += x[p.plane * height * width + source];
    }
  result[e] = sum;
}

GROUP_1D kernel void window_spread(global const float *restrict cotangent, global float *restrict result,
                                   WINDOW_SHAPE) {
  const window_shape s = WINDOW_SHAPE_VALUE;
  const long e = get_global_id(0), windows = outHeight * outWidth;
  const window_place p = window_place_of(e, planes, height, width);
  if (!p.inside) return;
  float sum = 0.0f;
  for (int ky = kernelHeight - 1; ky >= 0; ky--)
    for (int kx = kernelWidth - 1; kx >= 0; kx--) {
      const int window = window_over(s, p, ky, kx);
      if (window >= 0) sum += cotangent[p.plane * windows + window];
    }
  result[e] = sum;
}
