"""Whether both sides have found the same: one reference, in double precision, looks at both."""

import numpy
import torch
import torch.nn.functional as functional

import network


def judged(path, images, labels):
    """Mean cross-entropy and accuracy of images stored in a file."""
    module = network.load(path).double()
    found = torch.from_numpy(numpy.load(images)).double()
    truth = torch.from_numpy(numpy.load(labels).astype(numpy.int64))
    with torch.no_grad():
        logits = torch.cat([module(part) for part in found.split(256)])
    return {"loss": functional.cross_entropy(logits, truth).item(),
            "accuracy": (logits.argmax(1) == truth).double().mean().item()}


def same_attack(ours, theirs, count):
    """The same loss to 1e-3; the same accuracy to 0.1 points, or one sample where that is more."""
    loss = abs(ours["loss"] - theirs["loss"]) / max(abs(theirs["loss"]), 1e-12)
    points = 100 * abs(ours["accuracy"] - theirs["accuracy"])
    return {"lossDifference": loss, "accuracyDifference": points,
            "same": bool(loss <= 1e-3 and points <= max(0.1, 100 / count) + 1e-9)}


def same_array(ours, theirs):
    """The length of the difference of two stored arrays, as a share of the length of one; 1e-3 is allowed.

    Single elements may differ by more: where the input of a ReLU is 0 but for rounding, both derivatives are
    right.
    """
    a, b = numpy.load(ours), numpy.load(theirs)
    if a.shape != b.shape:
        return {"difference": float("inf"), "same": False}
    difference = float(numpy.linalg.norm(a - b) / numpy.linalg.norm(b))
    return {"difference": difference, "greatestDifference": float(abs(a - b).max() / abs(b).max()),
            "same": difference <= 1e-3}
