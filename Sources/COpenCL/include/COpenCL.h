// OpenCL 1.2, loaded at run time: nothing here is linked, and no OpenCL header is needed to build.
//
// Every object is a structure around the address of the driver's object as an integer, so a handle is a
// plain value in Swift and kinds of handles cannot be confused. Functions return OpenCL's status: 0 or a
// negative code.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct { uintptr_t bits; } tcl_library;
typedef struct { uintptr_t bits; } tcl_platform;
typedef struct { uintptr_t bits; } tcl_device;
typedef struct { uintptr_t bits; } tcl_context;
typedef struct { uintptr_t bits; } tcl_queue;
typedef struct { uintptr_t bits; } tcl_memory;
typedef struct { uintptr_t bits; } tcl_program;
typedef struct { uintptr_t bits; } tcl_kernel;
typedef struct { uintptr_t bits; } tcl_event;

enum { TCL_SUCCESS = 0 };

// Queries about a platform.
enum { TCL_PLATFORM_VERSION = 0x0901, TCL_PLATFORM_NAME = 0x0902 };

// Queries about a device; the names are those of the specification without its prefix.
enum {
  TCL_DEVICE_TYPE = 0x1000,
  TCL_DEVICE_VENDOR_ID = 0x1001,
  TCL_DEVICE_MAX_COMPUTE_UNITS = 0x1002,
  TCL_DEVICE_MAX_WORK_GROUP_SIZE = 0x1004,
  TCL_DEVICE_MAX_CLOCK_FREQUENCY = 0x100C,
  TCL_DEVICE_MAX_MEM_ALLOC_SIZE = 0x1010,
  TCL_DEVICE_MEM_BASE_ADDR_ALIGN = 0x1019,
  TCL_DEVICE_SINGLE_FP_CONFIG = 0x101B,
  TCL_DEVICE_GLOBAL_MEM_SIZE = 0x101F,
  TCL_DEVICE_LOCAL_MEM_TYPE = 0x1022,
  TCL_DEVICE_LOCAL_MEM_SIZE = 0x1023,
  TCL_DEVICE_ENDIAN_LITTLE = 0x1026,
  TCL_DEVICE_AVAILABLE = 0x1027,
  TCL_DEVICE_COMPILER_AVAILABLE = 0x1028,
  TCL_DEVICE_NAME = 0x102B,
  TCL_DEVICE_VENDOR = 0x102C,
  TCL_DRIVER_VERSION = 0x102D,
  TCL_DEVICE_VERSION = 0x102F,
  TCL_DEVICE_EXTENSIONS = 0x1030,
  TCL_DEVICE_OPENCL_C_VERSION = 0x103D,
  TCL_DEVICE_COMPUTE_CAPABILITY_MAJOR_NV = 0x4000,
  TCL_DEVICE_COMPUTE_CAPABILITY_MINOR_NV = 0x4001,
};

// Bits of TCL_DEVICE_TYPE, and values of TCL_DEVICE_LOCAL_MEM_TYPE.
enum { TCL_TYPE_CPU = 1 << 1, TCL_TYPE_GPU = 1 << 2, TCL_TYPE_ACCELERATOR = 1 << 3 };
enum { TCL_LOCAL_DEDICATED = 1, TCL_LOCAL_GLOBAL = 2 };
// A bit of TCL_DEVICE_SINGLE_FP_CONFIG.
enum { TCL_ROUNDED_DIVISION = 1 << 7 };

// The library. `tcl_open` gives 0 bits on failure and writes the reason. A library is never closed: drivers
// leave threads behind that would run unmapped code.
tcl_library tcl_open(const char *path, char *reason, size_t reason_size);

int32_t tcl_platforms(tcl_library, uint32_t capacity, tcl_platform *platforms, uint32_t *count);
int32_t tcl_devices(tcl_library, tcl_platform, uint32_t capacity, tcl_device *devices, uint32_t *count);
int32_t tcl_platform_info(tcl_library, tcl_platform, uint32_t query, size_t size, void *value,
                          size_t *needed);
int32_t tcl_device_info(tcl_library, tcl_device, uint32_t query, size_t size, void *value, size_t *needed);

// Devices of `units` compute units each, parts of one; at most `capacity` of them.
int32_t tcl_create_sub_devices(tcl_library, tcl_device, uint32_t units, uint32_t capacity, tcl_device *devices,
                               uint32_t *count);
int32_t tcl_release_device(tcl_library, tcl_device);
// A context of a device and of parts of it.
int32_t tcl_create_context(tcl_library, tcl_platform, tcl_device, const tcl_device *parts, uint32_t part_count,
                           tcl_context *result);
int32_t tcl_release_context(tcl_library, tcl_context);
int32_t tcl_create_queue(tcl_library, tcl_context, tcl_device, int profiling, tcl_queue *result);
int32_t tcl_release_queue(tcl_library, tcl_queue);

int32_t tcl_create_buffer(tcl_library, tcl_context, size_t size, tcl_memory *result);
int32_t tcl_create_sub_buffer(tcl_library, tcl_memory, size_t offset, size_t size, tcl_memory *result);
int32_t tcl_release_memory(tcl_library, tcl_memory);

int32_t tcl_create_program(tcl_library, tcl_context, const char *source, size_t size, tcl_program *result);
int32_t tcl_create_program_with_binary(tcl_library, tcl_context, tcl_device, const uint8_t *binary,
                                       size_t size, tcl_program *result);
int32_t tcl_build_program(tcl_library, tcl_program, tcl_device, const char *options);
int32_t tcl_build_log(tcl_library, tcl_program, tcl_device, size_t size, void *value, size_t *needed);
int32_t tcl_program_kernel_count(tcl_library, tcl_program, size_t *count);
int32_t tcl_program_binary_size(tcl_library, tcl_program, size_t *size);
int32_t tcl_program_binary(tcl_library, tcl_program, uint8_t *binary);
int32_t tcl_release_program(tcl_library, tcl_program);

int32_t tcl_create_kernel(tcl_library, tcl_program, const char *name, tcl_kernel *result);
int32_t tcl_kernel_argument_count(tcl_library, tcl_kernel, uint32_t *count);
int32_t tcl_kernel_work_group_size(tcl_library, tcl_kernel, tcl_device, size_t *size);
// Arguments. Memory of 0 bits is a null pointer in the kernel.
int32_t tcl_set_memory_argument(tcl_library, tcl_kernel, uint32_t index, tcl_memory);
int32_t tcl_set_local_argument(tcl_library, tcl_kernel, uint32_t index, size_t size);
int32_t tcl_set_int_argument(tcl_library, tcl_kernel, uint32_t index, int32_t value);
int32_t tcl_set_float_argument(tcl_library, tcl_kernel, uint32_t index, float value);
int32_t tcl_release_kernel(tcl_library, tcl_kernel);

// The range of a launch. With local[0] == 0 the driver chooses the work-group.
typedef struct {
  uint32_t dimensions;
  size_t global[3], local[3];
} tcl_range;

// Enqueues; `event` may be null where none is wanted.
int32_t tcl_launch(tcl_library, tcl_queue, tcl_kernel, const tcl_range *range, tcl_event *event);
int32_t tcl_read(tcl_library, tcl_queue, tcl_memory, size_t offset, size_t size, void *bytes,
                 tcl_event *event);
int32_t tcl_write(tcl_library, tcl_queue, tcl_memory, int blocking, size_t offset, size_t size,
                  const void *bytes, tcl_event *event);
int32_t tcl_copy(tcl_library, tcl_queue, tcl_memory source, tcl_memory destination, size_t source_offset,
                 size_t destination_offset, size_t size);
int32_t tcl_fill(tcl_library, tcl_queue, tcl_memory, const void *pattern, size_t pattern_size, size_t offset,
                 size_t size);
int32_t tcl_marker(tcl_library, tcl_queue, tcl_event *event);
int32_t tcl_flush(tcl_library, tcl_queue);
int32_t tcl_finish(tcl_library, tcl_queue);

// Called once on a thread of the driver when the command has ended: 0 or the negative status of its failure.
typedef void (*tcl_completion)(void *event, int32_t status, void *context);
int32_t tcl_on_completion(tcl_library, tcl_event, tcl_completion completion, void *context);
int32_t tcl_wait(tcl_library, tcl_event);
int32_t tcl_event_status(tcl_library, tcl_event, int32_t *status);
int32_t tcl_event_times(tcl_library, tcl_event, uint64_t *start_nanoseconds, uint64_t *end_nanoseconds);
int32_t tcl_release_event(tcl_library, tcl_event);
