#include "pixels.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

// Deflate makes at most this many bytes of one.
enum { LARGEST_RATIO = 1032 };

// What must survive a jump out of the library.
typedef struct state {
  const uint8_t *bytes;
  size_t count;
  size_t position;
  image_pixels image;
  png_bytep *rows;
} state;

static void take(png_structp png, png_bytep target, size_t count) {
  state *state = png_get_io_ptr(png);
  if (count > state->count - state->position) png_error(png, "the file is cut short");
  memcpy(target, state->bytes + state->position, count);
  state->position += count;
}

static void fail(png_structp png, png_const_charp message) {
  state *state = png_get_error_ptr(png);
  image_fail(&state->image, message);
  png_longjmp(png, 1);
}

// Warnings are about chunks beside the pixels, which are not used.
static void ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

// Asks the library for 8 or 16 bits a sample in the machine's order, without palettes.
static void expand(png_structp png, png_infop info) {
  int depth = png_get_bit_depth(png, info);
  int color = png_get_color_type(png, info);
  if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (color == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
  if (png_get_valid(png, info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
  const uint16_t one = 1;
  if (depth == 16 && *(const uint8_t *)&one == 1) png_set_swap(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
}

// Everything that may jump; the caller has set the place to jump to.
static void decode(png_structp png, png_infop info, state *state, image_limits limits) {
  png_set_user_limits(png, limits.side, limits.side);
  png_set_chunk_malloc_max(png, 8 << 20);
  png_set_chunk_cache_max(png, 16);
  png_set_read_fn(png, state, take);
  png_read_info(png, info);
  image_pixels *image = &state->image;
  image->width = png_get_image_width(png, info);
  image->height = png_get_image_height(png, info);
  if (!image_fits(image, image->width, image->height, limits)) return;
  // A pixel takes a bit at least, so a small file that announces a large image is found before memory is
  // taken.
  if ((uint64_t)image->width * image->height / 8 > (uint64_t)state->count * LARGEST_RATIO) {
    image_fail(image, "the file is too short for the size that it announces");
    return;
  }
  expand(png, info);
  image->channels = png_get_channels(png, info);
  image->depth = png_get_bit_depth(png, info) == 16 ? 2 : 1;
  size_t stride = (size_t)image->width * image->channels * image->depth;
  if (png_get_rowbytes(png, info) != stride) png_error(png, "the rows have an unexpected length");
  if (!image_allocate(image)) return;
  state->rows = malloc(image->height * sizeof *state->rows);
  if (state->rows == NULL) {
    image_fail(image, "there is not enough memory for the image");
    return;
  }
  for (uint32_t row = 0; row < image->height; row++) state->rows[row] = image->samples + row * stride;
  png_read_image(png, state->rows);
  png_read_end(png, NULL);
}

// Apart from the caller, so that no variable of this function changes between setting the place and the jump.
static void decode_or_jump_back(png_structp png, png_infop info, state *state, image_limits limits) {
  if (setjmp(png_jmpbuf(png)) == 0) decode(png, info, state, limits);
}

image_pixels image_decode_png(const uint8_t *bytes, size_t count, image_limits limits) {
  state state = {.bytes = bytes, .count = count};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, fail, ignore);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);
  if (info == NULL) {
    image_fail(&state.image, "there is not enough memory for the image");
  } else {
    decode_or_jump_back(png, info, &state, limits);
  }
  png_destroy_read_struct(&png, &info, NULL);
  free(state.rows);
  return state.image;
}
