// What the convolutions that copy a patch of their input share: the region of a work-item, its scratch, its phases.

// What one work-item of a patch convolution covers.
typedef struct {
  Axis vertical, horizontal;
  Span ySpan, xSpan;
  int firstSample, samples, planes, unit;  // unit: floats a pixel of the patch
} Region;

INLINE Region make_region(Axis vertical, Axis horizontal, int firstRow, int rows, int firstSample,
                          int samples, int planes, int unit) {
  Region region;
  region.vertical = vertical;
  region.horizontal = horizontal;
  region.ySpan = make_span(&vertical, firstRow, min(vertical.output, firstRow + rows));
  region.xSpan = make_span(&horizontal, 0, horizontal.output);
  region.firstSample = firstSample;
  region.samples = samples;
  region.planes = planes;
  region.unit = unit;
  return region;
}

INLINE int patch_length(const Region *region) {
  return region->planes * region->ySpan.count * region->xSpan.count * region->unit;
}

// The scratch of a patch convolution, in the order of its formula.
typedef struct {
  local int *steps;
  local int *rows;
  local float *sums;
  local float *patch;
} Workspace;

INLINE Workspace divide_scratch(local float *scratch, int steps, int points, int width) {
  Workspace workspace;
  workspace.steps = (local int *)scratch;
  workspace.rows = workspace.steps + rounded_up(2 * steps, LANES);
  workspace.sums = (local float *)(workspace.rows + rounded_up(points + TILE_ROWS, LANES));
  workspace.patch = workspace.sums + (points + TILE_ROWS) * width * LANES;
  return workspace;
}

// Copies the region's input: the planes from `firstPlane` of each sample of `planesPerSample` planes.
INLINE void copy_region(local float *patch, global const float *x, const Region *region, int firstPlane,
                        int planesPerSample) {
  const long plane = (long)region->vertical.input * region->horizontal.input * region->unit;
  for (int s = 0; s < region->samples; s++)
    copy_patch(patch + s * patch_length(region),
               x + ((long)(region->firstSample + s) * planesPerSample + firstPlane) * plane, region->planes,
               &region->vertical, &region->horizontal, &region->ySpan, &region->xSpan, region->unit);
}

// Stores one block's sums, which are `width` vectors apart, of a phase of one plane whose first vector is
// `plane`.
INLINE void finish_plane(const Epilogue *epilogue, local const float *sums, int width, const Region *region,
                         const Run *yRun, const Run *xRun, float16 bias, long plane, long maskShift) {
  const Axis *vertical = &region->vertical, *horizontal = &region->horizontal;
  for (int i = 0; i < yRun->count; i++) {
    const int y = yRun->phase + (yRun->start + i) * vertical->period;
    long index = plane + (long)y * horizontal->output + xRun->phase + xRun->start * horizontal->period;
    for (int j = 0; j < xRun->count; j++) {
      finish(epilogue, vload16(0, sums), bias, index, index - maskShift);
      index += horizontal->period;
      sums += width * LANES;
    }
  }
}

// Stores the sums of one group of output blocks, in the order of `list_rows`.
INLINE void finish_group(const Epilogue *epilogue, local const float *sums, int width, const Region *region,
                         const Run *yRun, const Run *xRun, int block, int blocks, int maskBatch) {
  const long pixels = (long)region->vertical.output * region->horizontal.output;
  for (int s = 0; s < region->samples; s++) {
    const int n = region->firstSample + s;
    const long shift = mask_shift(n, maskBatch, epilogue->flags, blocks * pixels);
    for (int j = 0; j < width; j++)
      finish_plane(epilogue, sums + (s * yRun->count * xRun->count * width + j) * LANES, width, region, yRun,
                   xRun, bias_of(epilogue, block + j), ((long)n * blocks + block + j) * pixels, shift);
  }
}

// Computes the output blocks `firstBlock ..< endBlock` of `blocksPerGroup`, stored from block `offset` on.
typedef struct {
  int firstGroup, endGroup, blocksPerGroup, offset, blocks, depth, joined, maskBatch;
} Outputs;

INLINE void convolve_phase(const Region *region, const Workspace *workspace, const Outputs *outputs,
                           global const float *weights, const Epilogue *epilogue, const Run *yRun,
                           const Run *xRun) {
  const Axis *vertical = &region->vertical, *horizontal = &region->horizontal;
  const int depth = outputs->depth;
  const int count = list_rows(workspace->rows, region->samples, patch_length(region), vertical, horizontal,
                              &region->ySpan, &region->xSpan, yRun, xRun, region->unit);
  if (count == 0) return;
  const int perBlock = region->planes * vertical->taps * horizontal->taps * region->unit * LANES;
  for (int group = outputs->firstGroup; group < outputs->endGroup; group++) {
    const int start = group * GROUP, width = group_width(start, outputs->blocksPerGroup);
    const int steps =
        list_steps(workspace->steps, region->planes, vertical, horizontal, &region->ySpan, &region->xSpan,
                   yRun, xRun, region->unit, region->unit * width * LANES, outputs->joined);
    const Product product = {workspace->patch, workspace->rows, workspace->steps, workspace->sums,
                             count,            steps,           depth,            1};
    multiply_in_passes(&product, weights + (long)start * perBlock, width);
    finish_group(epilogue, workspace->sums, width, region, yRun, xRun, outputs->offset + start,
                 outputs->blocks, outputs->maskBatch);
  }
}

INLINE void convolve_region(const Region *region, const Workspace *workspace, const Outputs *outputs,
                            global const float *weights, const Epilogue *epilogue) {
  for (int py = 0; py < region->vertical.period; py++) {
    const Run yRun = make_run(&region->vertical, &region->ySpan, py);
    for (int px = 0; px < region->horizontal.period; px++) {
      const Run xRun = make_run(&region->horizontal, &region->xSpan, px);
      convolve_phase(region, workspace, outputs, weights, epilogue, &yRun, &xRun);
    }
  }
}
