#!/usr/bin/env python3
"""Makes the images under Tests/DatasetsTests/Fixtures; needs numpy and Pillow.

PNG files and some bitmaps are written here byte by byte, so that every colour type, depth and interlacing occurs. The sample
of channel c at row y and column x is (37 x + 59 y + 83 c) modulo the number of levels. Beside each JPEG file
lies what Pillow reads from it.
"""
import pathlib
import struct
import zlib

import numpy
from PIL import Image

folder = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "DatasetsTests" / "Fixtures"
height, width = 9, 11
GRAY, COLOR, PALETTE, GRAY_ALPHA, COLOR_ALPHA = 0, 2, 3, 4, 6


def pattern(channels, depth):
    y, x, c = numpy.mgrid[:height, :width, :channels]
    return (37 * x + 59 * y + 83 * c) % (1 << depth)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def rows(samples, depth):
    """Rows without filters, samples packed from the left."""
    result = b""
    for row in samples:
        bits = "".join(format(int(value), f"0{depth}b") for value in row.reshape(-1))
        bits += "0" * (-len(bits) % 8)
        result += b"\0" + bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
    return result


def png(name, samples, depth, kind, interlaced=False, extra=b""):
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [
            (0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    parts = [samples[y::down, x::right] for y, x, down, right in passes]
    data = b"".join(rows(part, depth) for part in parts if part.size)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    (folder / name).write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data, 9))
        + chunk(b"IEND", b""))


def with_alpha(samples, alpha):
    return numpy.concatenate([samples, numpy.full((height, width, 1), alpha)], 2)


for depth in [1, 2, 4, 8, 16]:
    png(f"gray{depth}.png", pattern(1, depth), depth, GRAY)
    png(f"gray{depth}-interlaced.png", pattern(1, depth), depth, GRAY, interlaced=True)
for depth in [8, 16]:
    png(f"color{depth}.png", pattern(3, depth), depth, COLOR)
    png(f"color{depth}-interlaced.png", pattern(3, depth), depth, COLOR, interlaced=True)
    png(f"opaque{depth}.png", with_alpha(pattern(3, depth), (1 << depth) - 1), depth, COLOR_ALPHA)
    png(f"transparent{depth}.png", with_alpha(pattern(3, depth), (1 << depth) - 2), depth, COLOR_ALPHA)
png("gray-opaque8.png", with_alpha(pattern(1, 8), 255), 8, GRAY_ALPHA)

# Four colours: the index is a sample of two bits, the entries are those of eight bits at the start of row 0.
palette = chunk(b"PLTE", bytes(pattern(3, 8)[0, :4].reshape(-1).tolist()))
png("palette2.png", pattern(1, 2), 2, PALETTE, extra=palette)
png("palette2-transparent.png", pattern(1, 2), 2, PALETTE, extra=palette + chunk(b"tRNS", bytes([255, 0])))

y, x = numpy.mgrid[:24, :20]
smooth = numpy.stack([x * 12, y * 10, 255 - x * 6 - y * 4], 2).astype(numpy.uint8)
for name, image, options in [
    ("gray.jpg", Image.fromarray(smooth[:, :, 0]), {}),
    ("color.jpg", Image.fromarray(smooth), {}),
    ("progressive.jpg", Image.fromarray(smooth), {"progressive": True}),
]:
    image.save(folder / name, quality=95, **options)
    pixels = numpy.asarray(Image.open(folder / name))
    numpy.save(folder / f"{name}.npy", pixels.reshape(24, 20, -1).transpose(2, 0, 1).copy())
Image.fromarray(smooth).convert("CMYK").save(folder / "cmyk.jpg", quality=95)


def planes(image):
    """What an image holds, as [C, H, W] of its own depth."""
    pixels = numpy.asarray(image)
    return pixels.reshape(*pixels.shape[:2], -1).transpose(2, 0, 1).copy()


# Four inks: Adobe's marker says that they are inverted, which Pillow always assumes. Beside the file lies what Pillow
# makes of it as RGB.
numpy.save(folder / "cmyk.jpg.npy", planes(Image.open(folder / "cmyk.jpg").convert("RGB")))
plain = (folder / "cmyk.jpg").read_bytes()
marker = plain.index(b"\xff\xee\x00\x0eAdobe")
(folder / "cmyk-unmarked.jpg").write_bytes(plain[:marker] + plain[marker + 16:])

# WebP: without loss the pixels are those of the pattern, with loss beside the file lies what Pillow reads.
color = pattern(3, 8).astype(numpy.uint8)
Image.fromarray(color).save(folder / "lossless.webp", lossless=True)
Image.fromarray(smooth).save(folder / "lossy.webp", quality=90)
numpy.save(folder / "lossy.webp.npy", planes(Image.open(folder / "lossy.webp").convert("RGB")))
opaque = with_alpha(color, 255).astype(numpy.uint8)
see_through = opaque.copy()
see_through[3, 4, 3] = 254
Image.fromarray(opaque).save(folder / "opaque.webp", lossless=True)
Image.fromarray(see_through).save(folder / "transparent.webp", lossless=True, exact=True)
Image.fromarray(color).save(
    folder / "animated.webp", lossless=True, save_all=True, append_images=[Image.fromarray(color[::-1].copy())])

# Bitmaps of every kind that Pillow writes.
Image.fromarray(color).save(folder / "color24.bmp")
Image.fromarray(pattern(1, 8)[:, :, 0].astype(numpy.uint8)).save(folder / "gray8.bmp")
Image.fromarray(pattern(1, 1)[:, :, 0] != 0).save(folder / "gray1.bmp")
indexed = Image.fromarray(pattern(1, 2)[:, :, 0].astype(numpy.uint8), mode="L").convert("P")
indexed.putpalette(pattern(3, 8)[0, :4].reshape(-1).tolist())
indexed.save(folder / "palette8.bmp")


def bitmap(name, depth, rows, extra=b"", compression=0, height=height):
    """A bitmap that Pillow does not write: rows from the bottom, or from the top where the height is negative."""
    data = b"".join(row + bytes(-len(row) % 4) for row in rows)
    offset = 54 + len(extra)
    (folder / name).write_bytes(
        struct.pack("<2sIHHI", b"BM", offset + len(data), 0, 0, offset)
        + struct.pack("<IiiHHIIiiII", 40, width, height, 1, depth, compression, len(data), 0, 0, 0, 0)
        + extra + data)


fifth = pattern(3, 5)
sixteen = fifth[:, :, 0] << 10 | fifth[:, :, 1] << 5 | fifth[:, :, 2]
bitmap("color16.bmp", 16, [row.astype("<u2").tobytes() for row in sixteen[::-1]])
wide = color.astype(numpy.uint32)
word = wide[:, :, 0] << 8 | wide[:, :, 1] << 16 | wide[:, :, 2] << 24
masks = struct.pack("<III", 0xFF00, 0xFF0000, 0xFF000000)
bitmap("masks32.bmp", 32, [row.astype("<u4").tobytes() for row in word[::-1]], masks, compression=3)
bitmap("downward.bmp", 24, [row[:, ::-1].tobytes() for row in color], height=-height)

# Resampling: what Pillow makes of images whose shorter side is brought to N, and of the middle of that.
noise = numpy.random.default_rng(12).integers(0, 256, (37, 53, 3), dtype=numpy.uint8)
for name, picture in [("wide", noise), ("tall", noise.transpose(1, 0, 2).copy())]:
    image = Image.fromarray(picture)
    image.save(folder / f"{name}.png")
    for side in [5, 16, 37, 64]:
        short = min(image.size)
        size = tuple(side * extent // short for extent in image.size)
        numpy.save(folder / f"{name}.png.{side}.npy", planes(image.resize(size, Image.Resampling.BILINEAR)))
