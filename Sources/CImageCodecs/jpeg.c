#include "pixels.h"

#include <setjmp.h>
#include <stdio.h>

// The library's header needs what <stdio.h> declares.
#include <jpeglib.h>

// A file may refine an image in many passes, each of which goes over all pixels: ten are common and always
// allowed, more as long as they go over no more pixels than this together.
enum { COMMON_SCANS = 10 };
static const uint64_t MOST_SCANNED = 1 << 28;

// What must survive a jump out of the library. The library hands out a pointer to the first field.
typedef struct state {
  struct jpeg_error_mgr manager;
  jmp_buf place;
  struct jpeg_progress_mgr progress;
  image_pixels image;
} state;

static void fail(j_common_ptr codec) {
  state *state = (struct state *)codec->err;
  char message[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, message);
  image_fail(&state->image, message);
  longjmp(state->place, 1);
}

// A warning (a negative level) means damage that the library papers over with invented pixels.
static void report(j_common_ptr codec, int level) {
  if (level < 0) fail(codec);
}

static void ignore(j_common_ptr codec) { (void)codec; }

static void stop(state *state, const char *message) {
  image_fail(&state->image, message);
  longjmp(state->place, 1);
}

static void watch(j_common_ptr codec) {
  struct jpeg_decompress_struct *jpeg = (struct jpeg_decompress_struct *)codec;
  uint64_t scans = (uint64_t)jpeg->input_scan_number;
  if (scans > COMMON_SCANS && scans * jpeg->image_width * jpeg->image_height > MOST_SCANNED)
    stop((state *)codec->err, "the image has too many passes");
}

// a * b / 255, rounded to the nearest.
static uint8_t product(unsigned a, unsigned b) {
  unsigned sum = a * b + 128;
  return (uint8_t)((sum + (sum >> 8)) >> 8);
}

// Four inverted inks, 255 being none, become three colours, in place from front to back.
static void mix(image_pixels *image) {
  const uint8_t *inks = image->samples;
  uint8_t *colors = image->samples;
  size_t count = (size_t)image->width * image->height;
  for (size_t pixel = 0; pixel < count; pixel++, inks += 4, colors += 3) {
    uint8_t light = inks[3];
    for (int i = 0; i < 3; i++) colors[i] = (uint8_t)(light - product(255u - inks[i], light));
  }
  image->channels = 3;
  image->size = count * 3;
  image->was_inks = 1;
}

// What the library is asked for: gray, red, green and blue, or four inks.
static J_COLOR_SPACE wanted(struct jpeg_decompress_struct *jpeg, state *state) {
  switch (jpeg->num_components) {
    case 1: return JCS_GRAYSCALE;
    case 3: return JCS_RGB;
    case 4:
      if (!jpeg->saw_Adobe_marker)
        stop(state, "the file has four inks and does not say whether they are inverted; convert it to RGB");
      return JCS_CMYK;
    default: stop(state, "the colours are neither gray, nor red, green and blue, nor four inks");
  }
  return JCS_UNKNOWN;
}

// Everything that may jump; the caller has set the place to jump to.
static void decode(
    struct jpeg_decompress_struct *jpeg, state *state, const uint8_t *bytes, size_t count,
    image_limits limits) {
  jpeg_mem_src(jpeg, bytes, count);
  jpeg_read_header(jpeg, TRUE);
  image_pixels *image = &state->image;
  if (!image_fits(image, jpeg->image_width, jpeg->image_height, limits)) return;
  J_COLOR_SPACE colors = wanted(jpeg, state);
  // A block of 64 pixels takes a bit at least, so a small file that announces a large image is found before
  // memory is taken. Arithmetic coding knows no such bound.
  if (!jpeg->arith_code && (uint64_t)jpeg->image_width * jpeg->image_height / 512 > count)
    stop(state, "the file is too short for the size that it announces");
  jpeg->out_color_space = colors;
  // The most exact of the inverse transforms, the same on every machine.
  jpeg->dct_method = JDCT_ISLOW;
  jpeg_start_decompress(jpeg);
  image->width = jpeg->output_width;
  image->height = jpeg->output_height;
  image->channels = (uint32_t)jpeg->output_components;
  image->depth = 1;
  if (!image_allocate(image)) return;
  size_t stride = (size_t)image->width * image->channels;
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW row = image->samples + jpeg->output_scanline * stride;
    jpeg_read_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_decompress(jpeg);
  if (colors == JCS_CMYK) mix(image);
}

// Apart from the caller, so that no variable of this function changes between setting the place and the jump.
static void decode_or_jump_back(
    struct jpeg_decompress_struct *jpeg, state *state, const uint8_t *bytes, size_t count,
    image_limits limits) {
  if (setjmp(state->place) != 0) return;
  jpeg_create_decompress(jpeg);
  // Coefficients of an image that is refined in passes, two bytes each, and buffers.
  jpeg->mem->max_memory_to_use = (long)(limits.pixels * 8);
  jpeg->progress = &state->progress;
  decode(jpeg, state, bytes, count, limits);
}

image_pixels image_decode_jpeg(const uint8_t *bytes, size_t count, image_limits limits) {
  state state = {0};
  struct jpeg_decompress_struct jpeg = {0};
  jpeg.err = jpeg_std_error(&state.manager);
  state.manager.error_exit = fail;
  state.manager.emit_message = report;
  state.manager.output_message = ignore;
  state.progress.progress_monitor = watch;
  decode_or_jump_back(&jpeg, &state, bytes, count, limits);
  // Harmless where creating failed: the structure is zero then.
  jpeg_destroy_decompress(&jpeg);
  return state.image;
}
