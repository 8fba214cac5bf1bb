// Convolution of blocked tensors on matrix tiles (AMX-BF16): what `convolution_direct` computes, an order of
// magnitude more products a cycle, each of 16 rows x 16 outputs x 32 channels.
//
// Tiles multiply bfloat16 and add in float32. A float32 is split into bfloat16 parts, x = h + m + l, each a
// rounding of what is left, and those products of parts are added that matter:
//   splits 3: hh, hm, mh, mm, hl, lh, which leaves out less than float32 rounds away;
//   splits 2: hh, hm, mh without l, which leaves out 2^-16 of a product at most, with no preferred sign.
// Measured error of a sum, relative to the root of the mean square: 3e-7 and 4e-6; direct in float32 2e-7 to
// 8e-7, minimal filtering 1e-6 to 4e-6. Equal patches give equal bits.
//
// A patch of the input is split once and kept in scratch, [pair of blocks][row][column][part][32 channels],
// with the samples side by side within a column where `interleaved` is 1. 16 outputs that lie `step` apart in
// it are one tile of A; where an output row ends within the 16, they are gathered first.
// Arguments, results and work-items are those of `convolution_direct`; samples is 16 where `interleaved`.
// Weights from `pack_tiles`: [groups][pair of output blocks][pair of input blocks][KH * KW][part, the smallest
// first][output block of the pair][16 pairs of channels][16 outputs][2], bfloat16.
// scratch, points = samples * rows * OW, lines rounded up to multiples of 16, in words of 4 bytes:
//   2 * inPairs * KH * KW
//   points + 32
//   points + 32
//   points + 32
//   8 * 256
//   inPairs * KH * KW * 512 * splits
//   samples * inPairs * patchRows * patchColumns * 16 * splits + 1024
// ints: those of `convolution_direct`, splits, interleaved.
#ifdef MATRIX_TILES

// Bytes of a part of 32 channels; bytes and words of a tile.
#define PART 64
#define TILE_BYTES 1024
#define TILE_WORDS 256
// Words of the sums of 32 rows of two output blocks.
#define SUMS (4 * TILE_WORDS)

// The part h of each lane.
INLINE float16 high_part(float16 v) {
  return as_float16((as_uint16(v) + (uint16)(0x8000)) & (uint16)(0xffff0000));
}

// Splits 32 channels into parts one behind the other.
INLINE void split_pixel(float16 low, float16 high, local uint *to, int splits) {
  const float16 h0 = high_part(low), h1 = high_part(high);
  float16 rest0 = low - h0, rest1 = high - h1;
  vstore16(bfloat_pairs(h0, h1), 0, to);
  if (splits == 3) {
    const float16 m0 = high_part(rest0), m1 = high_part(rest1);
    vstore16(bfloat_pairs(m0, m1), 1, to);
    rest0 -= m0;
    rest1 -= m1;
  }
  vstore16(bfloat_pairs(rest0, rest1), splits - 1, to);
}

typedef struct {
  int pairs, blocks, samples;  // of the region; `blocks` input blocks a group
  int splits;
  int pixel;                   // bytes of all parts of 32 channels
  int unit;                    // bytes between neighbouring columns of the patch
  int sample;                  // bytes between samples
  int interleaved;
} SplitPatch;

INLINE SplitPatch make_split_patch(const Region *region, int inBlocks, int splits, int interleaved) {
  SplitPatch patch;
  patch.pairs = (inBlocks + 1) / 2;
  patch.blocks = inBlocks;
  patch.samples = region->samples;
  patch.interleaved = interleaved;
  patch.splits = splits;
  patch.pixel = splits * PART;
  patch.unit = patch.pixel * (interleaved ? LANES : 1);
  patch.sample = interleaved ? patch.pixel
                             : patch.pairs * region->ySpan.count * region->xSpan.count * patch.pixel;
  return patch;
}

INLINE void clear_pixels(local char *to, int from, int end, const SplitPatch *patch) {
  for (int i = from; i < end; i++)
    for (int part = 0; part < patch->splits; part++)
      vstore16((uint16)(0), part, (local uint *)(to + (long)i * patch->unit));
}

// Splits the positions `from ..< end` of a span of one row; `second` is 0 where the pair has one block.
INLINE void split_pixels(local char *to, global const float *first, global const float *second,
                         const Span *span, int from, int end, int unit, int splits) {
  if (second)
    for (int i = from; i < end; i++) {
      const long x = span->origin + i * span->spacing;
      split_pixel(vload16(x, first), vload16(x, second), (local uint *)(to + (long)i * unit), splits);
    }
  else
    for (int i = from; i < end; i++)
      split_pixel(vload16(span->origin + i * span->spacing, first), (float16)(0.0f),
                  (local uint *)(to + (long)i * unit), splits);
}

// Splits one row of a pair of planes, zeros outside.
OUTLINE void split_row(local char *to, global const float *first, global const float *second, const Axis *axis,
                       const Span *span, const SplitPatch *patch) {
  const int left = min(span->count, max(0, -floor_divide(span->origin, span->spacing)));
  const int right =
      max(left, min(span->count, floor_divide(axis->input - 1 - span->origin, span->spacing) + 1));
  clear_pixels(to, 0, left, patch);
  clear_pixels(to, right, span->count, patch);
  if (patch->splits == 3) split_pixels(to, first, second, span, left, right, patch->unit, 3);
  else split_pixels(to, first, second, span, left, right, patch->unit, 2);
}

// Splits the region's input, blocks `firstPlane ..< firstPlane + blocks` of `planesPerSample`.
INLINE void split_region(local char *patch, const SplitPatch *shape, global const float *x,
                         const Region *region, int firstPlane, int planesPerSample) {
  const Axis *vertical = &region->vertical;
  const long row = (long)region->horizontal.input * LANES, plane = vertical->input * row;
  const long pitch = (long)region->xSpan.count * shape->unit;
  for (int s = 0; s < region->samples; s++)
    for (int pair = 0; pair < shape->pairs; pair++)
      for (int i = 0; i < region->ySpan.count; i++) {
        const int y = region->ySpan.origin + i * region->ySpan.spacing;
        local char *to = patch + s * (long)shape->sample + (pair * region->ySpan.count + i) * pitch;
        global const float *from =
            x + ((long)(region->firstSample + s) * planesPerSample + firstPlane + 2 * pair) * plane + y * row;
        if (y < 0 || y >= vertical->input) clear_pixels(to, 0, region->xSpan.count, shape);
        else split_row(to, from, 2 * pair + 1 < shape->blocks ? from + plane : 0, &region->horizontal,
                       &region->xSpan, shape);
      }
}

// The scratch of a convolution on tiles, in the order of its formula.
typedef struct {
  local int *steps;
  local int *places;
  local int *targets;
  local int *shifts;
  local float *sums;
  local char *gathered;
  local char *patch;
} TileScratch;

INLINE TileScratch divide_tile_scratch(local float *scratch, int steps, int points, int splits) {
  TileScratch parts;
  parts.steps = (local int *)scratch;
  parts.places = parts.steps + rounded_up(2 * steps, LANES);
  parts.targets = parts.places + rounded_up(points + 2 * LANES, LANES);
  parts.shifts = parts.targets + rounded_up(points + 2 * LANES, LANES);
  parts.sums = (local float *)(parts.shifts + rounded_up(points + 2 * LANES, LANES));
  parts.gathered = (local char *)(parts.sums + 2 * SUMS);
  parts.patch = parts.gathered + (long)steps * splits * 2 * TILE_BYTES;
  return parts;
}

// The outputs of a phase: where each begins in the patch, in bytes, and its vector in the result counted from
// the region's first sample and first block; `shifts` says how far back the mask's lies. Padded to whole tiles
// with the last one. Returns how many there are.
INLINE int list_outputs(const TileScratch *parts, const SplitPatch *patch, const Region *region,
                        const Run *yRun, const Run *xRun, int vectorsPerSample, int maskBatch, int flags) {
  const Axis *vertical = &region->vertical, *horizontal = &region->horizontal;
  const int inner = patch->interleaved ? patch->samples : 1, outer = patch->interleaved ? 1 : patch->samples;
  int count = 0;
  for (int o = 0; o < outer; o++)
    for (int i = 0; i < yRun->count; i++) {
      const int line = run_place(vertical, &region->ySpan, yRun->start + i) * region->xSpan.count;
      const int target = (yRun->phase + (yRun->start + i) * vertical->period) * horizontal->output;
      for (int j = 0; j < xRun->count; j++) {
        const int column = run_place(horizontal, &region->xSpan, xRun->start + j);
        const int pixel = target + xRun->phase + (xRun->start + j) * horizontal->period;
        for (int k = 0; k < inner; k++, count++) {
          parts->places[count] = (o + k) * patch->sample + (line + column) * patch->unit;
          parts->targets[count] = (o + k) * vectorsPerSample + pixel;
          parts->shifts[count] = mask_shift(region->firstSample + o + k, maskBatch, flags, vectorsPerSample);
        }
      }
    }
  for (int i = 0; count > 0 && i < 2 * LANES; i++) parts->places[count + i] = parts->places[count - 1];
  return count;
}

// The product of one part by another: two tiles of rows (registers 4 and 5) by two blocks of outputs (6 and 7).
#define MULTIPLY_PART     \
  TILE_MULTIPLY(0, 4, 6); \
  TILE_MULTIPLY(1, 4, 7); \
  TILE_MULTIPLY(2, 5, 6); \
  TILE_MULTIPLY(3, 5, 7)
// Part `P` of both tiles of rows, and of both blocks of outputs, which are packed in the other order.
#define LOAD_ROWS(P)                                            \
  TILE_LOAD(4, rows->first + shift + (P) * PART, rows->stride); \
  TILE_LOAD(5, rows->second + shift + (P) * PART, rows->stride)
#define LOAD_OUTPUTS(P)                                  \
  TILE_LOAD(6, b + (last - (P)) * 2 * TILE_BYTES, PART); \
  TILE_LOAD(7, b + (last - (P)) * 2 * TILE_BYTES + TILE_BYTES, PART)

// What 32 rows of A are: two tiles, `stride` bytes between rows; steps lie where the table says, or follow one
// another in a gathered copy.
typedef struct {
  local const char *first;
  local const char *second;
  long stride;
  local const int *steps;  // pairs: shift in the patch, offset in the weights, in bytes
  int stepCount, splits, isGathered;
} Rows;

INLINE long step_shift(const Rows *rows, int s) {
  return rows->isGathered ? (long)s * rows->splits * 2 * TILE_BYTES : (long)rows->steps[2 * s];
}

// Registers 0 ... 3 = two tiles of rows by two blocks of outputs, over all steps; parts h, m, l are 0, 1, 2.
INLINE void multiply_pair(const Rows *rows, global const char *weights) {
  const int last = rows->splits - 1;
  TILE_ZERO(0);
  TILE_ZERO(1);
  TILE_ZERO(2);
  TILE_ZERO(3);
  for (int s = 0; s < rows->stepCount; s++) {
    const long shift = step_shift(rows, s);
    global const char *b = weights + rows->steps[2 * s + 1];
    LOAD_ROWS(0);
    if (last == 2) {
      LOAD_OUTPUTS(2);
      MULTIPLY_PART;
    }
    LOAD_OUTPUTS(1);
    MULTIPLY_PART;
    if (last == 2) {
      LOAD_ROWS(1);
      MULTIPLY_PART;
      LOAD_OUTPUTS(0);
      MULTIPLY_PART;
      LOAD_ROWS(2);
      MULTIPLY_PART;
      LOAD_ROWS(0);
      MULTIPLY_PART;
    } else {
      LOAD_OUTPUTS(0);
      MULTIPLY_PART;
      LOAD_ROWS(1);
      MULTIPLY_PART;
    }
  }
}

// A lone block of outputs: registers 0 and 2 are the products hh, 1 and 3 the others. B in register B.
#define LOAD_OUTPUT(B, P) TILE_LOAD(B, b + (last - (P)) * TILE_BYTES, PART)
#define MULTIPLY_SMALL(B) \
  TILE_MULTIPLY(1, 4, B); \
  TILE_MULTIPLY(3, 5, B)
INLINE void multiply_single(const Rows *rows, global const char *weights) {
  const int last = rows->splits - 1;
  TILE_ZERO(0);
  TILE_ZERO(1);
  TILE_ZERO(2);
  TILE_ZERO(3);
  for (int s = 0; s < rows->stepCount; s++) {
    const long shift = step_shift(rows, s);
    global const char *b = weights + rows->steps[2 * s + 1] / 2;
    LOAD_ROWS(0);
    if (last == 2) {
      LOAD_OUTPUT(6, 2);
      MULTIPLY_SMALL(6);
    }
    LOAD_OUTPUT(7, 1);
    MULTIPLY_SMALL(7);
    LOAD_OUTPUT(6, 0);
    TILE_MULTIPLY(0, 4, 6);
    TILE_MULTIPLY(2, 5, 6);
    LOAD_ROWS(1);
    if (last == 2) {
      MULTIPLY_SMALL(7);
    }
    MULTIPLY_SMALL(6);
    if (last == 2) {
      LOAD_ROWS(2);
      MULTIPLY_SMALL(6);
    }
  }
}

// Copies 32 rows of A of every step, all parts.
INLINE void gather_rows(local char *to, local const char *patch, local const int *places,
                        local const int *steps, int stepCount, int splits) {
  for (int s = 0; s < stepCount; s++)
    for (int i = 0; i < 2 * LANES; i++, to += splits * PART) {
      local const uint *from = (local const uint *)(patch + places[i] + steps[2 * s]);
      for (int part = 0; part < splits; part++) vstore16(vload16(part, from), part, (local uint *)to);
    }
}

// Places rise by `step` at least, so the last says whether all lie evenly.
INLINE int is_even(local const int *places, int step) { return places[LANES - 1] == places[0] + (LANES - 1) * step; }

// Sums that wait to be stored: loads from what tiles have just stored would wait for every store before.
typedef struct {
  local const float *sums;
  int first, count, block;  // rows of the phase; the first output block
  int isPair;
} Finished;

// Stores rows of one output block, `apart` words between the tiles of its rows.
INLINE void finish_rows(const Epilogue *epilogue, const TileScratch *parts, const Finished *finished,
                        local const float *sums, float16 bias, long index) {
  local const int *targets = parts->targets + finished->first, *shifts = parts->shifts + finished->first;
  for (int i = 0; i < finished->count; i++) {
    local const float *row = sums + i / LANES * 2 * TILE_WORDS + i % LANES * LANES;
    float16 v = vload16(0, row);
    if (!finished->isPair) v += vload16(TILE_WORDS / LANES, row);
    const long at = index + targets[i];
    finish(epilogue, v, bias, at, at - shifts[i]);
  }
}

INLINE void finish_tiles(const Region *region, const TileScratch *parts, const Finished *finished,
                         const Outputs *outputs, const Epilogue *epilogue) {
  const int pixels = region->vertical.output * region->horizontal.output;
  for (int j = 0; finished->count > 0 && j <= finished->isPair; j++) {
    const int block = outputs->offset + finished->block + j;
    finish_rows(epilogue, parts, finished, finished->sums + j * TILE_WORDS, bias_of(epilogue, block),
                ((long)region->firstSample * outputs->blocks + block) * pixels);
  }
}

// Asks for the lines that 32 outputs will be stored to.
INLINE void prefetch_results(const Region *region, const TileScratch *parts, const Finished *coming,
                             const Outputs *outputs, const Epilogue *epilogue) {
  const long pixels = region->vertical.output * region->horizontal.output;
  const long block = (long)region->firstSample * outputs->blocks + outputs->offset + coming->block;
  for (int j = 0; j <= coming->isPair; j++) {
    global const float *result = epilogue->result + (block + j) * pixels * LANES;
    for (int i = 0; i < coming->count; i++)
      PREFETCH_WRITE(result + (long)parts->targets[coming->first + i] * LANES);
  }
}

// What 32 outputs of a phase read.
INLINE Rows rows_at(const TileScratch *parts, int first, int step, int stepCount, int splits) {
  local const int *places = parts->places + first;
  Rows rows = {parts->patch + places[0], parts->patch + places[LANES], step, parts->steps, stepCount, splits,
               0};
  if (is_even(places, step) && is_even(places + LANES, step)) return rows;
  gather_rows(parts->gathered, parts->patch, places, parts->steps, stepCount, splits);
  rows.first = parts->gathered;
  rows.second = parts->gathered + LANES * splits * PART;
  rows.stride = splits * PART;
  rows.isGathered = 1;
  return rows;
}

INLINE void convolve_tile_phase(const Region *region, const SplitPatch *patch, const TileScratch *parts,
                                const Outputs *outputs, global const char *weights, const Epilogue *epilogue,
                                const Run *yRun, const Run *xRun) {
  const Axis *vertical = &region->vertical, *horizontal = &region->horizontal;
  const int count = list_outputs(parts, patch, region, yRun, xRun,
                                 outputs->blocks * vertical->output * horizontal->output, outputs->maskBatch,
                                 epilogue->flags);
  // Bytes of a step's packed weights for one output block.
  const int perBlock = patch->splits * TILE_BYTES;
  const int stepCount = list_steps(parts->steps, patch->pairs, vertical, horizontal, &region->ySpan,
                                   &region->xSpan, yRun, xRun, patch->unit, perBlock * 2, 1);
  const int step = patch->interleaved ? patch->pixel
                                      : horizontal->step / region->xSpan.spacing * patch->unit;
  const long blockBytes = (long)patch->pairs * vertical->taps * horizontal->taps * perBlock;
  Finished finished = {parts->sums, 0, 0, 0, 0};
  for (int group = outputs->firstGroup; group < outputs->endGroup; group++) {
    const int block = 2 * group, isPair = block + 1 < outputs->blocksPerGroup;
    for (int first = 0; first < count; first += 2 * LANES) {
      const Finished next = {finished.sums == parts->sums ? parts->sums + SUMS : parts->sums, first,
                             min(2 * LANES, count - first), block, isPair};
      const Rows rows = rows_at(parts, first, step, stepCount, patch->splits);
      prefetch_results(region, parts, &next, outputs, epilogue);
      if (isPair) multiply_pair(&rows, weights + block * blockBytes);
      else multiply_single(&rows, weights + block * blockBytes);
      TILE_STORE(0, next.sums, 64);
      TILE_STORE(1, next.sums + TILE_WORDS, 64);
      TILE_STORE(2, next.sums + 2 * TILE_WORDS, 64);
      TILE_STORE(3, next.sums + 3 * TILE_WORDS, 64);
      finish_tiles(region, parts, &finished, outputs, epilogue);
      finished = next;
    }
  }
  finish_tiles(region, parts, &finished, outputs, epilogue);
}

kernel void convolution_tiles(
    global const float *restrict x, global const float *restrict weights, global const float *restrict bias,
    global const float *restrict residual, global const ushort *restrict maskIn,
    global ushort *restrict maskOut, global float *restrict y, local float *scratch, int N, int groups,
    int inBlocks, int outBlocks, int H, int W, int OH, int OW, int KH, int KW, int strideH, int strideW,
    int dilationH, int dilationW, int inputDilationH, int inputDilationW, int padTop, int padLeft,
    int samples, int rows, int parts, int flags, int maskBatch, int splits, int interleaved) {
  const int item = (int)get_global_id(0), part = item % parts, group = item / parts % groups;
  const int strips = (OH + rows - 1) / rows, strip = item / parts / groups % strips;
  const int first = item / parts / groups / strips * samples;
  const Region region = make_region(make_axis(H, OH, KH, strideH, dilationH, inputDilationH, padTop),
                                    make_axis(W, OW, KW, strideW, dilationW, inputDilationW, padLeft),
                                    strip * rows, rows, first, min(samples, N - first), inBlocks, LANES);
  const Epilogue epilogue = {y, bias, residual, maskIn, maskOut, flags};
  const int pairs = (outBlocks + 1) / 2;
  const Outputs outputs = {pairs * part / parts, pairs * (part + 1) / parts, outBlocks, group * outBlocks,
                           groups * outBlocks,   inBlocks,                   1,         maskBatch};
  const SplitPatch patch = make_split_patch(&region, inBlocks, splits, interleaved);
  const TileScratch divided = divide_tile_scratch(scratch, patch.pairs * KH * KW, samples * rows * OW, splits);
  split_region(divided.patch, &patch, x, &region, group * inBlocks, groups * inBlocks);
  global const char *packed = (global const char *)weights +
                              (long)group * outBlocks * patch.pairs * KH * KW * splits * TILE_BYTES;
  TILES_BEGIN();
  for (int py = 0; py < region.vertical.period; py++) {
    const Run yRun = make_run(&region.vertical, &region.ySpan, py);
    for (int px = 0; px < region.horizontal.period; px++) {
      const Run xRun = make_run(&region.horizontal, &region.xSpan, px);
      convolve_tile_phase(&region, &patch, &divided, &outputs, packed, &epilogue, &yRun, &xRun);
    }
  }
  TILES_END();
}

// Packs weights [O, C / groups, KH * KW] for `convolution_tiles`, zeros in padded lanes; swap as in
// `pack_direct`. A work-item packs one tap of one pair of input blocks of one output block:
// groups * outBlocks * inPairs * taps work-items; splits * 256 words of result each.
// ints: O, C (both of the source), groups, taps, swap, splits.
kernel void pack_tiles(global const float *restrict weights, global float *restrict result, int O, int C,
                       int groups, int taps, int swap, int splits) {
  const int sourceOutputs = O / groups, sourceInputs = C / groups;
  const int outputs = swap ? sourceInputs : sourceOutputs, inputs = swap ? sourceOutputs : sourceInputs;
  const int outBlocks = (outputs + LANES - 1) / LANES, inPairs = (inputs + 2 * LANES - 1) / (2 * LANES);
  const int item = (int)get_global_id(0), tap = item % taps, pair = item / taps % inPairs;
  const int block = item / taps / inPairs % outBlocks, group = item / taps / inPairs / outBlocks;
  // Blocks without a partner are packed alone.
  const int start = block / 2 * 2, width = min(2, outBlocks - start);
  const long before = (((long)group * outBlocks + start) * inPairs + (long)pair * width) * taps + tap * width;
  global uint *to = (global uint *)result + (before * splits + block - start) * TILE_WORDS;
  for (int k = 0; k < LANES; k++) {
    float even[LANES], odd[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      const int o = block * LANES + lane, i = pair * 2 * LANES + 2 * k;
      const long row = group * sourceOutputs + (swap ? i : o), column = swap ? o : i;
      const long at = (row * sourceInputs + column) * taps + (swap ? taps - 1 - tap : tap);
      const long next = (swap ? (long)sourceInputs : 1) * taps;
      even[lane] = o < outputs && i < inputs ? weights[at] : 0.0f;
      odd[lane] = o < outputs && i + 1 < inputs ? weights[at + next] : 0.0f;
    }
    float16 a = vload16(0, even), b = vload16(0, odd);
    for (int part = splits - 1; part >= 0; part--) {
      const float16 high = part > 0 ? high_part(a) : a, other = part > 0 ? high_part(b) : b;
      vstore16(bfloat_words(high, other), k, to + part * width * TILE_WORDS);
      a -= high;
      b -= other;
    }
  }
}

#ifdef TREMOR_HOST
HOST_KERNEL(convolution_tiles, p[0], p[1], p[2], p[3], p[4], p[5], p[6], scratch, i[0], i[1], i[2], i[3],
            i[4], i[5], i[6], i[7], i[8], i[9], i[10], i[11], i[12], i[13], i[14], i[15], i[16], i[17],
            i[18], i[19], i[20], i[21], i[22], i[23], i[24])
HOST_KERNEL(pack_tiles, p[0], p[1], i[0], i[1], i[2], i[3], i[4], i[5])
#endif
#endif
