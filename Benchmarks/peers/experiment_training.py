"""Target 4: one step of training at batch 128."""

from rounds import Contestant, ratios, take_turns

STEPS = {"cnn6": 4, "resnet20": 4, "resnet18": 1}


def variants(every):
    for layout in ("contiguous", "channels_last"):
        for optimizer in ("foreach", "fused"):
            for compiled in (False, True):
                if every or not compiled or optimizer == "fused":
                    way = "compiled" if compiled else "eager"
                    yield {"layout": layout, "optimizer": optimizer, "compile": compiled,
                           "settings": "%s, %s, SGD %s" % (way, layout, optimizer)}


def run(bench):
    for name in bench.options.nets:
        measure(bench, name)
        bench.end_processes()


def measure(bench, name):
    request = {**bench.inputs.images(128), "steps": STEPS[name], "rate": 0.01, "momentum": 0.9,
               "threads": bench.options.threads}
    bench.say("training step, batch 128, %s:" % name)
    best = bench.scan("training " + name, list(variants(bench.options.every)), STEPS[name], kind="training",
                      network=bench.inputs.untrained(name), **request)
    own = Contestant("Tremor, cpu", bench.driver(), STEPS[name], experiment="training", device="cpu",
                     architecture=name, **request)
    standing = take_turns([own] + best, bench.options.rounds, say=bench.say)
    bench.record("training", name, standing)
    peers = [one for one in best if one in standing]
    if own not in standing or not peers:
        return
    fastest = min(peers, key=lambda one: one.median)
    ours, theirs = own.result()["losses"], fastest.result()["losses"]
    # Runs go on where the last one ended, so later losses tell of more steps; rounding errors grow with them.
    difference = abs(ours[0] - theirs[0]) / abs(theirs[0])
    numbers = ratios(own, fastest)
    bench.verdict("4", name, "training step, best PyTorch", 1.3, numbers.pop("ratio"), own.row(),
                  fastest.row(), **numbers, lossDifference=difference, same=difference <= 1e-3,
                  losses=[ours, theirs])
