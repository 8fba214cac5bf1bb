// The weights' adjoint of a convolution (see convolution_weights.cl) on matrix tiles (AMX-BF16).
//
// A tile of 16 outputs by 16 inputs of one tap is the product of g, a row an output channel, and x, a column
// an input channel, over pixels. Both are split into bfloat16 parts, of which three products are added, as in
// convolution_tiles.cl. A tile adds products two by two: the two are the same pixel of two neighbouring
// samples, so that a tap shifts the patch of x by whole words. Where a row of OW outputs is no multiple of
// 16, `lanes` = 16 / gcd(OW, 16) pairs of samples lie side by side in it. Missing samples count as 0.
//
// A work-item computes the weights of a range of output blocks and one of input blocks over one part of the
// samples, `units` times 2 * lanes samples and `rows` rows of the outputs at a time, which are split once for
// all taps: parts * outRanges * inRanges work-items, the input range varying fastest. Each such run of
// products is added to the total in memory. The order of all sums depends on N, the shape and the arguments,
// none of which may depend on the number of cores.
// partial: [parts][outBlocks][inBlocks][KH * KW][16 outputs][16 inputs].
// scratch, in words: 2048, outputs * chunks * 512 and units * inputs * 2 * places * lanes * 16; chunks =
//   units * rows * OW * lanes / 16, places the positions of a patch of x, outputs and inputs the blocks of
//   the largest ranges.
// ints: N, inBlocks, outBlocks, H, W, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, padTop,
//   padLeft, parts, outRanges, inRanges, lanes, units, rows.
#ifdef MATRIX_TILES

// Words of a tile, bytes of one, and words of the tiles that are stored at once.
#define GRADIENT_TILE 256
#define GRADIENT_BYTES 1024
#define GRADIENT_SUMS (4 * GRADIENT_TILE)

// One axis of the patch: outputs `stride` positions apart, taps `dilation`; positions `spacing` apart in
// the input. Positions fall into `stride` phases of `pitch` each, so that the inputs of neighbouring
// outputs are neighbours.
typedef struct {
  int input, origin, spacing, stride, dilation, pitch;
} PatchAxis;

INLINE PatchAxis make_patch_axis(int input, int first, int outputs, int taps, int stride, int dilation,
                                 int pad) {
  PatchAxis axis;
  axis.input = input;
  axis.origin = first * stride - pad;
  axis.spacing = taps == 1 ? stride : 1;
  axis.stride = taps == 1 ? 1 : stride;
  axis.dilation = dilation;
  axis.pitch = ((outputs - 1) * axis.stride + (taps - 1) * dilation) / axis.stride + 1;
  return axis;
}

// Where the inputs of a tap begin.
INLINE int tap_shift(const PatchAxis *axis, int tap) {
  const int position = tap * axis->dilation;
  return position % axis->stride * axis->pitch + position / axis->stride;
}

// What a work-item multiplies at a time.
typedef struct {
  PatchAxis vertical, horizontal;
  int firstSample, endSample, firstRow, rows, width;
  int lanes, units, outputs, inputs;  // pairs of samples in a row, runs of them; blocks
  int taps, tapColumns, chunks;       // chunks: tiles of g in a row of outputs
  long rowPitch, plane;               // bytes of the patch: of a row, of one part of a block
  local char *g;
  local char *x;
} GradientRun;

// Splits the two vectors of a word's halves into parts.
INLINE void split_words(float16 even, float16 odd, uint16 *high, uint16 *middle) {
  const float16 h0 = high_part(even), h1 = high_part(odd);
  const uint16 rounding = (uint16)(0x8000), top = (uint16)(0xffff0000);
  *high = (as_uint16(h0) >> 16) | as_uint16(h1);
  *middle = ((as_uint16(even - h0) + rounding) >> 16) | ((as_uint16(odd - h1) + rounding) & top);
}

INLINE float16 sample_vector(global const float *at, int exists) {
  return exists ? vload16(0, at) : (float16)(0.0f);
}

// Splits one row of a block of x for a pair of samples, `next` being the distance to the second, or 0 if
// there is none; `from` is null for a row in the padding.
OUTLINE void split_gradient_row(local char *to, long part, global const float *from, long next,
                                const PatchAxis *axis, int apart) {
  for (int phase = 0; phase < axis->stride; phase++, to += (long)axis->pitch * apart) {
    const int origin = axis->origin + phase * axis->spacing, step = axis->stride * axis->spacing;
    const int first = from ? min(axis->pitch, max(0, -floor_divide(origin, step))) : axis->pitch;
    const int end = max(first, min(axis->pitch, floor_divide(axis->input - 1 - origin, step) + 1));
    for (int i = 0; i < axis->pitch; i++) {
      uint16 high = (uint16)(0), middle = (uint16)(0);
      if (i >= first && i < end) {
        global const float *at = from + (long)(origin + i * step) * LANES;
        split_words(vload16(0, at), sample_vector(at + next, next != 0), &high, &middle);
      }
      vstore16(high, 0, (local uint *)(to + (long)i * apart));
      vstore16(middle, 0, (local uint *)(to + (long)i * apart + part));
    }
  }
}

// Splits the inputs of the run; a sample of x has `planes` blocks, of which the run's begin at `block`.
INLINE void split_inputs(const GradientRun *run, global const float *x, int planes, int block) {
  const PatchAxis *vertical = &run->vertical, *horizontal = &run->horizontal;
  const long row = (long)horizontal->input * LANES, sample = planes * row * vertical->input;
  const int patchRows = vertical->stride * vertical->pitch, apart = run->lanes * 64;
  for (int unit = 0; unit < run->units; unit++)
    for (int input = 0; input < run->inputs; input++)
      for (int lane = 0; lane < run->lanes; lane++) {
        const int n = run->firstSample + 2 * (unit * run->lanes + lane);
        local char *to = run->x + (long)(unit * run->inputs + input) * 2 * run->plane + lane * 64;
        for (int i = 0; i < patchRows; i++) {
          const int phase = i / vertical->pitch, place = i % vertical->pitch * vertical->stride + phase;
          const int y = vertical->origin + place * vertical->spacing;
          const int exists = n < run->endSample && y >= 0 && y < vertical->input;
          global const float *from =
              x + (exists ? n * sample + (block + input) * row * vertical->input + y * row : 0);
          split_gradient_row(to + i * run->rowPitch, run->plane, exists ? from : 0,
                             n + 1 < run->endSample ? sample : 0, horizontal, apart);
        }
      }
}

#define INTERLEAVED __builtin_shufflevector

// Rows become columns: each round moves one bit of a lane's number to that of its vector.
INLINE void transpose_words(uint16 *v) {
  #pragma unroll
  for (int round = 0; round < 4; round++) {
    uint16 t[LANES];
    #pragma unroll
    for (int k = 0; k < LANES / 2; k++) {
      t[2 * k] = INTERLEAVED(v[k], v[k + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      t[2 * k + 1] =
          INTERLEAVED(v[k], v[k + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    #pragma unroll
    for (int k = 0; k < LANES; k++) v[k] = t[k];
  }
}

// Splits 16 words of a row of g into the two tiles of a chunk: `first` is the place of the chunk in the row.
OUTLINE void split_gradient_chunk(const GradientRun *run, local char *to, global const float *row, int unit,
                                  int first, long sample) {
  uint16 high[LANES], middle[LANES];
  for (int k = 0; k < LANES; k++) {
    const int x = (first + k) / run->lanes, lane = (first + k) % run->lanes;
    const int n = run->firstSample + 2 * (unit * run->lanes + lane);
    global const float *at = row + (n < run->endSample ? n : 0) * sample + (long)x * LANES;
    split_words(sample_vector(at, n < run->endSample),
                sample_vector(n + 1 < run->endSample ? at + sample : at, n + 1 < run->endSample), &high[k],
                &middle[k]);
  }
  transpose_words(high);
  transpose_words(middle);
  for (int k = 0; k < LANES; k++) {
    vstore16(high[k], k, (local uint *)to);
    vstore16(middle[k], k, (local uint *)(to + GRADIENT_BYTES));
  }
}

// Splits the gradients of the run; a sample of g has `planes` blocks, of which the run's begin at `block`.
INLINE void split_gradients(const GradientRun *run, global const float *g, int planes, int block,
                            int height) {
  const long row = (long)run->width * LANES, sample = planes * row * height;
  local char *to = run->g;
  for (int output = 0; output < run->outputs; output++)
    for (int unit = 0; unit < run->units; unit++)
      for (int y = 0; y < run->rows; y++) {
        global const float *from = g + ((long)(block + output) * height + run->firstRow + y) * row;
        for (int chunk = 0; chunk < run->chunks; chunk++, to += 2 * GRADIENT_BYTES)
          split_gradient_chunk(run, to, from, unit, chunk * LANES, sample);
      }
}

// The inputs that one tap reads of one block.
typedef struct {
  local const char *first;
  long step;  // bytes between the rows of neighbouring outputs
} TapInputs;

INLINE TapInputs make_tap_inputs(const GradientRun *run, int entry) {
  const int input = entry / run->taps, tap = entry % run->taps;
  const int row = tap_shift(&run->vertical, tap / run->tapColumns);
  const int column = tap_shift(&run->horizontal, tap % run->tapColumns);
  TapInputs inputs;
  inputs.first = run->x + (long)input * 2 * run->plane + row * run->rowPitch + (long)column * run->lanes * 64;
  inputs.step = run->rowPitch;
  return inputs;
}

// Registers 0 ... 3 = two blocks of outputs by two entries.
INLINE void multiply_outputs(const GradientRun *run, local const char *g0, local const char *g1,
                             const TapInputs *inputs) {
  TILE_ZERO(0);
  TILE_ZERO(1);
  TILE_ZERO(2);
  TILE_ZERO(3);
  const long part = run->plane, unitPitch = (long)run->inputs * 2 * part;
  for (int unit = 0; unit < run->units; unit++)
    for (int y = 0; y < run->rows; y++) {
      local const char *b0 = inputs[0].first + unit * unitPitch + y * inputs[0].step;
      local const char *b1 = inputs[1].first + unit * unitPitch + y * inputs[1].step;
      for (int chunk = 0; chunk < run->chunks; chunk++) {
        TILE_LOAD(4, g0, 64);
        TILE_LOAD(6, b0 + part, 64);
        TILE_LOAD(7, b1 + part, 64);
        TILE_LOAD(5, g1, 64);
        MULTIPLY_PART;
        TILE_LOAD(6, b0, 64);
        TILE_LOAD(7, b1, 64);
        MULTIPLY_PART;
        TILE_LOAD(4, g0 + GRADIENT_BYTES, 64);
        TILE_LOAD(5, g1 + GRADIENT_BYTES, 64);
        MULTIPLY_PART;
        g0 += 2 * GRADIENT_BYTES;
        g1 += 2 * GRADIENT_BYTES;
        b0 += GRADIENT_BYTES;
        b1 += GRADIENT_BYTES;
      }
    }
}

#define MULTIPLY_ENTRY(SUM)          \
  TILE_LOAD(6, b[SUM], 64);          \
  TILE_LOAD(7, b[SUM] + part, 64);   \
  b[SUM] += GRADIENT_BYTES;          \
  TILE_MULTIPLY(SUM, 4, 7);          \
  TILE_MULTIPLY(SUM, 4, 6);          \
  TILE_MULTIPLY(SUM, 5, 6)

// Registers 0 ... 3 = one block of outputs by up to four entries.
INLINE void multiply_output(const GradientRun *run, local const char *g, const TapInputs *inputs, int count) {
  TILE_ZERO(0);
  TILE_ZERO(1);
  TILE_ZERO(2);
  TILE_ZERO(3);
  const long part = run->plane, unitPitch = (long)run->inputs * 2 * part;
  for (int unit = 0; unit < run->units; unit++)
    for (int y = 0; y < run->rows; y++) {
      local const char *b[4];
      for (int e = 0; e < 4; e++) b[e] = inputs[e].first + unit * unitPitch + y * inputs[e].step;
      for (int chunk = 0; chunk < run->chunks; chunk++, g += 2 * GRADIENT_BYTES) {
        TILE_LOAD(4, g, 64);
        TILE_LOAD(5, g + GRADIENT_BYTES, 64);
        MULTIPLY_ENTRY(0);
        if (count > 1) { MULTIPLY_ENTRY(1); }
        if (count > 2) { MULTIPLY_ENTRY(2); }
        if (count > 3) { MULTIPLY_ENTRY(3); }
      }
    }
}

// Stored tiles that wait to be added: loads from what tiles have just stored would wait for every store
// before. A tile without a target was multiplied in vain.
typedef struct {
  local const float *sums;
  global float *to[4];
} PendingSums;

INLINE void add_sums(const PendingSums *pending, int isFirst) {
  for (int k = 0; k < 4; k++) {
    local const float *sums = pending->sums + k * GRADIENT_TILE;
    global float *to = pending->to[k];
    for (int i = 0; to && i < LANES; i++) {
      const float16 sum = vload16(i, sums);
      vstore16(isFirst ? sum : sum + vload16(i, to), i, to);
    }
  }
}

INLINE void store_tiles(local float *sums) {
  TILE_STORE(0, sums, 64);
  TILE_STORE(1, sums + GRADIENT_TILE, 64);
  TILE_STORE(2, sums + 2 * GRADIENT_TILE, 64);
  TILE_STORE(3, sums + 3 * GRADIENT_TILE, 64);
}

// Adds the run's products to the totals: `totals` is the tile of its first blocks, and `outputPitch` words
// lie between output blocks.
INLINE void multiply_run(const GradientRun *run, local float *sums, global float *totals, long outputPitch,
                         int isFirst) {
  const int entries = run->inputs * run->taps;
  const long blockBytes = (long)run->units * run->rows * run->chunks * 2 * GRADIENT_BYTES;
  PendingSums pending = {sums, {0, 0, 0, 0}};
  int turn = 0;
  for (int output = 0; output < run->outputs; output += 2) {
    local const char *g = run->g + output * blockBytes;
    const int isPair = output + 1 < run->outputs, width = isPair ? 2 : 4;
    for (int entry = 0; entry < entries; entry += width, turn ^= 1) {
      TapInputs inputs[4];
      PendingSums next = {sums + turn * GRADIENT_SUMS, {0, 0, 0, 0}};
      for (int k = 0; k < 4; k++) {
        const int column = entry + k % width;
        global float *to = totals + (output + k / width) * outputPitch + (long)column * GRADIENT_TILE;
        next.to[k] = column < entries ? to : 0;
        inputs[k] = make_tap_inputs(run, min(column, entries - 1));
      }
      if (isPair) multiply_outputs(run, g, g + blockBytes, inputs);
      else multiply_output(run, g, inputs, min(width, entries - entry));
      store_tiles(sums + turn * GRADIENT_SUMS);
      add_sums(&pending, isFirst);
      pending = next;
    }
  }
  add_sums(&pending, isFirst);
}

kernel void convolution_weights_tiles(
    global const float *restrict x, global const float *restrict g, global float *restrict partial,
    local float *scratch, int N, int inBlocks, int outBlocks, int H, int W, int OH, int OW, int KH, int KW,
    int strideH, int strideW, int dilationH, int dilationW, int padTop, int padLeft, int parts, int outRanges,
    int inRanges, int lanes, int units, int rows) {
  const int item = (int)get_global_id(0), inRange = item % inRanges, outRange = item / inRanges % outRanges;
  const int part = item / inRanges / outRanges, end = part_start(N, part + 1, parts);
  const int inBlock = inBlocks * inRange / inRanges, outBlock = outBlocks * outRange / outRanges;
  GradientRun run;
  run.taps = KH * KW;
  run.tapColumns = KW;
  run.inputs = inBlocks * (inRange + 1) / inRanges - inBlock;
  run.outputs = outBlocks * (outRange + 1) / outRanges - outBlock;
  run.width = OW;
  run.lanes = lanes;
  run.units = units;
  run.chunks = OW * lanes / LANES;
  run.endSample = end;
  run.horizontal = make_patch_axis(W, 0, OW, KW, strideW, dilationW, padLeft);
  run.rowPitch = (long)run.horizontal.stride * run.horizontal.pitch * lanes * 64;
  run.g = (local char *)(scratch + 2 * GRADIENT_SUMS);
  const long outputPitch = (long)inBlocks * run.taps * GRADIENT_TILE;
  global float *totals = partial + ((long)part * outBlocks + outBlock) * outputPitch +
                         (long)inBlock * run.taps * GRADIENT_TILE;
  int isFirst = 1;
  TILES_BEGIN();
  for (int n = part_start(N, part, parts); n < end; n += 2 * lanes * units)
    for (int y = 0; y < OH; y += rows, isFirst = 0) {
      run.firstSample = n;
      run.firstRow = y;
      run.rows = min(rows, OH - y);
      run.vertical = make_patch_axis(H, y, run.rows, KH, strideH, dilationH, padTop);
      run.plane = run.vertical.stride * run.vertical.pitch * run.rowPitch;
      run.x = run.g + (long)run.outputs * units * run.rows * run.chunks * 2 * GRADIENT_BYTES;
      split_inputs(&run, x, inBlocks, inBlock);
      split_gradients(&run, g, outBlocks, outBlock, OH);
      multiply_run(&run, scratch, totals, outputPitch, isFirst);
    }
  TILES_END();
}

#ifdef TREMOR_HOST
HOST_KERNEL(convolution_weights_tiles, p[0], p[1], p[2], scratch, i[0], i[1], i[2], i[3], i[4], i[5], i[6],
            i[7], i[8], i[9], i[10], i[11], i[12], i[13], i[14], i[15], i[16], i[17], i[18], i[19], i[20])
#endif
#endif
