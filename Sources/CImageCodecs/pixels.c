#include "pixels.h"

#include <stdio.h>
#include <stdlib.h>

void image_fail(image_pixels *image, const char *message) {
  image_release(image);
  snprintf(image->message, sizeof image->message, "%s", message);
}

void image_release(image_pixels *image) {
  free(image->samples);
  image->samples = NULL;
}

int image_fits(image_pixels *image, uint64_t width, uint64_t height, image_limits limits) {
  if (width == 0 || height == 0) {
    image_fail(image, "the image has no pixels");
    return 0;
  }
  // Neither side exceeds 32 bits, so the product does not exceed 64.
  if (width <= limits.side && height <= limits.side && width * height <= limits.pixels) return 1;
  image_release(image);
  snprintf(
      image->message, sizeof image->message,
      "the image has %llu x %llu pixels; at most %lu a side and %llu altogether are read",
      (unsigned long long)width, (unsigned long long)height, (unsigned long)limits.side,
      (unsigned long long)limits.pixels);
  return 0;
}

int image_allocate(image_pixels *image) {
  image->size = (size_t)image->width * image->height * image->channels * image->depth;
  image->samples = malloc(image->size);
  if (image->samples != NULL) return 1;
  image_fail(image, "there is not enough memory for the image");
  return 0;
}
