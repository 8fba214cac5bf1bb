// PNG, JPEG and WebP files in memory become pixels in memory. Nothing here aborts, writes to the console or leaks,
// whatever the bytes are; memory is bounded by the limits.
#pragma once
#include <stddef.h>
#include <stdint.h>

// The longest message, its end included.
#define IMAGE_MESSAGE_SIZE 240

typedef struct image_limits {
  // The most pixels along a side.
  uint32_t side;
  // The most pixels altogether.
  uint64_t pixels;
} image_limits;

typedef struct image_pixels {
  uint32_t width;
  uint32_t height;
  // Interleaved: 1 gray, 2 gray and alpha, 3 colours, 4 colours and alpha.
  uint32_t channels;
  // Bytes a sample: 1, or 2 in the machine's order.
  uint32_t depth;
  // Bytes of all samples, rows from top to bottom without gaps.
  size_t size;
  // NULL after a failure.
  uint8_t *samples;
  // Whether the colours were four inks (CMYK), which became red, green and blue without a colour profile.
  uint32_t was_inks;
  // What is wrong after a failure, "" otherwise.
  char message[IMAGE_MESSAGE_SIZE];
} image_pixels;

// Palettes, fewer than eight bits and transparent colours are expanded.
image_pixels image_decode_png(const uint8_t *bytes, size_t count, image_limits limits);

// Gray files give one channel, others three. Files with four inks are converted by multiplying what each ink
// leaves of the light; they must have Adobe's marker, which says that the numbers are inverted.
image_pixels image_decode_jpeg(const uint8_t *bytes, size_t count, image_limits limits);

// Files give three channels, or four where they have alpha; animations are refused.
image_pixels image_decode_webp(const uint8_t *bytes, size_t count, image_limits limits);

void image_release(image_pixels *image);
