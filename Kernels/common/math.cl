// Elementary functions on float lanes, the same bits in every build.
//
// They are composed only of + - * / fma sqrt, integer operations and selects, all rounded the same way
// everywhere, so that C, OpenCL on a processor and OpenCL on a GPU agree bit for bit. This needs a build
// that rounds division and square root correctly, keeps denormals and contracts nothing.
//
// MATH_LANES is 16 (float16: exp16, log16, ...) or 1 (float: exp1, log1, ...).
// Largest errors seen, in units of the last place: exp 1, log 1, rsqrt 1.5, tanh 1.5, sigmoid 2.2, erf 1.1,
// pow 2, sin and cos 1.6 and tan 3.4 for |x| <= 1e5; beyond that they lose digits, but sine and cosine stay in
// -1 ... 1; asin 2.4, acos 2.7, atan 2.1, sinh 3.7, cosh 4, asinh 2, acosh 2.4, atanh 2.4.
#ifndef MATH_LANES
#define MATH_LANES 16
#endif
#ifndef INLINE
#define INLINE static inline __attribute__((always_inline))
#endif

#if MATH_LANES == 16
#define REAL float16
#define INTEGER int16
#define AS_REAL as_float16
#define AS_INTEGER as_int16
#define LANED(name) name##16
#else
#define REAL float
#define INTEGER int
#define AS_REAL as_float
#define AS_INTEGER as_int
#define LANED(name) name##1
#endif

#define REAL_OF(c) ((REAL)(c))
#define INTEGER_OF(c) ((INTEGER)(c))
#define BITS_INFINITY 0x7f800000
#define BITS_NAN 0x7fc00000
#define BITS_SIGN ((int)0x80000000)

// Added to a number below 2^22 in magnitude, this leaves the nearest integer in the low bits.
#define ROUNDER 12582912.0f
#define ROUNDER_BITS 0x4b400000

INLINE REAL LANED(magnitude)(REAL x) { return AS_REAL(AS_INTEGER(x) & 0x7fffffff); }

// The sign of `sign` on the magnitude `x`, which is not negative.
INLINE REAL LANED(with_sign)(REAL x, REAL sign) {
  return AS_REAL(AS_INTEGER(x) | (AS_INTEGER(sign) & BITS_SIGN));
}

// 2^k * p for k in -160 ... 160; two factors, so that only the last product rounds.
INLINE REAL LANED(scale)(REAL p, INTEGER k) {
  INTEGER part = k >> 1;
  REAL low = AS_REAL((part + 127) << 23);
  REAL high = AS_REAL((k - part + 127) << 23);
  return (p * low) * high;
}

// exp(x + tail) = 2^k (1 + r): returns r and sets k, for x within -160 ... 160 and a tail far below x.
INLINE REAL LANED(exp_rest)(REAL x, REAL tail, INTEGER *exponent) {
  REAL shifted = fma(x, REAL_OF(1.44269504f), REAL_OF(ROUNDER));
  *exponent = AS_INTEGER(shifted) - ROUNDER_BITS;
  REAL n = shifted - REAL_OF(ROUNDER);
  REAL r = fma(n, REAL_OF(-0x1.62e4p-1f), x);
  r = fma(n, REAL_OF(-0x1.7f7d1cp-20f), r) + tail;
  REAL q = REAL_OF(0x1.6a4744p-10f);
  q = fma(q, r, REAL_OF(0x1.1239a2p-7f));
  q = fma(q, r, REAL_OF(0x1.5558b6p-5f));
  q = fma(q, r, REAL_OF(0x1.555492p-3f));
  q = fma(q, r, REAL_OF(0x1.fffffcp-2f));
  return fma(r * r, q, r);
}

// exp(x + tail) for a tail far below x; NaN passes.
INLINE REAL LANED(exp_tailed)(REAL x, REAL tail) {
  x = select(x, REAL_OF(89.0f), (INTEGER)(x > REAL_OF(89.0f)));
  x = select(x, REAL_OF(-104.0f), (INTEGER)(x < REAL_OF(-104.0f)));
  INTEGER k;
  REAL p = LANED(exp_rest)(x, tail, &k) + REAL_OF(1.0f);
  return LANED(scale)(p, k);
}

INLINE REAL LANED(exp)(REAL x) { return LANED(exp_tailed)(x, REAL_OF(0.0f)); }

// x = 2^e * m with m in [2/3, 4/3), for finite x > 0: returns m - 1, which is exact, and sets e.
INLINE REAL LANED(split)(REAL x, REAL *exponent) {
  INTEGER tiny = (INTEGER)(x < REAL_OF(0x1p-126f));
  REAL scaled = select(x, x * REAL_OF(0x1p23f), tiny);
  INTEGER bits = AS_INTEGER(scaled) - 0x3f2aaaab;
  INTEGER e = bits >> 23;
  REAL m = AS_REAL(AS_INTEGER(scaled) - (e << 23));
  e = e - select(INTEGER_OF(0), INTEGER_OF(23), tiny);
  *exponent = AS_REAL(e + ROUNDER_BITS) - REAL_OF(ROUNDER);
  return m - REAL_OF(1.0f);
}

// A logarithm's values where its argument is not finite and positive, else `value`.
INLINE REAL LANED(log_edges)(REAL x, REAL value) {
  value = select(value, x, (INTEGER)(x == AS_REAL(INTEGER_OF(BITS_INFINITY))));
  value = select(value, AS_REAL(INTEGER_OF(BITS_INFINITY | BITS_SIGN)), (INTEGER)(x == REAL_OF(0.0f)));
  value = select(value, AS_REAL(INTEGER_OF(BITS_NAN)), (INTEGER)(x < REAL_OF(0.0f)));
  return select(value, x, (INTEGER)(x != x));
}

INLINE REAL LANED(log)(REAL x) {
  REAL e;
  REAL r = LANED(split)(x, &e);
  REAL q = REAL_OF(-0x1.07b1d8p-3f);
  q = fma(q, r, REAL_OF(0x1.1e7c0cp-3f));
  q = fma(q, r, REAL_OF(-0x1.f33414p-4f));
  q = fma(q, r, REAL_OF(0x1.1ed2d8p-3f));
  q = fma(q, r, REAL_OF(-0x1.559cacp-3f));
  q = fma(q, r, REAL_OF(0x1.99d06ap-3f));
  q = fma(q, r, REAL_OF(-0x1.fffef6p-3f));
  q = fma(q, r, REAL_OF(0x1.555506p-2f));
  q = fma(q, r, REAL_OF(-0.5f));
  REAL p = fma(r * r, q, fma(e, REAL_OF(-0x1.05c610p-29f), r));
  return LANED(log_edges)(x, fma(e, REAL_OF(0x1.62e430p-1f), p));
}

INLINE REAL LANED(rsqrt_exact)(REAL x) { return REAL_OF(1.0f) / sqrt(x); }

// 1 / (1 + exp(-x)), as exp(x) / (1 + exp(x)) for negative x so that small values keep their digits.
INLINE REAL LANED(sigmoid)(REAL x) {
  REAL e = LANED(exp)(-LANED(magnitude)(x));
  REAL numerator = select(REAL_OF(1.0f), e, (INTEGER)(x < REAL_OF(0.0f)));
  return numerator / (REAL_OF(1.0f) + e);
}

INLINE REAL LANED(tanh)(REAL x) {
  REAL t = LANED(magnitude)(x);
  REAL z = t * t;
  REAL q = REAL_OF(-0x1.9921a0p-8f);
  q = fma(q, z, REAL_OF(0x1.58e518p-6f));
  q = fma(q, z, REAL_OF(-0x1.b91e7ep-5f));
  q = fma(q, z, REAL_OF(0x1.110ceep-3f));
  q = fma(q, z, REAL_OF(-0x1.55554ap-2f));
  REAL small = fma(t * z, q, t);
  REAL large = REAL_OF(1.0f) - REAL_OF(2.0f) / (LANED(exp)(t + t) + REAL_OF(1.0f));
  return LANED(with_sign)(select(large, small, (INTEGER)(t < REAL_OF(0.55f))), x);
}

// log(1 - erf(t)) for t in 0.92 ... 4.
INLINE REAL LANED(erf_complement_log)(REAL t) {
  REAL q = REAL_OF(-0x1.60fce4p-16f);
  q = fma(q, t, REAL_OF(0x1.c6df36p-12f));
  q = fma(q, t, REAL_OF(-0x1.112362p-8f));
  q = fma(q, t, REAL_OF(0x1.9b6932p-6f));
  q = fma(q, t, REAL_OF(-0x1.bb753ap-4f));
  q = fma(q, t, REAL_OF(-0x1.4447bcp-1f));
  q = fma(q, t, REAL_OF(-0x1.212778p+0f));
  return fma(q, t, REAL_OF(0x1.6b838ep-13f));
}

INLINE REAL LANED(erf)(REAL x) {
  REAL t = LANED(magnitude)(x);
  REAL z = t * t;
  REAL q = REAL_OF(0x1.4f2db8p-14f);
  q = fma(q, z, REAL_OF(-0x1.a5fe4ap-11f));
  q = fma(q, z, REAL_OF(0x1.544954p-8f));
  q = fma(q, z, REAL_OF(-0x1.b80112p-6f));
  q = fma(q, z, REAL_OF(0x1.ce2d64p-4f));
  q = fma(q, z, REAL_OF(-0x1.812740p-2f));
  q = fma(q, z, REAL_OF(0x1.06eba8p-3f));
  REAL small = fma(t, q, t);
  REAL bounded = select(t, REAL_OF(4.0f), (INTEGER)(t > REAL_OF(4.0f)));
  REAL large = REAL_OF(1.0f) - LANED(exp)(LANED(erf_complement_log)(bounded));
  return LANED(with_sign)(select(large, small, (INTEGER)(t < REAL_OF(0.92f))), x);
}

// x less the nearest multiple of pi/2, and that multiple's number; clamped where digits have run out.
INLINE REAL LANED(quarter_turns)(REAL x, INTEGER *turns) {
  REAL shifted = fma(x, REAL_OF(0x1.45f306p-1f), REAL_OF(ROUNDER));
  REAL n = shifted - REAL_OF(ROUNDER);
  REAL r = fma(n, REAL_OF(-0x1.921fb6p+0f), x);
  r = fma(n, REAL_OF(0x1.777a5cp-25f), r);
  r = fma(n, REAL_OF(0x1.ee59dap-50f), r);
  r = select(r, REAL_OF(0.8f), (INTEGER)(r > REAL_OF(0.8f)));
  r = select(r, REAL_OF(-0.8f), (INTEGER)(r < REAL_OF(-0.8f)));
  *turns = AS_INTEGER(shifted) - ROUNDER_BITS;
  return r;
}

// sin(r), and cos(r) in `cosine`, for |r| <= 0.8.
INLINE REAL LANED(sine_cosine)(REAL r, REAL *cosine) {
  REAL z = r * r;
  REAL s = REAL_OF(0x1.7bf19cp-19f);
  s = fma(s, z, REAL_OF(-0x1.a058e4p-13f));
  s = fma(s, z, REAL_OF(0x1.111174p-7f));
  s = fma(s, z, REAL_OF(-0x1.555556p-3f));
  s = fma(r * z, s, r);
  REAL c = REAL_OF(0x1.99de6ep-16f);
  c = fma(c, z, REAL_OF(-0x1.6c0c14p-10f));
  c = fma(c, z, REAL_OF(0x1.55554ap-5f));
  *cosine = fma(z * z, c, fma(z, REAL_OF(-0.5f), REAL_OF(1.0f)));
  return s;
}

// sin(r + turns * pi/2) for |r| <= 0.8.
INLINE REAL LANED(sine_at)(REAL r, INTEGER turns) {
  REAL c;
  REAL s = LANED(sine_cosine)(r, &c);
  REAL value = select(s, c, (INTEGER)((turns & 1) != INTEGER_OF(0)));
  return AS_REAL(AS_INTEGER(value) ^ ((turns & 2) << 30));
}

INLINE REAL LANED(sin)(REAL x) {
  INTEGER turns;
  REAL r = LANED(quarter_turns)(x, &turns);
  return select(LANED(sine_at)(r, turns), x, (INTEGER)(x == REAL_OF(0.0f)));  // zero keeps its sign
}

INLINE REAL LANED(cos)(REAL x) {
  INTEGER turns;
  REAL r = LANED(quarter_turns)(x, &turns);
  return LANED(sine_at)(r, turns + 1);
}

INLINE REAL LANED(tan)(REAL x) {
  INTEGER turns;
  REAL r = LANED(quarter_turns)(x, &turns);
  REAL c;
  REAL s = LANED(sine_cosine)(r, &c);
  INTEGER odd = (INTEGER)((turns & 1) != INTEGER_OF(0));
  REAL value = select(s, -c, odd) / select(c, s, odd);
  return select(value, x, (INTEGER)(x == REAL_OF(0.0f)));  // zero keeps its sign
}

// atan(n / d) for n, d >= 0 that are not both 0; one division, whatever the range.
INLINE REAL LANED(angle)(REAL n, REAL d) {
  INTEGER steep = (INTEGER)(n > d * REAL_OF(2.41421356f));
  INTEGER middle = (INTEGER)(n > d * REAL_OF(0.41421356f)) & ~steep;
  REAL top = select(select(n, n - d, middle), -d, steep);
  REAL t = top / select(select(d, n + d, middle), n, steep);
  REAL z = t * t;
  REAL q = REAL_OF(-0x1.f25196p-5f);
  q = fma(q, z, REAL_OF(0x1.b20150p-4f));
  q = fma(q, z, REAL_OF(-0x1.23b6acp-3f));
  q = fma(q, z, REAL_OF(0x1.9991acp-3f));
  q = fma(q, z, REAL_OF(-0x1.55554ap-2f));
  REAL base = select(select(REAL_OF(0.0f), REAL_OF(0x1.921fb6p-1f), middle), REAL_OF(0x1.921fb6p+0f), steep);
  REAL r = fma(base, REAL_OF(-0x1.de12cap-26f), fma(t * z, q, t));
  return base + r;
}

// The inverses of sine, cosine and tangent by number: 0, 1, 2; one body, so that it is compiled once.
INLINE REAL LANED(inverse_circular)(REAL x, int function) {
  REAL one = REAL_OF(1.0f);
  REAL size = LANED(magnitude)(x);
  REAL n = size, d = one;
  if (function == 0) d = one + sqrt((one - size) * (one + size));
  if (function == 1) {
    n = sqrt(one - x);
    d = sqrt(one + x);
  }
  REAL value = LANED(angle)(n, d);
  if (function != 2) value = value + value;
  return function == 1 ? value : LANED(with_sign)(value, x);
}

// sinh and cosh by number: 0, 1; by those of x / 2, so that nothing overflows before the result does.
INLINE REAL LANED(hyperbolic)(REAL x, int function) {
  REAL one = REAL_OF(1.0f), half_of = REAL_OF(0.5f);
  REAL size = LANED(magnitude)(x);
  REAL part = size * half_of;
  part = select(part, REAL_OF(50.0f), (INTEGER)(part > REAL_OF(50.0f)));
  INTEGER k;
  REAL r = LANED(exp_rest)(part, REAL_OF(0.0f), &k);
  REAL power = AS_REAL((k + 127) << 23);
  REAL e = fma(power, r, power - one);  // exp(x / 2) - 1
  REAL doubled = e + e / (e + one);     // 2 sinh(x / 2)
  if (function == 1) return fma(doubled * half_of, doubled, one);
  REAL value = (doubled * half_of) * ((e + one) + one / (e + one));
  value = select(value, size, (INTEGER)(size < REAL_OF(0x1p-13f)));
  return LANED(with_sign)(value, x);
}

// log(1 + x), with what rounding the sum loses.
INLINE REAL LANED(log_of_one_more)(REAL x) {
  REAL one = REAL_OF(1.0f);
  REAL sum = one + x;
  REAL lost = select(one - (sum - x), x - (sum - one), (INTEGER)(x < one)) / sum;
  lost = select(lost, REAL_OF(0.0f), (INTEGER)(sum == AS_REAL(INTEGER_OF(BITS_INFINITY))));
  lost = select(lost, REAL_OF(0.0f), (INTEGER)(sum == REAL_OF(0.0f)));
  return LANED(log)(sum) + lost;
}

// The inverses of sinh, cosh and tanh by number: 0, 1, 2.
INLINE REAL LANED(inverse_hyperbolic)(REAL x, int function) {
  REAL one = REAL_OF(1.0f);
  REAL size = LANED(magnitude)(x);
  if (function == 2) {
    REAL value = LANED(log_of_one_more)((size + size) / (one - size));
    return LANED(with_sign)(value * REAL_OF(0.5f), x);
  }
  // Where 1 is nothing beside the square, the logarithm of the double is the function.
  INTEGER large = (INTEGER)(size > REAL_OF(0x1p30f));
  REAL more = size + size * (size / (one + sqrt(fma(size, size, one))));
  if (function == 1) more = (x - one) + sqrt(x - one) * sqrt(x + one);
  REAL value = LANED(log_of_one_more)(select(more, size, large));
  value = value + select(REAL_OF(0.0f), REAL_OF(0x1.62e430p-1f), large);
  if (function == 0) return LANED(with_sign)(value, x);
  return select(value, AS_REAL(INTEGER_OF(BITS_NAN)), (INTEGER)(x < one));
}

// log(x) for x >= 0 as an unevaluated sum: the value and, in `tail`, what rounding it lost.
// log m = u + u v P(v) with u = 2 (m - 1) / (m + 1), v = u u; the remainder of the division is kept.
INLINE REAL LANED(log_tailed)(REAL x, REAL *tail) {
  REAL e;
  REAL p = LANED(split)(x, &e);
  REAL reciprocal = REAL_OF(1.0f) / (p + REAL_OF(2.0f));
  REAL u = (p + p) * reciprocal;
  REAL rest = fma(u, -p, (p - u) + (p - u)) * reciprocal;
  REAL v = u * u;
  REAL q = REAL_OF(0x1.3d6994p-13f);
  q = fma(q, v, REAL_OF(0x1.af9638p-12f));
  q = fma(q, v, REAL_OF(0x1.24f47ap-9f));
  q = fma(q, v, REAL_OF(0x1.999852p-7f));
  q = fma(q, v, REAL_OF(0x1.555556p-4f));
  rest = fma(u * v, q, rest);
  REAL whole = e * REAL_OF(0x1.62e4p-1f);
  REAL high = whole + u;
  REAL low = fma(e, REAL_OF(0x1.7f7d1cp-20f), rest) + (u - (high - whole));
  REAL value = high + low;
  *tail = low - (value - high);
  return LANED(log_edges)(x, value);
}

INLINE REAL LANED(pow)(REAL x, REAL y) {
  REAL size = LANED(magnitude)(x);
  REAL tail;
  REAL logarithm = LANED(log_tailed)(size, &tail);
  REAL product = y * logarithm;
  REAL lost = fma(y, tail, fma(y, logarithm, -product));
  INTEGER bounded = (INTEGER)(LANED(magnitude)(product) < REAL_OF(104.0f));
  REAL value = LANED(exp_tailed)(product, select(REAL_OF(0.0f), lost, bounded));
  REAL halved = y * REAL_OF(0.5f);
  INTEGER integral = (INTEGER)(rint(y) == y);
  INTEGER odd = (INTEGER)(rint(halved) != halved) & integral;
  value = select(value, REAL_OF(1.0f), (INTEGER)(y == REAL_OF(0.0f)) | (INTEGER)(size == REAL_OF(1.0f)));
  INTEGER negative = (INTEGER)(x < REAL_OF(0.0f)) & (INTEGER)(size < AS_REAL(INTEGER_OF(BITS_INFINITY)));
  INTEGER undefined = negative & (INTEGER)(rint(y) != y) & (INTEGER)(y != REAL_OF(0.0f));
  value = select(value, AS_REAL(INTEGER_OF(BITS_NAN)), undefined);
  INTEGER flip = select(INTEGER_OF(0), AS_INTEGER(x) & BITS_SIGN, odd);
  return AS_REAL(AS_INTEGER(value) ^ flip);
}
