"""Target 3: every row of the Jacobian of the logits, for a batch."""

import judge
from rounds import Contestant, ratios, take_turns


VMAP, ROWS = "jacrev with vmap", "row by row"


def variants(compiled):
    """Ways to the Jacobian; with a chunk_size of 1 jacrev does without vmap, row by row as a loop does."""
    for layout in ("contiguous", "channels_last"):
        for form, chunk in [("jacrev(sum)", None), ("jacrev(sum)", 5), ("jacrev(sum)", 2), ("jacrev(sum)", 1),
                            ("vmap(jacrev)", None), ("vmap(jacrev)", 2), ("autograd.grad", None)]:
            yield variant(layout, form, chunk)
        if compiled:
            yield {**variant(layout, "jacrev(sum)", None), "compile": True,
                   "settings": "compiled jacrev(sum), %s, batch-norm merged" % layout}


def variant(layout, form, chunk):
    size = "" if form == "autograd.grad" else ", chunk_size %s" % chunk
    return {"layout": layout, "form": form, "chunk": chunk, "fused": True,
            "group": ROWS if chunk == 1 or form == "autograd.grad" else VMAP,
            "settings": "%s%s, %s, batch-norm merged" % (form, size, layout)}


def run(bench):
    for name in [name for name in bench.options.nets if name != "resnet18"]:
        measure(bench, name)
        bench.end_processes()


def measure(bench, name):
    count = bench.options.jacobian_images
    request = {"network": bench.inputs.network(name), **bench.inputs.images(count),
               "threads": bench.options.threads}
    bench.say("Jacobian, all rows, batch %d, %s:" % (count, name))
    environments = [one for one in bench.options.environments if one != "default"]
    best = bench.scan("jacobian " + name, list(variants(bench.options.every)), 1, environments=environments,
                      kind="jacobian", **request)
    own = Contestant("Tremor, cpu", bench.driver(), experiment="jacobian", device="cpu", **request)
    standing = take_turns([own] + best, bench.options.rounds, say=bench.say)
    bench.record("jacobian", name, standing)
    if own not in standing:
        return
    ours = peak(bench.driver(), experiment="jacobian", device="cpu", **request)
    for group, times, size in [(VMAP, 3, 4), (ROWS, 0, 0)]:
        peers = [one for one in best if one in standing and one.request["group"] == group]
        if peers:
            compare(bench, name, own, min(peers, key=lambda one: one.median), (times, size), ours)


def compare(bench, name, own, peer, needed, ours):
    """The times of both, and the memory that the same setting needs."""
    group, paths = peer.request["group"], [bench.stored("jacobian-" + one.title) for one in (own, peer)]
    for one, path in zip((own, peer), paths):
        one.result(output=path)
    numbers = ratios(own, peer)
    bench.verdict("3", name, "Jacobian, " + group, needed[0], numbers.pop("ratio"), own.row(), peer.row(),
                  **numbers, **judge.same_array(*paths))
    theirs = peak(bench.torch(), **peer.request)
    bench.verdict("3", name, "memory for it, above the idle process", needed[1],
                  theirs["above"] / ours["above"], ours, theirs, unit="bytes")


def peak(worker, **request):
    """Most memory during the first run in a fresh process, and how much of it was not held before.

    What Tremor holds is counted from before its executable is made; of PyTorch, weights, images and the
    library itself are left out.
    """
    request = {"name": "one", **request}
    if "experiment" in request:
        before = worker.ask("memory")["numbers"]["resident"][0]
        worker.ask("prepare", **request)
    else:
        worker.ask("prepare", **request)
        before = worker.ask("memory")["numbers"]["resident"][0]
        worker.ask("resetMemory")
    worker.ask("run", name="one")
    most = worker.ask("memory")["numbers"]["peak"][0]
    worker.quit()
    return {"title": request.get("settings", "Tremor, cpu"), "settings": request.get("settings", "default"),
            "median": most - before, "above": most - before, "peak": most}
