"""Contestants take turns, round after round; their times are compared round by round."""

import statistics

from process import Refused


class Contestant:
    """One side with its settings, in a process that it may share with others that wait meanwhile."""

    def __init__(self, title, worker, per=1, **request):
        self.title, self.worker, self.per, self.request = title, worker, per, request
        self.name = request.get("name", title)
        self.seconds, self.processor = [], []
        self.settings, self.failure = "", None

    def prepare(self):
        reply = self.worker.ask("prepare", **{**self.request, "name": self.name})
        self.settings = ", ".join(filter(None, [self.request.get("settings"), reply.get("text")]))
        return self

    def turn(self, **extra):
        """One run that counts; seconds for one of the units that a run consists of."""
        reply = self.worker.ask("run", name=self.name, **extra)
        self.seconds.append(reply["seconds"] / self.per)
        self.processor.append(reply["processorSeconds"] / self.per)

    def warm(self, times=1):
        for _ in range(times):
            self.worker.ask("run", name=self.name)

    def result(self, **extra):
        return self.worker.ask("result", name=self.name, **extra).get("numbers") or {}

    @property
    def median(self):
        return statistics.median(self.seconds)

    def row(self):
        return {"title": self.title, "settings": self.settings, "seconds": self.seconds,
                "processorSeconds": self.processor, "median": self.median, "minimum": min(self.seconds)}


def take_turns(contestants, rounds, warm=1, say=print):
    """A B C, A B C: `rounds` times, after each has run `warm` times untimed. Those that fail drop out."""
    standing = []
    for contestant in contestants:
        try:
            contestant.prepare().warm(warm)
            standing.append(contestant)
        except Refused as error:
            contestant.failure = str(error)
            say("    %s: does not run: %s" % (contestant.title, error))
    for _ in range(rounds):
        for contestant in standing:
            contestant.turn()
    for contestant in standing:
        say("    %-44s %s" % (contestant.title, milliseconds(contestant)))
    return standing


def milliseconds(contestant):
    return "median %.2f ms, minimum %.2f ms" % (1e3 * contestant.median, 1e3 * min(contestant.seconds))


def ratios(contestant, peer):
    """How many times longer the peer takes: of the medians, and the least and greatest of a single round."""
    each = [b / a for a, b in zip(contestant.seconds, peer.seconds)]
    return {"ratio": peer.median / contestant.median, "least": min(each), "greatest": max(each)}
