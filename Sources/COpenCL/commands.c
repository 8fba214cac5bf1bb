// Commands of a queue, and the events that tell of their end.
#include "COpenCL.h"
#include "functions.h"

#define CALL(library) ((const tcl_functions *)(library).bits)
#define POINTER(handle) ((void *)(handle).bits)

static const int32_t complete = 0;
static const uint32_t execution_status = 0x11D3, command_start = 0x1282, command_end = 0x1283;

// Keeps the event of a command that was enqueued.
static int32_t keep(int32_t status, void *pointer, tcl_event *event) {
  if (event) event->bits = status ? 0 : (uintptr_t)pointer;
  return status;
}

int32_t tcl_launch(tcl_library library, tcl_queue queue, tcl_kernel kernel, const tcl_range *range,
                   tcl_event *event) {
  void *pointer = NULL;
  const size_t *local = range->local[0] ? range->local : NULL;
  int32_t status =
      CALL(library)->clEnqueueNDRangeKernel(POINTER(queue), POINTER(kernel), range->dimensions, NULL,
                                            range->global, local, 0, NULL, event ? &pointer : NULL);
  return keep(status, pointer, event);
}

int32_t tcl_read(tcl_library library, tcl_queue queue, tcl_memory memory, size_t offset, size_t size,
                 void *bytes, tcl_event *event) {
  void *pointer = NULL;
  int32_t status = CALL(library)->clEnqueueReadBuffer(POINTER(queue), POINTER(memory), 0, offset, size, bytes,
                                                      0, NULL, event ? &pointer : NULL);
  return keep(status, pointer, event);
}

int32_t tcl_write(tcl_library library, tcl_queue queue, tcl_memory memory, int blocking, size_t offset,
                  size_t size, const void *bytes, tcl_event *event) {
  void *pointer = NULL;
  int32_t status =
      CALL(library)->clEnqueueWriteBuffer(POINTER(queue), POINTER(memory), blocking ? 1 : 0, offset, size,
                                          bytes, 0, NULL, event ? &pointer : NULL);
  return keep(status, pointer, event);
}

int32_t tcl_copy(tcl_library library, tcl_queue queue, tcl_memory source, tcl_memory destination,
                 size_t source_offset, size_t destination_offset, size_t size) {
  return CALL(library)->clEnqueueCopyBuffer(POINTER(queue), POINTER(source), POINTER(destination),
                                            source_offset, destination_offset, size, 0, NULL, NULL);
}

int32_t tcl_fill(tcl_library library, tcl_queue queue, tcl_memory memory, const void *pattern,
                 size_t pattern_size, size_t offset, size_t size) {
  return CALL(library)->clEnqueueFillBuffer(POINTER(queue), POINTER(memory), pattern, pattern_size, offset,
                                            size, 0, NULL, NULL);
}

int32_t tcl_marker(tcl_library library, tcl_queue queue, tcl_event *event) {
  void *pointer = NULL;
  int32_t status = CALL(library)->clEnqueueMarkerWithWaitList(POINTER(queue), 0, NULL, &pointer);
  return keep(status, pointer, event);
}

int32_t tcl_flush(tcl_library library, tcl_queue queue) { return CALL(library)->clFlush(POINTER(queue)); }

int32_t tcl_finish(tcl_library library, tcl_queue queue) { return CALL(library)->clFinish(POINTER(queue)); }

int32_t tcl_on_completion(tcl_library library, tcl_event event, tcl_completion completion, void *context) {
  return CALL(library)->clSetEventCallback(POINTER(event), complete, completion, context);
}

int32_t tcl_wait(tcl_library library, tcl_event event) {
  void *const events[] = {POINTER(event)};
  return CALL(library)->clWaitForEvents(1, events);
}

int32_t tcl_event_status(tcl_library library, tcl_event event, int32_t *status) {
  return CALL(library)->clGetEventInfo(POINTER(event), execution_status, sizeof *status, status, NULL);
}

int32_t tcl_event_times(tcl_library library, tcl_event event, uint64_t *start_nanoseconds,
                        uint64_t *end_nanoseconds) {
  int32_t status = CALL(library)->clGetEventProfilingInfo(POINTER(event), command_start,
                                                          sizeof *start_nanoseconds, start_nanoseconds, NULL);
  if (status) return status;
  return CALL(library)->clGetEventProfilingInfo(POINTER(event), command_end, sizeof *end_nanoseconds,
                                                end_nanoseconds, NULL);
}

int32_t tcl_release_event(tcl_library library, tcl_event event) {
  return CALL(library)->clReleaseEvent(POINTER(event));
}
