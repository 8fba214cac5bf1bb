#!/usr/bin/env bash
# Runs the OpenCL tests on a second, independent OpenCL runtime for processors: Intel's, from PyPI (270 MB).
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$PWD/.build/second-runtime
if [[ ! -f $folder/vendors/intel.icd ]]; then
  python3 -m venv "$folder/python"
  "$folder/python/bin/pip" install --quiet intel-opencl-rt==2026.2.0 intel-cmplr-lib-rt==2026.2.0
  mkdir -p "$folder/vendors"
  echo "$folder/python/lib/libintelocl.so" >"$folder/vendors/intel.icd"
fi

export OCL_ICD_VENDORS=$folder/vendors
export LD_LIBRARY_PATH=$folder/python/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
# shellcheck disable=SC2086  # the flags are words
exec swift test --disable-xctest ${SWIFT_FLAGS:-} --filter OpenCLBackendTests
