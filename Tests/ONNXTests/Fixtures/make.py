"""Makes the small models beside this script, with inputs and the outputs that ONNX Runtime gives for them.

    python3 -m venv venv && venv/bin/pip install onnx onnxruntime numpy && venv/bin/python make.py

Each model NAME.onnx comes with NAME.npz: arrays input_0, input_1, ... and output_0, ...
"""

import os

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

os.chdir(os.path.dirname(os.path.abspath(__file__)))
random = numpy.random.default_rng(1)


def weight(name, *shape, scale=None):
    fan = numpy.prod(shape[1:]) if len(shape) > 1 else 1
    scale = scale or (2 / fan) ** 0.5
    return numpy_helper.from_array((random.standard_normal(shape) * scale).astype("float32"), name)


def integers(name, *values):
    return numpy_helper.from_array(numpy.array(values, "int64"), name)


def floats(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def save(name, nodes, inputs, outputs, initializers, arrays, opset=17, functions=(), domains=(), batched=True):
    """Writes a model, checks it, and writes what it answers; a model for one sample is asked for each."""
    graph = helper.make_graph(nodes, name, inputs, outputs, initializers)
    sets = [helper.make_opsetid("", opset)] + [helper.make_opsetid(domain, 1) for domain in domains]
    model = helper.make_model(
        graph, opset_imports=sets, producer_name="tremor fixtures", functions=functions, ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [port.name for port in session.get_inputs()]
    if batched:
        results = session.run(None, dict(zip(names, arrays)))
    else:
        rows = [
            session.run(None, {name: array[i:i + 1] for name, array in zip(names, arrays)})
            for i in range(len(arrays[0]))
        ]
        results = [numpy.concatenate(column) for column in zip(*rows)]
    onnx.save(model, name + ".onnx")
    stored = {f"input_{i}": array for i, array in enumerate(arrays)}
    stored.update({f"output_{i}": array for i, array in enumerate(results)})
    numpy.savez(name + ".npz", **stored)


def samples(*shape):
    return random.random((3,) + shape).astype("float32")


def convolutional():
    """Any batch: depthwise and dilated convolutions, batch normalisation, a residual, a head of computed shape."""
    nodes = [
        helper.make_node("Conv", ["image", "stem", "stem_bias"], ["stem_out"], "stem", pads=[1, 1, 1, 1]),
        helper.make_node("BatchNormalization", ["stem_out", "scale", "shift", "mean", "variance"], ["normal"], "norm"),
        helper.make_node("Relu", ["normal"], ["active"], "relu"),
        helper.make_node("Conv", ["active", "depth"], ["deep"], "depthwise", group=6, pads=[2, 2, 2, 2],
                         dilations=[2, 2]),
        helper.make_node("Add", ["deep", "active"], ["sum"], "residual"),
        helper.make_node("MaxPool", ["sum"], ["pooled"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Shape", ["pooled"], ["shape"], "shape"),
        helper.make_node("Gather", ["shape", "first"], ["batch"], "batch", axis=0),
        helper.make_node("Concat", ["batch", "rest"], ["target"], "target", axis=0),
        helper.make_node("Reshape", ["pooled", "target"], ["flat"], "flatten"),
        helper.make_node("Gemm", ["flat", "head", "head_bias"], ["logits"], "head", transB=1),
    ]
    initializers = [
        weight("stem", 6, 3, 3, 3), weight("stem_bias", 6, scale=0.1), weight("scale", 6), weight("shift", 6),
        weight("mean", 6), numpy_helper.from_array((random.random(6) + 0.5).astype("float32"), "variance"),
        weight("depth", 6, 1, 3, 3), integers("first", 0), integers("rest", -1), weight("head", 4, 96),
        weight("head_bias", 4, scale=0.1),
    ]
    save("convolutional", nodes, [floats("image", "N", 3, 8, 8)], [floats("logits", "N", 4)], initializers,
         [samples(3, 8, 8)])


def perceptron():
    """One sample: a reshape with the batch of one built in, clips with stored bounds, two outputs."""
    nodes = [
        helper.make_node("Reshape", ["image", "shape"], ["flat"], "flatten"),
        helper.make_node("MatMul", ["flat", "first"], ["product"], "first"),
        helper.make_node("Add", ["product", "bias"], ["hidden"], "bias"),
        helper.make_node("Clip", ["hidden", "low", "high"], ["clipped"], "clip"),
        helper.make_node("MatMul", ["clipped", "second"], ["logits"], "second"),
        helper.make_node("Softmax", ["logits"], ["probabilities"], "softmax", axis=1),
    ]
    bounds = [numpy_helper.from_array(numpy.float32(value), name) for name, value in [("low", 0), ("high", 6)]]
    initializers = [integers("shape", 1, 16), weight("first", 16, 12), weight("bias", 12), weight("second", 12, 5)]
    save("perceptron", nodes, [floats("image", 1, 1, 4, 4)], [floats("logits", 1, 5), floats("probabilities", 1, 5)],
         initializers + bounds, [samples(1, 4, 4)], opset=13, batched=False)


def recurrent():
    """One sample: rows of an image through an LSTM, whose last state is classified."""
    nodes = [
        helper.make_node("Transpose", ["rows"], ["steps"], "steps", perm=[1, 0, 2]),
        helper.make_node("LSTM", ["steps", "input_weight", "state_weight", "bias"], ["", "last"], "lstm",
                         hidden_size=5),
        helper.make_node("Squeeze", ["last", "axes"], ["state"], "squeeze"),
        helper.make_node("Gemm", ["state", "head"], ["logits"], "head"),
    ]
    initializers = [
        weight("input_weight", 1, 20, 6), weight("state_weight", 1, 20, 5), weight("bias", 1, 40, scale=0.1),
        integers("axes", 0), weight("head", 5, 3),
    ]
    save("recurrent", nodes, [floats("rows", 1, 4, 6)], [floats("logits", 1, 3)], initializers, [samples(4, 6)],
         opset=14, batched=False)


def functional():
    """Any batch: a function of the file with an attribute and a default, called twice, once inside another."""
    domain = "tests"
    leak = helper.make_node("LeakyRelu", ["sum"], ["result"], "leak")
    attribute = leak.attribute.add()
    attribute.name, attribute.ref_attr_name, attribute.type = "alpha", "slope", onnx.AttributeProto.FLOAT
    dense = helper.make_function(
        domain, "Dense", ["input", "weight", "bias"], ["result"],
        [helper.make_node("MatMul", ["input", "weight"], ["product"], "matmul"),
         helper.make_node("Add", ["product", "bias"], ["sum"], "add"), leak],
        [helper.make_opsetid("", 17)], attributes=[],
        attribute_protos=[helper.make_attribute("slope", 0.5)])
    twice = helper.make_function(
        domain, "Twice", ["input", "weight", "bias"], ["result"],
        [helper.make_node("Dense", ["input", "weight", "bias"], ["sum"], "one", domain=domain, slope=0.1),
         helper.make_node("Dense", ["sum", "weight", "bias"], ["result"], "two", domain=domain)],
        [helper.make_opsetid("", 17), helper.make_opsetid(domain, 1)])
    nodes = [helper.make_node("Twice", ["features", "weight", "bias"], ["logits"], "block", domain=domain)]
    save("functional", nodes, [floats("features", "N", 6)], [floats("logits", "N", 6)],
         [weight("weight", 6, 6), weight("bias", 6)], [samples(6)], functions=[dense, twice], domains=[domain])


for make in [convolutional, perceptron, recurrent, functional]:
    make()
