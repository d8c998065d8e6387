"""Killing a node at each named point, again and again, on one directory: run as a process of its own.

    python -m tests.faults.killing DIRECTORY KILLS

For each kill a child process goes to work, notes on disk whatever was acknowledged to it, and dies by SIGKILL in
the midst of its next step. Then the node is started again, recovers, and everything is counted. Prints JSON.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import django


def main(folder, kills):
    os.environ |= {
        "OPENKP_HOME": str(folder),
        "OPENKP_PROFILE": "specimen",
        "OPENKP_INSECURE_HTTP": "1",
        "DJANGO_SETTINGS_MODULE": "openkp.project.settings",
    }
    os.environ.pop("OPENKP_DATABASE_URL", None)
    django.setup()
    from openkp.registry.faults import POINTS
    from tests.faults.stage import Node

    node = Node(folder, len(POINTS) * kills)
    report = {}
    for point in POINTS:
        for round_ in range(kills):
            died = in_child(node, point, before=random.Random(f"{point}{round_}").randrange(3))
            node.restart()
            faults = [*([] if died else ["it survived"]), *node.look()]
            report.setdefault(point, []).append(faults)
    moments = (node.migration_took * n / (2 * kills) for n in range(2 * kills))
    report["migration at any moment"] = [node.migration_killed(after=moment) for moment in moments]
    report["acknowledged"] = len(node.acknowledged())
    print(json.dumps(report))


def in_child(node, point, *, before):
    """Let a child do ``before`` things well and die in the next; whether it was killed where it should."""
    return ended_by_kill(lambda: node.work(point, before))


def ended_by_kill(act, after=None):
    """Run ``act`` in a child process, killed from outside ``after`` some seconds or from inside; whether it was."""
    child = os.fork()
    if child == 0:
        try:
            act()
            code = 0
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            code = 1
        os._exit(code)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
