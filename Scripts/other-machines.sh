#!/usr/bin/env bash
# Runs the demo and the tests of numbers as on machines that this is not: with older instruction sets, and with less
# local memory. Uses the products of `make build`.
set -euo pipefail
cd "$(dirname "$0")/.."

# Whole networks, primitives, attacks and devices; what counts launches for the usual machine stays out.
tests='CPUBackendTests\.(PrimitiveTests|ReferenceModelTests|InvarianceTests|LimitTests|MinimalFiltering)'
tests+='|NetworksTests\.(AgreementTests|JacobianRowsTests|ScratchTests)|AttacksTests\.ProjectedGradientDescentTests'
opencl='OpenCLBackendTests\.(DeviceAgreementTests|DeviceLaneTests|SelfTestTests)'

command=$(swift build --show-bin-path)/tremor
devices=$("$command" devices)

has() { TREMOR_INSTRUCTION_SET=$1 "$command" devices --device cpu >/dev/null 2>&1; }

# What is given as arguments is the environment.
run() {
  local filter=$1
  shift
  echo "-- $*"
  # shellcheck disable=SC2086  # the flags are words
  env "$@" swift test --skip-build --disable-xctest ${SWIFT_FLAGS:-} --filter "$filter" --quiet
  env "$@" "$command" self-test --device cpu >/dev/null
  [[ $devices != *opencl:0* ]] || env "$@" "$command" self-test --device opencl:0 >/dev/null
  env "$@" "$command" demo --device cpu --epochs 2 --steps 5 --quiet
}

run "$tests|$opencl" TREMOR_INSTRUCTION_SET=portable
! has avx2 || run "$tests|$opencl" TREMOR_INSTRUCTION_SET=avx2
for memory in 32KiB 256KiB; do run "$tests|$opencl" TREMOR_LOCAL_MEMORY=$memory; done
