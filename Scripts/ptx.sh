#!/usr/bin/env bash
# Assembles the GPU family for NVIDIA: clang writes PTX, and ptxas, from PyPI, lists what each kernel needs.
set -euo pipefail
cd "$(dirname "$0")/.."

architecture=sm_90
folder=$PWD/.build/ptx
mkdir -p "$folder"

fail() {
  echo "ptx: $*" >&2
  exit 1
}

# The clang of a Swift toolchain cannot write PTX; those of Debian can.
find_clang() {
  local name
  for name in clang-15 clang-14 clang-16 clang-17 clang-18 clang; do
    command -v "$name" >/dev/null && "$name" --print-targets 2>/dev/null | grep -q nvptx64 && {
      echo "$name"
      return
    }
  done
  return 1
}

# ptxas is a part of CUDA, 40 MB, that needs neither a driver nor a GPU.
find_ptxas() {
  command -v ptxas && return
  local file=$folder/nvidia/cuda_nvcc/bin/ptxas
  if [[ ! -x $file ]]; then
    python3 -m pip install --quiet --no-deps --target "$folder" nvidia-cuda-nvcc-cu12==12.9.86 >&2 || return 1
    chmod +x "$file"
  fi
  echo "$file"
}

# assemble NAME TEXT REGISTERS OPTION...: REGISTERS an item may use.
assemble() {
  local name=$1 text=$2 registers=$3
  shift 3
  "$clang" -x cl -cl-std=CL1.2 -target nvptx64-unknown-nvcl -Xclang -finclude-default-header \
    -Xclang -target-feature -Xclang +ptx75 -Xclang -target-cpu -Xclang sm_86 -O3 -S "$@" \
    -o "$folder/$name.ptx" "Scripts/ptx/$text"
  # Older compilers do not know the architecture; nothing they write changes between the two.
  sed -i "s/^\.version .*/.version 8.0/; s/^\.target sm_86/.target $architecture/" "$folder/$name.ptx"
  echo "ptx: $name: $(grep -c '\.entry' "$folder/$name.ptx") kernels," \
    "$(grep -c 'mma\.sync' "$folder/$name.ptx" || true) mma.sync, written by $clang"
  [[ -n $ptxas ]] || return 0
  "$ptxas" -arch="$architecture" -maxrregcount "$registers" -v -o "$folder/$name.cubin" \
    "$folder/$name.ptx" 2>"$folder/$name.log" || {
    cat "$folder/$name.log" >&2
    fail "ptxas refuses $name"
  }
  list "$folder/$name.log"
}

# The log of ptxas as a table; a spill is a failure.
list() {
  awk '
    /Compiling entry function/ { split($0, part, "\047"); kernel = part[2] }
    /bytes stack frame/ { stack = $1; spills = $5 + $9 }
    /Used [0-9]+ registers/ {
      registers = $5; shared = 0
      for (i = 1; i <= NF; i++) if ($i ~ /^smem/) shared = $(i - 2)
      printf "  %-26s %9d registers %7d bytes spilled %7d stack %7d shared\n",
        kernel, registers, spills, stack, shared
      if (spills > 0) bad++
    }
    END { if (bad > 0) { printf "ptx: %d kernels spill\n", bad > "/dev/stderr"; exit 1 } }
  ' "$1"
}

clang=$(find_clang) || fail "no clang that writes PTX; apt-get install clang-15"
ptxas=$(find_ptxas) || {
  ptxas=
  echo "ptx: no ptxas on the PATH or from PyPI, so nothing is assembled" >&2
}

assemble family family.cl 255
# As the device builds it: 128 registers let two work-groups share a multiprocessor.
assemble tensor tensor.cl 128 -DNV_CC=90 -DTILE_M=128 -DTILE_N=64 -DTILE_K=16 -DTILE_PADDING=8
