// Steps of projected gradient methods and the cotangents of a Jacobian, on samples of `size` elements.
// `stepSizes` and `radii` hold one value a sample; low ... high is the box of valid values. `image` and
// `result` may be one buffer. A NaN anywhere in a sample's gradient stays visible in its result.
//
//   pgd_step_linf  result = box(ball(image + stepSize * sign(gradient))), the ball around `origin`, sign(0)
//                  = 0; batch * size items, rounded up to groups of 256
//   pgd_step_l2    result = box(ball(image + stepSize * gradient / |gradient|)), no step where the norm is
//                  0; one work-group of 256 a sample (batch * 256 items), norms by a tree that depends on
//                  `size` alone
//   jacobian_seed  seeds[k, n, j] = (j == k) for `classes` rows k, `batch` samples n and `classes` entries
//                  j; classes * batch * classes items, rounded up to groups of 256

// Written with comparisons because fmin and fmax would hide a NaN.
INLINE float clipped(float v, float low, float high) {
  v = v < low ? low : v;
  return v > high ? high : v;
}

GROUP_1D kernel void pgd_step_linf(global const float *image, global const float *restrict gradient,
                                   global const float *restrict origin,
                                   global const float *restrict stepSizes,
                                   global const float *restrict radii, global float *result, int batch,
                                   int size, float low, float high) {
  const long e = get_global_id(0), n = e / size;
  if (n >= batch) return;
  const float g = gradient[e], sign = g != g ? g : (float)((g > 0.0f) - (g < 0.0f));
  const float stepped = fma(stepSizes[n], sign, image[e]), centre = origin[e], radius = radii[n];
  result[e] = clipped(clipped(stepped, centre - radius, centre + radius), low, high);
}

// The sum, or the maximum, over a work-group of 256, given to every item.
INLINE float group_total(float value, int maximum, local float *values, int item) {
  values[item] = value;
  for (int width = GROUP / 2; width > 0; width /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item >= width) continue;
    const float a = values[item], b = values[item + width];
    values[item] = maximum ? real(op_max_f(lane_of(a), lane_of(b))) : a + b;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  const float total = values[0];
  barrier(CLK_LOCAL_MEM_FENCE);
  return total;
}

// This item's share of the largest magnitude, of the sum of squares of values / unit, and of the squared
// distance of a step from the origin; all three take elements item, item + 256, ...
INLINE float largest_share(global const float *values, int size, int item) {
  float largest = 0.0f;
  for (int i = item; i < size; i += GROUP)
    largest = real(op_max_f(lane_of(largest), op_abs_f(lane_of(values[i]))));
  return largest;
}

INLINE float squares_share(global const float *values, float unit, int size, int item) {
  float sum = 0.0f;
  for (int i = item; i < size; i += GROUP) {
    const float v = values[i] / unit;
    sum = fma(v, v, sum);
  }
  return sum;
}

INLINE float distance_share(global const float *image, global const float *gradient,
                            global const float *origin, float rate, float unit, int size, int item) {
  float sum = 0.0f;
  for (int i = item; i < size; i += GROUP) {
    const float d = fma(rate, gradient[i] / unit, image[i]) - origin[i];
    sum = fma(d, d, sum);
  }
  return sum;
}

GROUP_1D kernel void pgd_step_l2(global const float *image, global const float *restrict gradient,
                                 global const float *restrict origin, global const float *restrict stepSizes,
                                 global const float *restrict radii, global float *result, int size,
                                 float low, float high) {
  local float shares[GROUP];
  const int item = get_local_id(0);
  const long n = get_group_id(0), first = n * size;
  image += first;
  gradient += first;
  origin += first;
  result += first;
  // In units of the largest entry, because squares of small gradients would vanish.
  const float largest = group_total(largest_share(gradient, size, item), 1, shares, item);
  const float unit = largest == 0.0f ? 1.0f : largest;
  const float norm = sqrt(group_total(squares_share(gradient, unit, size, item), 0, shares, item));
  const float rate = norm == 0.0f ? 0.0f : stepSizes[n] / norm, radius = radii[n];
  const float distance =
      sqrt(group_total(distance_share(image, gradient, origin, rate, unit, size, item), 0, shares, item));
  const float shrink = radius / distance;
  for (int i = item; i < size; i += GROUP) {
    const float stepped = fma(rate, gradient[i] / unit, image[i]);
    const float inside = distance > radius ? fma(shrink, stepped - origin[i], origin[i]) : stepped;
    result[i] = clipped(inside, low, high);
  }
}

GROUP_1D kernel void jacobian_seed(global float *restrict seeds, int classes, int batch) {
  const long e = get_global_id(0), row = e / classes / batch;
  if (row < classes) seeds[e] = e % classes == row ? 1.0f : 0.0f;
}
