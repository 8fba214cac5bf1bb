#!/usr/bin/env python3
"""Makes the arrays under Tests/ArrayFilesTests/Fixtures as numpy writes them; needs numpy alone.

Every array holds the same numbers, so that one expectation serves all of them.
"""
import io
import pathlib

import numpy

folder = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "ArrayFilesTests" / "Fixtures"
values = numpy.arange(24).reshape(2, 3, 4) % 2 + numpy.arange(24).reshape(2, 3, 4) % 7 * 3

for name in ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]:
    for order, letter in (("<", "little"), (">", "big")):
        kind = numpy.dtype(order + name if name[1] != "1" else name)
        if letter == "big" and kind.itemsize == 1:
            continue
        numpy.save(folder / f"{name}-{letter}.npy", values.astype(kind))

numpy.save(folder / "fortran.npy", numpy.asfortranarray(values.astype("<f4")))
numpy.save(folder / "scalar.npy", numpy.float32(1.5))
numpy.save(folder / "empty.npy", numpy.zeros((0, 3), "<f4"))
numpy.save(folder / "structured.npy", numpy.zeros(2, [("a", "<f4"), ("b", "<i4")]))
numpy.save(folder / "object.npy", numpy.array([None, {}], object), allow_pickle=True)
for version in [(1, 0), (2, 0), (3, 0)]:
    with open(folder / f"version{version[0]}.npy", "wb") as file:
        numpy.lib.format.write_array(file, values.astype("<f4"), version=version)

arrays = {"images": values.astype("<f4"), "labels": numpy.arange(2, dtype="<i8")}
numpy.savez(folder / "stored.npz", **arrays)
numpy.savez_compressed(folder / "deflated.npz", **arrays)


class Pipe(io.RawIOBase):
    """A file that cannot go back, so that the archive gets data descriptors."""

    def __init__(self, path):
        self.file = open(path, "wb")

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


pipe = Pipe(folder / "streamed.npz")
numpy.savez_compressed(pipe, **arrays)
pipe.file.close()
