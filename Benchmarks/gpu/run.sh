#!/usr/bin/env bash
# The second phase of gpu.sh: tests and measures on this machine, and writes one JSON file.
set -uo pipefail
base=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$1
# All steps together end before this many seconds, whatever they do.
deadline=${TREMOR_GPU_SECONDS:-440}
mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
results=$folder/gpu-unknown.json
machine=null
is_evidence=false
# shellcheck source=steps.sh
source "$base/gpu/steps.sh"

nvidia=/usr/local/nvidia
export LD_LIBRARY_PATH=$base/lib:${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$nvidia/lib64:$nvidia/lib
export TREMOR_CACHE_DIR=$work/cache
PATH=$base/bin:$PATH

# The driver's library: where the loader looks, where containers mount it, and at last anywhere.
find_driver() {
  local path
  if [[ -n ${TREMOR_GPU_ICD:-} ]]; then
    echo "$TREMOR_GPU_ICD"
    return
  fi
  path=$(ldconfig -p 2>/dev/null | awk '$1 == "libnvidia-opencl.so.1" { print $NF; exit }')
  [[ -n $path ]] && echo "$path" && return
  for path in /usr/local/nvidia/lib64 /usr/local/nvidia/lib /usr/lib/x86_64-linux-gnu /usr/lib64 \
    /usr/local/cuda/lib64 /usr/lib/wsl/lib; do
    for path in "$path"/libnvidia-opencl.so.*; do
      [[ -e $path ]] && echo "$path" && return
    done
  done
  timeout 20 find / -xdev -name 'libnvidia-opencl.so.*' -print -quit 2>/dev/null
}

# The machine, as far as it tells.
describe_machine() {
  local gpu model
  gpu=$(timeout 20 nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm,clocks.max.mem \
    --format=csv,noheader 2>/dev/null | head -n 1)
  model=$(awk -F ': ' '/^model name/ { print $2; exit }' /proc/cpuinfo 2>/dev/null)
  printf '{"processors": %s' "$(nproc)"
  field gpu "${gpu:-unknown}"
  field driver "$(head -c 300 /proc/driver/nvidia/version 2>/dev/null)"
  field openclLibrary "${driver:-none}"
  field processor "${model:-unknown}"
  field system "$(uname -srm)"
  field commit "$(cat "$base/commit" 2>/dev/null || echo unknown)"
  field compiler "$(cat "$base/compiler" 2>/dev/null || echo unknown)"
  field date "$(date -u +%FT%TZ)"
  field note "$1"
  printf '}'
}

field() { printf ', "%s": %s' "$1" "$(json_string "$2")"; }

driver=$(find_driver)
note=""
if [[ -n ${TREMOR_GPU_ICD:-} ]]; then
  note="TREMOR_GPU_ICD names the driver: this shows that the script works, and nothing about a GPU's speed"
elif [[ -n $driver ]]; then
  is_evidence=true
fi
machine=$(describe_machine "$note")
write_results

if [[ -z $driver ]]; then
  near=$(find $nvidia /usr/lib/x86_64-linux-gnu -maxdepth 2 -iname '*nvidia*.so*' 2>/dev/null | head -n 40)
  skip "driver" "there is no libnvidia-opencl.so.1 here. NVIDIA's libraries that there are: ${near:-none}"
  # Another driver that is installed must not be measured in its place.
  echo "$results"
  exit 0
fi
# What the OpenCL driver needs to compile kernels is a library of its own, which containers forget.
for library in libnvidia-nvvm.so.4 libnvidia-ptxjitcompiler.so.1; do
  [[ -n ${TREMOR_GPU_ICD:-} || -e $(dirname "$driver")/$library ]] ||
    skip "$library" "it is not beside $driver; kernels may not compile"
done
mkdir -p "$work/vendors"
echo "$driver" >"$work/vendors/driver.icd"
export OCL_ICD_VENDORS=$work/vendors

# Programs that need a newer C library than this machine's are run with the one that was packed.
if ! tremor --version >"$work/version" 2>&1 && [[ -x $base/libc/ld-linux-x86-64.so.2 ]]; then
  skip "system libraries" "those that were packed are used, because: $(tail -c 500 "$work/version")"
  mkdir -p "$work/bin"
  for program in "$base"/bin/*; do
    path=$base/libc:$LD_LIBRARY_PATH:/usr/lib/x86_64-linux-gnu:/usr/lib64
    printf '#!/bin/sh\nexec %q --library-path %q %q "$@"\n' "$base/libc/ld-linux-x86-64.so.2" \
      "$path" "$program" >"$work/bin/${program##*/}"
  done
  chmod +x "$work/bin"/*
  PATH=$work/bin:$PATH
fi

device=${TREMOR_GPU_DEVICE:-opencl:0}
if step "devices" 60 tremor devices --device "$device" --json; then
  title=$(sed -n 's/.*"title" *: *"\([^"(]*\).*/\1/p' "$work"/step-*.out | head -n 1)
  title=$(tr -cs '[:alnum:]' '-' <<<"$title")
  name=$folder/gpu-${title%-}.json
  [[ $name == "$folder/gpu-.json" ]] || { mv "$results" "$name" && results=$name; }
fi

# Self-test: small graphs of every kind, in both precisions, and without tensor cores.
step "self-test" 45 tremor self-test --device "$device" --json
step "self-test, every product on tensor cores" 45 env TREMOR_TENSOR_CORES=all \
  tremor self-test --device "$device" --json
step "devices in tf32" 30 tremor devices --device "$device" --precision tf32 --json
step "demo" 40 tremor demo --device "$device"

# Whole networks against arrays that were computed in double precision.
for model in cifar10_cnn6_linf8 cifar10_resnet20 squeezenet_cifar10_v1; do
  golden=$base/data/golden/$model
  if [[ ! -d $golden ]]; then
    skip "golden $model" "there are no arrays to compare with"
  elif ! command -v python3 >/dev/null; then
    skip "golden $model" "there is no python3 to compare with"
  else
    for precision in float32 tf32; do
      step "golden $model in $precision" 30 python3 "$base/gpu/compare.py" "$base/data/models/$model.onnx" \
        "$golden" "$device" $precision
    done
  fi
done

# One attack by the command, with and without tensor cores.
data=cifar10:$base/data/cifar10
for choice in off timed; do
  for precision in float32 tf32; do
    [[ $choice$precision == offtf32 ]] && continue
    if [[ -d $base/data/cifar10 ]]; then
      step "PGD-20 on ResNet-20, $precision, tensor cores $choice" 40 env TREMOR_TENSOR_CORES=$choice \
        tremor attack "$base/data/models/cifar10_resnet20.onnx" "$data" --limit 2048 --attack pgd \
        --eps 8/255 --steps 20 --device "$device" --precision $precision --json
    else
      skip "PGD-20 on ResNet-20, $precision, tensor cores $choice" "there are no images"
    fi
  done
done

# Kernels, plans and attacks one by one.
if [[ -x $base/bin/benchmarks ]]; then
  # shellcheck disable=SC2016  # the inner shell expands these
  step "benchmarks" 120 bash -c 'benchmarks run --device "$1" --json "$2" >&2; status=$?; cat "$2"
    exit $status' _ "$device" "$work/benchmarks.json"
else
  skip "benchmarks" "the executable was not packed"
fi

# The same steps by PyTorch on the same GPU.
if [[ ! -f $base/peers/gpu.py ]]; then
  skip "peers" "peers/gpu.py was not packed"
elif ! timeout 60 python3 -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
  skip "peers" "python3 with PyTorch and CUDA is not on this machine"
elif [[ ! -x $base/bin/driver ]]; then
  skip "peers" "the executable driver was not packed"
else
  step "peers" 200 python3 "$base/peers/gpu.py" --driver "$base/bin/driver" --device "$device" \
    --data "$base/data" --json "$work/peers.json"
  [[ -s $work/peers.json ]] && record "peers, figures" passed 0 "" "$work/peers.json"
fi

write_results
echo "$results"
