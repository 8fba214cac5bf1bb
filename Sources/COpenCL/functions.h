// The entry points in use, with the types of the OpenCL 1.2 specification spelt as C types: handles are
// void *, cl_int is int32_t, cl_uint and cl_bool are uint32_t, cl_bitfield is uint64_t.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define TCL_INFO(handle) (handle, uint32_t, size_t, void *, size_t *)
#define TCL_WAITS uint32_t, void *const *, void **
typedef void (*tcl_build_notice)(void *, void *);
typedef void (*tcl_context_notice)(const char *, const void *, size_t, void *);
typedef void (*tcl_event_notice)(void *, int32_t, void *);

#define TCL_FUNCTIONS(F) \
  F(int32_t, clGetPlatformIDs, (uint32_t, void **, uint32_t *)) \
  F(int32_t, clGetPlatformInfo, TCL_INFO(void *)) \
  F(int32_t, clGetDeviceIDs, (void *, uint64_t, uint32_t, void **, uint32_t *)) \
  F(int32_t, clGetDeviceInfo, TCL_INFO(void *)) \
  F(int32_t, clCreateSubDevices, (void *, const intptr_t *, uint32_t, void **, uint32_t *)) \
  F(int32_t, clReleaseDevice, (void *)) \
  F(void *, clCreateContext, \
    (const intptr_t *, uint32_t, void *const *, tcl_context_notice, void *, int32_t *)) \
  F(int32_t, clReleaseContext, (void *)) \
  F(void *, clCreateCommandQueue, (void *, void *, uint64_t, int32_t *)) \
  F(int32_t, clReleaseCommandQueue, (void *)) \
  F(void *, clCreateBuffer, (void *, uint64_t, size_t, void *, int32_t *)) \
  F(void *, clCreateSubBuffer, (void *, uint64_t, uint32_t, const void *, int32_t *)) \
  F(int32_t, clReleaseMemObject, (void *)) \
  F(void *, clCreateProgramWithSource, (void *, uint32_t, const char **, const size_t *, int32_t *)) \
  F(void *, clCreateProgramWithBinary, \
    (void *, uint32_t, void *const *, const size_t *, const unsigned char **, int32_t *, int32_t *)) \
  F(int32_t, clBuildProgram, (void *, uint32_t, void *const *, const char *, tcl_build_notice, void *)) \
  F(int32_t, clGetProgramBuildInfo, (void *, void *, uint32_t, size_t, void *, size_t *)) \
  F(int32_t, clGetProgramInfo, TCL_INFO(void *)) \
  F(int32_t, clReleaseProgram, (void *)) \
  F(void *, clCreateKernel, (void *, const char *, int32_t *)) \
  F(int32_t, clGetKernelInfo, TCL_INFO(void *)) \
  F(int32_t, clGetKernelWorkGroupInfo, (void *, void *, uint32_t, size_t, void *, size_t *)) \
  F(int32_t, clSetKernelArg, (void *, uint32_t, size_t, const void *)) \
  F(int32_t, clReleaseKernel, (void *)) \
  F(int32_t, clEnqueueNDRangeKernel, \
    (void *, void *, uint32_t, const size_t *, const size_t *, const size_t *, TCL_WAITS)) \
  F(int32_t, clEnqueueReadBuffer, (void *, void *, uint32_t, size_t, size_t, void *, TCL_WAITS)) \
  F(int32_t, clEnqueueWriteBuffer, (void *, void *, uint32_t, size_t, size_t, const void *, TCL_WAITS)) \
  F(int32_t, clEnqueueCopyBuffer, (void *, void *, void *, size_t, size_t, size_t, TCL_WAITS)) \
  F(int32_t, clEnqueueFillBuffer, (void *, void *, const void *, size_t, size_t, size_t, TCL_WAITS)) \
  F(int32_t, clEnqueueMarkerWithWaitList, (void *, TCL_WAITS)) \
  F(int32_t, clFlush, (void *)) \
  F(int32_t, clFinish, (void *)) \
  F(int32_t, clSetEventCallback, (void *, int32_t, tcl_event_notice, void *)) \
  F(int32_t, clWaitForEvents, (uint32_t, void *const *)) \
  F(int32_t, clGetEventInfo, TCL_INFO(void *)) \
  F(int32_t, clGetEventProfilingInfo, TCL_INFO(void *)) \
  F(int32_t, clReleaseEvent, (void *))

// A pointer for each entry point, under its own name.
typedef struct {
#define TCL_MEMBER(result, name, parameters) result(*name) parameters;
  TCL_FUNCTIONS(TCL_MEMBER)
#undef TCL_MEMBER
} tcl_functions;
