// Convolution of blocked tensors, any kernel, stride, dilation, input dilation and groups, as register tiles
// of up to 6 pixels x 64 output channels.
//
//   y[n,o,p] = sum over c, k of w[o,c,k] * x[n,c,(p * stride + k * dilation - pad) / inputDilation]
//
// x [N, groups * inBlocks, H, W, 16] -> y [N, groups * outBlocks, OH, OW, 16]; groups is 1 or channels divide
// evenly into blocks within each group. Weights from `pack_direct`:
// [groups][group of up to 4 output blocks][inBlocks][KH * KW][16][width of the group][16].
// A work-item copies the input it needs once, with its padding, and computes `rows` output rows of `samples`
// consecutive samples for one of `parts` ranges of output blocks of one of `groups`:
// ceil(N / samples) * ceil(OH / rows) * groups * parts work-items, the part varying fastest, then the group,
// then the rows. None of these numbers changes a bit; rows * OW * samples (divided by inputDilationH *
// inputDilationW) near 64 is good, samples > 1 only with rows = OH. A 1x1 convolution with stride 1 and no
// padding may be passed as H = 1, W = H * W.
// scratch, with points = samples * rows * OW, and each line rounded up to a multiple of 16 words, in words of
// 4 bytes:
//   2 * inBlocks * KH * KW
//   points + 12
//   (points + 12) * 4 * 16
//   samples * inBlocks * patchRows * patchColumns * 16
// patchRows = ((rows - 1) * strideH + (KH - 1) * dilationH) / inputDilationH + 2, but rows when KH and
// inputDilationH are 1; patchColumns alike from OW.
// ints: N, groups, inBlocks, outBlocks (both per group), H, W, OH, OW, KH, KW, strideH, strideW, dilationH,
// dilationW, inputDilationH, inputDilationW, padTop, padLeft, samples, rows, parts, flags (EPILOGUE_...),
// maskBatch (samples in maskIn).

kernel void convolution_direct(
    global const float *restrict x, global const float *restrict weights, global const float *restrict bias,
    global const float *restrict residual, global const ushort *restrict maskIn,
    global ushort *restrict maskOut, global float *restrict y, local float *scratch, int N, int groups,
    int inBlocks, int outBlocks, int H, int W, int OH, int OW, int KH, int KW, int strideH, int strideW,
    int dilationH, int dilationW, int inputDilationH, int inputDilationW, int padTop, int padLeft,
    int samples, int rows, int parts, int flags, int maskBatch) {
  const int item = (int)get_global_id(0), part = item % parts, group = item / parts % groups;
  const int strips = (OH + rows - 1) / rows, strip = item / parts / groups % strips;
  const int first = item / parts / groups / strips * samples;
  const Region region = make_region(make_axis(H, OH, KH, strideH, dilationH, inputDilationH, padTop),
                                    make_axis(W, OW, KW, strideW, dilationW, inputDilationW, padLeft),
                                    strip * rows, rows, first, min(samples, N - first), inBlocks, LANES);
  const Epilogue epilogue = {y, bias, residual, maskIn, maskOut, flags};
  const int wide = (outBlocks + GROUP - 1) / GROUP;
  const Outputs outputs = {wide * part / parts, wide * (part + 1) / parts, outBlocks, group * outBlocks,
                           groups * outBlocks,  LANES,                     1,         maskBatch};
  const Workspace workspace = divide_scratch(scratch, inBlocks * KH * KW, samples * rows * OW, GROUP);
  copy_region(workspace.patch, x, &region, group * inBlocks, groups * inBlocks);
  convolve_region(&region, &workspace, &outputs,
                  weights + (long)group * outBlocks * inBlocks * KH * KW * LANES * LANES, &epilogue);
}

// Packs weights [O, C / groups, KH * KW] for `convolution_direct`, zeros in padded lanes.
// swap 0: outputs are O, inputs C. swap 1: outputs are C, inputs O, taps reversed (the input's adjoint).
// A work-item packs one tap of one input block of one output block:
// groups * outBlocks * inBlocks * taps work-items, blocks counted per group; 256 floats of result each.
// ints: O, C (both of the source), groups, taps, swap.
kernel void pack_direct(global const float *restrict weights, global float *restrict result, int O, int C,
                        int groups, int taps, int swap) {
  const int sourceOutputs = O / groups, sourceInputs = C / groups;
  const int outputs = swap ? sourceInputs : sourceOutputs, inputs = swap ? sourceOutputs : sourceInputs;
  const int outBlocks = (outputs + LANES - 1) / LANES, inBlocks = (inputs + LANES - 1) / LANES;
  const int item = (int)get_global_id(0), tap = item % taps, inBlock = item / taps % inBlocks;
  const int block = item / taps / inBlocks % outBlocks, group = item / taps / inBlocks / outBlocks;
  const int start = block / GROUP * GROUP, width = group_width(start, outBlocks);
  const long before = ((long)group * outBlocks + start) * inBlocks + (long)inBlock * width;
  global float *to = result + ((before * taps + (long)tap * width) * LANES + block - start) * LANES;
  for (int c = 0; c < LANES; c++)
    for (int lane = 0; lane < LANES; lane++) {
      const int o = block * LANES + lane, i = inBlock * LANES + c;
      const long row = group * sourceOutputs + (swap ? i : o);
      const long at = (row * sourceInputs + (swap ? o : i)) * taps + (swap ? taps - 1 - tap : tap);
      to[c * width * LANES + lane] = o < outputs && i < inputs ? weights[at] : 0.0f;
    }
}

#ifdef TREMOR_HOST
HOST_KERNEL(convolution_direct, p[0], p[1], p[2], p[3], p[4], p[5], p[6], scratch, i[0], i[1], i[2], i[3],
            i[4], i[5], i[6], i[7], i[8], i[9], i[10], i[11], i[12], i[13], i[14], i[15], i[16], i[17],
            i[18], i[19], i[20], i[21], i[22])
HOST_KERNEL(pack_direct, p[0], p[1], i[0], i[1], i[2], i[3], i[4])
#endif
