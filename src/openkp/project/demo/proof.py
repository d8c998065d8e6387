"""What the demonstration proves once every node has stopped: offline, with the files alone."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from openkp.cli.errors import Exit
from openkp.cli.surroundings import surroundings
from openkp.cli.vectors import SUITES, answer
from openkp.documents.bundle import open_bundle
from openkp.documents.verdicts import Answer
from openkp.documents.verify import verify_document
from openkp.project.demo.cast import PARTS
from openkp.project.demo.stage import Stage
from openkp.scheme.participation import load_participation

EXPECTED: dict[str, tuple[int, str | None]] = {
    "certificate.kpc": (Exit.OK, None),
    "certificate.pdf": (Exit.OK, None),
    "certificate-qr.png": (Exit.OK, None),
    "voided.kpc": (Exit.CLOSED, "void"),
    "received.kpc": (Exit.CLOSED, "received"),
    "expired.kpc": (Exit.CLOSED, "expired"),
    "stranger.kpc": (Exit.NOT_GENUINE, None),
}
"""The exit code of ``openkp verify`` for each file, and by what it is closed."""

ALTERED_AT = (0, 9, 40, 120, 200, -40, -1)
"""Places of one byte that the command is shown altered; every other place is tried in this process."""


def run(words: Iterable[str], home: Path) -> tuple[int, Any, str]:
    """One command in a process of its own: exit code, JSON, and its last words."""
    environment = {**surroundings("OPENKP_", "DJANGO_"), "OPENKP_HOME": str(home), "OPENKP_PROFILE": "specimen"}
    command = [sys.executable, "-P", "-X", "utf8", "-m", "openkp", *words, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=120)
    try:
        told = json.loads(done.stdout)
    except ValueError:
        told = None
    return done.returncode, told, " ".join(done.stderr.split())[-300:]


def verified(stage: Stage) -> dict[str, dict[str, Any]]:
    """Every file, verified by the command alone: which exit code, which verdict, and whether it is the right one."""
    nowhere = stage.root / "offline"  # the home of somebody who has no node
    nowhere.mkdir(exist_ok=True)
    bundle = str(stage.root / "trust.bundle")
    altered = dict(_altered_files(stage.root, nowhere))
    paths = {name: stage.root / name for name in EXPECTED} | altered

    def one(path: Path) -> tuple[int, Any, str]:
        return run(["verify", str(path), "--bundle", bundle], nowhere)

    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        answers = dict(zip(paths, threads.map(one, paths.values()), strict=True))
    return {name: judged(name, *given) for name, given in answers.items()}


def _altered_files(root: Path, into: Path) -> Iterator[tuple[str, Path]]:
    data = (root / "certificate.kpc").read_bytes()
    for place in ALTERED_AT:
        changed = bytearray(data)
        changed[place] ^= 1
        path = into / f"altered-{place % len(data)}.kpc"
        path.write_bytes(changed)
        yield path.stem, path


def judged(name: str, code: int, told: Any, words: str) -> dict[str, Any]:
    """What came of one file, and whether that is right."""
    wanted, closed = EXPECTED.get(name, (None, None))
    allowed = {wanted} if wanted is not None else {Exit.NOT_GENUINE, Exit.UNREADABLE}
    found = told or {}
    right = code in allowed and (closed is None or found.get("closed") == closed)
    seen = {"exit": code, "verdict": found.get("verdict"), "closed": found.get("closed"), "right": right}
    return seen if right else {**seen, "expected": sorted(map(int, allowed)), "words": words or found.get("headline")}


def every_byte(stage: Stage, at: datetime) -> dict[str, Any]:
    """Each byte of the open certificate, altered one at a time: how many, and at which places it was believed."""
    bundle = open_bundle((stage.root / "trust.bundle").read_bytes(), at=at)
    data, participation, believed = (stage.root / "certificate.kpc").read_bytes(), load_participation(), []
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        verdict = verify_document(changed, bundle, at=at, participation=participation).verdict
        if verdict not in (Answer.NOT_GENUINE, Answer.UNREADABLE):
            believed.append(place)
    return {"altered": len(data), "believed": believed, "right": not believed and bool(data)}


def vectors() -> dict[str, Any]:
    """Each bad test document, refused for the reason that it is named by."""
    wrong, refused = [], 0
    for name, suite in SUITES.items():
        for case in suite.cases():
            right = answer(suite, case) == (case.answer, case.standing)
            refused += right and case.answer != "ok"
            wrong += [] if right else [f"{name}/{case.name}"]
    return {"refused": refused, "wrong": wrong, "right": not wrong and refused > 0}


def audits(stage: Stage) -> dict[str, dict[str, Any]]:
    """``openkp audit --rebuild`` in every node's directory."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        found = list(threads.map(lambda part: run(["audit", "--rebuild"], stage.home(part)), PARTS))
    return {part.name: _audited(*given) for part, given in zip(PARTS, found, strict=True)}


def _audited(code: int, told: Any, words: str) -> dict[str, Any]:
    found = told or {}
    seen = {"exit": code, "right": code == Exit.OK, "first_bad": found.get("first_bad")}
    seen |= {name: found.get(name) for name in ("entries", "statements", "documents", "checkpoints")}
    return seen if code == Exit.OK else {**seen, "words": words}
