// Opening a library: every entry point is found, or the library is not used.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "COpenCL.h"
#include "functions.h"

static int find(void *library, const char *name, void *slot, char *reason, size_t reason_size) {
  void *symbol = dlsym(library, name);
  if (!symbol) {
    snprintf(reason, reason_size, "it has no %s; OpenCL 1.2 or later is needed", name);
    return 0;
  }
  *(void **)slot = symbol;
  return 1;
}

static int find_all(void *library, tcl_functions *table, char *reason, size_t reason_size) {
#define TCL_FIND(result, name, parameters) \
  if (!find(library, #name, &table->name, reason, reason_size)) return 0;
  TCL_FUNCTIONS(TCL_FIND)
#undef TCL_FIND
  return 1;
}

// Intel's driver for processors emulates less local memory than the tiles of the CPU family need. It reads how much
// when it is loaded; what the user has set stays.
static void ask_for_local_memory(void) {
  setenv("CL_CONFIG_CPU_FORCE_LOCAL_MEM_SIZE", "8MB", 0);
}

tcl_library tcl_open(const char *path, char *reason, size_t reason_size) {
  const tcl_library none = {0};
  ask_for_local_memory();
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *message = dlerror();
    snprintf(reason, reason_size, "%s", message ? message : "it cannot be opened");
    return none;
  }
  tcl_functions *table = malloc(sizeof *table);
  if (table && find_all(library, table, reason, reason_size)) return (tcl_library){(uintptr_t)table};
  if (!table) snprintf(reason, reason_size, "out of memory");
  free(table);
  dlclose(library);
  return none;
}
