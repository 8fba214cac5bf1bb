// What both decoders need.
#pragma once
#include "image_codecs.h"

// Takes down what is wrong and releases the samples.
void image_fail(image_pixels *image, const char *message);

// Whether an image of these dimensions is within the limits; fails otherwise.
int image_fits(image_pixels *image, uint64_t width, uint64_t height, image_limits limits);

// Makes room for the samples of an image whose other fields are set; fails if there is none.
int image_allocate(image_pixels *image);
