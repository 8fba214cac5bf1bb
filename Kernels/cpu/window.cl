// Pooling over two-dimensional windows: maxima with their positions, sums, and the adjoints of both.
//
// Tensors are [M, H, W, L]: dense NCHW has M = N * C and L = 1, the blocked layout has M = N * C / 16 and
// L = 16. Tap (ky, kx) of output (oh, ow) is the input pixel
//   (oh * strideY - padTop + ky * dilationY, ow * strideX - padLeft + kx * dilationX),
// and taps outside the input are skipped. An index is ky * kernelWidth + kx, a byte, or an int in the kernels
// named _wide, for windows of more than 256 taps. A window without a tap inside has the sum 0, the maximum
// 0 and the index 0, as reading zeros at that index would give.
//
// A work-item covers a row of the result: M * outHeight items, and M * height in the adjoints window_spread
// and window_scatter. No scratch. Every sum starts at 0 and follows the row-major order of taps, or in the
// adjoints of windows.
//
// Ints, where there is one: indexBatch, the M of the index tensor. Then the same thirteen in every kernel:
// height, width               H and W of the input
// lanes                       L, 1 or 16
// outHeight, outWidth         of the result
// kernelHeight, kernelWidth   taps
// strideY, strideX, dilationY, dilationX, padTop, padLeft

#define WINDOW_PARAMETERS                                                                                   \
  int height, int width, int lanes, int outHeight, int outWidth, int kernelHeight, int kernelWidth,         \
      int strideY, int strideX, int dilationY, int dilationX, int padTop, int padLeft

typedef struct {
  int height, width, lanes, outHeight, outWidth, kernelHeight, kernelWidth;
  int strideY, strideX, dilationY, dilationX, padTop, padLeft;
} window_shape;

#define WINDOW_SHAPE                                                                                        \
  {height,  width,   lanes,     outHeight, outWidth, kernelHeight, kernelWidth,                             \
   strideY, strideX, dilationY, dilationX, padTop,   padLeft}

// Sixteen results at once: the lanes of one pixel, or in a layout of one lane sixteen neighbours in a row.
INLINE int window_step(window_shape s) { return s.lanes == LANES ? 1 : LANES; }

// How many of the sixteen exist from column `ow` on.
INLINE int window_active(window_shape s, int ow) {
  return s.lanes == LANES ? LANES : min(LANES, s.outWidth - ow);
}

static constant int window_lane[LANES] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

// Which lanes of a tap are inside the row; `column` is that of the first lane.
INLINE int16 window_inside(window_shape s, int column) {
  const int16 columns = (int16)(column) + vload16(0, window_lane) * (int16)(s.lanes == LANES ? 0 : s.strideX);
  return (columns >= (int16)(0)) & (columns < (int16)(s.width));
}

// The sixteen values of a tap, 0 outside the row.
INLINE float16 window_tap(window_shape s, global const float *row, int column) {
  if (s.lanes == LANES)
    return column >= 0 && column < s.width ? vload16(0, row + (long)column * LANES) : (float16)(0.0f);
  if (s.strideX == 1 && column >= 0 && column + LANES <= s.width) return vload16(0, row + column);
  float values[LANES];
  for (int l = 0; l < LANES; l++, column += s.strideX)
    values[l] = column >= 0 && column < s.width ? row[column] : 0.0f;
  return vload16(0, values);
}

INLINE void window_store(float16 value, global float *p, int count) {
  if (count == LANES) {
    vstore16(value, 0, p);
    return;
  }
  float lanes[LANES];
  vstore16(value, 0, lanes);
  for (int l = 0; l < count; l++) p[l] = lanes[l];
}

// Loads and stores `count` indices; lanes past them are -1, which is no tap.
#define WINDOW_INDICES(NAME, T, TO_INT, FROM_INT)                                                           \
  INLINE int16 window_load_##NAME(global const T *p, int count) {                                           \
    if (count == LANES) return TO_INT(vload16(0, p));                                                       \
    int lanes[LANES];                                                                                       \
    for (int l = 0; l < LANES; l++) lanes[l] = l < count ? p[l] : -1;                                       \
    return vload16(0, lanes);                                                                               \
  }                                                                                                         \
  INLINE void window_store_##NAME(int16 index, global T *p, int count) {                                    \
    if (count == LANES) {                                                                                   \
      vstore16(FROM_INT(index), 0, p);                                                                      \
      return;                                                                                               \
    }                                                                                                       \
    int lanes[LANES];                                                                                       \
    vstore16(index, 0, lanes);                                                                              \
    for (int l = 0; l < count; l++) p[l] = (T)lanes[l];                                                     \
  }

WINDOW_INDICES(byte, uchar, convert_int16, convert_uchar16)
WINDOW_INDICES(wide, int, , )

// The first maximum of sixteen windows, and the index of its tap.
INLINE float16 window_maximum(window_shape s, global const float *plane, int oh, int ow, int16 *at) {
  float16 best = (float16)(as_float(0xff800000u));
  int16 index = (int16)(-1);
  for (int ky = 0; ky < s.kernelHeight; ky++) {
    const int y = oh * s.strideY - s.padTop + ky * s.dilationY;
    if (y < 0 || y >= s.height) continue;
    global const float *row = plane + (long)y * s.width * s.lanes;
    for (int kx = 0; kx < s.kernelWidth; kx++) {
      const int column = ow * s.strideX - s.padLeft + kx * s.dilationX;
      const float16 v = window_tap(s, row, column);
      const int16 larger = (v > best) | ((v != v) & (best == best)) | (index < (int16)(0));
      const int16 take = window_inside(s, column) & larger;
      best = select(best, v, take);
      index = select(index, (int16)(ky * s.kernelWidth + kx), take);
    }
  }
  *at = max(index, (int16)(0));
  return select(best, (float16)(0.0f), index < (int16)(0));
}

// The values at the taps that `index` names; 0 where that tap is outside.
INLINE float16 window_chosen(window_shape s, global const float *plane, int oh, int ow, int16 index) {
  float16 chosen = (float16)(0.0f);
  for (int ky = 0; ky < s.kernelHeight; ky++) {
    const int y = oh * s.strideY - s.padTop + ky * s.dilationY;
    if (y < 0 || y >= s.height) continue;
    global const float *row = plane + (long)y * s.width * s.lanes;
    for (int kx = 0; kx < s.kernelWidth; kx++) {
      const float16 v = window_tap(s, row, ow * s.strideX - s.padLeft + kx * s.dilationX);
      chosen = select(chosen, v, index == (int16)(ky * s.kernelWidth + kx));
    }
  }
  return chosen;
}

INLINE float16 window_total(window_shape s, global const float *plane, int oh, int ow) {
  float16 total = (float16)(0.0f);
  for (int ky = 0; ky < s.kernelHeight; ky++) {
    const int y = oh * s.strideY - s.padTop + ky * s.dilationY;
    if (y < 0 || y >= s.height) continue;
    global const float *row = plane + (long)y * s.width * s.lanes;
    for (int kx = 0; kx < s.kernelWidth; kx++)
      total += window_tap(s, row, ow * s.strideX - s.padLeft + kx * s.dilationX);
  }
  return total;
}

// The results ow ..< end whose tap kx is inside the row.
INLINE int window_begin(window_shape s, int kx) {
  return (max(s.padLeft - kx * s.dilationX, 0) + s.strideX - 1) / s.strideX;
}
INLINE int window_end(window_shape s, int kx) {
  const int last = s.width - 1 + s.padLeft - kx * s.dilationX;
  return last < 0 ? 0 : min(s.outWidth, last / s.strideX + 1);
}

// The tap row by which output row `oh` sees input row `h`, or -1.
INLINE int window_tap_row(window_shape s, int h, int oh) {
  const int offset = h + s.padTop - oh * s.strideY;
  const int ky = offset / s.dilationY;
  return offset >= 0 && ky * s.dilationY == offset && ky < s.kernelHeight ? ky : -1;
}

// The output rows that may see input row `h`.
INLINE int window_first_row(window_shape s, int h) {
  const int first = h + s.padTop - (s.kernelHeight - 1) * s.dilationY;
  return first <= 0 ? 0 : (first + s.strideY - 1) / s.strideY;
}
INLINE int window_last_row(window_shape s, int h) { return min(s.outHeight - 1, (h + s.padTop) / s.strideY); }

INLINE void window_clear(global float *row, int count) {
  for (int i = 0; i < count; i++) row[i] = 0.0f;
}

// Adds row `g` of a cotangent to `row` by tap kx of every window.
INLINE void window_add(window_shape s, global const float *g, int kx, global float *row) {
  const int end = window_end(s, kx);
  for (int ow = window_begin(s, kx); ow < end;) {
    global float *to = row + (long)(ow * s.strideX - s.padLeft + kx * s.dilationX) * s.lanes;
    if (s.lanes == LANES || (s.strideX == 1 && ow + LANES <= end)) {
      vstore16(vload16(0, to) + vload16(0, g + (long)ow * s.lanes), 0, to);
      ow += window_step(s);
    } else {
      *to += g[ow++];
    }
  }
}

// The same by tap kx of the windows whose index is `tap`.
#define WINDOW_ADD_CHOSEN(NAME, T)                                                                          \
  INLINE void window_add_chosen_##NAME(window_shape s, global const float *g, global const T *index,        \
                                       int kx, int tap, global float *row) {                                \
    const int end = window_end(s, kx);                                                                      \
    for (int ow = window_begin(s, kx); ow < end;) {                                                         \
      global float *to = row + (long)(ow * s.strideX - s.padLeft + kx * s.dilationX) * s.lanes;             \
      const long at = (long)ow * s.lanes;                                                                   \
      if (s.lanes == LANES || (s.strideX == 1 && ow + LANES <= end)) {                                      \
        const int16 here = window_load_##NAME(index + at, LANES) == (int16)(tap);                           \
        vstore16(vload16(0, to) + select((float16)(0.0f), vload16(0, g + at), here), 0, to);                \
        ow += window_step(s);                                                                               \
      } else {                                                                                              \
        *to += index[ow] == tap ? g[ow] : 0.0f;                                                             \
        ow++;                                                                                               \
      }                                                                                                     \
    }                                                                                                       \
  }

WINDOW_ADD_CHOSEN(byte, uchar)
WINDOW_ADD_CHOSEN(wide, int)

// result[m, oh, ow, l] = sum of the window of operand.
kernel void window_sum(
    global const float *restrict operand, global float *restrict result, WINDOW_PARAMETERS) {
  const window_shape s = WINDOW_SHAPE;
  const long item = (long)get_global_id(0);
  const int oh = (int)(item % outHeight);
  global const float *plane = operand + item / outHeight * height * width * lanes;
  global float *row = result + item * outWidth * lanes;
  for (int ow = 0; ow < outWidth; ow += window_step(s))
    window_store(window_total(s, plane, oh, ow), row + (long)ow * lanes, window_active(s, ow));
}

// result[m, h, w, l] = sum of cotangent over the windows that contain (h, w).
kernel void window_spread(
    global const float *restrict cotangent, global float *restrict result, WINDOW_PARAMETERS) {
  const window_shape s = WINDOW_SHAPE;
  const long item = (long)get_global_id(0), m = item / height;
  const int h = (int)(item % height);
  global float *row = result + item * width * lanes;
  window_clear(row, width * lanes);
  for (int oh = window_first_row(s, h); oh <= window_last_row(s, h); oh++)
    for (int kx = kernelWidth - 1; kx >= 0 && window_tap_row(s, h, oh) >= 0; kx--)
      window_add(s, cotangent + (m * outHeight + oh) * outWidth * lanes, kx, row);
}

// The kernels on maxima, for indices of type T.
//
// window_max        result = the maximum of each window of operand, index = where it is; NaN is the largest,
//                   equals go to the first tap
// window_max_index  the same without the maximum
// window_gather     result[m, oh, ow, l] = operand at the tap index[m % indexBatch, oh, ow, l]
// window_scatter    its adjoint: result[m, h, w, l] = sum of cotangent[m, oh, ow, l] over the windows whose
//                   index[m % indexBatch, oh, ow, l] is (h, w)
#define WINDOW_MAXIMA(SUFFIX_, NAME, T)                                                                     \
  kernel void window_max##SUFFIX_(global const float *restrict operand, global float *restrict result,      \
                                  global T *restrict index, WINDOW_PARAMETERS) {                            \
    const window_shape s = WINDOW_SHAPE;                                                                    \
    const long item = (long)get_global_id(0);                                                               \
    global const float *plane = operand + item / outHeight * height * width * lanes;                        \
    for (int ow = 0; ow < outWidth; ow += window_step(s)) {                                                 \
      const long at = (item * outWidth + ow) * lanes;                                                       \
      int16 first;                                                                                          \
      const float16 best = window_maximum(s, plane, (int)(item % outHeight), ow, &first);                   \
      window_store(best, result + at, window_active(s, ow));                                                \
      window_store_##NAME(first, index + at, window_active(s, ow));                                         \
    }                                                                                                       \
  }                                                                                                         \
                                                                                                            \
  kernel void window_max_index##SUFFIX_(global const float *restrict operand, global T *restrict index,     \
                                        WINDOW_PARAMETERS) {                                                \
    const window_shape s = WINDOW_SHAPE;                                                                    \
    const long item = (long)get_global_id(0);                                                               \
    global const float *plane = operand + item / outHeight * height * width * lanes;                        \
    for (int ow = 0; ow < outWidth; ow += window_step(s)) {                                                 \
      int16 first;                                                                                          \
      window_maximum(s, plane, (int)(item % outHeight), ow, &first);                                        \
      window_store_##NAME(first, index + (item * outWidth + ow) * lanes, window_active(s, ow));             \
    }                                                                                                       \
  }                                                                                                         \
                                                                                                            \
  kernel void window_gather##SUFFIX_(global const float *restrict operand, global const T *restrict index,  \
                                     global float *restrict result, int indexBatch, WINDOW_PARAMETERS) {    \
    const window_shape s = WINDOW_SHAPE;                                                                    \
    const long item = (long)get_global_id(0), m = item / outHeight;                                         \
    const int oh = (int)(item % outHeight);                                                                 \
    global const float *plane = operand + m * height * width * lanes;                                       \
    global const T *from = index + (m % indexBatch * outHeight + oh) * outWidth * lanes;                    \
    for (int ow = 0; ow < outWidth; ow += window_step(s)) {                                                 \
      const int active = window_active(s, ow);                                                              \
      const int16 chosen = window_load_##NAME(from + (long)ow * lanes, active);                             \
      const float16 value = window_chosen(s, plane, oh, ow, chosen);                                        \
      window_store(value, result + (item * outWidth + ow) * lanes, active);                                 \
    }                                                                                                       \
  }                                                                                                         \
                                                                                                            \
  kernel void window_scatter##SUFFIX_(global const float *restrict cotangent,                               \
                                      global const T *restrict index, global float *restrict result,        \
                                      int indexBatch, WINDOW_PARAMETERS) {                                  \
    const window_shape s = WINDOW_SHAPE;                                                                    \
    const long item = (long)get_global_id(0), m = item / height;                                            \
    const int h = (int)(item % height), count = outWidth * lanes;                                           \
    global float *row = result + item * width * lanes;                                                      \
    window_clear(row, width * lanes);                                                                       \
    for (int oh = window_first_row(s, h); oh <= window_last_row(s, h); oh++) {                              \
      const int ky = window_tap_row(s, h, oh);                                                              \
      for (int kx = kernelWidth - 1; kx >= 0 && ky >= 0; kx--)                                              \
        window_add_chosen_##NAME(s, cotangent + (m * outHeight + oh) * count,                               \
                                 index + (m % indexBatch * outHeight + oh) * count, kx,                     \
                                 ky * kernelWidth + kx, row);                                               \
    }                                                                                                       \
  }

WINDOW_MAXIMA(, byte, uchar)
WINDOW_MAXIMA(_wide, wide, int)

#ifdef TREMOR_HOST
#define WINDOW_INTS(FIRST)                                                                                  \
  i[FIRST], i[FIRST + 1], i[FIRST + 2], i[FIRST + 3], i[FIRST + 4], i[FIRST + 5], i[FIRST + 6],             \
      i[FIRST + 7], i[FIRST + 8], i[FIRST + 9], i[FIRST + 10], i[FIRST + 11], i[FIRST + 12]
HOST_KERNEL(window_sum, p[0], p[1], WINDOW_INTS(0))
HOST_KERNEL(window_spread, p[0], p[1], WINDOW_INTS(0))
HOST_KERNEL(window_max, p[0], p[1], p[2], WINDOW_INTS(0))
HOST_KERNEL(window_max_wide, p[0], p[1], p[2], WINDOW_INTS(0))
HOST_KERNEL(window_max_index, p[0], p[1], WINDOW_INTS(0))
HOST_KERNEL(window_max_index_wide, p[0], p[1], WINDOW_INTS(0))
HOST_KERNEL(window_gather, p[0], p[1], p[2], i[0], WINDOW_INTS(1))
HOST_KERNEL(window_gather_wide, p[0], p[1], p[2], i[0], WINDOW_INTS(1))
HOST_KERNEL(window_scatter, p[0], p[1], p[2], i[0], WINDOW_INTS(1))
HOST_KERNEL(window_scatter_wide, p[0], p[1], p[2], i[0], WINDOW_INTS(1))
#endif
