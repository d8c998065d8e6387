"""The nodes at work: a server and a loop for each, in processes of their own that never outlive this one."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from openkp.project.demo.cast import PARTS, Part
from openkp.project.demo.errors import DemoError
from openkp.project.demo.stage import LOOPBACK, Stage
from openkp.scheme.words import N_, Sentence

PATIENCE = 30.0
"""Seconds until a node must answer."""
LAST_WORDS = 10.0
TOO_SOON = 3.0
"""A process that ends within so many seconds of its start is not started again."""
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process of one node."""

    part: Part
    name: str
    words: tuple[str, ...]
    log: Path
    started: float = 0.0
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self, environment: dict[str, str]) -> None:
        """Start it in a group of its own, so that Ctrl-C reaches us first, and bound to our life."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-X", "utf8", "-m", "openkp", *self.words],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_bound_to(os.getpid()),
            )
        self.started = time.monotonic()

    @property
    def ended(self) -> int | None:
        """With which code it ended, or None."""
        return self.process.poll()

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to it and to what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class House:
    """All processes of the demonstration."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.children = [child for part in PARTS for child in self._children(part)]

    def _children(self, part: Part) -> tuple[Child, Child]:
        home, port = self.stage.home(part), str(self.stage.ports[part.name])
        serve = ("serve", "--host", LOOPBACK, "--port", port)
        return (
            Child(part, "serve", serve, home / "serve.log"),
            Child(part, "work", ("work", "--every", "1", "--ask", "20"), home / "work.log"),
        )

    def start(self) -> None:
        """Start all, and wait until each node answers. Raises ``DemoError``."""
        for child in self.children:
            child.start(self.stage.environment(child.part))
        for part in PARTS:
            self._wait(part)

    def _wait(self, part: Part) -> None:
        address, until = self.stage.address(part), time.monotonic() + PATIENCE
        with httpx.Client(trust_env=False, timeout=5) as client:
            while time.monotonic() < until:
                self._check_alive()
                if answers(client, f"{address}/bundle"):
                    return
                time.sleep(0.1)
        raise DemoError(
            Sentence(N_("%(address)s did not answer within %(seconds)s seconds."), {"address": address, "seconds": 30}),
            code="demo-no-answer",
        )

    def _check_alive(self) -> None:
        for child in self.children:
            if child.ended is not None:
                raise _ended(child)

    def mended(self) -> Iterator[Child]:
        """Every child that had ended, started again. Raises ``DemoError`` where it does not stay."""
        for child in self.children:
            if child.ended is None:
                continue
            if time.monotonic() - child.started < TOO_SOON:
                raise _ended(child)
            child.tell(signal.SIGKILL)  # what it started and left behind
            child.start(self.stage.environment(child.part))
            yield child

    def stop(self) -> None:
        """Ask all to end, then make them."""
        started = [child for child in self.children if hasattr(child, "process")]
        for child in started:
            child.tell(signal.SIGTERM)
        until = time.monotonic() + LAST_WORDS
        for child in started:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, until - time.monotonic()))
        for child in started:
            child.tell(signal.SIGKILL)
            child.process.wait()


@contextmanager
def at_work(stage: Stage) -> Iterator[House]:
    """The nodes, at work inside this block."""
    house = House(stage)
    try:
        house.start()
        yield house
    finally:
        house.stop()


def _ended(child: Child) -> DemoError:
    text = child.log.read_text("utf-8", "replace") if child.log.exists() else ""
    last = next((line for line in reversed(text.splitlines()) if line.strip()), "")
    values = {"name": child.name, "node": child.part.name, "code": child.ended, "last": last}
    return DemoError(
        Sentence(N_("“%(name)s” of %(node)s ended with code %(code)s: %(last)s"), values),
        code="demo-child",
        advice=Sentence(N_("Its log says more: %(path)s"), {"path": str(child.log)}),
    )


def _bound_to(parent: int) -> Callable[[], None]:
    """What a child does before it becomes itself: end when we end, however we end. Only Linux can promise it."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def bind() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # we were gone before it could ask
                os._exit(1)

    return bind


def answers(client: httpx.Client, address: str) -> bool:
    """Whether there is an answer yet, and a good one."""
    with suppress(httpx.HTTPError):
        return client.get(address).status_code == httpx.codes.OK
    return False
