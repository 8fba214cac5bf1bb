#!/usr/bin/env bash
# Robust accuracy under PGD, of this program and of torchattacks, on the same networks, images, budgets and
# steps.
#
#   Tests/Peers/compare-pgd.sh [--limit 1000] [--only NAME]
#
# Makes a virtual environment under .build/peers. Fails where the two differ by more than 0.5 percentage
# points, and says that it does nothing where the networks and images of ../shared/data are absent.
#
# Like is compared with like. torchattacks returns the last iterate of PGD; this program counts a sample as
# fallen when any iterate, the random start included, is misclassified. The last iterate is nearly always
# misclassified too, but not always. So the peer's model is wrapped: it notes for each sample whether any
# image that the attack has asked about, or the one it returns, is misclassified. In Linf both start evenly in
# the cube, from other random numbers. In L2 the peer draws the length of its start evenly, and this program
# draws evenly from the ball, that is nearly from its surface; ten steps do not make up for that, so there
# both start at the clean image. The peer runs in double precision: where a network is very sure, float32
# rounds the derivative of torch's cross-entropy to 0 or loses a part of it, and PGD seems to fail
# (attackbox_mnist_bn: 67 % instead of 14 % robust in L2). This program's cross-entropy keeps it in float32.
set -euo pipefail
cd "$(dirname "$0")/../.."

data=$(cd .. && pwd)/shared/data
if [[ ! -d ${TREMOR_DATA:-$data} ]]; then
  echo "compare-pgd: skipped: there is no folder ${TREMOR_DATA:-$data}"
  exit 0
fi
folder=$PWD/.build/peers
if ! "$folder/bin/python" -c 'import torchattacks, onnx' 2>/dev/null; then
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet "${TORCH:-torch==2.13.0}" onnx==1.23.2 scipy tqdm requests
  # It asks for versions that others do not take; what is used of it needs none of them.
  "$folder/bin/pip" install --quiet --no-deps torchattacks==3.5.1
fi
if [[ -z ${TREMOR:-} ]]; then
  # shellcheck disable=SC2086  # the flags are words
  swift build --product tremor ${SWIFT_FLAGS:-}
  # shellcheck disable=SC2086
  TREMOR=$(swift build --show-bin-path ${SWIFT_FLAGS:-})/tremor
fi
exec "$folder/bin/python" Tests/Peers/compare_pgd.py --tremor "$TREMOR" --data "${TREMOR_DATA:-$data}" "$@"
