#include "pixels.h"

#include <webp/decode.h>

static const char *reason(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY: return "there is not enough memory for the image";
    case VP8_STATUS_NOT_ENOUGH_DATA: return "the file is cut short";
    case VP8_STATUS_UNSUPPORTED_FEATURE: return "the file uses a feature of WebP that is not known";
    default: return "the WebP data are damaged";
  }
}

// Decodes straight into the samples, whose size the library is told.
static VP8StatusCode decode(const uint8_t *bytes, size_t count, image_pixels *image) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) return VP8_STATUS_UNSUPPORTED_FEATURE;
  config.output.colorspace = image->channels == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = image->samples;
  config.output.u.RGBA.stride = (int)(image->width * image->channels);
  config.output.u.RGBA.size = image->size;
  VP8StatusCode status = WebPDecode(bytes, count, &config);
  WebPFreeDecBuffer(&config.output);
  return status;
}

image_pixels image_decode_webp(const uint8_t *bytes, size_t count, image_limits limits) {
  image_pixels image = {0};
  WebPBitstreamFeatures features;
  VP8StatusCode status = WebPGetFeatures(bytes, count, &features);
  if (status != VP8_STATUS_OK) {
    image_fail(&image, reason(status));
    return image;
  }
  if (features.has_animation) {
    image_fail(&image, "the file is an animation; store one of its images");
    return image;
  }
  image.width = (uint32_t)features.width;
  image.height = (uint32_t)features.height;
  if (!image_fits(&image, image.width, image.height, limits)) return image;
  image.channels = features.has_alpha ? 4 : 3;
  image.depth = 1;
  if (!image_allocate(&image)) return image;
  status = decode(bytes, count, &image);
  if (status != VP8_STATUS_OK) image_fail(&image, reason(status));
  return image;
}
