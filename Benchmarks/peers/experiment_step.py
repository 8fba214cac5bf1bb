"""Targets 1 and 5: one step of PGD."""

import judge
from rounds import Contestant, ratios, take_turns

# Steps of a run: about a second's work for the slower ones.
STEPS = {"cnn6": 10, "resnet20": 10, "resnet18": 2}
LIBRARIES = {"torchattacks": "torchattacks.PGD", "foolbox": "foolbox LinfPGD",
             "art": "ART ProjectedGradientDescent"}


def variants(every):
    """Settings of a plain PyTorch loop; what is compiled has batch-norm merged, which is never slower."""
    for fused in (False, True):
        for layout in ("contiguous", "channels_last"):
            yield {"layout": layout, "fused": fused, "compile": None,
                   "settings": "eager, %s%s" % (layout, ", batch-norm merged" if fused else "")}
    for fused in (False, True) if every else (True,):
        for layout in ("contiguous", "channels_last"):
            for part in ("model", "step"):
                merged = ", batch-norm merged" if fused else ""
                yield {"layout": layout, "fused": fused, "compile": part,
                       "settings": "compiled %s, %s%s" % (part, layout, merged)}


def run(bench):
    for name in bench.options.nets:
        measure(bench, name)
        bench.end_processes()


def measure(bench, name):
    steps = STEPS[name]
    request = {"network": bench.inputs.network(name), **bench.inputs.images(128), "budgets": [8 / 255],
               "stepSize": 2 / 255, "steps": steps, "threads": bench.options.threads}
    bench.say("one PGD step, batch 128, %s:" % name)
    best = bench.scan("step " + name, list(variants(bench.options.every)), steps, kind="step", **request)
    own = [Contestant("Tremor, " + device, bench.driver(), steps, experiment="step", device=device, **request)
           for device in bench.options.devices]
    own.append(Contestant(
        "Tremor's AttackRunner, cpu", bench.driver(), steps, experiment="attack", **request))
    others = [Contestant(title, bench.torch(), steps, kind=kind, layout="contiguous", **request,
                         settings="as its users run it") for kind, title in LIBRARIES.items()]
    standing = take_turns(own + best + others, bench.options.rounds, say=bench.say)
    bench.record("step", name, standing)
    compare(bench, name, standing, own, best, others, request)


def compare(bench, name, standing, own, best, others, request):
    if own[0] not in standing:
        return
    found = {}
    for contestant in standing:
        path = bench.stored("step-" + contestant.title)
        contestant.result(output=path)
        found[contestant.title] = judge.judged(request["network"], path, request["labels"])

    def check(peer):
        return judge.same_attack(found[own[0].title], found[peer.title], 128)

    def line(peer, what, needed):
        numbers = ratios(own[0], peer)
        bench.verdict("1", name, what, needed, numbers.pop("ratio"), own[0].row(), peer.row(), **numbers,
                      **check(peer))

    fastest = min((one for one in best if one in standing), key=lambda one: one.median, default=None)
    if fastest:
        line(fastest, "PGD step, best PyTorch", 2)
    for one in others:
        if one in standing:
            line(one, "PGD step, " + one.title, 3)
    for one in own[1:-1]:
        if one in standing:
            bench.verdict("5", name, "%s at the speed of cpu" % one.title, 0.8, own[0].median / one.median,
                          one.row(), own[0].row(), **check(one))
