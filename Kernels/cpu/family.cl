// The CPU family: every text, in the order it is compiled, as OpenCL C and as C.
#include "prelude.cl"
#include "../common/math.cl"
#include "map.cl"
#include "reduce.cl"
#include "index.cl"
#include "window.cl"
#include "matmul.cl"
#include "convolution.cl"
