"""A convolutional network in ONNX as a function of PyTorch tensors, in double precision."""

import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper


def doubled(array):
    """A tensor of the same numbers; floats in double precision."""
    tensor = torch.from_numpy(array.copy())
    return tensor.double() if tensor.is_floating_point() else tensor


class Network(torch.nn.Module):
    """Evaluates the nodes one after the other, each by the function of torch that means the same."""

    def __init__(self, path):
        super().__init__()
        graph = onnx.load(path).graph
        self.nodes = list(graph.node)
        self.values = {i.name: doubled(numpy_helper.to_array(i)) for i in graph.initializer}
        self.input = next(i.name for i in graph.input if i.name not in self.values)
        self.output = graph.output[0].name

    def forward(self, images):
        values = dict(self.values)
        values[self.input] = images
        for node in self.nodes:
            inputs = [values[name] if name else None for name in node.input]
            options = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            values[node.output[0]] = getattr(self, "node_" + node.op_type)(inputs, options)
        return values[self.output]

    def node_Conv(self, x, options):
        sides = self.padding(options)
        return F.conv2d(
            F.pad(x[0], sides), x[1], x[2] if len(x) > 2 else None, options.get("strides", 1), 0,
            options.get("dilations", 1), options.get("group", 1))

    def node_MaxPool(self, x, options):
        padded = F.pad(x[0], self.padding(options), value=-float("inf"))
        return F.max_pool2d(padded, options["kernel_shape"], options.get("strides", 1))

    def node_BatchNormalization(self, x, options):
        return F.batch_norm(x[0], x[3], x[4], x[1], x[2], eps=options.get("epsilon", 1e-5))

    def node_Gemm(self, x, options):
        a = x[0].T if options.get("transA") else x[0]
        b = x[1].T if options.get("transB") else x[1]
        product = options.get("alpha", 1.0) * (a @ b)
        return product + options.get("beta", 1.0) * x[2] if len(x) > 2 else product

    def node_Slice(self, x, options):
        axes = x[3].tolist() if len(x) > 3 else range(len(x[1]))
        steps = x[4].tolist() if len(x) > 4 else [1] * len(x[1])
        result = x[0]
        for axis, start, end, step in zip(axes, x[1].tolist(), x[2].tolist(), steps):
            places = range(result.shape[axis])[start:end:step]
            result = result.index_select(axis, torch.tensor(list(places)))
        return result

    def node_Pad(self, x, options):
        sides = x[1].tolist()
        half = len(sides) // 2
        pairs = [(sides[axis], sides[axis + half]) for axis in reversed(range(half))]
        return F.pad(x[0], [side for pair in pairs for side in pair])

    def node_GlobalAveragePool(self, x, options):
        return x[0].mean((2, 3), keepdim=True)

    def node_Flatten(self, x, options):
        return x[0].flatten(options.get("axis", 1))

    def node_Transpose(self, x, options):
        return x[0].permute(options["perm"])

    def node_Relu(self, x, options):
        return x[0].relu()

    def node_Identity(self, x, options):
        return x[0]

    def node_Add(self, x, options):
        return x[0] + x[1]

    def node_Sub(self, x, options):
        return x[0] - x[1]

    def node_Div(self, x, options):
        return x[0] / x[1]

    @staticmethod
    def padding(options):
        top, left, bottom, right = options.get("pads", [0, 0, 0, 0])
        return [left, right, top, bottom]
