#!/usr/bin/env bash
# Makes Sources/ONNX/Schema/onnx.pb.swift anew from onnx.proto. Needs protoc; the plugin is built from the package checkout.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v protoc >/dev/null || {
  echo "generate-onnx: protoc is missing; install protobuf-compiler" >&2
  exit 1
}

plugin=${PROTOC_GEN_SWIFT:-}
if [[ -z $plugin ]]; then
  swift package resolve
  checkout=.build/checkouts/swift-protobuf
  swift build --package-path "$checkout" --scratch-path .build/protoc-gen-swift -c release \
    --product protoc-gen-swift
  plugin=.build/protoc-gen-swift/release/protoc-gen-swift
fi

protoc --plugin=protoc-gen-swift="$plugin" --proto_path=Sources/ONNX/Schema \
  --swift_opt=Visibility=Internal --swift_opt=UseAccessLevelOnImports=true \
  --swift_out=Sources/ONNX/Schema onnx.proto

# The generated text shares its default values without saying so, which strict memory safety asks for.
sed -i.orig 's/_storage = _StorageClass.defaultInstance/_storage = unsafe _StorageClass.defaultInstance/' \
  Sources/ONNX/Schema/onnx.pb.swift
rm Sources/ONNX/Schema/onnx.pb.swift.orig
