"""An ONNX file as the PyTorch module that a person would have written: layers of torch.nn in order."""

import torch
import torch.nn.functional as functional
from torch import fx, nn
from torch.fx.experimental import optimization

import onnx_file


class Reader:
    """Turns nodes into calls of an fx graph, one after the other."""

    def __init__(self, path):
        self.file = onnx_file.read(path)
        self.constants = self.file.constants
        self.root, self.graph, self.values = nn.Module(), fx.Graph(), {}

    def module(self):
        self.values[self.file.inputs[0]] = self.graph.placeholder("images")
        for node in self.file.nodes:
            self.values[node.output[0]] = getattr(self, "node_" + node.op_type)(node, node.options)
        self.graph.output(self.values[self.file.outputs[0]])
        return fx.GraphModule(self.root, self.graph)

    def value(self, name):
        """What an earlier node gave, or a constant as a buffer of the module."""
        if name not in self.values:
            key = "constant%d" % len(self.values)
            self.root.register_buffer(key, torch.from_numpy(self.constants[name].copy()))
            self.values[name] = self.graph.get_attr(key)
        return self.values[name]

    def layer(self, module, source):
        name = "layer%d" % len(self.root._modules)
        self.root.add_module(name, module)
        return self.graph.call_module(name, (self.value(source),))

    def node_Conv(self, node, options):
        weight = self.constants[node.input[1]]
        top, left, bottom, right = options.get("pads", [0, 0, 0, 0])
        assert (top, left) == (bottom, right), "padding that differs between sides"
        layer = nn.Conv2d(
            weight.shape[1] * options.get("group", 1), weight.shape[0], weight.shape[2:],
            options.get("strides", 1), (top, left), options.get("dilations", 1), options.get("group", 1),
            bias=len(node.input) > 2)
        return self.layer(self.filled(layer, node, ["weight", "bias"]), node.input[0])

    def node_BatchNormalization(self, node, options):
        layer = nn.BatchNorm2d(len(self.constants[node.input[1]]), eps=options.get("epsilon", 1e-5))
        names = ["weight", "bias", "running_mean", "running_var"]
        return self.layer(self.filled(layer, node, names), node.input[0])

    def node_Gemm(self, node, options):
        assert options.get("alpha", 1) == 1 and options.get("beta", 1) == 1 and not options.get("transA")
        weight = self.constants[node.input[1]]
        if not options.get("transB"):
            self.constants[node.input[1]] = weight = weight.T
        layer = nn.Linear(weight.shape[1], weight.shape[0], bias=len(node.input) > 2)
        return self.layer(self.filled(layer, node, ["weight", "bias"]), node.input[0])

    def node_Relu(self, node, options):
        return self.layer(nn.ReLU(), node.input[0])

    def node_GlobalAveragePool(self, node, options):
        return self.layer(nn.AdaptiveAvgPool2d(1), node.input[0])

    def node_ReduceMean(self, node, options):
        axes = options.get("axes") or self.constants[node.input[1]].tolist()
        keeps = bool(options.get("keepdims", 1))
        return self.graph.call_function(torch.mean, (self.value(node.input[0]), list(axes), keeps))

    def node_Flatten(self, node, options):
        return self.layer(nn.Flatten(options.get("axis", 1)), node.input[0])

    def node_Reshape(self, node, options):
        shape = [int(extent) for extent in self.constants[node.input[1]]]
        assert len(shape) == 2, "a reshape that is no flattening"
        return self.layer(nn.Flatten(1), node.input[0])

    def node_Slice(self, node, options):
        starts, ends, axes, steps = (self.constants[name].tolist() for name in node.input[1:5])
        index = [slice(None)] * 4
        for start, end, axis, step in zip(starts, ends, axes, steps):
            index[axis] = slice(start, min(end, 2 ** 31), step)
        return self.graph.call_function(slicing, (self.value(node.input[0]), tuple(index)))

    def node_Pad(self, node, options):
        sides = self.constants[node.input[1]].tolist()
        pairs = [(sides[axis], sides[axis + 4]) for axis in reversed(range(4))]
        flat = [int(side) for pair in pairs for side in pair]
        return self.graph.call_function(functional.pad, (self.value(node.input[0]), flat))

    def node_Identity(self, node, options):
        return self.value(node.input[0])

    def node_Add(self, node, options):
        return self.graph.call_function(torch.add, tuple(map(self.value, node.input)))

    def node_Sub(self, node, options):
        return self.graph.call_function(torch.sub, tuple(map(self.value, node.input)))

    def node_Mul(self, node, options):
        return self.graph.call_function(torch.mul, tuple(map(self.value, node.input)))

    def node_Div(self, node, options):
        return self.graph.call_function(torch.div, tuple(map(self.value, node.input)))

    def filled(self, layer, node, names):
        with torch.no_grad():
            for name, source in zip(names, node.input[1:]):
                getattr(layer, name).copy_(torch.from_numpy(self.constants[source].copy()))
        return layer


def slicing(tensor, index):
    """A part of a tensor."""
    return tensor[index]


def load(path, fused=False, layout="contiguous", training=False):
    """The module in evaluation mode, with batch-norm merged into convolutions where that is asked for."""
    module = Reader(path).module().train(training)
    if fused:
        module = optimization.fuse(module)
    if layout == "channels_last":
        module = module.to(memory_format=torch.channels_last)
    return module
