// What an NVIDIA driver is given as the program for tensor cores, with the built-in functions in front.
#include "builtins.h"
#include "../../Kernels/gpu/tensor.cl"
