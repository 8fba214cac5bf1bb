// Sums as if they were computed with twice the bits of a float and rounded once, for the precision `exact`.
//
// A sum is two floats: what was rounded, and what rounding left over. So is a product, whose rest fma() gives
// (Ogita, Rump and Oishi, "Accurate sum and dot product", 2005). The order of a sum follows from its extents.
// Tensors are dense, the last extent fastest; shape arguments as in convolution.cl.
//
//   exact_convolution  an item an output, groups of 256; with `isShared` all groups read the first one's weights
//   exact_weights      the gradient for weights; an item an element of dw, groups of 256
//   exact_matmul       an item an element of C [batch, m, n], groups of 256; A and B of any strides
//   exact_sum          a work-group of 256 a result: item t adds elements t, t + 256, ..., then a fixed tree
typedef struct {
  float high, low;
} exact;

INLINE void exact_add(exact *sum, float term, float rest) {
  const float next = sum->high + term;
  const float moved = next - sum->high;
  sum->low += ((sum->high - (next - moved)) + (term - moved)) + rest;
  sum->high = next;
}

INLINE void exact_add_product(exact *sum, float a, float b) {
  const float product = a * b;
  const float rest = fma(a, b, -product);
  exact_add(sum, product, rest);
}

// The sum rounded once. What is left over of an infinity is no number.
INLINE float exact_value(exact sum) {
  return sum.high - sum.high != 0.0f ? sum.high : sum.high + sum.low;
}

// Where tap `tap` of an output reads, or -1 outside.
INLINE int exact_place(int output, int tap, int stride, int dilation, int inputDilation, int pad, int extent) {
  const int numerator = output * stride + tap * dilation - pad;
  if (numerator < 0 || numerator % inputDilation != 0) return -1;
  return numerator / inputDilation < extent ? numerator / inputDilation : -1;
}

GROUP_1D kernel void exact_convolution(global const float *restrict x, global const float *restrict weights,
                                       global float *restrict y, CONVOLUTION_SHAPE, int adjoint, int isShared) {
  const long e = get_global_id(0), plane = outHeight * outWidth, channels = groups * outputs;
  if (e >= batch * channels * plane) return;
  const int place = (int)(e % plane), channel = (int)(e / plane % channels), group = channel / outputs;
  const int output = channel % outputs, area = kernelHeight * kernelWidth;
  x += ((e / plane / channels) * groups + group) * inputs * height * width;
  if (!isShared) weights += (long)group * outputs * inputs * area;
  exact sum = {0.0f, 0.0f};
  for (int ky = 0; ky < kernelHeight; ky++) {
    const int row = exact_place(place / outWidth, ky, strideY, dilationY, inputDilationY, padTop, height);
    if (row < 0) continue;
    for (int kx = 0; kx < kernelWidth; kx++) {
      const int column = exact_place(place % outWidth, kx, strideX, dilationX, inputDilationX, padLeft, width);
      if (column < 0) continue;
      const int tap = ky * kernelWidth + kx, stored = adjoint ? area - 1 - tap : tap;
      for (int c = 0; c < inputs; c++) {
        const long pair = adjoint ? (long)c * outputs + output : (long)output * inputs + c;
        exact_add_product(&sum, x[((long)c * height + row) * width + column], weights[pair * area + stored]);
      }
    }
  }
  y[e] = exact_value(sum);
}

GROUP_1D kernel void exact_weights(global const float *restrict x, global const float *restrict dy,
                                   global float *restrict dw, CONVOLUTION_SHAPE) {
  const long e = get_global_id(0), area = kernelHeight * kernelWidth;
  if (e >= groups * outputs * inputs * area) return;
  const int tap = (int)(e % area), c = (int)(e / area % inputs), o = (int)(e / area / inputs);
  const int ky = tap / kernelWidth, kx = tap % kernelWidth, group = o / outputs;
  exact sum = {0.0f, 0.0f};
  for (long n = 0; n < batch; n++) {
    global const float *source = x + ((n * groups + group) * inputs + c) * height * width;
    global const float *from = dy + (n * groups * outputs + o) * outHeight * outWidth;
    for (int y = 0; y < outHeight; y++) {
      const int row = exact_place(y, ky, strideY, dilationY, inputDilationY, padTop, height);
      if (row < 0) continue;
      for (int z = 0; z < outWidth; z++) {
        const int column = exact_place(z, kx, strideX, dilationX, inputDilationX, padLeft, width);
        if (column >= 0) exact_add_product(&sum, source[row * width + column], from[y * outWidth + z]);
      }
    }
  }
  dw[e] = exact_value(sum);
}

GROUP_1D kernel void exact_matmul(global const float *restrict a, global const float *restrict b,
                                  global float *restrict c, int batch, int m, int n, int k, int aBatch, int aRow,
                                  int aColumn, int bBatch, int bRow, int bColumn) {
  const long e = get_global_id(0), column = e % n, row = e / n % m, matrix = e / n / m;
  if (matrix >= batch) return;
  a += matrix * aBatch + row * aRow;
  b += matrix * bBatch + column * bColumn;
  exact sum = {0.0f, 0.0f};
  for (long i = 0; i < k; i++) exact_add_product(&sum, a[i * aColumn], b[i * bRow]);
  c[e] = exact_value(sum);
}

GROUP_1D kernel void exact_sum(global const float *restrict x, global float *restrict y, int folded) {
  local float highs[GROUP], lows[GROUP];
  const int item = get_local_id(0);
  const long result = get_group_id(0);
  x += result * folded;
  exact sum = {0.0f, 0.0f};
  for (int e = item; e < folded; e += GROUP) exact_add(&sum, x[e], 0.0f);
  highs[item] = sum.high;
  lows[item] = sum.low;
  for (int width = GROUP / 2; width > 0; width /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item < width) {
      exact_add(&sum, highs[item + width], lows[item + width]);
      highs[item] = sum.high;
      lows[item] = sum.low;
    }
  }
  if (item == 0) y[result] = exact_value(sum);
}
