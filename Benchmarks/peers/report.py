"""One table and one JSON file of everything that was measured."""

import datetime
import json
import os
import platform
import subprocess
import sys
from importlib import metadata

PACKAGES = ["torch", "torchvision", "torchattacks", "foolbox", "adversarial-robustness-toolbox", "numpy",
            "onnx"]

# What run.sh passes on by itself, each followed by a path.
FOLDERS = ["--driver", "--tremor", "--data", "--work", "--results"]


def circumstances(options):
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": machine(), "processors": os.cpu_count(), "threads": options.threads,
        "loadAtStart": os.getloadavg(), "system": platform.platform(), "commit": commit(),
        "command": " ".join(["Benchmarks/peers/run.sh", *(word for word in sys.argv[1:] if "/" not in word
                                                          and word not in FOLDERS)]),
        "versions": {"python": platform.python_version(),
                     **{name: metadata.version(name) for name in PACKAGES}}}


def machine():
    try:
        with open("/proc/cpuinfo") as file:
            fields = [line.split(":", 1) for line in file if ":" in line]
        known = {key.strip(): value.strip() for key, value in fields}
        return "%s, family %s model %s" % (known["model name"], known["cpu family"], known["model"])
    except (OSError, KeyError):
        return platform.processor() or platform.machine()


def commit():
    here = os.path.dirname(os.path.abspath(__file__))
    try:
        words = ["git", "-C", here, "describe", "--always", "--dirty"]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def amount(row, unit):
    value = row["median"]
    if unit == "bytes":
        return "%.0f MB" % (value / 2 ** 20)
    if value >= 10:
        return "%.1f s" % value
    least = " (%.1f)" % (1e3 * row["minimum"]) if "minimum" in row else ""
    return "%.1f%s ms" % (1e3 * value, least)


def line(one):
    spread = "" if one.get("least") is None else " (%.2f to %.2f)" % (one["least"], one["greatest"])
    needed = "%.2f" % one["needed"] if one["needed"] else "-"
    reached = "-" if not one["needed"] else "yes" if one["reached"] else "**no**"
    same = {True: "same", False: "**differs**", None: ""}[one.get("same")]
    unit = one.get("unit", "seconds")
    cells = [one["target"], one["network"], one["what"],
             amount(one["tremor"], unit), amount(one["peer"], unit), "%.2f%s" % (one["ratio"], spread),
             needed, reached, same, one["peer"].get("title", "")]
    return "| " + " | ".join(cells) + " |"


HEAD = ["target", "network", "what", "Tremor", "peer", "ratio", "needed", "reached", "result",
        "peer's setting"]
ABOUT = """Times are medians of interleaved rounds, minima in brackets; a ratio above 1 means that Tremor
needs less, in brackets behind it the least and the greatest of a single round. PyTorch's settings are the
best of those scanned below; libraries run as their documentation shows. Every setting is in the JSON file."""


def markdown(report):
    about = report["circumstances"]
    text = ["# Tremor and its peers on one machine", "",
            "%s; %d processors, %d threads on both sides; %s; commit %s." % (
                about["machine"], about["processors"], about["threads"], about["date"], about["commit"]),
            "Load average %s at the start, %s at the end; %.0f minutes. Made by `%s`." % (
                loads(about["loadAtStart"]), loads(about["loadAtEnd"]), about["minutes"], about["command"]),
            "",
            ", ".join("%s %s" % item for item in about["versions"].items()) + ".", "",
            ABOUT, "",
            "| " + " | ".join(HEAD) + " |", "|" + " --- |" * len(HEAD)]
    text += [line(one) for one in report["verdicts"]]
    for one in report["verdicts"]:
        if "robustAccuracies" in one:
            text += ["", "Robust accuracies at the budgets, in %:", ""]
            text += ["* %s: %s" % (who, ", ".join("%.1f" % (100 * value) for value in values))
                     for who, values in one["robustAccuracies"].items()]
    text += ["", "## Every contestant", "",
             "| experiment | network | contestant | median | minimum | settings |", "|" + " --- |" * 6]
    text += ["| %s | %s | %s | %.2f ms | %.2f ms | %s |" % (
        row["experiment"], row["network"], row["title"], 1e3 * row["median"], 1e3 * row["minimum"],
        row["settings"]) for row in report["rows"]]
    text += ["", "## Settings of PyTorch that were scanned", "",
             "| what | setting | median |", "| --- | --- | --- |"]
    text += ["| %s | %s | %s |" % (one["what"], one["title"], outcome(one)) for one in report["scans"]]
    return "\n".join(text) + "\n"


def outcome(scan):
    if "median" in scan:
        return "%.2f ms" % (1e3 * scan["median"])
    return "does not run: " + scan["failure"].replace("|", "/")


def loads(values):
    return " ".join("%.2f" % value for value in values)


def write(report, folder, name):
    os.makedirs(folder, exist_ok=True)
    base = os.path.join(folder, "peers-" + name)
    with open(base + ".json", "w") as file:
        json.dump(report, file, indent=1)
    with open(base + ".md", "w") as file:
        file.write(markdown(report))
    return base
