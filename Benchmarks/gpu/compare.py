"""What the command computes for a model on a device, against arrays that were computed in double precision.

    compare.py MODEL GOLDEN DEVICE PRECISION

GOLDEN is a folder with images.npy, labels.npy, and logits.npy, gradient.npy and jacobian.npy where there are such.
Needs nothing but Python. Prints one JSON object; exits with 1 where an array is too far off.
"""

import array
import ast
import json
import math
import os
import subprocess
import sys
import tempfile

# Rounding takes sums across 0, and derivatives of rectifiers there are 0 or 1: gradients in TF32 differ by more.
TOLERANCES = {
    "float32": {"logits": 1e-4, "gradient": 1e-3, "jacobian": 1e-3},
    "tf32": {"logits": 1e-2, "gradient": 0.2, "jacobian": 0.2},
}
COMMANDS = {"logits": "predict", "gradient": "gradient", "jacobian": "jacobian"}
CODES = {"<f4": "f", "<f8": "d", "<i4": "i", "<i8": "q"}


def load(path):
    """The elements of a .npy file, in order."""
    with open(path, "rb") as file:
        magic = file.read(8)
        header = ast.literal_eval(file.read(int.from_bytes(file.read(2 if magic[6] == 1 else 4), "little")).decode())
        values = array.array(CODES[header["descr"]])
        values.frombytes(file.read())
    return values


def relative_error(found, expected):
    """The norm of the difference over the norm of what is expected; infinite where lengths differ or NaN is found."""
    if len(found) != len(expected):
        return math.inf
    difference = sum((a - b) ** 2 for a, b in zip(found, expected))
    norm = sum(b * b for b in expected)
    error = math.sqrt(difference / max(norm, 1e-12))
    return error if error == error else math.inf


def main(model, golden, device, precision):
    samples = "npy:%s/images.npy,%s/labels.npy" % (golden, golden)
    report, wrong = {"device": device, "precision": precision, "tolerances": TOLERANCES[precision]}, []
    with tempfile.TemporaryDirectory() as folder:
        for name, command in COMMANDS.items():
            expected = os.path.join(golden, name + ".npy")
            if not os.path.exists(expected):
                continue
            found = os.path.join(folder, name + ".npy")
            arguments = ["tremor", command, model, samples, "--output", found, "--device", device]
            arguments += ["--precision", precision, "--quiet"]
            if name == "jacobian":
                arguments += ["--limit", "2"]
            if subprocess.run(arguments, stdout=subprocess.DEVNULL).returncode != 0:
                sys.exit("compare: %s" % " ".join(arguments))
            error = relative_error(load(found), load(expected))
            report[name] = error if math.isfinite(error) else None
            if error > TOLERANCES[precision][name]:
                wrong.append("%s by a relative error of %g" % (name, error))
    print(json.dumps(report))
    if wrong:
        sys.exit("%s: wrong %s" % (os.path.basename(model), ", ".join(wrong)))


main(*sys.argv[1:])
