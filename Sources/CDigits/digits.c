#include "CDigits.h"

// A directive of C23 in C17: clang has it, and the manifest stays free of flags.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t images[] = {
#embed "images-idx3-ubyte"
};

static const uint8_t labels[] = {
#embed "labels-idx1-ubyte"
};

digits_file digits_images(void) {
  return (digits_file){.name = "images-idx3-ubyte", .bytes = images, .count = sizeof images};
}

digits_file digits_labels(void) {
  return (digits_file){.name = "labels-idx1-ubyte", .bytes = labels, .count = sizeof labels};
}
