#!/usr/bin/env bash
# Exports every architecture and some closures, and has them checked by ONNX's checker and by onnxruntime,
# which come from PyPI into an environment of their own.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$PWD/.build/export-check
if ! "$folder/python/bin/python" -c 'import onnx, onnxruntime' 2>/dev/null; then
  python3 -m venv "$folder/python"
  "$folder/python/bin/pip" install --quiet onnx==1.23.2 onnxruntime==1.31.1
fi

rm -rf "$folder/models"
mkdir -p "$folder/models"
# shellcheck disable=SC2086  # the flags are words
TREMOR_EXPORT_DIR=$folder/models \
  swift test --disable-xctest ${SWIFT_FLAGS:-} ${SWIFT_TEST_FLAGS:-} --filter ExportFilesTests
"$folder/python/bin/python" Tests/Export/check.py "$folder/models"
