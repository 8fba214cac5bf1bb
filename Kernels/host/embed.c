// The texts that the OpenCL device compiles at run time, embedded at build time, with the texts they include.
#include "../include/tremor_kernels.h"

#pragma clang diagnostic ignored "-Wunknown-warning-option"
#pragma clang diagnostic ignored "-Wc23-extensions"

// Every text: its name here, and its path below the folder Kernels. A text added here is embedded below.
#define TEXTS(TEXT) \
  TEXT(include_program, "include/program.h") \
  TEXT(common_math, "common/math.cl") \
  TEXT(cpu_family, "cpu/family.cl") \
  TEXT(cpu_prelude, "cpu/prelude.cl") \
  TEXT(cpu_host_clang, "cpu/host_clang.cl") \
  TEXT(cpu_lanes, "cpu/lanes.cl") \
  TEXT(cpu_map, "cpu/map.cl") \
  TEXT(cpu_reduce, "cpu/reduce.cl") \
  TEXT(cpu_channels, "cpu/channels.cl") \
  TEXT(cpu_index, "cpu/index.cl") \
  TEXT(cpu_window, "cpu/window.cl") \
  TEXT(cpu_attack, "cpu/attack.cl") \
  TEXT(cpu_matmul, "cpu/matmul.cl") \
  TEXT(cpu_convolution, "cpu/convolution.cl") \
  TEXT(cpu_convolution_pack, "cpu/convolution_pack.cl") \
  TEXT(cpu_selection, "cpu/selection.cl") \
  TEXT(cpu_minimal_filtering, "cpu/minimal_filtering.cl") \
  TEXT(cpu_convolution_winograd, "cpu/convolution_winograd.cl") \
  TEXT(cpu_convolution_winograd_strided, "cpu/convolution_winograd_strided.cl") \
  TEXT(cpu_convolution_patches, "cpu/convolution_patches.cl") \
  TEXT(cpu_convolution_direct, "cpu/convolution_direct.cl") \
  TEXT(cpu_matrix_tiles, "cpu/matrix_tiles.cl") \
  TEXT(cpu_convolution_tiles, "cpu/convolution_tiles.cl") \
  TEXT(cpu_convolution_first, "cpu/convolution_first.cl") \
  TEXT(cpu_convolution_last, "cpu/convolution_last.cl") \
  TEXT(cpu_convolution_depthwise, "cpu/convolution_depthwise.cl") \
  TEXT(cpu_convolution_plain, "cpu/convolution_plain.cl") \
  TEXT(cpu_convolution_weights, "cpu/convolution_weights.cl") \
  TEXT(cpu_convolution_weights_winograd, "cpu/convolution_weights_winograd.cl") \
  TEXT(cpu_convolution_weights_tiles, "cpu/convolution_weights_tiles.cl") \
  TEXT(cpu_exact, "cpu/exact.cl") \
  TEXT(gpu_family, "gpu/family.cl") \
  TEXT(gpu_prelude, "gpu/prelude.cl") \
  TEXT(gpu_map, "gpu/map.cl") \
  TEXT(gpu_reduce, "gpu/reduce.cl") \
  TEXT(gpu_index, "gpu/index.cl") \
  TEXT(gpu_window, "gpu/window.cl") \
  TEXT(gpu_attack, "gpu/attack.cl") \
  TEXT(gpu_matmul, "gpu/matmul.cl") \
  TEXT(gpu_convolution, "gpu/convolution.cl") \
  TEXT(gpu_winograd, "gpu/winograd.cl") \
  TEXT(gpu_convolution_weights, "gpu/convolution_weights.cl") \
  TEXT(gpu_exact, "gpu/exact.cl") \
  TEXT(gpu_tensor, "gpu/tensor.cl") \
  TEXT(gpu_tensorcore, "gpu/tensorcore.cl")

static const char include_program[] = {
#embed "../include/program.h" suffix(, )
  0};
static const char common_math[] = {
#embed "../common/math.cl" suffix(, )
  0};
static const char cpu_family[] = {
#embed "../cpu/family.cl" suffix(, )
  0};
static const char cpu_prelude[] = {
#embed "../cpu/prelude.cl" suffix(, )
  0};
static const char cpu_host_clang[] = {
#embed "../cpu/host_clang.cl" suffix(, )
  0};
static const char cpu_lanes[] = {
#embed "../cpu/lanes.cl" suffix(, )
  0};
static const char cpu_map[] = {
#embed "../cpu/map.cl" suffix(, )
  0};
static const char cpu_reduce[] = {
#embed "../cpu/reduce.cl" suffix(, )
  0};
static const char cpu_channels[] = {
#embed "../cpu/channels.cl" suffix(, )
  0};
static const char cpu_index[] = {
#embed "../cpu/index.cl" suffix(, )
  0};
static const char cpu_window[] = {
#embed "../cpu/window.cl" suffix(, )
  0};
static const char cpu_attack[] = {
#embed "../cpu/attack.cl" suffix(, )
  0};
static const char cpu_matmul[] = {
#embed "../cpu/matmul.cl" suffix(, )
  0};
static const char cpu_convolution[] = {
#embed "../cpu/convolution.cl" suffix(, )
  0};
static const char cpu_convolution_pack[] = {
#embed "../cpu/convolution_pack.cl" suffix(, )
  0};
static const char cpu_selection[] = {
#embed "../cpu/selection.cl" suffix(, )
  0};
static const char cpu_minimal_filtering[] = {
#embed "../cpu/minimal_filtering.cl" suffix(, )
  0};
static const char cpu_convolution_winograd[] = {
#embed "../cpu/convolution_winograd.cl" suffix(, )
  0};
static const char cpu_convolution_winograd_strided[] = {
#embed "../cpu/convolution_winograd_strided.cl" suffix(, )
  0};
static const char cpu_convolution_patches[] = {
#embed "../cpu/convolution_patches.cl" suffix(, )
  0};
static const char cpu_convolution_direct[] = {
#embed "../cpu/convolution_direct.cl" suffix(, )
  0};
static const char cpu_matrix_tiles[] = {
#embed "../cpu/matrix_tiles.cl" suffix(, )
  0};
static const char cpu_convolution_tiles[] = {
#embed "../cpu/convolution_tiles.cl" suffix(, )
  0};
static const char cpu_convolution_first[] = {
#embed "../cpu/convolution_first.cl" suffix(, )
  0};
static const char cpu_convolution_last[] = {
#embed "../cpu/convolution_last.cl" suffix(, )
  0};
static const char cpu_convolution_depthwise[] = {
#embed "../cpu/convolution_depthwise.cl" suffix(, )
  0};
static const char cpu_convolution_plain[] = {
#embed "../cpu/convolution_plain.cl" suffix(, )
  0};
static const char cpu_convolution_weights[] = {
#embed "../cpu/convolution_weights.cl" suffix(, )
  0};
static const char cpu_convolution_weights_winograd[] = {
#embed "../cpu/convolution_weights_winograd.cl" suffix(, )
  0};
static const char cpu_convolution_weights_tiles[] = {
#embed "../cpu/convolution_weights_tiles.cl" suffix(, )
  0};
static const char cpu_exact[] = {
#embed "../cpu/exact.cl" suffix(, )
  0};
static const char gpu_family[] = {
#embed "../gpu/family.cl" suffix(, )
  0};
static const char gpu_prelude[] = {
#embed "../gpu/prelude.cl" suffix(, )
  0};
static const char gpu_map[] = {
#embed "../gpu/map.cl" suffix(, )
  0};
static const char gpu_reduce[] = {
#embed "../gpu/reduce.cl" suffix(, )
  0};
static const char gpu_index[] = {
#embed "../gpu/index.cl" suffix(, )
  0};
static const char gpu_window[] = {
#embed "../gpu/window.cl" suffix(, )
  0};
static const char gpu_attack[] = {
#embed "../gpu/attack.cl" suffix(, )
  0};
static const char gpu_matmul[] = {
#embed "../gpu/matmul.cl" suffix(, )
  0};
static const char gpu_convolution[] = {
#embed "../gpu/convolution.cl" suffix(, )
  0};
static const char gpu_winograd[] = {
#embed "../gpu/winograd.cl" suffix(, )
  0};
static const char gpu_convolution_weights[] = {
#embed "../gpu/convolution_weights.cl" suffix(, )
  0};
static const char gpu_exact[] = {
#embed "../gpu/exact.cl" suffix(, )
  0};
static const char gpu_tensor[] = {
#embed "../gpu/tensor.cl" suffix(, )
  0};
static const char gpu_tensorcore[] = {
#embed "../gpu/tensorcore.cl" suffix(, )
  0};

static const tremor_text texts[] = {
#define TEXT(name, path) {path, name, sizeof(name) - 1},
    TEXTS(TEXT)
#undef TEXT
};

int tremor_text_count(void) { return (int)(sizeof(texts) / sizeof(texts[0])); }

tremor_text tremor_text_at(int index) { return texts[index]; }
