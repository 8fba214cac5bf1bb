"""Networks and images that both sides read: ONNX files and .npy files in one folder."""

import pathlib

import numpy
import onnx
from onnx import helper, numpy_helper

import process

EPSILON = 1e-5


class Inputs:
    """Makes what an experiment asks for, once."""

    def __init__(self, folder, data, driver):
        self.folder, self.data, self.driver = pathlib.Path(folder).resolve(), pathlib.Path(data), driver
        self.folder.mkdir(parents=True, exist_ok=True)

    def images(self, count):
        """Paths of images, float32 in 0...1, and labels; beyond the 15,000 that there are they repeat."""
        paths = [self.folder / ("%s-%d.npy" % (kind, count)) for kind in ("images", "labels")]
        if not all(path.exists() for path in paths):
            files = [self.data / "cifar10" / name for name in ("test_batch.bin", "data_batch_1.bin")]
            rows = numpy.concatenate([numpy.fromfile(path, numpy.uint8).reshape(-1, 3073) for path in files])
            rows = rows[numpy.arange(count) % len(rows)]
            pixels = rows[:, 1:].reshape(-1, 3, 32, 32).astype(numpy.float32) / numpy.float32(255)
            numpy.save(paths[0], pixels)
            numpy.save(paths[1], rows[:, 0].astype(numpy.int64))
        return {"images": str(paths[0]), "labels": str(paths[1])}

    def network(self, name):
        """The file of a network as it is attacked."""
        if name == "resnet20":
            return str(self.data / "models/cifar10_resnet20.onnx")
        if name == "cnn6":
            path = self.folder / "cnn6-with-batch-norm.onnx"
            if not path.exists():
                separate_batch_norm(self.data / "models/cifar10_cnn6_linf8.onnx", path)
            return str(path)
        return self.untrained(name)

    def untrained(self, name):
        """The file of an architecture of Tremor's with its first weights, which depend on seed 0 alone."""
        path = self.folder / ("%s-untrained.onnx" % name)
        if not path.exists():
            with process.Process([self.driver]) as worker:
                worker.ask("export", architecture=name, output=str(path))
        return str(path)


def separate_batch_norm(source, target):
    """Writes a network of convolutions with bias as the same function with batch-norm behind each of them.

    The six-layer CNN was trained with batch-norm and exported without; people attack what they have trained.
    Both sides get this file, and both may merge it again.
    """
    model = onnx.load(str(source))
    graph, generator = model.graph, numpy.random.default_rng(0)
    arrays = {item.name: numpy_helper.to_array(item).astype(numpy.float64) for item in graph.initializer}
    nodes, added = [], {}
    for node in graph.node:
        nodes.append(node)
        if node.op_type != "Conv":
            continue
        weight, bias = (arrays[name] for name in node.input[1:3])
        count = len(bias)
        scale, variance = generator.uniform(0.5, 1.5, count), generator.uniform(0.5, 1.5, count)
        mean = generator.normal(0, 0.1, count)
        factor = scale / numpy.sqrt(variance + EPSILON)
        added[node.input[1]] = weight / factor[:, None, None, None]
        names = [node.output[0] + part for part in (".scale", ".shift", ".mean", ".variance")]
        added.update(zip(names, (scale, bias + mean * factor, mean, variance)))
        inner = node.output[0] + ".convolved"
        norm = helper.make_node("BatchNormalization", [inner, *names], [node.output[0]], epsilon=EPSILON)
        node.output[0] = inner
        del node.input[2]
        nodes.append(norm)
    kept = [item for item in graph.initializer if item.name not in added]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    graph.initializer.extend(item for item in kept if item.name in used)
    graph.initializer.extend(
        numpy_helper.from_array(value.astype(numpy.float32), name) for name, value in added.items())
    onnx.save(model, str(target))
