// Steps of projected gradient methods on samples of `size` elements, and the cotangents of a Jacobian.
//
// A step moves `image` along the direction in which a loss with this `gradient` grows most and projects it
// to the ball of a radius around `origin` and to pixels low ... high; Tensor+Projections.swift has the
// formulas and the reasons why the result is inside without tolerance. The step and the radius of sample n
// are sizes[n * sizeStride] and radii[n * radiusStride]. `result` may be the buffer of `image`. A NaN in a
// sample's gradient stays visible in its result.
//
//   pgd_step_linf  one item for 4096 elements of a sample: N * ceil(size / 4096) items
//   pgd_step_l2    one item a sample: N items. Sums of squares are 256 chains of fma(), element i in chain
//                  i % 256, joined by halves, as in the GPU family. An element passes ceil(size / 256) + 8
//                  additions. `kept`, `shrunk` and `storing` are the shares and the length that rounding
//                  takes from a radius.
//   jacobian_seed  seeds[r, n, j] = (rows[r * rowStride + n * sampleStride] == j) for `count` rows r,
//                  `samples` samples n and `classes` entries j; one item for 64 pairs of r and n:
//                  ceil(count * samples / 64) items
#define STEP_CHUNK 4096
#define SEED_CHUNK 64

INLINE float16 clamped16(float16 v, float16 low, float16 high) {
  return minimum16(maximum16(v, low), high);
}

// The candidate moved to the nearest float that the radius and the range allow.
INLINE float16 inside_cube(float16 candidate, float16 origin, float16 radius, float low, float high) {
  const float16 upper = origin + radius, lower = origin - radius;
  const int16 tooHigh = (upper - maximum16(origin, radius)) > minimum16(origin, radius);
  const int16 tooLow = (origin - lower) > radius;
  const float16 highest = select(upper, upper * (float16)(0x1.fffffep-1f), tooHigh);
  const float16 lowest = select(lower, lower * (float16)(0x1.000002p0f), tooLow);
  return clamped16(candidate, maximum16(lowest, (float16)(low)), minimum16(highest, (float16)(high)));
}

kernel void pgd_step_linf(global const float *image, global const float *restrict gradient,
                          global const float *restrict origin, global const float *restrict sizes,
                          global const float *restrict radii, global float *result, int size, int sizeStride,
                          int radiusStride, float low, float high) {
  const int chunks = (size + STEP_CHUNK - 1) / STEP_CHUNK;
  const long item = get_global_id(0), n = item / chunks;
  const int first = (int)(item % chunks) * STEP_CHUNK, end = min(size - first, STEP_CHUNK);
  const long base = n * size + first;
  const float16 step = (float16)(sizes[n * sizeStride]), radius = (float16)(radii[n * radiusStride]);
  for (int i = 0; i < end; i += LANES) {
    const int count = min(end - i, LANES);
    const float16 direction = sign16(load_lanes(gradient + base + i, count));
    const float16 candidate = load_lanes(image + base + i, count) + direction * step;
    const float16 centre = load_lanes(origin + base + i, count);
    store_lanes(inside_cube(candidate, centre, radius, low, high), result + base + i, count);
  }
}

// A sample whose step is computed; `candidate` is the result's memory.
typedef struct {
  global const float *image;
  global const float *gradient;
  global const float *origin;
  global float *candidate;
  int size;
  float peak;
  float norm;
  float step;
} StepSample;

// In units of the largest derivative, because squares of small ones would vanish.
INLINE float16 scaled_gradient(const StepSample *sample, int i, int count) {
  return load_lanes(sample->gradient + i, count) / (float16)(sample->peak);
}

// Elements i ... of the perturbation by the step, after writing the candidate.
INLINE float16 perturbation(const StepSample *sample, int i, int count) {
  const float16 direction = scaled_gradient(sample, i, count) / (float16)(sample->norm);
  const float16 candidate = load_lanes(sample->image + i, count) + direction * (float16)(sample->step);
  const float16 moved = candidate - load_lanes(sample->origin + i, count);
  store_lanes(candidate, sample->candidate + i, count);
  return moved;
}

INLINE float sum_of_chains(float16 *chains) {
  for (int width = LANES / 2; width > 0; width /= 2)
    for (int k = 0; k < width; k++) chains[k] = chains[k] + chains[k + width];
  float lanes[LANES];
  vstore16(chains[0], 0, lanes);
  for (int width = LANES / 2; width > 0; width /= 2)
    for (int l = 0; l < width; l++) lanes[l] = lanes[l] + lanes[l + width];
  return lanes[0];
}

// The Euclidean length of the sample's VALUE.
#define STEP_LENGTH(NAME, VALUE)                                    \
  INLINE float NAME(const StepSample *sample) {                     \
    float16 chains[LANES];                                          \
    for (int k = 0; k < LANES; k++) chains[k] = (float16)(0.0f);    \
    int i = 0;                                                      \
    for (; i + LANES * LANES <= sample->size; i += LANES * LANES)   \
      for (int k = 0; k < LANES; k++) {                             \
        const float16 v = VALUE(sample, i + k * LANES, LANES);      \
        chains[k] = fma(v, v, chains[k]);                           \
      }                                                             \
    for (int k = 0; i < sample->size; i += LANES, k++) {            \
      const float16 v = VALUE(sample, i, min(sample->size - i, LANES)); \
      chains[k] = fma(v, v, chains[k]);                             \
    }                                                               \
    return sqrt(sum_of_chains(chains));                             \
  }
STEP_LENGTH(gradient_length, scaled_gradient)
STEP_LENGTH(perturbation_length, perturbation)

// The largest absolute value; NaN if there is one.
INLINE float largest_magnitude(global const float *values, int size) {
  float16 largest = (float16)(0.0f);
  for (int i = 0; i < size; i += LANES)
    largest = maximum16(largest, fabs(load_lanes(values + i, min(size - i, LANES))));
  float lanes[LANES];
  vstore16(largest, 0, lanes);
  float result = lanes[0];
  for (int l = 1; l < LANES; l++) result = result >= lanes[l] || result != result ? result : lanes[l];
  return result;
}

// `value`, or `least` where it is smaller; NaN stays.
INLINE float at_least(float value, float least) { return value >= least || value != value ? value : least; }

kernel void pgd_step_l2(global const float *image, global const float *restrict gradient,
                        global const float *restrict origin, global const float *restrict sizes,
                        global const float *restrict radii, global float *result, int size, int sizeStride,
                        int radiusStride, float low, float high, float kept, float shrunk, float storing) {
  const long n = get_global_id(0), base = n * size;
  const float radius = radii[n * radiusStride];
  StepSample sample = {image + base, gradient + base, origin + base, result + base, size, 0.0f, 0.0f,
                       sizes[n * sizeStride]};
  sample.peak = at_least(largest_magnitude(sample.gradient, size), 0x1p-126f);
  sample.norm = at_least(gradient_length(&sample), 1e-12f);
  const float length = perturbation_length(&sample), acceptance = radius * kept;
  const float target = at_least(acceptance * shrunk - storing, 0.0f);
  const int16 isInside = (int16)(length <= acceptance && radius >= 0x1p-40f ? -1 : 0);
  const float16 scale = (float16)(target / at_least(length, 0x1p-126f));
  for (int i = 0; i < size; i += LANES) {
    const int count = min(size - i, LANES);
    const float16 candidate = load_lanes(sample.candidate + i, count);
    const float16 centre = load_lanes(sample.origin + i, count);
    const float16 moved = select(centre + (candidate - centre) * scale, candidate, isInside);
    store_lanes(clamped16(moved, (float16)(low), (float16)(high)), sample.candidate + i, count);
  }
}

kernel void jacobian_seed(global const int *restrict rows, global float *restrict seeds, int count,
                          int samples, int classes, int rowStride, int sampleStride) {
  const long pairs = (long)count * samples, first = (long)get_global_id(0) * SEED_CHUNK;
  const int chunk = pairs - first < SEED_CHUNK ? (int)(pairs - first) : SEED_CHUNK;
  seeds += first * classes;
  for (int i = 0; i < chunk * classes; i += LANES)
    store_lanes((float16)(0.0f), seeds + i, min(chunk * classes - i, LANES));
  for (int k = 0; k < chunk; k++) {
    const int row = rows[(first + k) / samples * rowStride + (first + k) % samples * sampleStride];
    if (row >= 0 && row < classes) seeds[(long)k * classes + row] = 1.0f;
  }
}

#ifdef TREMOR_HOST
HOST_KERNEL(pgd_step_linf, p[0], p[1], p[2], p[3], p[4], p[5], i[0], i[1], i[2], f[0], f[1])
HOST_KERNEL(pgd_step_l2, p[0], p[1], p[2], p[3], p[4], p[5], i[0], i[1], i[2], f[0], f[1], f[2], f[3], f[4])
HOST_KERNEL(jacobian_seed, p[0], p[1], i[0], i[1], i[2], i[3], i[4])
#endif
