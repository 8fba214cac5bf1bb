"""Does PyTorch's side of a comparison, one request a line, so that others can take their turns in between.

Requests and replies are those of Benchmarks/Sources/driver; a process holds several contestants by name.
"""

import json
import os
import sys
import time


def memory():
    """Resident bytes now, and at most since the last reset."""
    with open("/proc/self/status") as file:
        fields = dict(line.split(":", 1) for line in file)
    return {key: [int(fields[field].split()[0]) * 1024]
            for key, field in [("resident", "VmRSS"), ("peak", "VmHWM")]}


def kinds():
    import libraries
    import torch_jacobian
    import torch_step
    import torch_training

    return {"step": torch_step.Step, "torchattacks": libraries.TorchAttacks, "foolbox": libraries.Foolbox,
            "art": libraries.Toolbox, "evaluation": libraries.Evaluation,
            "jacobian": torch_jacobian.Jacobian, "training": torch_training.Training}


class Worker:
    def __init__(self):
        self.contestants = {}

    def prepare(self, request):
        import numpy
        import torch

        torch.set_num_threads(request["threads"])
        images = torch.from_numpy(numpy.load(request["images"]).astype(numpy.float32))
        labels = torch.from_numpy(numpy.load(request["labels"]).astype(numpy.int64))
        self.contestants[request["name"]] = kinds()[request["kind"]](request, images, labels)
        return {"text": "torch %s, %d threads" % (torch.__version__, torch.get_num_threads())}

    def run(self, request):
        contestant = self.contestants[request["name"]]
        start, before = time.perf_counter(), time.process_time()
        contestant.run(request)
        return {"seconds": time.perf_counter() - start, "processorSeconds": time.process_time() - before}

    def result(self, request):
        import numpy

        numbers, array = self.contestants[request["name"]].result(request)
        if array is not None and request.get("output"):
            numpy.save(request["output"], array.numpy())
        return {"numbers": numbers}

    def forget(self, request):
        del self.contestants[request["name"]]
        return {}

    def memory(self, request):
        return {"numbers": memory()}

    def resetMemory(self, request):
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        return {}


def main():
    # Libraries print; what they print must not get between the replies.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    worker = Worker()
    for line in sys.stdin:
        request = json.loads(line)
        if request["action"] == "quit":
            break
        try:
            reply = getattr(worker, request["action"])(request)
        except Exception as error:  # A setting that PyTorch refuses is a result, too.
            reply = {"error": "%s: %s" % (type(error).__name__, " ".join(str(error).split())[:300])}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()
    # Compiled code keeps threads that would make an orderly end slow.
    os._exit(0)


main()
