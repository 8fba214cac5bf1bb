"""Target 7: memory of PGD on ResNet-18, and how time and memory grow with samples and steps."""

import statistics

from experiment_jacobian import peak
from rounds import Contestant, milliseconds


def run(bench):
    if "resnet18" in bench.options.nets:
        compare(bench)
    grow(bench)


def compare(bench):
    request = {"network": bench.inputs.network("resnet18"), **bench.inputs.images(128), "budgets": [8 / 255],
               "stepSize": 2 / 255, "steps": 3, "threads": bench.options.threads}
    bench.say("memory of PGD on ResNet-18, batch 128:")
    ours = peak(bench.driver(), experiment="step", device="cpu", **request)
    for kind, layout, fused, settings in [
        ("step", "channels_last", True, "PyTorch loop, channels_last, batch-norm merged"),
        ("step", "contiguous", True, "PyTorch loop, contiguous, batch-norm merged"),
        ("torchattacks", "contiguous", False, "torchattacks.PGD as its users run it"),
    ]:
        theirs = peak(bench.torch(), kind=kind, layout=layout, fused=fused, settings=settings, **request)
        for what, field in [("whole process", "peak"), ("above the idle process", "above")]:
            bench.verdict("7", "resnet18", "peak memory, %s: %s" % (what, settings), 2,
                          theirs[field] / ours[field], {**ours, "median": ours[field]},
                          {**theirs, "median": theirs[field]}, unit="bytes")
    bench.end_processes()


def grow(bench):
    bench.say("growth with samples and with steps, cnn6:")
    counts, steps = bench.options.growth, [10, 20, 40]
    series = {"samples": [(count, 10) for count in counts], "steps": [(counts[0], step) for step in steps]}
    for what, places in series.items():
        made = [contestant(bench, *place) for place in places]
        for one in made:
            one.warm()
        for _ in range(bench.options.growth_rounds):
            for one in made:
                one.turn()
        rows = []
        for (count, step), one in zip(places, made):
            memory = one.worker.ask("memory")["numbers"]
            # The runner prepares once, however much there is to do; that is no part of the growth.
            prepared = one.result()["prepare"][0]
            unit = (one.median - prepared) / (count * step)
            # The images that go in and those that come out are the caller's.
            rest = memory["peak"][0] - 2 * count * 3 * 32 * 32 * 4
            rows.append((unit, rest))
            bench.say("    %5d samples, %2d steps: %s, %.3f ms a sample and step" % (
                count, step, milliseconds(one), 1e3 * unit))
            bench.say("      peak %d MB, without images %d MB" % (memory["peak"][0] >> 20, rest >> 20))
        bench.record("growth", "cnn6", made)
        worst = max(unit / rows[0][0] for unit, _ in rows)
        bench.verdict("7", "cnn6", "growth of time with %s, linear within 10 %%" % what, 1 / 1.1, 1 / worst,
                      made[0].row(), made[-1].row(), units=[unit for unit, _ in rows])
        memory = max(rest for _, rest in rows) / rows[0][1]
        bench.verdict("7", "cnn6", "growth of memory with %s, none within 10 %%" % what, 1 / 1.1, 1 / memory,
                      {"title": "smallest", "median": rows[0][1]},
                      {"title": "largest", "median": rows[-1][1]}, unit="bytes")
        bench.end_processes()


def contestant(bench, count, steps):
    one = Contestant(
        "Tremor's AttackRunner, %d samples, %d steps" % (count, steps), bench.driver(), experiment="attack",
        network=bench.inputs.network("cnn6"), **bench.inputs.images(count), budgets=[8 / 255],
        stepSize=2 / 255, steps=steps, threads=bench.options.threads)
    return one.prepare()
