#!/usr/bin/env bash
# Runs the OpenCL self-test in Oclgrind, an interpreter that watches every access to memory, and fails on
# any report: an invalid access, a race, a use of uninitialised memory.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v oclgrind >/dev/null || {
  echo "oclgrind: not installed; run make setup" >&2
  exit 1
}

# The arguments replace the command; without any, the self-test of the debug build.
command=("$@")
[[ $# -gt 0 ]] || command=("$(swift build --show-bin-path)/tremor" self-test --device opencl --memory-only)

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Oclgrind stands in for the OpenCL library by being loaded before it, which a library opened at run time
# goes around; opened by its own name it is the one already loaded, or nothing at all.
export TREMOR_OPENCL_LIBRARY=liboclgrind-rt.so
# No program that was built for another device, and none left behind; the command is the test.
export TREMOR_CACHE=off TREMOR_SELF_TEST=off

# Values are not judged here: Oclgrind 21.10 widens comparison masks of vectors to 255. Its check for uninitialised
# memory reports every buffer that the host has filled and ends on LLVM's `freeze`, so it is left out; a test of the
# CPU device that starts from poisoned memory stands in for it.
for family in cpu gpu; do
  report=$folder/$family
  status=0
  TREMOR_KERNEL_FAMILY=$family timeout 1800 oclgrind --data-races --local-mem-size 8388608 --max-errors 20 \
    --log "$report" "${command[@]}" || status=$?
  if [[ -s $report ]]; then
    cat "$report" >&2
    echo "oclgrind: the kernels of the $family family are not clean" >&2
    exit 1
  fi
  [[ $status -eq 0 ]] || {
    echo "oclgrind: ${command[*]} ended with status $status" >&2
    exit "$status"
  }
done
echo "oclgrind: both families are clean"
