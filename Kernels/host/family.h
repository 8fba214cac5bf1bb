// One build of the CPU family: the shim, the texts, and the table of host entries.
#include "shim.h"
#include <string.h>
#include "../include/tremor_kernels.h"
#include "../cpu/family.cl"

#define TABLE SHIM_JOIN(tremor_table, SUFFIX)
tremor_kernel_function TABLE(const char *name) {
#define K(kernel_name) if (strcmp(name, #kernel_name) == 0) return SHIM_JOIN(host_##kernel_name, SUFFIX);
#include "kernels.def"
#undef K
  return NULL;
}
