// Chosen elements of a blocked tensor and zeros elsewhere: what slices and paddings make of images.
//
// Along each axis, position low + spacing * t of the result is position start + step * t of the input, for t in
// 0 ..< count; other positions are 0. Channels have step and spacing 1.
//
// x [N, inBlocks, H, W, 16] -> y [N, outBlocks, OH, OW, 16].
// A work-item covers a plane of the result: N * outBlocks work-items.
// ints: inBlocks, outBlocks, H, W, OH, OW; start, low, count of channels; start, step, low, spacing, count of rows;
// the same of columns.

typedef struct {
  int start, step, low, spacing, count;
} Selection;

// The input's position that a result's position takes, or OUTSIDE.
INLINE int selected(const Selection *axis, int position) {
  const int distance = position - axis->low, t = distance / axis->spacing;
  if (distance < 0 || t * axis->spacing != distance || t >= axis->count) return OUTSIDE;
  return axis->start + axis->step * t;
}

// One block of channels of the result: lanes `first ..< end` are chosen, and lane l is lane l + shift of the input
// block at `low`, or of the one behind it.
typedef struct {
  int first, end, shift;
  global const float *low;
  global const float *high;
} SelectedBlock;

INLINE SelectedBlock select_block(global const float *sample, long plane, int block, int start, int low,
                                  int count) {
  const int channel = block * LANES + start - low, source = floor_divide(channel, LANES);
  SelectedBlock chosen;
  chosen.first = max(0, low - block * LANES);
  chosen.end = min(LANES, low + count - block * LANES);
  chosen.shift = channel - source * LANES;
  // Blocks of which no lane is chosen may not exist; another one stands in for them.
  const int usesLow = chosen.first < LANES - chosen.shift, usesHigh = chosen.end > LANES - chosen.shift;
  chosen.low = sample + (source + (usesLow ? 0 : 1)) * plane;
  chosen.high = sample + (source + (usesHigh ? 1 : 0)) * plane;
  return chosen;
}

INLINE float16 load_selected(const SelectedBlock *block, long pixel) {
  float16 v = vload16(pixel, block->low);
  if (block->shift != 0) {
    float lanes[2 * LANES];
    vstore16(v, 0, lanes);
    vstore16(vload16(pixel, block->high), 1, lanes);
    v = vload16(0, lanes + block->shift);
  }
  if (block->first == 0 && block->end == LANES) return v;
  const int16 isChosen = (LANE_INDEX >= (int16)(block->first)) & (LANE_INDEX < (int16)(block->end));
  return select((float16)(0.0f), v, isChosen);
}

kernel void select_blocked(global const float *restrict x, global float *restrict y, int inBlocks, int outBlocks,
                           int H, int W, int OH, int OW, int startC, int lowC, int countC, int startH, int stepH,
                           int lowH, int spacingH, int countH, int startW, int stepW, int lowW, int spacingW,
                           int countW) {
  const int item = (int)get_global_id(0), n = item / outBlocks;
  const long plane = (long)H * W * LANES;
  const Selection rows = {startH, stepH, lowH, spacingH, countH}, columns = {startW, stepW, lowW, spacingW, countW};
  const SelectedBlock block =
      select_block(x + n * inBlocks * plane, plane, item % outBlocks, startC, lowC, countC);
  global float *result = y + (long)item * OH * OW * LANES;
  for (int row = 0; row < OH; row++) {
    const int line = block.first < block.end ? selected(&rows, row) : OUTSIDE;
    for (int column = 0; column < OW; column++) {
      const int pixel = line == OUTSIDE ? OUTSIDE : selected(&columns, column);
      const float16 v = pixel == OUTSIDE ? (float16)(0.0f) : load_selected(&block, (long)line * W + pixel);
      vstore16(v, (long)row * OW + column, result);
    }
  }
}

#ifdef TREMOR_HOST
HOST_KERNEL(select_blocked, p[0], p[1], i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9], i[10], i[11],
            i[12], i[13], i[14], i[15], i[16], i[17], i[18])
#endif
