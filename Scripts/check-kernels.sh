#!/usr/bin/env bash
# Checks every kernel text as OpenCL C 1.2, warnings being errors, with the clang of the Swift toolchain.
set -euo pipefail
cd "$(dirname "$0")/../Kernels"

clang=$(command -v clang || echo "$(dirname "$(readlink -f "$(command -v swift)")")/clang")
failures=0

opencl() {
  "$clang" -x cl -cl-std=CL1.2 -fsyntax-only -Xclang -finclude-default-header \
    -Wall -Wextra -Werror -Wno-psabi "$@"
}

check() {
  opencl "$@" || {
    echo "kernels: $* is not clean" >&2
    failures=$((failures + 1))
  }
}

# A text alone is no program: each is checked where its family includes it, in every shape of the family.
check cpu/family.cl
check cpu/family.cl -D VECTOR_REGISTERS=8
check cpu/family.cl -D HOST_CLANG
[[ $(uname -m) != x86_64 ]] || check cpu/family.cl -D HOST_CLANG -march=skylake-avx512
check gpu/family.cl
check gpu/family.cl -D TILE_M=32 -D TILE_N=128 -D TILE_K=8
check gpu/family.cl -D TILE_M=128 -D TILE_N=32 -D TILE_K=32
# Without tensor cores; `make ptx` assembles the real ones, whose instructions this clang does not know.
check gpu/tensor.cl -D NV_CC=0 -D TILE_M=128 -D TILE_N=64 -D TILE_PADDING=8

# A text that no program of its family includes would never reach a device.
for family in */family.cl; do
  folder=$(dirname "$family")
  parts=$("$clang" -x cl -cl-std=CL1.2 -D HOST_CLANG -MM "$family")
  [[ ! -f $folder/tensor.cl ]] || parts+=$("$clang" -x cl -cl-std=CL1.2 -MM "$folder/tensor.cl")
  for text in "$folder"/*.cl; do
    grep -qF -- "$text" <<<"$parts" || {
      echo "kernels: $family does not include $text" >&2
      failures=$((failures + 1))
    }
  done
done

[[ $failures -eq 0 ]] || exit 1
echo "kernels: clean"
