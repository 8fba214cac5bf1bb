"""Target 8: a whole attack against the time that Python takes to import PyTorch."""

import subprocess
import time


class Command:
    """A program from its start to its end."""

    def __init__(self, title, words):
        self.title, self.words, self.seconds, self.processor = title, [str(word) for word in words], [], []
        names = [part.rsplit("/", 1)[-1] if part.count("/") > 1 else part for part in self.words]
        self.settings = " ".join(names)

    def turn(self):
        start = time.perf_counter()
        subprocess.run(self.words, check=True, capture_output=True)
        self.seconds.append(time.perf_counter() - start)

    def row(self):
        ordered = sorted(self.seconds)
        return {"title": self.title, "settings": self.settings, "seconds": self.seconds,
                "processorSeconds": [], "median": ordered[len(ordered) // 2], "minimum": ordered[0]}


def run(bench):
    bench.say("start: an attack on 100 images against `import torch`:")
    data = bench.inputs.data
    own = Command("tremor attack", [
        bench.options.tremor, "attack", data / "models/cifar10_cnn6_linf8.onnx",
        "cifar10:%s:test" % (data / "cifar10"), "--limit", 100, "--attack", "pgd", "--eps", "8/255",
        "--steps", 10, "--device", "cpu", "--json", "--quiet"])
    peer = Command("import torch", [bench.options.python, "-c", "import torch"])
    for one in (own, peer) * 2:
        one.turn()
    own.seconds, peer.seconds = [], []
    for _ in range(bench.options.rounds):
        own.turn()
        peer.turn()
    a, b = own.row(), peer.row()
    bench.rows += [{"experiment": "start", "network": "cnn6", **row} for row in (a, b)]
    each = [theirs / ours for ours, theirs in zip(own.seconds, peer.seconds)]
    bench.say("    tremor attack: median %.0f ms; import torch: median %.0f ms" % (
        1e3 * a["median"], 1e3 * b["median"]))
    bench.verdict("8", "cnn6", "tremor attack, 100 images, PGD-10", 1, b["median"] / a["median"], a, b,
                  least=min(each), greatest=max(each))
