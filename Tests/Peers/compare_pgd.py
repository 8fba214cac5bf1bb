"""Compares robust accuracies under PGD with those of torchattacks; see compare-pgd.sh."""

import argparse
import gzip
import json
import pathlib
import subprocess
import sys

import numpy
import torch
import torchattacks

from network import Network

CIFAR = ["cifar10_cnn6_standard", "cifar10_cnn6_linf8", "cifar10_resnet20"]
MNIST = ["advertorch_mnist_lenet5_clntrained", "advertorch_mnist_lenet5_advtrained", "attackbox_mnist_bn",
         "mmr_univ_mnist", "eran_mnist_6_100_nat"]
# Network, norm, budget and step size as they are written on the command line.
CASES = [(name, *budget) for name in CIFAR for budget in [("linf", "8/255", "2/255"), ("l2", "0.5", "0.1")]]
CASES += [(name, *budget) for name in MNIST for budget in [("linf", "0.1", "0.02"), ("l2", "1.5", "0.3")]]
STEPS = 10
ALLOWED = 0.5


def number(text):
    top, _, bottom = text.partition("/")
    return float(top) / float(bottom or 1)


def images_and_labels(name, data, limit):
    """Floats in 0...1, labels, and what the command line calls them."""
    if name in CIFAR:
        rows = numpy.fromfile(data / "cifar10/test_batch.bin", numpy.uint8).reshape(-1, 3073)[:limit]
        pixels, labels = rows[:, 1:].reshape(-1, 3, 32, 32), rows[:, 0]
        source = f"cifar10:{data / 'cifar10'}:test"
    else:
        files = [data / "mnist/t10k-images-idx3-ubyte.gz", data / "mnist/t10k-labels-idx1-ubyte.gz"]
        pixels = numpy.frombuffer(gzip.open(files[0]).read(), numpy.uint8, offset=16)
        pixels = pixels.reshape(-1, 1, 28, 28)[:limit]
        labels = numpy.frombuffer(gzip.open(files[1]).read(), numpy.uint8, offset=8)[:limit]
        source = f"idx:{files[0]},{files[1]}"
    scaled = pixels.astype(numpy.float32) / numpy.float32(255)
    return torch.from_numpy(scaled).double(), torch.from_numpy(labels.astype(numpy.int64)), source


class Watched(torch.nn.Module):
    """A network that notes which samples of a batch were ever misclassified."""

    def __init__(self, network, labels):
        super().__init__()
        self.network, self.labels = network, labels
        self.fallen = torch.zeros(len(labels), dtype=torch.bool)

    def forward(self, images):
        logits = self.network(images)
        self.fallen |= logits.argmax(1) != self.labels
        return logits


def peer(path, images, labels, norm, radius, step):
    """Clean accuracy, and robust accuracies by any iterate and by the last one."""
    network = Network(path)
    counts = numpy.zeros(3)
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    for batch, truth in zip(images.split(250), labels.split(250)):
        watched = Watched(network, truth)
        with torch.no_grad():
            correct = network(batch).argmax(1) == truth
        if norm == "linf":
            attack = torchattacks.PGD(watched, eps=radius, alpha=step, steps=STEPS, random_start=True)
        else:
            attack = torchattacks.PGDL2(watched, eps=radius, alpha=step, steps=STEPS, random_start=False,
                                         eps_for_division=1e-200)
        attack.set_device("cpu")
        found = attack(batch, truth)
        with torch.no_grad():
            stands = watched(found).argmax(1) == truth
        counts += [correct.sum(), (correct & ~watched.fallen).sum(), (correct & stands).sum()]
    return 100 * counts / len(labels)


def own(tremor, path, source, norm, radius, step, limit):
    command = [tremor, "attack", path, source, "--attack", "pgd", "--norm", norm, "--eps", radius,
               "--alpha", step, "--steps", STEPS, "--limit", limit, "--json", "--quiet"]
    if norm == "l2":
        command.append("--no-random-start")
    finished = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if finished.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {finished.stderr.strip()}")
    report = json.loads(finished.stdout)
    return 100 * report["cleanAccuracy"], 100 * report["robustAccuracy"], report["seconds"]["attack"]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tremor", required=True)
    arguments.add_argument("--data", type=pathlib.Path, required=True)
    arguments.add_argument("--limit", type=int, default=1000)
    arguments.add_argument("--only", default="", help="networks whose name holds this")
    options = arguments.parse_args()
    failures = 0
    titles = f"{'clean':>13} {'robust':>13} {'last':>6} {'s':>7}"
    print(f"{'network':36} {'norm':5} {'eps':6} {titles}", flush=True)
    for name, norm, radius, step in CASES:
        if options.only not in name:
            continue
        path = options.data / f"models/{name}.onnx"
        images, labels, source = images_and_labels(name, options.data, options.limit)
        theirs = peer(path, images, labels, norm, number(radius), number(step))
        clean, robust, seconds = own(options.tremor, path, source, norm, radius, step, options.limit)
        agrees = abs(robust - theirs[1]) <= ALLOWED + 1e-9 and abs(clean - theirs[0]) <= ALLOWED
        failures += not agrees
        print(f"{name:36} {norm:5} {radius:6} {clean:6.1f} {theirs[0]:6.1f} {robust:6.1f} {theirs[1]:6.1f} "
              f"{theirs[2]:6.1f} {seconds:7.1f}{'' if agrees else '   DIFFERS'}", flush=True)
    print("clean, robust: this program, torchattacks; last: torchattacks by its last iterate alone; in %")
    sys.exit(f"{failures} cases differ by more than {ALLOWED} points" if failures else 0)


main()
