"""One PGD step and a robust evaluation on a GPU: PyTorch CUDA in every setting, and Tremor in turns with it.

  python gpu.py --data folder [--driver driver --device opencl:0] --json gpu-peers.json

The folder has models/*.onnx and cifar10/test_batch.bin; ResNet-18, untrained, comes from the driver.

Needs torch and NumPy alone, no network. Where there is no CUDA it says so and writes that. PyTorch is
measured without TF32 and with it; Tremor runs beside the former, in float32. `driver` belongs to Benchmarks.
"""

import argparse
import json
import os
import statistics
import tempfile
import time

RADIUS, SIZE = 8 / 255, 2 / 255
BUDGETS = [count / 255 for count in range(1, 9)]


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--network", nargs="*", default=[], metavar="NAME=FILE",
                        help="others than those of the data")
    parser.add_argument("--driver", help="Tremor's side; without it PyTorch runs alone")
    parser.add_argument("--device", default="opencl:0", help="Tremor's device")
    parser.add_argument("--torch-device", default="cuda")
    parser.add_argument("--batches", type=int, nargs="+", default=[128, 512])
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--eval-images", type=int, default=1000)
    parser.add_argument("--eval-steps", type=int, default=40)
    parser.add_argument("--eval-restarts", type=int, default=5)
    parser.add_argument("--eval-network", default="cnn6")
    parser.add_argument("--seconds", type=float, default=130, help="none is begun after this time")
    parser.add_argument("--no-compile", action="store_true")
    parser.add_argument("--json", dest="output", required=True)
    return parser.parse_args()


class Peers:
    def __init__(self, chosen, torch):
        self.chosen, self.torch, self.begin = chosen, torch, time.time()
        self.device = torch.device(chosen.torch_device)
        self.folder, self.rows = tempfile.mkdtemp(), []
        self.networks = dict(pair.split("=", 1) for pair in chosen.network) or self.known()

    def known(self):
        models = os.path.join(self.chosen.data, "models")
        found = {"cnn6": os.path.join(models, "cifar10_cnn6_linf8.onnx"),
                 "resnet20": os.path.join(models, "cifar10_resnet20.onnx")}
        if self.chosen.driver:
            from process import Process

            found["resnet18"] = os.path.join(self.folder, "resnet18.onnx")
            with Process([self.chosen.driver]) as worker:
                worker.ask("export", architecture="resnet18", output=found["resnet18"])
        return found

    def late(self):
        return time.time() - self.begin > self.chosen.seconds

    def inputs(self, count):
        """The first images and their labels, repeated where there are too few, as tensors and as files."""
        import numpy

        rows = numpy.fromfile(os.path.join(self.chosen.data, "cifar10/test_batch.bin"), numpy.uint8)
        rows = rows.reshape(-1, 3073)
        rows = rows[numpy.arange(count) % len(rows)]
        pixels = rows[:, 1:].reshape(-1, 3, 32, 32).astype(numpy.float32) / numpy.float32(255)
        images, labels = self.torch.from_numpy(pixels), self.torch.from_numpy(rows[:, 0].astype(numpy.int64))
        files = {kind: os.path.join(self.folder, "%s-%d.npy" % (kind, count))
                 for kind in ("images", "labels")}
        numpy.save(files["images"], images.numpy())
        numpy.save(files["labels"], labels.numpy())
        return images, labels, files

    def precision(self, tf32):
        self.torch.backends.cuda.matmul.allow_tf32 = tf32
        self.torch.backends.cudnn.allow_tf32 = tf32

    def tremor(self, experiment, path, files, **request):
        from process import Process

        if not self.chosen.driver:
            return None
        worker = Process([self.chosen.driver])
        reply = worker.ask("prepare", experiment=experiment, device=self.chosen.device,
                           network=os.path.abspath(path), **files, **request)
        return worker, reply.get("text")

    def record(self, **row):
        if row.get("seconds"):
            row.update(median=statistics.median(row["seconds"]), minimum=min(row["seconds"]))
        self.rows.append(row)
        write(self.chosen, {"available": True, "complete": False, "rows": self.rows})
        said = "%.3f ms" % (1e3 * row["median"]) if "median" in row else row.get("failure")
        print("%-10s %-10s batch %-5s TF32 %-5s %-62s %s" % (
            row["experiment"], row["network"], row["batch"], row["tf32"], row["title"], said), flush=True)


def step(peers, name, path, batch, tf32):
    """All settings prepared, then in turns with Tremor; milliseconds are those of one step."""
    import gpu_loops

    chosen = peers.chosen
    images, labels, files = peers.inputs(batch)
    peers.precision(tf32)
    about = {"experiment": "step", "network": name, "batch": batch, "tf32": tf32}
    loops = []
    for setting in gpu_loops.SETTINGS:
        if peers.late() or (setting[-1] == "compile" and chosen.no_compile):
            peers.record(**about, title=setting[0], failure="left out: " + (
                "the time was up" if peers.late() else "not asked for"))
            continue
        try:
            loop = gpu_loops.Loop(path, images, labels, setting, peers.device)
            loop.prepare(RADIUS, SIZE)
            loops.append((loop, []))
        except Exception as error:  # A setting that does not run here is a result, too.
            peers.record(**about, title=setting[0], failure="%s: %s" % (
                type(error).__name__, " ".join(str(error).split())[:200]))
    own = tremor_step(peers, path, files) if not tf32 else None
    for _ in range(chosen.rounds):
        for loop, seconds in loops:
            seconds.append(timed(loop, chosen.steps))
        if own:
            own[2].append(own[0].ask("run")["seconds"] / chosen.steps)
    for loop, seconds in loops:
        peers.record(**about, title="PyTorch: " + loop.title, seconds=seconds, loss=final_loss(peers, loop))
    if own:
        loss = stored_loss(peers, loops, own[0], labels)
        own[0].quit()
        peers.record(**about, title="Tremor: " + own[1], seconds=own[2], loss=loss)


def tremor_step(peers, path, files):
    try:
        made = peers.tremor("step", path, files, budgets=[RADIUS], stepSize=SIZE, steps=peers.chosen.steps)
        if made:
            made[0].ask("run")
            return made[0], made[1], []
    except Exception as error:
        print("Tremor does not run: %s" % error, flush=True)
    return None


def timed(loop, steps):
    loop.begin(RADIUS, SIZE)
    loop.wait()
    start = time.perf_counter()
    loop.advance(steps)
    loop.wait()
    return (time.perf_counter() - start) / steps


def final_loss(peers, loop):
    """The mean loss at the last images, in the precision that the loop ran in."""
    with peers.torch.no_grad():
        return loop.total(loop.current, loop.labels)[0].item() / len(loop.labels)


def stored_loss(peers, loops, worker, labels):
    import numpy

    if not loops:
        return None
    path, loop = os.path.join(peers.folder, "found.npy"), loops[0][0]
    worker.ask("result", output=path)
    loop.current.copy_(peers.torch.from_numpy(numpy.load(path)))
    return final_loss(peers, loop)


def evaluation(peers, tf32):
    """PGD with restarts at eight budgets; PyTorch makes every step for every sample, as libraries do."""
    import gpu_loops

    chosen = peers.chosen
    name, count = chosen.eval_network, chosen.eval_images
    if name not in peers.networks:
        return
    path = peers.networks[name]
    images, labels, files = peers.inputs(count)
    peers.precision(tf32)
    about = {"experiment": "evaluation", "network": name, "batch": count, "tf32": tf32}
    for setting in gpu_loops.SETTINGS:
        if peers.late() or setting[-1] == "compile":
            continue
        try:
            loop = gpu_loops.Loop(path, images, labels, setting, peers.device)
            loop.prepare(RADIUS, SIZE)
            start = time.perf_counter()
            standing = loop.evaluate(BUDGETS, chosen.eval_steps, chosen.eval_restarts)
            seconds = [time.perf_counter() - start]
            peers.record(**about, title="PyTorch: " + setting[0], seconds=seconds,
                         robust=[one / count for one in standing])
        except Exception as error:
            peers.record(**about, title=setting[0], failure="%s: %s" % (
                type(error).__name__, " ".join(str(error).split())[:200]))
    if tf32 or not chosen.driver:
        return
    try:
        worker, text = peers.tremor("evaluation", path, files, budgets=BUDGETS, steps=chosen.eval_steps,
                                    restarts=chosen.eval_restarts)
        seconds = [worker.ask("run")["seconds"] for _ in range(4)][1:]
        peers.record(**about, title="Tremor: " + text, seconds=seconds,
                     robust=worker.ask("result")["numbers"]["robust"])
        worker.quit()
    except Exception as error:
        print("Tremor does not run: %s" % error, flush=True)


def measure(chosen, torch):
    peers = Peers(chosen, torch)
    for tf32 in (False, True):
        for name, path in peers.networks.items():
            for batch in chosen.batches:
                step(peers, name, path, batch, tf32)
        evaluation(peers, tf32)
    return peers.rows


def main():
    chosen, report = options(), {"available": False}
    try:
        import torch

        report["torch"] = torch.__version__
        if chosen.torch_device == "cuda" and not torch.cuda.is_available():
            raise RuntimeError("this PyTorch finds no CUDA device")
        if chosen.torch_device == "cuda":
            report["device"] = torch.cuda.get_device_name()
        report.update(rows=measure(chosen, torch), available=True, complete=True)
    except (ImportError, RuntimeError, OSError) as error:
        report["reason"] = str(error)
        print("gpu.py: PyTorch CUDA was not measured: %s" % error, flush=True)
    write(chosen, report)


def write(chosen, report):
    """Also after every row, so that a run that is cut short leaves what it has measured."""
    with open(chosen.output, "w") as file:
        json.dump(report, file, indent=1)


main()
