#!/usr/bin/env bash
# Runs the OpenCL self-test in Oclgrind, an interpreter that watches every access to memory, and fails on
# any report: an invalid access, a race, a use of uninitialised memory.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v oclgrind >/dev/null || {
  echo "oclgrind: not installed; run make setup" >&2
  exit 1
}

# The arguments replace the self-test.
command=("$@")
[[ $# -gt 0 ]] || command=(.build/debug/tremor self-test --device opencl)

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
report=$folder/report

# Oclgrind stands in for the OpenCL library by being loaded before it, which a library opened at run time
# goes around; opened by its own name it is the one already loaded, or nothing at all.
export TREMOR_OPENCL_LIBRARY=liboclgrind-rt.so
# No program that was built for another device, and none left behind.
export TREMOR_CACHE=off

status=0
timeout 1800 oclgrind --data-races --uninitialized --max-errors 20 --log "$report" "${command[@]}" || status=$?
if [[ -s $report ]]; then
  cat "$report" >&2
  echo "oclgrind: the kernels are not clean" >&2
  exit 1
fi
[[ $status -eq 0 ]] || {
  echo "oclgrind: ${command[*]} ended with status $status" >&2
  exit "$status"
}
echo "oclgrind: clean"
