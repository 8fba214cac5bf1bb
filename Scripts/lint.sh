#!/usr/bin/env bash
# Checks the format of every Swift file, and laws that the compiler does not know.
set -euo pipefail
cd "$(dirname "$0")/.."

failures=0

existing() {
  local path
  for path in "$@"; do [[ ! -e $path ]] || echo "$path"; done
}

mapfile -t texts < <(existing Package.swift Sources Tests Kernels Benchmarks Scripts Makefile .ci)
mapfile -t swift < <(existing Package.swift Sources Tests Kernels Benchmarks)

# law MESSAGE PATTERN ALLOWED PATH...: no line of the paths matches, but in files that ALLOWED matches.
law() {
  local message=$1 pattern=$2 allowed=$3 found
  shift 3
  found=$(grep -rInE --exclude-dir=.build -- "$pattern" "$@" | grep -vE "^($allowed):" || true)
  [[ -n $found ]] || return 0
  printf '%s\n' "$found"
  echo "lint: $message" >&2
  failures=$((failures + 1))
}

nowhere='$^'
# Files whose invariants the compiler cannot see; each use there carries a SAFETY sentence.
unchecked='Sources/CPUBackend/(Program|AlignedMemory|ThreadPool)\.swift|Sources/OpenCLBackend/Runtime/PendingTransfer\.swift|Sources/ONNX/Schema/onnx\.pb\.swift'

# The patterns are written so that they do not match themselves.
law 'no notes to a later self' '\b(TO[D]O|FIX[M]E|X[X]X)\b' "$nowhere" "${texts[@]}"
law 'an error is thrown or explained, never assumed away' '\btr[y]!' "$nowhere" "${swift[@]}"
law 'the compiler checks what is shared between threads' \
  '@unchecke[d] Sendable|nonisolated\(unsaf[e]\)' "$unchecked" "${swift[@]}"
law 'what can be missing is a requirement of a protocol' 'fatalErro[r]\(' "$nowhere" "${swift[@]}"
if [[ -d Sources/Compute ]]; then
  law 'Compute stands on the standard library' '^[^/]*\bimport Foundation' "$nowhere" Sources/Compute
fi
law 'no path of one machine' '(^|[^[:alnum:]_.])/(work|home|root|tmp)/[[:alnum:]]' "$nowhere" "${texts[@]}"
law 'no white space at the end of a line' '[[:blank:]]$' "$nowhere" "${texts[@]}"

swift format lint --strict --parallel --recursive "${swift[@]}" || failures=$((failures + 1))
[[ $failures -eq 0 ]] || exit 1
echo "lint: clean"
