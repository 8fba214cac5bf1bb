"""Writes EdgeTable.swift of ComputeTestSupport: values and derivatives of functions at 0, at corners and at infinity.

They are PyTorch's in float32. Needs torch: python3 edge_table.py
"""

import math
import os

import torch
import torch.nn.functional as F

POINTS = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 3.0, -3.0, 6.0, 7.0, math.inf, -math.inf, 1e-30, -1e-30, 1e30, -1e30]
FUNCTIONS = {
    "absolute": torch.abs, "sign": torch.sign, "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt,
    "reciprocalSquareRoot": torch.rsqrt, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "erf": torch.erf,
    "sin": torch.sin, "cos": torch.cos, "floor": torch.floor, "ceil": torch.ceil, "round": torch.round,
    "negate": torch.neg, "relu": F.relu, "relu6": F.relu6, "clamp": lambda x: x.clamp(-1, 1),
    "clamp06": lambda x: x.clamp(0, 6), "square": lambda x: x * x, "reciprocal": lambda x: 1 / x,
    "quotient": lambda x: x / x, "power0.5": lambda x: x.pow(0.5), "power1.5": lambda x: x.pow(1.5),
    "power-1": lambda x: x.pow(-1), "power-0.5": lambda x: x.pow(-0.5), "power0": lambda x: x.pow(0.0),
    "power1": lambda x: x.pow(1.0), "power3": lambda x: x.pow(3.0), "maximum1": lambda x: torch.maximum(x, torch.ones_like(x)),
    "minimum1": lambda x: torch.minimum(x, torch.ones_like(x)), "gelu": F.gelu,
    "geluTanh": lambda x: F.gelu(x, approximate="tanh"), "silu": F.silu, "mish": F.mish, "elu": F.elu, "selu": F.selu,
    "softplus": lambda x: F.softplus(x, threshold=1e38), "leakyRelu": lambda x: F.leaky_relu(x, 0.2),
    "hardSigmoid": F.hardsigmoid, "hardSwish": F.hardswish, "softsign": F.softsign,
}
VECTORS = [
    [0.0, 0.0, 0.0], [0.5, 0.5, 0.5], [0.0, 0.0, 1.0], [1.0, -2.0, 3.0], [-0.0, 0.0, 2.0], [1.0, 1.0, 0.0],
    [-1.0, -1.0, -1.0],
]
W = torch.tensor([1.0, -2.0, 0.5])
COMPOSITIONS = {
    "deviation": lambda x: x.std(unbiased=False), "variance": lambda x: x.var(unbiased=False), "length": lambda x: x.norm(),
    "sumOfAbsolutes": lambda x: x.norm(1), "largestAbsolute": lambda x: x.norm(math.inf),
    "normalised": lambda x: (F.normalize(x, dim=0) * W).sum(),
    "cosine": lambda x: F.cosine_similarity(x, W, dim=0), "logSumExp": lambda x: x.logsumexp(0),
    "softmax": lambda x: (x.softmax(0) * W).sum(), "logSoftmax": lambda x: (x.log_softmax(0) * W).sum(),
    "largest": lambda x: x.amax(0), "smallest": lambda x: x.amin(0),
    "layerNormalised": lambda x: (F.layer_norm(x, (3,)) * W).sum(),
    "rootOfAbsolute": lambda x: x.abs().sqrt().sum(), "powerOfAbsolute": lambda x: x.abs().pow(0.75).sum(),
    "rootOfSquare": lambda x: (x * x).sqrt().sum(), "lpNorm": lambda x: x.abs().pow(3.0).sum().pow(1 / 3),
    "distance": lambda x: F.pairwise_distance(x[None], x.detach()[None] * 0 + 0.5, eps=0.0).sum(),
    "rootBesideLinear": lambda x: (x * W).sum() + x.std(unbiased=False), "logOfRelu": lambda x: (x.relu() + 1).log().sum(),
    "chosenRoot": lambda x: torch.where(x > 0, x, torch.zeros_like(x)).sqrt().sum(),
    "chosenQuotient": lambda x: torch.where(x == 0, torch.zeros_like(x), 1 / x).sum(),
    "chosenLog": lambda x: torch.where(x > 0, x.abs().log(), torch.zeros_like(x)).sum(),
    "entropy": lambda x: -(x.softmax(0) * x.softmax(0).log()).sum(),
    "rootOfRelu": lambda x: x.relu().sqrt().sum(), "productOfRoots": lambda x: (x.abs().sqrt() * x).sum(),
}


def text(values):
    return " ".join(repr(float(v)) if not math.isfinite(v) else f"{float(v):.9g}" for v in values)


lines = []
for name, function in FUNCTIONS.items():
    # The kernels reduce the arguments of waves in float32, which means nothing beyond some thousands.
    for point in POINTS if name not in ("sin", "cos") else [p for p in POINTS if abs(p) < 1e4 or math.isinf(p)]:
        x = torch.tensor([point], requires_grad=True)
        y = function(x)
        g = torch.autograd.grad(y.sum(), x, allow_unused=True)[0] if y.requires_grad else None
        lines.append(f"{name}|{text([point])}|{text(y.tolist())}|{text([0.0] if g is None else g.tolist())}")
for name, function in COMPOSITIONS.items():
    for vector in VECTORS:
        x = torch.tensor(vector, requires_grad=True)
        y = function(x)
        (g,) = torch.autograd.grad(y, x)
        lines.append(f"{name}|{text(vector)}|{text([y.item()])}|{text(g.tolist())}")

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ComputeTestSupport", "Edges")
with open(os.path.join(FOLDER, "EdgeTable.swift"), "w") as file:
    file.write("// Written by Tests/Peers/edge_table.py; function, arguments, values, derivatives.\n\n")
    file.write("extension EdgeCase {\n  static let table = \"\"\"\n")
    for line in lines:
        file.write(f"    {line}\n")
    file.write("    \"\"\"\n}\n")
