#!/usr/bin/env bash
# Everything that is to be known of a GPU, in two phases, because the machine with the GPU may have neither a
# network nor Swift.
#
#   Benchmarks/gpu.sh pack DIR   on a build machine: builds, and puts all that the other phase needs into DIR and,
#                                as one file, DIR.tar.xz
#   DIR/gpu.sh run [RESULTS]     on the GPU machine: tests and measures, in less than 8 minutes, and writes
#                                one JSON file, gpu-<device>.json in RESULTS, which is DIR/Results by default
#
# The file is written whatever happens, and says of each step whether it passed, failed, ran out of time or
# was skipped, and why. TREMOR_GPU_ICD names a driver's library to use instead of NVIDIA's, which shows that
# the script works and nothing about speed; the file then says so.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

case ${1:-} in
  pack)
    [[ $# -eq 2 ]] || {
      echo "gpu: pack needs one folder" >&2
      exit 1
    }
    exec "$here/gpu/pack.sh" "$2"
    ;;
  run) exec "$here/gpu/run.sh" "${2:-$here/Results}" ;;
  *)
    sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 1
    ;;
esac
