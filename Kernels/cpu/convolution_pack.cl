// Between dense [N, C, H, W] and blocked [N, ceil(C/16), H, W, 16] tensors of 32-bit elements.
//
// A work-item converts up to 256 pixels of one block of one sample:
// N * ceil(C / 16) * ceil(pixels / 256) work-items, the pixels varying fastest; pixels = H * W.
// ints: C, pixels.
#define PACK_PIXELS 256

// What a work-item converts: pixels `first ..< end` of the channels from `channel` on, `present` of which
// exist.
typedef struct {
  int first, end, present;
  long dense, blocked;  // where the block's plane begins
} PackRange;

INLINE PackRange pack_range(int item, int C, int pixels) {
  const int strips = (pixels + PACK_PIXELS - 1) / PACK_PIXELS, blocks = (C + LANES - 1) / LANES;
  const int first = item % strips * PACK_PIXELS, plane = item / strips, block = plane % blocks;
  PackRange range = {first, min(pixels, first + PACK_PIXELS), min(LANES, C - block * LANES),
                     ((long)(plane / blocks) * C + block * LANES) * pixels, (long)plane * pixels * LANES};
  return range;
}

// Swaps one of the four bits of a row's index with the same bit of a lane's: four such steps transpose 16 x
// 16.
#define DEFINE_EXCHANGE(NAME, BIT, UPPER, LOWER)                            \
  INLINE void NAME(float16 *m) {                                            \
    _Pragma("unroll") for (int i = 0; i < LANES; i++) if ((i & BIT) == 0) { \
      const float16 a = m[i], b = m[i + BIT];                               \
      m[i].UPPER = b.LOWER;                                                 \
      m[i + BIT].LOWER = a.UPPER;                                           \
    }                                                                       \
  }
DEFINE_EXCHANGE(exchange8, 8, hi, lo)
DEFINE_EXCHANGE(exchange4, 4, s4567cdef, s012389ab)
DEFINE_EXCHANGE(exchange2, 2, s2367abef, s014589cd)
DEFINE_EXCHANGE(exchange1, 1, odd, even)

INLINE void transpose16(float16 *m) {
  exchange8(m);
  exchange4(m);
  exchange2(m);
  exchange1(m);
}

// Dense to blocked; padded lanes become 0.
kernel void pack_blocked(global const float *restrict dense, global float *restrict blocked, int C,
                         int pixels) {
  const PackRange range = pack_range((int)get_global_id(0), C, pixels);
  int pixel = range.first;
  for (; pixel + LANES <= range.end; pixel += LANES) {
    float16 m[LANES];
    #pragma unroll
    for (int c = 0; c < LANES; c++)
      m[c] = c < range.present ? vload16(0, dense + range.dense + (long)c * pixels + pixel) : (float16)(0.0f);
    transpose16(m);
    #pragma unroll
    for (int i = 0; i < LANES; i++) vstore16(m[i], pixel + i, blocked + range.blocked);
  }
  for (; pixel < range.end; pixel++)
    for (int c = 0; c < LANES; c++)
      blocked[range.blocked + (long)pixel * LANES + c] =
          c < range.present ? dense[range.dense + (long)c * pixels + pixel] : 0.0f;
}

// Blocked to dense; padded lanes are dropped.
kernel void unpack_blocked(global const float *restrict blocked, global float *restrict dense, int C,
                           int pixels) {
  const PackRange range = pack_range((int)get_global_id(0), C, pixels);
  int pixel = range.first;
  for (; pixel + LANES <= range.end; pixel += LANES) {
    float16 m[LANES];
    #pragma unroll
    for (int i = 0; i < LANES; i++) m[i] = vload16(pixel + i, blocked + range.blocked);
    transpose16(m);
    #pragma unroll
    for (int c = 0; c < LANES; c++)
      if (c < range.present) vstore16(m[c], 0, dense + range.dense + (long)c * pixels + pixel);
  }
  for (; pixel < range.end; pixel++)
    for (int c = 0; c < range.present; c++)
      dense[range.dense + (long)c * pixels + pixel] = blocked[range.blocked + (long)pixel * LANES + c];
}

#ifdef TREMOR_HOST
HOST_KERNEL(pack_blocked, p[0], p[1], i[0], i[1])
HOST_KERNEL(unpack_blocked, p[0], p[1], i[0], i[1])
#endif
