"""The officers' pages at 10,000, 100,000 and 1,000,000 certificates, on PostgreSQL, through two server workers.

The rows are copies of one real certificate, multiplied inside the database. Pages are fetched over HTTP by a
signed-in officer; queries are counted in a client of our own. Baseline: the same server's answer to a page that
asks the database for nothing but the session (the officer's account page).
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 15
PORT = 8471
SESSION = "sessionid"
CERTIFICATES = """
INSERT INTO certificates_certificate (
  number, participant, authority_code, authority_id, application_id, document_id, public_hash, status, issued_on,
  expires_on, validated_at, exporter, importer, destination, origin, carats, value, parcels, seals, status_uri,
  status_index, log_index, void_reason, changed_at, version)
SELECT 'SL' || lpad((g + 100000)::text, 8, '0'), participant, authority_code, authority_id, NULL,
  {first_document} + g, sha256(int8send(g)),
  (ARRAY['closed','closed','closed','confirmed','delivered','void'])[1 + g % 6],
  DATE '2019-01-01' + (g % 2500), DATE '2019-01-01' + (g % 2500) + 60, validated_at + g * INTERVAL '1 minute',
  exporter || ' ' || (g % 300), importer || ' ' || (g % 500), (ARRAY['EU','AE','IN','CH','IL'])[1 + g % 5], origin,
  (g % 90000) / 10.0 + 0.1, (g % 90000) * 23 + 1, 1 + g % 9, seals, 'https://bench.example/' || (g / 100000),
  g % 100000, NULL, '', changed_at, 1
FROM certificates_certificate, generate_series({begin}, {end}) AS g WHERE certificates_certificate.id = {model}
"""
DOCUMENTS = """
INSERT INTO certificates_document (id, sha256, typ, issuer, data, stored_at)
SELECT {first_document} + g, sha256(int8send(g) || 'd'), typ, issuer, data || int8send(g), stored_at
FROM certificates_document, generate_series({begin}, {end}) AS g WHERE certificates_document.id = {document}
"""


def measure(*, rounds: int, rows: int) -> dict[str, Any]:
    """Milliseconds, queries and bytes of each page at each size; rows a second and memory of the export."""
    from openkp.cli.checks.postgresql import server

    sizes = [rows] if rows else list(SIZES)
    with tempfile.TemporaryDirectory(prefix="openkp-bench-") as home, server() as url:
        os.environ |= {"OPENKP_HOME": home, "OPENKP_PROFILE": "specimen", "OPENKP_INSECURE_HTTP": "1"}
        os.environ |= {"OPENKP_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "openkp.project.settings"}
        desk = _Desk()
        table = []
        for size in sizes:
            desk.fill(size)
            with served() as process:
                table += desk.pages(size, process, rounds or ROUNDS)
    largest = [row for row in table if row["certificates"] == sizes[-1]]
    ms = {row["page"]: row["ms"] for row in largest if "ms" in row}
    return {
        "ratio": round(ms["account (baseline)"] / ms["list, filtered"], 3),
        "aim": "list < 50 ms, search < 20 ms, export >= 10000 rows/s, <= 10 queries, <= 60 kB first visit",
        "unit": "ms",
        "ours": ms["list, filtered"],
        "ours_name": f"first page of a filtered list at {sizes[-1]} certificates",
        "baseline": ms["account (baseline)"],
        "baseline_name": "the officer's account page on the same server",
        "rows": table,
    }


class _Desk:
    """A node with officers, its certificates multiplied, and a signed-in session for each desk."""

    def __init__(self) -> None:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from openkp.project.clock import now
        from openkp.scheme.life import Status
        from tests import factories

        self.now = now()
        self.here = factories.node(self.now)
        self.factories, self.status = factories, Status
        self.model = factories.certificate_at(Status.VALIDATED, self.here, at=self.now)
        self.filled = 0
        self.cookies = {name: session_of(getattr(self.here, name)) for name in ("preparing", "validating")}

    def fill(self, size: int) -> None:
        """Bring the certificates to ``size``."""
        from django.db import connection

        values = {"begin": self.filled + 1, "end": size, "first_document": 1000}
        values |= {"model": self.model.pk, "document": self.model.document_id}
        with connection.cursor() as cursor:
            cursor.execute(DOCUMENTS.format(**values))
            cursor.execute(CERTIFICATES.format(**values))
        connection.autocommit or connection.commit()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE certificates_certificate")
            cursor.execute("VACUUM ANALYZE certificates_document")
        self.filled = size

    def pages(self, size: int, process: subprocess.Popen[bytes], rounds: int) -> list[dict[str, Any]]:
        """Every page at this size."""
        middle = str(self.model.pk + size // 2)
        number = f"SL{size // 3 + 100000:08d}"
        looked_at = {
            "account (baseline)": "/account/",
            "list, first page": "/certificates/",
            "list, filtered": "/certificates/?status=confirmed&destination=AE",
            "list, filtered by day": "/certificates/?issued_from=2021-03-01&issued_until=2021-03-31",
            "list, one exporter": "/certificates/?exporter=Kono+Alluvial+Export+Ltd+7",
            "list, nothing fits": "/certificates/?status=void&exporter=Nobody&issued_from=2019-02-01",
            "list, in the middle": f"/certificates/?after={middle}",
            "search by number": f"/certificates/?number={number}",
            "certificate page": f"/certificates/{self.model.number}/",
            "work queue": "/queue/",
        }
        table = [self._page(size, name, path, rounds) for name, path in looked_at.items()]
        table += self._acts(size, rounds)
        table.append(self._export(size, process))
        return table

    def _page(self, size: int, name: str, path: str, rounds: int) -> dict[str, Any]:
        import httpx

        cookies = {SESSION: self.cookies["validating"]}
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", cookies=cookies, trust_env=False) as client:
            times = []
            for _ in range(rounds + 3):
                began = time.perf_counter()
                answer = client.get(path, headers={"Accept-Encoding": "gzip"})
                times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code in (200, 302), (path, answer.status_code)
        return {
            "certificates": size,
            "page": name,
            "ms": round(statistics.median(times[3:]), 1),
            "queries": queries(path, self.cookies["validating"]),
            "bytes": int(answer.headers.get("content-length", len(answer.content))),
        }

    def _acts(self, size: int, rounds: int) -> list[dict[str, Any]]:
        """Prepare and validate, as the operations that the pages call, over real sockets to the database."""
        from openkp.registry.certificates.operations.prepare import prepare
        from openkp.registry.certificates.operations.validate import validate

        waiting = [self.factories.application_at(self.status.APPLIED, self.here, at=self.now) for _ in range(rounds)]
        preparing, validating = self.here.actor("preparing"), self.here.actor("validating")
        inspection = self.factories.INSPECTION
        rows = []
        for name, act in (
            ("prepare", lambda row: prepare(row.pk, inspection, actor=preparing, at=self.now)),
            ("validate", lambda row: validate(row.pk, actor=validating, at=self.now)),
        ):
            times = []
            for row in waiting:
                began = time.perf_counter()
                act(row)
                times.append((time.perf_counter() - began) * 1000)
            rows.append({"certificates": size, "page": f"{name} (operation)", "ms": round(statistics.median(times), 1)})
        return rows

    def _export(self, size: int, process: subprocess.Popen[bytes]) -> dict[str, Any]:
        import httpx

        before, most, count = memory(process.pid), 0, -1
        began = time.perf_counter()
        cookies = {SESSION: self.cookies["validating"]}
        address = f"http://127.0.0.1:{PORT}/certificates.csv"
        with httpx.stream("GET", address, cookies=cookies, timeout=600, trust_env=False) as answer:
            for piece in answer.iter_bytes():
                count += piece.count(b"\n")
                most = max(most, memory(process.pid))
        seconds = time.perf_counter() - began
        return {
            "certificates": size,
            "page": "export",
            "rows": count,
            "rows_per_second": round(count / seconds),
            "memory_grew_mb": round((most - before) / 1e6, 1),
        }


def session_of(person: Any) -> str:
    """A session that passed both factors."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    device = TOTPDevice.objects.create(user=person, name="bench", confirmed=True)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.create()
    return str(session.session_key)


def queries(path: str, session: str) -> int:
    """How many queries one request makes, the session's included."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[SESSION] = session
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


@contextmanager
def served() -> Iterator[subprocess.Popen[bytes]]:
    """The real server with two workers, until it answers."""
    import httpx

    command = [sys.executable, "-m", "openkp", "serve", "--port", str(PORT), "--workers", "2"]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    try:
        for _ in range(100):
            try:
                httpx.get(f"http://127.0.0.1:{PORT}/", trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def memory(pid: int) -> int:
    """Resident bytes of a process and its children."""
    total = 0
    for child in [pid, *children(pid)]:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{child}/status").read_text())
        total += int(found[1]) * 1024 if found else 0
    return total


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


if __name__ == "__main__":
    print(json.dumps(measure(rounds=0, rows=int(sys.argv[1]) if sys.argv[1:] else 0), indent=2))
