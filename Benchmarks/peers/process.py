"""A contestant's process, stopped whenever it is not its turn."""

import ctypes
import json
import os
import signal
import subprocess
import sys


def die_with_parent():
    """A process that is stopped could not notice that nobody waits for it any more."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Refused(Exception):
    """What a contestant answered instead of a result."""


class Process:
    """Sends requests as lines of JSON, waits for the answers.

    OpenMP's idle threads may spin (with OMP_WAIT_POLICY=active they always do), so between requests the
    process is stopped: whoever has the turn has the machine.
    """

    def __init__(self, command, environment=None, log=None):
        self.log = log or "/dev/null"
        self.process = subprocess.Popen(
            [str(word) for word in command], env={**os.environ, **(environment or {})}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(self.log, "a"),
            preexec_fn=die_with_parent)

    def ask(self, action, **request):
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(json.dumps({"action": action, **request}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Refused("the process ended; see %s" % self.log)
        self.process.send_signal(signal.SIGSTOP)
        reply = json.loads(line)
        if reply.get("error"):
            raise Refused(reply["error"])
        return reply

    def quit(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.quit()
