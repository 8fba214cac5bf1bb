// Products on tensor cores, and the parts of other texts that they use: a program of its own, so that a
// device that cannot compile it loses nothing else. The host gives NV_CC and the tile.
#include "prelude.cl"
#include "matmul.cl"
#include "convolution.cl"
#include "tensorcore.cl"
