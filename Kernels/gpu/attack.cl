// Steps of projected gradient methods on samples of `size` elements, and the cotangents of a Jacobian.
//
// A step moves `image` along the direction in which a loss with this `gradient` grows most and projects it
// to the ball of a radius around `origin` and to pixels low ... high; Tensor+Projections.swift has the
// formulas and the reasons why the result is inside without tolerance. The step and the radius of sample n
// are sizes[n * sizeStride] and radii[n * radiusStride]. `result` may be the buffer of `image`. A NaN in a
// sample's gradient stays visible in its result.
//
//   pgd_step_linf  batch * size items, rounded up to groups of 256
//   pgd_step_l2    one work-group of 256 a sample: batch * 256 items. Sums of squares are 256 chains of
//                  fma(), element i in chain i % 256, joined by halves, as in the CPU family. An element
//                  passes ceil(size / 256) + 8 additions. `kept`, `shrunk` and `storing` are the shares and
//                  the length that rounding takes from a radius.
//   jacobian_seed  seeds[r, n, j] = (rows[r * rowStride + n * sampleStride] == j) for `count` rows r,
//                  `samples` samples n and `classes` entries j; count * samples * classes items, rounded
//                  up to groups of 256

INLINE float lesser(float a, float b) { return real(op_min_f(lane_of(a), lane_of(b))); }
INLINE float greater(float a, float b) { return real(op_max_f(lane_of(a), lane_of(b))); }
INLINE float clamped(float v, float low, float high) { return lesser(greater(v, low), high); }

// The candidate moved to the nearest float that the radius and the range allow.
INLINE float inside_cube(float candidate, float origin, float radius, float low, float high) {
  const float upper = origin + radius, lower = origin - radius;
  const bool tooHigh = (upper - greater(origin, radius)) > lesser(origin, radius);
  const bool tooLow = (origin - lower) > radius;
  const float highest = tooHigh ? upper * 0x1.fffffep-1f : upper;
  const float lowest = tooLow ? lower * 0x1.000002p0f : lower;
  return clamped(candidate, greater(lowest, low), lesser(highest, high));
}

GROUP_1D kernel void pgd_step_linf(global const float *image, global const float *restrict gradient,
                                   global const float *restrict origin, global const float *restrict sizes,
                                   global const float *restrict radii, global float *result, int batch,
                                   int size, int sizeStride, int radiusStride, float low, float high) {
  const long e = get_global_id(0), n = e / size;
  if (n >= batch) return;
  const float direction = real(op_sign_f(lane_of(gradient[e])));
  const float candidate = image[e] + direction * sizes[n * sizeStride];
  result[e] = inside_cube(candidate, origin[e], radii[n * radiusStride], low, high);
}

// The sum, or the maximum, over a work-group of 256, given to every item.
INLINE float group_total(float value, int maximum, local float *values, int item) {
  values[item] = value;
  for (int width = GROUP / 2; width > 0; width /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item >= width) continue;
    const float a = values[item], b = values[item + width];
    values[item] = maximum ? greater(a, b) : a + b;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  const float total = values[0];
  barrier(CLK_LOCAL_MEM_FENCE);
  return total;
}

// This item's share of the largest magnitude, of the sum of squares in units of the peak, and of the squared
// distance of the candidate, which it writes; all three take elements item, item + 256, ...
INLINE float largest_share(global const float *values, int size, int item) {
  float largest = 0.0f;
  for (int i = item; i < size; i += GROUP) largest = greater(largest, real(op_abs_f(lane_of(values[i]))));
  return largest;
}

INLINE float squares_share(global const float *values, float peak, int size, int item) {
  float sum = 0.0f;
  for (int i = item; i < size; i += GROUP) {
    const float v = values[i] / peak;
    sum = fma(v, v, sum);
  }
  return sum;
}

INLINE float distance_share(global const float *image, global const float *gradient,
                            global const float *origin, global float *result, float peak, float norm,
                            float step, int size, int item) {
  float sum = 0.0f;
  for (int i = item; i < size; i += GROUP) {
    const float candidate = image[i] + gradient[i] / peak / norm * step;
    const float moved = candidate - origin[i];
    result[i] = candidate;
    sum = fma(moved, moved, sum);
  }
  return sum;
}

GROUP_1D kernel void pgd_step_l2(global const float *image, global const float *restrict gradient,
                                 global const float *restrict origin, global const float *restrict sizes,
                                 global const float *restrict radii, global float *result, int size,
                                 int sizeStride, int radiusStride, float low, float high, float kept,
                                 float shrunk, float storing) {
  local float shares[GROUP];
  const int item = get_local_id(0);
  const long n = get_group_id(0), first = n * size;
  image += first;
  gradient += first;
  origin += first;
  result += first;
  const float radius = radii[n * radiusStride], step = sizes[n * sizeStride];
  // In units of the largest derivative, because squares of small ones would vanish.
  const float peak = greater(group_total(largest_share(gradient, size, item), 1, shares, item), 0x1p-126f);
  const float norm =
      greater(sqrt(group_total(squares_share(gradient, peak, size, item), 0, shares, item)), 1e-12f);
  const float squares = distance_share(image, gradient, origin, result, peak, norm, step, size, item);
  const float length = sqrt(group_total(squares, 0, shares, item)), acceptance = radius * kept;
  const bool isInside = length <= acceptance && radius >= 0x1p-40f;
  const float scale = greater(acceptance * shrunk - storing, 0.0f) / greater(length, 0x1p-126f);
  for (int i = item; i < size; i += GROUP) {
    const float candidate = result[i], centre = origin[i];
    const float moved = isInside ? candidate : centre + (candidate - centre) * scale;
    result[i] = clamped(moved, low, high);
  }
}

GROUP_1D kernel void jacobian_seed(global const int *restrict rows, global float *restrict seeds, int count,
                                   int samples, int classes, int rowStride, int sampleStride) {
  const long e = get_global_id(0), pair = e / classes, r = pair / samples;
  if (r >= count) return;
  seeds[e] = rows[r * rowStride + pair % samples * sampleStride] == e % classes ? 1.0f : 0.0f;
}
