#!/usr/bin/env bash
# Puts into a folder what Benchmarks/gpu.sh needs on a machine without network and Swift.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

target=$1
data=${TREMOR_DATA:-$(cd .. && pwd)/shared/data}
mkdir -p "$target/bin" "$target/lib" "$target/gpu" "$target/data"
target=$(cd "$target" && pwd)

note() { echo "gpu: $*"; }

# build PACKAGE PRODUCT: builds in release, and copies the program without its symbols; libraries of Swift are a part
# of it.
build() {
  local package=$1 product=$2 folder=${TREMOR_GPU_BIN:-}
  if [[ -z $folder ]]; then
    swift build -c release --static-swift-stdlib --package-path "$package" --product "$product" || return 1
    folder=$(swift build -c release --static-swift-stdlib --package-path "$package" --show-bin-path)
  fi
  cp "$folder/$product" "$target/bin/"
  strip "$target/bin/$product" || note "there is no strip; $product keeps its symbols"
}

# One file, for ways to the other machine that take little: the programs share most of what they consist of, which a
# dictionary as large as all of them finds.
archive() {
  command -v xz >/dev/null || {
    note "there is no xz, so no archive is written"
    return 0
  }
  tar --create --directory "$(dirname "$target")" "$(basename "$target")" \
    | xz --lzma2=preset=6,dict=256MiB >"$target.tar.xz"
  note "the same as one file of $(du -h "$target.tar.xz" | cut -f 1): $target.tar.xz"
}

# copy FOLDER NAME...: copies libraries of the system that are here.
copy() {
  local folder=$1 name path
  shift
  mkdir -p "$folder"
  for name in "$@"; do
    path=$(ldconfig -p | awk -v name="$name" '$1 == name { print $NF; exit }')
    [[ -z $path ]] || cp -L "$path" "$folder/"
  done
}

# Swift's linker leaves these to the system. Not every machine has the first; the others are used where the
# C library is older than the one that the programs were linked with.
copy_libraries() {
  copy "$target/lib" libpng16.so.16 libjpeg.so.62 libjpeg.so.8 libwebp.so.7 libz.so.1
  copy "$target/libc" libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libstdc++.so.6 libgcc_s.so.1 \
    ld-linux-x86-64.so.2
}

copy_loader() {
  local folder path
  path=$(ldconfig -p | awk '$1 == "libOpenCL.so.1" { print $NF; exit }')
  if [[ -n $path ]]; then
    cp -L "$path" "$target/lib/libOpenCL.so.1"
    return
  fi
  folder=$(mktemp -d)
  (cd "$folder" && apt-get download ocl-icd-libopencl1 >/dev/null && dpkg -x ocl-icd-libopencl1_*.deb .)
  cp -L "$(find "$folder" -name libOpenCL.so.1 | head -n 1)" "$target/lib/"
  rm -rf "$folder"
}

# Models, the first images of CIFAR-10, and the arrays that results must agree with.
copy_data() {
  local name
  [[ -d $data ]] || {
    note "there is no folder $data; models and arrays to compare with are left out"
    return 0
  }
  mkdir -p "$target/data/models" "$target/data/golden" "$target/data/cifar10"
  for name in cifar10_cnn6_linf8 cifar10_cnn6_standard cifar10_resnet20 squeezenet_cifar10_v1; do
    cp "$data/models/$name.onnx" "$target/data/models/"
    python3 -m zipfile -e "$data/golden/$name.npz" "$target/data/golden/$name"
  done
  cp "$data/cifar10/test_batch.bin" "$data/cifar10/batches.meta.txt" "$target/data/cifar10/"
}

build . tremor
for product in benchmarks driver; do
  if grep -q "name: \"$product\"" Benchmarks/Package.swift; then
    build Benchmarks "$product" || note "$product does not build, and is left out"
  else
    note "there is no executable $product, so it is left out"
  fi
done
copy_libraries
copy_loader
copy_data
cp Benchmarks/gpu.sh "$target/"
cp Benchmarks/gpu/run.sh Benchmarks/gpu/steps.sh Benchmarks/gpu/compare.py "$target/gpu/"
if [[ -d Benchmarks/peers ]]; then
  mkdir -p "$target/peers"
  cp Benchmarks/peers/* "$target/peers/"
fi
{
  git rev-parse HEAD 2>/dev/null || echo unknown
  git diff --quiet HEAD 2>/dev/null || echo "with changes"
} | paste -sd ' ' >"$target/commit"
swift --version 2>/dev/null | head -n 1 >"$target/compiler" || echo unknown >"$target/compiler"
archive
note "packed $(du -sh "$target" | cut -f 1) into $target; now: $target/gpu.sh run"
