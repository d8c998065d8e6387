"""The whole demonstration without a browser: played by the API, proven offline, told as one JSON object."""

import os
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openkp.project.clock import now
from openkp.project.demo import figures_proof, proof, tour
from openkp.project.demo.founding import Hands
from openkp.project.demo.house import at_work
from openkp.project.demo.opening import compared, hands_of, opened
from openkp.project.demo.stage import Stage, empty_stage


@dataclass
class Report:
    """What was done and measured. ``wrong`` says what does not hold, and where; nothing in it means all holds."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    say: Callable[[str], None] = print

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step, timed. What goes wrong in it is written down, and ends the demonstration."""
        started = time.perf_counter()
        try:
            yield
        except Exception as error:
            self.wrong.append(f"{name}: {_words(error)}")
            raise
        finally:
            seconds = round(time.perf_counter() - started, 2)
            self.steps.append({"name": name, "seconds": seconds})
            self.say(f"{name:<10}{seconds:>7.2f} s")

    def hold(self, name: str, rows: dict[str, Any]) -> None:
        """Keep what was found under ``name``; a row that is not right is wrong."""
        self.found[name] = rows
        each = rows.items() if all(isinstance(row, dict) for row in rows.values()) else [(name, rows)]
        self.wrong += [] if rows else [f"{name}: nothing"]
        self.wrong += [f"{name}: {key}: {row}" for key, row in each if not row.get("right", row.get("equal"))]

    def as_data(self) -> dict[str, Any]:
        """The JSON object."""
        seconds = {step["name"]: step["seconds"] for step in self.steps}
        seconds["total"] = round(sum(seconds.values()), 2)
        return {"ok": not self.wrong, "wrong": self.wrong, **self.found, "seconds": seconds, "steps": self.steps}


def once(root: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """Play everything in ``root`` and give the report; it says itself whether all holds."""
    report = Report(say=say)
    with empty_stage(root) as stage:
        try:
            _played(stage, report)
            _proven(stage, report)
        except Exception as error:  # whatever it was, it is told in the report
            if os.environ.get("OPENKP_DEBUG"):
                traceback.print_exc()
            report.wrong = report.wrong or [_words(error)]
    return report.as_data()


def _played(stage: Stage, report: Report) -> None:
    """The past, then the present; every file for the proof is written."""
    with hands_of(stage) as hands:
        with report.step("past"):
            notes = opened(stage, hands, now(), lambda _done, _all: None, unused=True)
        report.found["addresses"] = notes["addresses"]
        report.found["fingerprint"] = notes["fingerprint"]
        report.found["statistics"] = notes["figures"]
        with _working(stage, report), tour.desks_of(stage, hands, now()) as desks:
            numbers = _present(desks, report)
            with report.step("publish"):
                tour.write(stage.root, _files(stage, hands, desks, {**numbers, "expired": notes["expired"]}))
        report.hold("published", compared(hands))
        report.found |= hands["SL"].ask("counts")
        report.found["numbers"] = numbers


@contextmanager
def _working(stage: Stage, report: Report) -> Iterator[None]:
    """The nodes at work; starting and stopping them are steps too."""
    with ExitStack() as stack:
        with report.step("start"):
            stack.enter_context(at_work(stage))
        yield
        with report.step("stop"):
            stack.close()


def _present(desks: tour.Desks, report: Report) -> dict[str, str]:
    """One certificate goes the whole way, one stays open, one is voided; a difference is explained and closed."""
    with report.step("apply"):
        application = tour.applied(desks, "1200.50", "300125.00")
    with report.step("prepare"):
        application = tour.prepared(desks, application, 701)
    with report.step("validate"):
        received = tour.validated(desks, application)
    with report.step("deliver"):
        tour.delivered(desks, received)
    with report.step("arrive"):
        tour.arrived(desks, received, now())
    with report.step("confirm"):
        tour.confirmed(desks, received, now())
    with report.step("close"):
        closed = tour.closed(desks)
    with report.step("void"):
        voided = tour.issued(desks, 702, "310.00", "62000.00")
        tour.voided(desks, voided)
    with report.step("issue"):
        certificate = tour.issued(desks, 703, "845.75", "201300.00")
        tour.delivered(desks, certificate)
    return {"certificate": certificate, "received": received, "voided": voided, "closed": closed}


def _files(stage: Stage, hands: Hands, desks: tour.Desks, numbers: dict[str, str]) -> dict[str, bytes]:
    """Everything that a verifier may be given, by the name of its file."""
    bundle, at = tour.newest_bundle(stage, hands), now()
    plain = desks.validating.document(numbers["certificate"])
    return {
        "trust.bundle": bundle,
        "certificate.kpc": hands["SL"].ask("with_receipt", number=numbers["certificate"]),
        "certificate.pdf": hands["SL"].ask("paper", number=numbers["certificate"], at=at),
        "total.kpp": hands["SL"].ask("total_proof", at=at),
        "certificate-qr.png": tour.picture(plain, stage),
        "stranger.kpc": tour.stranger(plain, bundle, at),
        **{f"{name}.kpc": desks.validating.document(numbers[name]) for name in ("received", "voided", "expired")},
    }


def _proven(stage: Stage, report: Report) -> None:
    """Every node has stopped: what the files alone prove."""
    with report.step("verify"):
        report.hold("verified", proof.verified(stage))
    with report.step("figures"):
        report.hold("figures", figures_proof.figures(stage))
    with report.step("alter"):
        report.hold("altered", proof.every_byte(stage, now()))
    with report.step("vectors"):
        report.hold("vectors", proof.vectors())
    with report.step("audit"):
        report.hold("audits", proof.audits(stage))


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
