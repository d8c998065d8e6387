"""The validate operation against the least that any issuer must do: two durable commits and one signature.

Both write to SQLite with WAL and synchronous=FULL in the same directory, in turns, and take the median.
"""

import os
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

ROUNDS = 60


def measure(*, rounds: int, rows: int) -> dict[str, Any]:
    """Milliseconds of one validation, and of the baseline."""
    rounds = rounds or ROUNDS
    with tempfile.TemporaryDirectory(prefix="openkp-bench-") as home:
        os.environ |= {"OPENKP_HOME": home, "OPENKP_PROFILE": "specimen", "OPENKP_INSECURE_HTTP": "1"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "openkp.project.settings"
        os.environ.pop("OPENKP_DATABASE_URL", None)
        validate, waiting = _node(rounds + 5)
        baseline = _Baseline(Path(home) / "baseline.sqlite3")
        ours, raw = [], []
        for application in waiting:
            began = time.perf_counter()
            validate(application)
            middle = time.perf_counter()
            baseline.issue()
            raw.append(time.perf_counter() - middle)
            ours.append(middle - began)
    ours_ms, raw_ms = (statistics.median(times[5:]) * 1000 for times in (ours, raw))
    return {
        "ratio": round(raw_ms / ours_ms, 3),
        "aim": 0.5,
        "unit": "ms",
        "ours": round(ours_ms, 3),
        "ours_name": "validate operation (permission, rules, intent, signature, log, notice, journal)",
        "baseline": round(raw_ms, 3),
        "baseline_name": "two raw durable commits of 600 bytes and one ES256 signature",
        "rounds": rounds,
    }


class _Baseline:
    """sqlite3 and the signature alone."""

    def __init__(self, path: Path) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec

        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, number TEXT UNIQUE, data BLOB)")
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.count = 0

    def issue(self) -> None:
        """One commit before the signature, one after it."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        self._commit()
        self.key.sign(bytes(500), ec.ECDSA(hashes.SHA256()))
        self._commit()

    def _commit(self) -> None:
        self.count += 1
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("INSERT INTO t (number, data) VALUES (?, ?)", (str(self.count), bytes(600)))
        self.connection.execute("COMMIT")


def _node(count: int) -> tuple[Any, list[Any]]:
    """A node of its own with ``count`` prepared applications, and the operation to measure."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from openkp.registry.certificates.operations.validate import validate
    from openkp.scheme.life import Status
    from tests.factories import NOW, application_at, node

    here = node()
    officer = here.actor("validating")
    waiting = [application_at(Status.PREPARED, here) for _ in range(count)]
    return (lambda application: validate(application.pk, actor=officer, at=NOW)), waiting
