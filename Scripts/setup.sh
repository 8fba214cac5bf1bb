#!/usr/bin/env bash
# Installs the Debian packages that are missing; quick when none is.
set -euo pipefail
cd "$(dirname "$0")/.."

# What Swift needs to compile C, to link and to fetch packages, and the libraries that read images and archives.
required=(ca-certificates g++ git libjpeg-dev libpng-dev libwebp-dev zlib1g-dev)
# An OpenCL runtime on the processor, its loader, and the checker of the kernels.
opencl=(clinfo ocl-icd-libopencl1 oclgrind pocl-opencl-icd)

fail() {
  echo "setup: $*" >&2
  exit 1
}

installed() {
  # The loader may come from a vendor: what counts is that some package provides it.
  dpkg-query --show --showformat='${Status}\n' "$1" 2>/dev/null | grep -q ' installed$' ||
    { [[ $1 == ocl-icd-libopencl1 ]] && ldconfig -p | grep -q 'libOpenCL\.so\.1'; }
}

missing() {
  local name
  for name in "$@"; do installed "$name" || echo "$name"; done
}

install() {
  local -a as_root=()
  if [[ $EUID -ne 0 ]]; then
    command -v sudo >/dev/null || return 1
    # Where nobody can type a password, sudo must not wait for one.
    if [[ -t 0 ]]; then as_root=(sudo); else as_root=(sudo -n); fi
  fi
  "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

command -v swift >/dev/null || fail "no Swift toolchain on the PATH; see https://www.swift.org/install"
command -v dpkg-query >/dev/null || {
  echo "setup: not a Debian system; you need: ${required[*]} ${opencl[*]}" >&2
  exit 0
}

mapfile -t absent < <(missing "${required[@]}" "${opencl[@]}")
[[ ${#absent[@]} -eq 0 ]] && exit 0
echo "setup: installing ${absent[*]}"
install "${absent[@]}" || echo "setup: could not install ${absent[*]}" >&2

mapfile -t absent < <(missing "${required[@]}")
[[ ${#absent[@]} -eq 0 ]] || fail "these packages are needed: ${absent[*]}"
mapfile -t absent < <(missing "${opencl[@]}")
[[ ${#absent[@]} -eq 0 ]] && exit 0
# Without these Tremor still runs, on the CPU device alone; CI must not pass without them.
[[ -z ${CI:-} ]] || fail "CI needs ${absent[*]}"
echo "setup: going on without ${absent[*]}; OpenCL may be absent" >&2
