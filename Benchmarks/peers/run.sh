#!/usr/bin/env bash
# How much faster this program is than PyTorch and the libraries on top of it, on the same networks and
# images, with the same results, measured in turns.
#
#   Benchmarks/peers/run.sh [--only step evaluation ...] [--nets cnn6 ...] [--rounds 7] [--quick] [--full]
#
# Makes a virtual environment with pinned versions under .build/peers-venv (TREMOR_PEERS_VENV names another
# one), builds Benchmarks' `driver` and the command in release (TREMOR_PEERS_BIN names a folder of them), and
# writes Benchmarks/Results/peers-<machine>.md and .json. Says that it does nothing where the networks and
# images of ../shared/data (TREMOR_DATA) are absent. Nothing else should run meanwhile.
set -euo pipefail
cd "$(dirname "$0")/../.."

data=${TREMOR_DATA:-$(cd .. && pwd)/shared/data}
if [[ ! -d $data ]]; then
  echo "peers: skipped: there is no folder $data"
  exit 0
fi
venv=${TREMOR_PEERS_VENV:-$PWD/.build/peers-venv}
if ! "$venv/bin/python" -c 'import torch, torchattacks, foolbox, art, onnx' 2>/dev/null; then
  python3 -m venv "$venv"
  # Wheels without CUDA are smaller and start sooner, but not every network has a way to them.
  "$venv/bin/pip" install --quiet --index-url https://download.pytorch.org/whl/cpu --timeout 5 --retries 0 \
    torch==2.5.1 torchvision==0.20.1 2>/dev/null || echo "peers: PyTorch's index is out of reach; using PyPI"
  "$venv/bin/pip" install --quiet --requirement Benchmarks/peers/requirements.txt
  # It asks for versions that others do not take; what is used of it needs none of them.
  "$venv/bin/pip" install --quiet --no-deps torchattacks==3.5.1
fi
if [[ -z ${TREMOR_PEERS_BIN:-} ]]; then
  swift build -c release --package-path Benchmarks --product driver
  swift build -c release --package-path Benchmarks --product tremor
  TREMOR_PEERS_BIN=$(swift build -c release --package-path Benchmarks --show-bin-path)
fi
export PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" Benchmarks/peers/peers.py --driver "$TREMOR_PEERS_BIN/driver" \
  --tremor "$TREMOR_PEERS_BIN/tremor" --data "$data" --work .build/peers-work --results Benchmarks/Results \
  "$@"
