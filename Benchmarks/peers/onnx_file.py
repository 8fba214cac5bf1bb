"""Reads the graph of an ONNX file with NumPy alone, for machines where nothing else can be installed.

A file is a Protocol Buffers message: fields of a number and a value, a value being a variable-length integer,
four or eight bytes, or a byte string, which may be a message again. The numbers are those of onnx.proto.
"""

import struct
from types import SimpleNamespace

import numpy

ELEMENTS = {1: numpy.float32, 2: numpy.uint8, 3: numpy.int8, 6: numpy.int32, 7: numpy.int64, 9: numpy.bool_,
            10: numpy.float16, 11: numpy.float64}


def integer(data, place):
    result = shift = 0
    while True:
        byte = data[place]
        result |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return result, place


def signed(value):
    return value - (1 << 64) if value >> 63 else value


def fields(data):
    """Every field's values by its number, in order."""
    found, place = {}, 0
    while place < len(data):
        key, place = integer(data, place)
        kind = key & 7
        if kind == 0:
            value, place = integer(data, place)
        else:
            size = {1: 8, 5: 4}.get(kind)
            if size is None:
                assert kind == 2, "a field of wire type %d" % kind
                size, place = integer(data, place)
            value, place = data[place:place + size], place + size
        found.setdefault(key >> 3, []).append(value)
    return found


def integers(values):
    """A repeated integer, packed or not."""
    result = []
    for value in values:
        if isinstance(value, int):
            result.append(signed(value))
            continue
        place = 0
        while place < len(value):
            one, place = integer(value, place)
            result.append(signed(one))
    return result


def tensor(data):
    """The name and the elements of a TensorProto."""
    found = fields(data)
    shape, element = integers(found.get(1, [])), ELEMENTS[found[2][0]]
    if 9 in found:
        array = numpy.frombuffer(bytes(found[9][0]), element)
    elif 4 in found:
        array = numpy.frombuffer(b"".join(map(bytes, found[4])), numpy.float32)
    else:
        array = numpy.array(integers(found.get(7, []) + found.get(5, [])), element)
    return text(found.get(8, [b""])[0]), array.reshape(shape)


def attribute(data):
    """The name and the value of an AttributeProto."""
    found = fields(data)
    name = text(found[1][0])
    if 5 in found:
        return name, tensor(found[5][0])[1]
    if 2 in found:
        return name, struct.unpack("<f", bytes(found[2][0]))[0]
    if 4 in found:
        return name, bytes(found[4][0])
    if 8 in found:
        return name, integers(found[8])
    return name, signed(found.get(3, [0])[0])


def node(data):
    found = fields(data)
    return SimpleNamespace(
        input=[text(name) for name in found.get(1, [])], output=[text(name) for name in found[2]],
        op_type=text(found[4][0]), options=dict(attribute(item) for item in found.get(5, [])))


def text(data):
    return bytes(data).decode()


def names(values):
    return [text(fields(value)[1][0]) for value in values]


def read(path):
    """Nodes, constants by name, and the names of inputs and outputs."""
    with open(path, "rb") as file:
        graph = fields(memoryview(fields(memoryview(file.read()))[7][0]))
    nodes = [node(item) for item in graph.get(1, [])]
    constants = dict(tensor(item) for item in graph.get(5, []))
    for one in nodes:
        if one.op_type == "Constant":
            constants[one.output[0]] = one.options["value"]
    return SimpleNamespace(
        nodes=[one for one in nodes if one.op_type != "Constant"], constants=constants,
        inputs=[name for name in names(graph.get(11, [])) if name not in constants],
        outputs=names(graph.get(12, [])))
