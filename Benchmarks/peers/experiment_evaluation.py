"""Target 2: robust accuracy of many images at eight budgets, PGD-40 with five restarts."""

import statistics

from rounds import Contestant

BUDGETS = [count / 255 for count in range(1, 9)]


def run(bench):
    """torchattacks takes one budget in a turn, Tremor all of them: both are spread over the same minutes."""
    count = bench.options.eval_images
    request = {"network": bench.inputs.network("cnn6"), **bench.inputs.images(count), "budgets": BUDGETS,
               "steps": bench.options.eval_steps, "restarts": bench.options.eval_restarts,
               "threads": bench.options.threads}
    bench.say("robust evaluation, %d images, %d budgets, PGD-%d, %d restarts, cnn6:" % (
        count, len(BUDGETS), request["steps"], request["restarts"]))
    own = Contestant("Tremor, cpu", bench.driver(), experiment="evaluation", device="cpu", **request)
    peer = Contestant("torchattacks.PGD", bench.torch(), kind="evaluation", layout="contiguous", batch=128,
                      settings="as its users run it, batches of 128", **request)
    for one in (own, peer):
        one.prepare()
    warm_up(bench, request)
    for index in range(len(BUDGETS)):
        peer.turn(budget=index)
        # A whole evaluation of many images is long enough to be taken every other time.
        if count < 500 or index % 2 == 0:
            own.turn()
        bench.say("    budget %d/255: torchattacks %.1f s; Tremor, all budgets: %.1f s" % (
            index + 1, peer.seconds[-1], own.seconds[-1]))
    bench.record("evaluation", "cnn6", [own, peer], images=count)
    compare(bench, count, own, peer)
    bench.end_processes()


def warm_up(bench, request):
    """A few images through processes of the same kind, so that files and kernels are in memory."""
    few = {**request, **bench.inputs.images(32), "restarts": 1, "steps": 2}
    Contestant("warm", bench.driver(), experiment="evaluation", device="cpu", **few).prepare().warm()


def compare(bench, count, own, peer):
    ours, theirs = own.result(), peer.result()
    total, each = sum(peer.seconds), statistics.median(own.seconds)
    points = max(100 * abs(a - b) for a, b in zip(ours["robust"], theirs["robust"]))
    row = {**peer.row(), "median": total, "minimum": total,
           "settings": peer.settings + "; sum of the budgets"}
    bench.verdict(
        "2", "cnn6", "robust evaluation, %d images" % count, 10, total / each, own.row(), row,
        least=total / max(own.seconds), greatest=total / min(own.seconds), accuracyDifference=points,
        same=bool(points <= max(0.1, 100 / count) + 1e-9),
        robustAccuracies={"Tremor": ours["robust"], "torchattacks, every image": theirs["robust"],
                          "torchattacks, last image": theirs["last"]})
