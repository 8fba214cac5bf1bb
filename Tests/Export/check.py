"""Checks exported models: onnx.checker accepts them, and onnxruntime computes what Tremor computes.

Usage: check.py FOLDER. Each subfolder holds model.onnx and, for every number of samples, a folder with the
inputs as input_NAME.npy and the expected outputs as output_NAME.npy.
"""

import pathlib
import sys

import numpy
import onnx
import onnxruntime

TOLERANCE = 1e-5  # of the largest element


def error(found, expected):
    """The largest difference over the largest element; infinite where shapes or types differ."""
    if found.shape != expected.shape or found.dtype != expected.dtype:
        return float("inf")
    if found.size == 0 or found.dtype != numpy.float32:
        return 0.0 if (found == expected).all() else float("inf")
    special = ~numpy.isfinite(expected)
    if not numpy.array_equal(found[special], expected[special], equal_nan=True):
        return float("inf")
    found, expected = found[~special].astype(float), expected[~special].astype(float)
    if found.size == 0:
        return 0.0
    return numpy.abs(found - expected).max() / max(numpy.abs(expected).max(), 1e-6)


def check(folder):
    """The largest error over all numbers of samples, and the operators of the file with their counts."""
    path = str(folder / "model.onnx")
    onnx.checker.check_model(path, full_check=True)
    operators = {}
    for node in onnx.load(path).graph.node:
        operators[node.op_type] = operators.get(node.op_type, 0) + 1
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    worst = 0.0
    for samples in sorted(child for child in folder.iterdir() if child.is_dir()):
        names = [port.name for port in session.get_inputs()]
        arguments = {name: numpy.load(samples / f"input_{name}.npy") for name in names}
        for port, value in zip(session.get_outputs(), session.run(None, arguments)):
            worst = max(worst, error(numpy.asarray(value), numpy.load(samples / f"output_{port.name}.npy")))
    return worst, operators


def main(root):
    failures = 0
    folders = sorted(path.parent for path in pathlib.Path(root).rglob("model.onnx"))
    for folder in folders:
        try:
            worst, operators = check(folder)
            message = " ".join(f"{name}:{count}" for name, count in sorted(operators.items()))
        except Exception as problem:  # every kind of refusal is a finding
            worst, message = float("inf"), f"{type(problem).__name__}: {problem}"
        failed = not worst <= TOLERANCE
        failures += failed
        if failed or folder.parent.name == "architectures":
            print(f"{'FAILED' if failed else 'ok':6} {folder.name:24} {worst:.1e}  {message}")
    print(f"{len(folders) - failures} of {len(folders)} models agree within {TOLERANCE:g}")
    return 1 if failures or not folders else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
