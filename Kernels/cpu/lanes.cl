// What maps, steps of attacks and selections share about the lanes of a vector.

// Clang writes a vector of given lanes in two ways, one a language.
#ifdef TREMOR_HOST
#define LANE_INDEX ((int16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
#else
#define LANE_INDEX ((int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
#endif

// The larger (smaller) of two values; NaN if either is NaN. Of equal zeros, a.
INLINE float16 maximum16(float16 a, float16 b) { return select(b, a, (int16)(a >= b) | (int16)(a != a)); }
INLINE float16 minimum16(float16 a, float16 b) { return select(b, a, (int16)(a <= b) | (int16)(a != a)); }

INLINE float16 sign16(float16 a) {
  float16 one = as_float16((as_int16(a) & BITS_SIGN) | as_int16((float16)(1.0f)));
  float16 value = select((float16)(0.0f), one, (int16)(a != (float16)(0.0f)));
  return select(value, a, (int16)(a != a));
}
