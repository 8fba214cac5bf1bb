// Platforms, devices, contexts, queues, memory, programs and kernels.
#include "COpenCL.h"
#include "functions.h"

#define CALL(library) ((const tcl_functions *)(library).bits)
#define POINTER(handle) ((void *)(handle).bits)
// More platforms or devices than this on one machine are not listed.
#define LIST_LIMIT 64

static const uint64_t all_device_types = 0xFFFFFFFF, read_write = 1, profiling_enabled = 2;
static const uint32_t region = 0x1220, context_platform = 0x1084;
static const intptr_t partition_equally = 0x1086;
static const uint32_t program_binary_sizes = 0x1165, program_binaries = 0x1166, program_kernels = 0x1167;
static const uint32_t program_build_log = 0x1183, kernel_arguments = 0x1191, kernel_work_group_size = 0x11B0;

static uint32_t lesser(uint32_t a, uint32_t b) { return a < b ? a : b; }

int32_t tcl_platforms(tcl_library library, uint32_t capacity, tcl_platform *platforms, uint32_t *count) {
  void *list[LIST_LIMIT];
  int32_t status = CALL(library)->clGetPlatformIDs(LIST_LIMIT, list, count);
  if (status) return status;
  *count = lesser(*count, lesser(capacity, LIST_LIMIT));
  for (uint32_t k = 0; k < *count; k++) platforms[k].bits = (uintptr_t)list[k];
  return TCL_SUCCESS;
}

int32_t tcl_devices(tcl_library library, tcl_platform platform, uint32_t capacity, tcl_device *devices,
                    uint32_t *count) {
  void *list[LIST_LIMIT];
  int32_t status =
      CALL(library)->clGetDeviceIDs(POINTER(platform), all_device_types, LIST_LIMIT, list, count);
  if (status) return status;
  *count = lesser(*count, lesser(capacity, LIST_LIMIT));
  for (uint32_t k = 0; k < *count; k++) devices[k].bits = (uintptr_t)list[k];
  return TCL_SUCCESS;
}

int32_t tcl_platform_info(tcl_library library, tcl_platform platform, uint32_t query, size_t size,
                          void *value, size_t *needed) {
  return CALL(library)->clGetPlatformInfo(POINTER(platform), query, size, value, needed);
}

int32_t tcl_device_info(tcl_library library, tcl_device device, uint32_t query, size_t size, void *value,
                        size_t *needed) {
  return CALL(library)->clGetDeviceInfo(POINTER(device), query, size, value, needed);
}

int32_t tcl_create_sub_devices(tcl_library library, tcl_device device, uint32_t units, uint32_t capacity,
                               tcl_device *devices, uint32_t *count) {
  const intptr_t properties[] = {partition_equally, units, 0};
  void *list[LIST_LIMIT];
  int32_t status = CALL(library)->clCreateSubDevices(POINTER(device), properties, lesser(capacity, LIST_LIMIT),
                                                     list, count);
  if (status) return status;
  *count = lesser(*count, lesser(capacity, LIST_LIMIT));
  for (uint32_t k = 0; k < *count; k++) devices[k].bits = (uintptr_t)list[k];
  return TCL_SUCCESS;
}

int32_t tcl_release_device(tcl_library library, tcl_device device) {
  return CALL(library)->clReleaseDevice(POINTER(device));
}

int32_t tcl_create_context(tcl_library library, tcl_platform platform, tcl_device device,
                           const tcl_device *parts, uint32_t part_count, tcl_context *result) {
  const intptr_t properties[] = {context_platform, (intptr_t)platform.bits, 0};
  void *devices[LIST_LIMIT + 1] = {POINTER(device)};
  const uint32_t count = lesser(part_count, LIST_LIMIT);
  for (uint32_t k = 0; k < count; k++) devices[k + 1] = POINTER(parts[k]);
  int32_t status = TCL_SUCCESS;
  result->bits =
      (uintptr_t)CALL(library)->clCreateContext(properties, count + 1, devices, NULL, NULL, &status);
  return status;
}

int32_t tcl_release_context(tcl_library library, tcl_context context) {
  return CALL(library)->clReleaseContext(POINTER(context));
}

int32_t tcl_create_queue(tcl_library library, tcl_context context, tcl_device device, int profiling,
                         tcl_queue *result) {
  int32_t status = TCL_SUCCESS;
  result->bits = (uintptr_t)CALL(library)->clCreateCommandQueue(
      POINTER(context), POINTER(device), profiling ? profiling_enabled : 0, &status);
  return status;
}

int32_t tcl_release_queue(tcl_library library, tcl_queue queue) {
  return CALL(library)->clReleaseCommandQueue(POINTER(queue));
}

int32_t tcl_create_buffer(tcl_library library, tcl_context context, size_t size, tcl_memory *result) {
  int32_t status = TCL_SUCCESS;
  result->bits = (uintptr_t)CALL(library)->clCreateBuffer(POINTER(context), read_write, size, NULL, &status);
  return status;
}

int32_t tcl_create_sub_buffer(tcl_library library, tcl_memory memory, size_t offset, size_t size,
                              tcl_memory *result) {
  const size_t extent[] = {offset, size};
  int32_t status = TCL_SUCCESS;
  result->bits =
      (uintptr_t)CALL(library)->clCreateSubBuffer(POINTER(memory), read_write, region, extent, &status);
  return status;
}

int32_t tcl_release_memory(tcl_library library, tcl_memory memory) {
  return CALL(library)->clReleaseMemObject(POINTER(memory));
}

int32_t tcl_create_program(tcl_library library, tcl_context context, const char *source, size_t size,
                           tcl_program *result) {
  int32_t status = TCL_SUCCESS;
  result->bits =
      (uintptr_t)CALL(library)->clCreateProgramWithSource(POINTER(context), 1, &source, &size, &status);
  return status;
}

int32_t tcl_create_program_with_binary(tcl_library library, tcl_context context, tcl_device device,
                                       const uint8_t *binary, size_t size, tcl_program *result) {
  void *const devices[] = {POINTER(device)};
  int32_t binary_status = TCL_SUCCESS, status = TCL_SUCCESS;
  result->bits = (uintptr_t)CALL(library)->clCreateProgramWithBinary(POINTER(context), 1, devices, &size,
                                                                     &binary, &binary_status, &status);
  if (status || !binary_status) return status;
  tcl_release_program(library, *result);
  return binary_status;
}

int32_t tcl_build_program(tcl_library library, tcl_program program, tcl_device device, const char *options) {
  void *const devices[] = {POINTER(device)};
  return CALL(library)->clBuildProgram(POINTER(program), 1, devices, options, NULL, NULL);
}

int32_t tcl_build_log(tcl_library library, tcl_program program, tcl_device device, size_t size, void *value,
                      size_t *needed) {
  return CALL(library)->clGetProgramBuildInfo(POINTER(program), POINTER(device), program_build_log, size,
                                              value, needed);
}

int32_t tcl_program_kernel_count(tcl_library library, tcl_program program, size_t *count) {
  return CALL(library)->clGetProgramInfo(POINTER(program), program_kernels, sizeof *count, count, NULL);
}

int32_t tcl_program_binary_size(tcl_library library, tcl_program program, size_t *size) {
  return CALL(library)->clGetProgramInfo(POINTER(program), program_binary_sizes, sizeof *size, size, NULL);
}

int32_t tcl_program_binary(tcl_library library, tcl_program program, uint8_t *binary) {
  return CALL(library)->clGetProgramInfo(POINTER(program), program_binaries, sizeof binary, &binary, NULL);
}

int32_t tcl_release_program(tcl_library library, tcl_program program) {
  return CALL(library)->clReleaseProgram(POINTER(program));
}

int32_t tcl_create_kernel(tcl_library library, tcl_program program, const char *name, tcl_kernel *result) {
  int32_t status = TCL_SUCCESS;
  result->bits = (uintptr_t)CALL(library)->clCreateKernel(POINTER(program), name, &status);
  return status;
}

int32_t tcl_kernel_argument_count(tcl_library library, tcl_kernel kernel, uint32_t *count) {
  return CALL(library)->clGetKernelInfo(POINTER(kernel), kernel_arguments, sizeof *count, count, NULL);
}

int32_t tcl_kernel_work_group_size(tcl_library library, tcl_kernel kernel, tcl_device device, size_t *size) {
  return CALL(library)->clGetKernelWorkGroupInfo(POINTER(kernel), POINTER(device), kernel_work_group_size,
                                                 sizeof *size, size, NULL);
}

int32_t tcl_set_memory_argument(tcl_library library, tcl_kernel kernel, uint32_t index, tcl_memory memory) {
  void *pointer = POINTER(memory);
  return CALL(library)->clSetKernelArg(POINTER(kernel), index, sizeof pointer, &pointer);
}

int32_t tcl_set_local_argument(tcl_library library, tcl_kernel kernel, uint32_t index, size_t size) {
  return CALL(library)->clSetKernelArg(POINTER(kernel), index, size, NULL);
}

int32_t tcl_set_int_argument(tcl_library library, tcl_kernel kernel, uint32_t index, int32_t value) {
  return CALL(library)->clSetKernelArg(POINTER(kernel), index, sizeof value, &value);
}

int32_t tcl_set_float_argument(tcl_library library, tcl_kernel kernel, uint32_t index, float value) {
  return CALL(library)->clSetKernelArg(POINTER(kernel), index, sizeof value, &value);
}

int32_t tcl_release_kernel(tcl_library library, tcl_kernel kernel) {
  return CALL(library)->clReleaseKernel(POINTER(kernel));
}
