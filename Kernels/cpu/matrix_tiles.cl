// The matrix tiles of processors that have AMX-BF16: eight registers of 16 rows of 64 bytes.
//
// In inline assembly, so that one text serves C and OpenCL C without compiler flags. The host passes
// -DMATRIX_TILES only where the processor has the instructions and the system lets this process use them.
#ifdef MATRIX_TILES

// Two vectors rounded to bfloat16, `low` in the low half of the result's bytes.
INLINE uint16 bfloat_pairs(float16 low, float16 high) {
  uint16 packed;
  __asm__("vcvtne2ps2bf16 %1, %2, %0" : "=v"(packed) : "v"(low), "v"(high));
  return packed;
}

// The same with the lanes of both side by side, `even` in the low half of each word.
INLINE uint16 bfloat_words(float16 even, float16 odd) {
  const uint16 rounding = (uint16)(0x7fff);
  const uint16 a = as_uint16(even), b = as_uint16(odd);
  const uint16 low = (a + rounding + ((a >> 16) & 1)) >> 16;
  return low | ((b + rounding + ((b >> 16) & 1)) & (uint16)(0xffff0000));
}

#define TILE_ZERO(T) __asm__ volatile("tilezero %%tmm" #T : : : "memory")
#define TILE_LOAD(T, ADDRESS, STRIDE) \
  __asm__ volatile("tileloadd (%0,%1,1), %%tmm" #T : : "r"((ulong)(ADDRESS)), "r"((ulong)(STRIDE)) : "memory")
#define TILE_STORE(T, ADDRESS, STRIDE) \
  __asm__ volatile("tilestored %%tmm" #T ", (%0,%1,1)" : : "r"((ulong)(ADDRESS)), "r"((ulong)(STRIDE)) : "memory")
// SUM += A * B, A of 16 rows by 32 channels, B of 16 pairs of channels by 16 outputs by 2.
#define TILE_MULTIPLY(SUM, A, B) \
  __asm__ volatile("tdpbf16ps %%tmm" #B ", %%tmm" #A ", %%tmm" #SUM : : : "memory")

// Asks for a line that will be written.
#define PREFETCH_WRITE(ADDRESS) __asm__ volatile("prefetchw (%0)" : : "r"((ulong)(ADDRESS)))

// Gives all eight registers their full shape; between this and `TILES_END` they hold values.
INLINE void TILES_BEGIN(void) {
  uchar shape[64];
  for (int i = 0; i < 64; i++) shape[i] = 0;
  shape[0] = 1;
  for (int t = 0; t < 8; t++) {
    shape[16 + 2 * t] = 64;
    shape[48 + t] = 16;
  }
  __asm__ volatile("ldtilecfg (%0)" : : "r"((ulong)shape) : "memory");
}
INLINE void TILES_END(void) { __asm__ volatile("tilerelease" : : : "memory"); }

#endif
