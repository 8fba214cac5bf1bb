#!/usr/bin/env python3
"""Makes Sources/ONNX/Import/OperatorSignature+Table.swift: which inputs and attributes the operators have that are understood.

Needs the packages onnx and onnxruntime, whose lists of operators it reads.
"""
import collections
import pathlib
import re

import onnx.defs
import onnxruntime.capi.onnxruntime_pybind11_state as runtime

sources = pathlib.Path(__file__).resolve().parent.parent / "Sources" / "ONNX"


def understood(pattern):
    """The operators' names in the tables of the files that match."""
    texts = "".join(path.read_text() for path in sorted((sources / "Operators").glob(pattern)))
    return set(re.findall(r'^(?:    |.*= \[)"([A-Z]\w+)":', texts, re.MULTILINE))


names = understood("Operator+*.swift") | {"com.microsoft." + name for name in understood("Operator+Fused.swift")}

history = collections.defaultdict(list)
for schema in onnx.defs.get_all_schemas_with_history():
    if schema.domain == "":
        history[schema.name].append(schema)
for schema in runtime.get_all_operator_schema():
    if schema.domain == "com.microsoft":
        history["com.microsoft." + schema.name].append(schema)
    elif schema.domain == "" and schema.name not in history:
        history[schema.name].append(schema)

lines = []
for name in sorted(history):
    if name not in names:
        continue
    previous = None
    for schema in sorted(history[name], key=lambda schema: schema.since_version):
        most = "*" if schema.max_input > 1000 else str(schema.max_input)
        signature = " ".join([most, *sorted(schema.attributes)])
        if signature != previous:
            lines.append(f"{name} {schema.since_version} {signature}")
        previous = signature

target = sources / "Import" / "OperatorSignature+Table.swift"
target.write_text(
    """// Made by Scripts/make-operator-signatures.py.

extension OperatorSignature {
  /// A line for each change of an operator: its name, the operator set that brought the change, the largest number of
  /// inputs, and the names of the attributes.
  static let table = \"\"\"
"""
    + "".join(f"    {line}\n" for line in lines)
    + """    \"\"\"
}
"""
)
