"""What every experiment needs: processes, inputs, and a place for what was found."""

import os
import statistics

from process import Process, Refused
from rounds import Contestant

# How OpenMP's threads wait, which decides much on a CPU. "default" is what libraries run with, unless users
# know better; the last one also keeps freed memory, as allocators do that PyTorch's tuning guide recommends.
KEEP = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "34359738368", "MALLOC_TOP_PAD_": "67108864"}
ENVIRONMENTS = {
    "default": {},
    "active": {"OMP_WAIT_POLICY": "ACTIVE"},
    "passive": {"OMP_WAIT_POLICY": "PASSIVE"},
    "active, memory kept": {"OMP_WAIT_POLICY": "ACTIVE", **KEEP},
}

# A setting that is slower than the best one by this factor at its first run gets no second one.
HOPELESS = 1.4


class Bench:
    def __init__(self, options, inputs):
        self.options, self.inputs = options, inputs
        self.here = os.path.dirname(os.path.abspath(__file__))
        self.verdicts, self.rows, self.scans, self.processes = [], [], [], []
        self.log = str(inputs.folder / "workers.log")

    def say(self, text):
        print(text, flush=True)

    def driver(self):
        return self.started(Process([self.options.driver], log=self.log))

    def torch(self, environment="default"):
        cache = {"TORCHINDUCTOR_CACHE_DIR": str(self.inputs.folder / "inductor"),
                 "TORCHINDUCTOR_FX_GRAPH_CACHE": "1", "TORCHINDUCTOR_COMPILE_THREADS": "1"}
        return self.started(Process(
            [self.options.python, os.path.join(self.here, "worker.py")],
            {**cache, **ENVIRONMENTS[environment]}, self.log))

    def started(self, process):
        self.processes.append(process)
        return process

    def end_processes(self):
        for process in self.processes:
            process.quit()
        self.processes = []

    def stored(self, name):
        return str(self.inputs.folder / (name.replace(" ", "_").replace("/", "_") + ".npy"))

    def scan(self, what, variants, per, keep=2, environments=None, **request):
        """Tries every setting of PyTorch for a short time, and gives the `keep` best of every group of them.

        Each that is kept gets a process of its own.
        """
        times = []
        for environment in environments or self.options.environments:
            worker = self.torch(environment)
            for variant in variants:
                title = "%s; %s" % (variant["settings"], environment)
                one = Contestant("PyTorch: " + title, worker, per, name="scanned", **request, **variant)
                try:
                    one.prepare().warm()
                    for _ in range(self.options.scans):
                        one.turn()
                        if times and one.median > HOPELESS * min(times)[0]:
                            break
                    worker.ask("forget", name="scanned")
                    times.append((one.median, len(times), environment, variant, title))
                    self.scans.append({"what": what, "title": title, "median": one.median})
                    self.say("    scan %-56s %.2f ms" % (title, 1e3 * one.median))
                except Refused as error:
                    self.scans.append({"what": what, "title": title, "failure": str(error)})
                    self.say("    scan %-56s does not run: %s" % (title, error))
                    worker = self.torch(environment)
            worker.quit()
        groups = {}
        for time in sorted(times, key=lambda item: item[0]):
            groups.setdefault(time[3].get("group"), []).append(time)
        return [Contestant("PyTorch: " + title, self.torch(environment), per, **request, **variant)
                for group in groups.values() for _, _, environment, variant, title in group[:keep]]

    def verdict(self, target, network, what, needed, ratio, ours, peer, **more):
        """One line of the table; `ratio` is more where Tremor is better."""
        self.verdicts.append({
            "target": target, "network": network, "what": what, "needed": needed, "reached": ratio >= needed,
            "ratio": ratio, "tremor": ours, "peer": peer, **more})
        self.say("  => target %s, %s, %s: %.2f (needed %.2f): %s" % (
            target, network, what, ratio, needed, "reached" if ratio >= needed else "NOT REACHED"))

    def record(self, experiment, network, contestants, **more):
        for contestant in contestants:
            if contestant.seconds:
                self.rows.append({"experiment": experiment, "network": network, **contestant.row(), **more})


def median(values):
    return statistics.median(values)
