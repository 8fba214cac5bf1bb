"""Compares Tremor with PyTorch and the attack libraries on top of it; see run.sh."""

import argparse
import importlib
import os
import re
import sys
import time

import report
from bench import ENVIRONMENTS, Bench
from inputs import Inputs

# In order, with the minutes that each took on two cores of a quiet machine.
EXPERIMENTS = {"start": 1, "step": 16, "training": 12, "jacobian": 8, "memory": 4, "evaluation": 8}
# What is not said on the command line.
USUAL = {"rounds": 7, "scans": 3, "environments": list(ENVIRONMENTS), "eval_images": 256,
         "growth": [256, 1024, 8192], "growth_rounds": 3}
QUICK = {"rounds": 3, "scans": 1, "environments": ["active", "passive"], "eval_images": 32,
         "growth": [256, 1024], "growth_rounds": 1}
NETS = ["cnn6", "resnet20", "resnet18"]


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--driver", required=True)
    parser.add_argument("--tremor", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--work", required=True, help="folder for inputs, caches and logs")
    parser.add_argument("--results", required=True, help="folder for the table and the JSON file")
    parser.add_argument("--only", nargs="+", choices=list(EXPERIMENTS), default=list(EXPERIMENTS))
    parser.add_argument("--nets", nargs="+", choices=NETS, default=NETS)
    parser.add_argument("--devices", nargs="+", default=["cpu", "opencl:0"],
                        help="the first is compared with peers")
    parser.add_argument("--environments", nargs="+", choices=list(ENVIRONMENTS))
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--scans", type=int, help="runs of every setting before the rounds")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--every", action="store_true", help="scan settings that are never the best, too")
    parser.add_argument("--eval-images", type=int)
    parser.add_argument("--eval-steps", type=int, default=40)
    parser.add_argument("--eval-restarts", type=int, default=5)
    parser.add_argument("--jacobian-images", type=int, default=128)
    parser.add_argument("--growth", type=int, nargs="+")
    parser.add_argument("--growth-rounds", type=int)
    parser.add_argument("--full", action="store_true", help="evaluation of 1,000 images")
    parser.add_argument("--quick", action="store_true",
                        help="fewer rounds, settings, images; no result to publish")
    parser.add_argument("--name", default=re.sub(r"[^a-z0-9]+", "-", report.machine().lower()).strip("-"))
    chosen = parser.parse_args()
    chosen.python = sys.executable
    for name, value in (QUICK if chosen.quick else USUAL).items():
        if getattr(chosen, name) is None:
            setattr(chosen, name, value)
    if chosen.full:
        chosen.eval_images = 1000
    return chosen


def main():
    chosen, begin = options(), time.time()
    print("about %d minutes on a quiet machine; load average %s" % (
        sum(EXPERIMENTS[name] for name in chosen.only), report.loads(os.getloadavg())), flush=True)
    bench = Bench(chosen, Inputs(chosen.work, chosen.data, chosen.driver))
    about = report.circumstances(chosen)
    for name in [name for name in EXPERIMENTS if name in chosen.only]:
        start = time.time()
        try:
            importlib.import_module("experiment_" + name).run(bench)
        finally:
            bench.end_processes()
            about.update(loadAtEnd=os.getloadavg(), minutes=(time.time() - begin) / 60)
            parts = {"verdicts": bench.verdicts, "rows": bench.rows, "scans": bench.scans}
            base = report.write({"circumstances": about, **parts}, chosen.results, chosen.name)
        print("  %s took %.1f minutes" % (name, (time.time() - start) / 60), flush=True)
    print("%s.md and %s.json" % (base, os.path.basename(base)))


main()
