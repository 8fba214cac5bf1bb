// Convolution of dense tensors for the layers that no faster kernel takes.
//
//   y[n,o,p] = sum over c, k of w[o,c,k] * x[n,c,(p * stride + k * dilation - pad) / inputDilation]
//
// x [N, groups * C, H, W] -> y [N, groups * O, OH, OW], C and O counted per group; weights unpacked:
// [groups * O, C, KH, KW], or with swap = 1 [groups * C, O, KH, KW] with the taps reversed (the input's
// adjoint of a convolution from O to C channels a group). Accumulated in the order (c, ky, kx).
// A work-item computes one row of up to 4 output channels: N * groups * ceil(O / 4) * OH work-items.
// ints: groups, C, O, H, W, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, inputDilationH,
// inputDilationW, padTop, padLeft, swap, flags (EPILOGUE_BIAS, _RESIDUAL and _RELU; bias holds groups * O
// floats).
#define PLAIN_OUTPUTS 4

// The inputs of 16 consecutive outputs at one tap of one row, zeros in the padding.
INLINE float16 gather_row(global const float *row, const Axis *axis, int first, int tap) {
  const int start = first * axis->stride + tap * axis->dilation - axis->pad;
  if (axis->stride == 1 && axis->inputDilation == 1 && start >= 0 && start + LANES <= axis->input)
    return vload16(0, row + start);
  float lanes[LANES];
  for (int i = 0; i < LANES; i++) {
    const int numerator = start + i * axis->stride, position = numerator / axis->inputDilation;
    const int exact = position * axis->inputDilation == numerator;
    lanes[i] = exact && numerator >= 0 && position < axis->input ? row[position] : 0.0f;
  }
  return vload16(0, lanes);
}

// Stores `count` lanes of one output channel's row; `index` is the first one's place.
INLINE void finish_plain(const Epilogue *epilogue, float16 v, float bias, int count, long index) {
  float lanes[LANES];
  vstore16(v, 0, lanes);
  for (int i = 0; i < count; i++) {
    float value = lanes[i];
    if (epilogue->flags & EPILOGUE_BIAS) value += bias;
    if (epilogue->flags & EPILOGUE_RESIDUAL) value += epilogue->residual[index + i];
    if (epilogue->flags & EPILOGUE_RELU) value = value <= 0.0f ? 0.0f : value;
    epilogue->result[index + i] = value;
  }
}

// Where the weights of an output channel lie: `start` for its first input, `stride` from input to input, and
// `tap` from tap to tap.
typedef struct {
  long start[PLAIN_OUTPUTS];
  long stride;
  int tap;
} PlainWeights;

INLINE PlainWeights plain_weights(int group, int first, int O, int C, int taps, int swap) {
  PlainWeights at;
  at.stride = swap ? (long)O * taps : taps;
  at.tap = swap ? -1 : 1;
  #pragma unroll
  for (int j = 0; j < PLAIN_OUTPUTS; j++) {
    const long o = min(first + j, O - 1);
    at.start[j] = swap ? ((long)group * C * O + o + 1) * taps - 1 : ((long)group * O + o) * C * taps;
  }
  return at;
}

kernel void convolution_plain(
    global const float *restrict x, global const float *restrict weights, global const float *restrict bias,
    global const float *restrict residual, global float *restrict y, int groups, int C, int O, int H, int W,
    int OH, int OW, int KH, int KW, int strideH, int strideW, int dilationH, int dilationW,
    int inputDilationH, int inputDilationW, int padTop, int padLeft, int swap, int flags) {
  const int bundles = (O + PLAIN_OUTPUTS - 1) / PLAIN_OUTPUTS, row = (int)get_global_id(0) % OH;
  const int first = (int)get_global_id(0) / OH % bundles * PLAIN_OUTPUTS;
  const int group = (int)get_global_id(0) / OH / bundles % groups;
  const int n = (int)get_global_id(0) / OH / bundles / groups;
  const Axis horizontal = make_axis(W, OW, KW, strideW, dilationW, inputDilationW, padLeft);
  const PlainWeights at = plain_weights(group, first, O, C, KH * KW, swap);
  const Epilogue epilogue = {y, bias, residual, 0, 0, flags};
  for (int column = 0; column < OW; column += LANES) {
    float16 sum[PLAIN_OUTPUTS] = {(float16)(0.0f), (float16)(0.0f), (float16)(0.0f), (float16)(0.0f)};
    for (int c = 0; c < C; c++)
      for (int ky = 0; ky < KH; ky++) {
        const int numerator = row * strideH + ky * dilationH - padTop, line = numerator / inputDilationH;
        if (numerator < 0 || line >= H || line * inputDilationH != numerator) continue;
        global const float *from = x + ((((long)n * groups + group) * C + c) * H + line) * W;
        for (int kx = 0; kx < KW; kx++) {
          const float16 v = gather_row(from, &horizontal, column, kx);
          const long offset = c * at.stride + (ky * KW + kx) * at.tap;
          #pragma unroll
          for (int j = 0; j < PLAIN_OUTPUTS; j++)
            sum[j] = fma((float16)(weights[at.start[j] + offset]), v, sum[j]);
        }
      }
    #pragma unroll
    for (int j = 0; j < PLAIN_OUTPUTS; j++) {
      const int o = group * O + first + j;
      if (first + j < O)
        finish_plain(&epilogue, sum[j], flags & EPILOGUE_BIAS ? bias[o] : 0.0f, min(LANES, OW - column),
                     (((long)n * groups * O + o) * OH + row) * OW + column);
    }
  }
}

#ifdef TREMOR_HOST
HOST_KERNEL(convolution_plain, p[0], p[1], p[2], p[3], p[4], i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7],
            i[8], i[9], i[10], i[11], i[12], i[13], i[14], i[15], i[16], i[17], i[18])
#endif
