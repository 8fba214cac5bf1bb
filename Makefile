# What a developer and CI run; `make` alone lists it.

# Without optimisation the kernels, which are C, and the reference interpreter are many times slower. The last -O wins.
# Every debug build uses these flags, so that building, testing and checking share one set of products.
SWIFT_FLAGS ?= -Xcc -O3 -Xswiftc -O
ifdef CI
SWIFT_FLAGS += -Xswiftc -warnings-as-errors
endif
export SWIFT_FLAGS

.PHONY: help setup demo build test lint format layers kernels ptx negative other-machines oclgrind second-runtime export-check \
  peers bench bench-compare bench-peers clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

setup: ## install the Debian packages that are missing
	@Scripts/setup.sh

demo: setup ## build in release and run the main job
	swift build -c release --product tremor
	.build/release/tremor demo

build: ## build everything, tests included, for debugging
	swift build --build-tests $(SWIFT_FLAGS)

test: setup ## run every test
	swift test --disable-xctest $(SWIFT_FLAGS)

lint: ## check the format and the laws of the text
	@Scripts/lint.sh

format: ## rewrite the Swift files in the project's format
	swift format format --in-place --parallel --recursive $(wildcard Package.swift Sources Tests Kernels Benchmarks)

layers: ## check that no target imports what the manifest does not name
	@Scripts/layers.sh

kernels: ## check every kernel text as OpenCL C 1.2
	@Scripts/check-kernels.sh

ptx: ## assemble the GPU kernels for NVIDIA, and list registers, spills and local memory; ptxas comes from PyPI
	@Scripts/ptx.sh

negative: build ## check that the compiler refuses what it must refuse
	@Scripts/negative-compile.sh

other-machines: build ## run the demo and tests with older instruction sets and with less local memory
	@Scripts/other-machines.sh

oclgrind: build ## run the OpenCL self-test under Oclgrind
	@Scripts/oclgrind.sh

second-runtime: ## run the OpenCL tests on Intel's runtime, which comes from PyPI
	@Scripts/second-runtime.sh

export-check: ## export every architecture and check it with onnx and onnxruntime, which come from PyPI
	@Tests/Export/check.sh

peers: ## compare robust accuracies with torchattacks, which comes from PyPI
	@Tests/Peers/compare-pgd.sh

bench: ## time kernels, plans and attacks on this machine, in about five minutes; BENCH_FLAGS go to the program
	swift run -c release --package-path Benchmarks benchmarks run --results Benchmarks/Results $(BENCH_FLAGS)

bench-compare: ## compare two results: OLD=a.json NEW=b.json
	swift run -c release --package-path Benchmarks benchmarks compare $(OLD) $(NEW) $(BENCH_FLAGS)

bench-peers: ## time this program against PyTorch, torchattacks, Foolbox and ART, which come from PyPI
	@Benchmarks/peers/run.sh $(PEERS_FLAGS)

clean: ## remove what was built
	swift package clean
