// The handwritten digits as two IDX files inside the binary; ATTRIBUTION.md says where they come from.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct digits_file {
  const char *name;
  const uint8_t *bytes;
  size_t count;
} digits_file;

digits_file digits_images(void);
digits_file digits_labels(void);
