"""Named places where a test may kill the process. Inert unless two environment variables agree.

A test sets ``OPENKP_FAULT`` to a point's name and ``OPENKP_FAULT_KEY`` to the key that only a
specimen node accepts; a live node ignores both.
"""

import os
import signal

from django.conf import settings

POINTS = (
    "before-number",
    "after-number",
    "after-intent",
    "after-signature",
    "after-insert",
    "after-outbox",
    "before-response",
    "during-checkpoint",
    "during-inbox",
    "during-filing",
    "during-migration",
    "during-import",
    "during-key-rotation",
)
_KEY = "this-node-may-be-killed-by-tests"


def point(name: str) -> None:
    """Kill this process here, at once and without cleaning up, if a test asked for exactly this point."""
    if os.environ.get("OPENKP_FAULT") != name or os.environ.get("OPENKP_FAULT_KEY") != _KEY:
        return
    if settings.OPENKP_PROFILE != "specimen":
        return
    os.kill(os.getpid(), signal.SIGKILL)
