"""A hand in another node: one process for each node's directory, asked over a pipe, gone when its asker goes.

Settings belong to a process, so one process cannot keep two nodes. A hand does real operations in its own node;
what it posts is carried to the hand of the other node by the process that asked.
"""

import multiprocessing
import os
import signal
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any, Self

from openkp.exchange.answers import Answer
from openkp.project.demo.errors import DemoError
from openkp.scheme.words import N_, Sentence

DONE, FAILED, POST = "done", "failed", "post"


class Hand:
    """The asking side. ``begin`` and ``result`` let several hands work at once; ``ask`` is one after the other."""

    def __init__(self, name: str, code: str, environment: Mapping[str, str]) -> None:
        self.name = name
        self.code = code
        self._peers: dict[str, Hand] = {}
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs, dict(environment)), daemon=True, name=f"demo-{name}")
        self._process.start()
        theirs.close()

    def knows(self, hands: Mapping[str, "Hand"]) -> None:
        """To whom its post is carried, by code."""
        self._peers = {code: hand for code, hand in hands.items() if code != self.code}

    def begin(self, deed: str, **told: Any) -> Self:
        """Ask, without waiting."""
        self._pipe.send((deed, told))
        return self

    def result(self) -> Any:
        """What came of it; meanwhile its post is carried. Raises ``DemoError`` with the words of what went wrong."""
        while True:
            kind, value = self._heard()
            if kind == DONE:
                return value
            if kind == FAILED:
                values = {"node": self.name, "why": value}
                raise DemoError(Sentence(N_("%(node)s could not go on: %(why)s"), values), code="demo-node")
            envelope, to, at = value
            self._pipe.send(self._peers[to].ask("receive", envelope=envelope, at=at))

    def _heard(self) -> tuple[str, Any]:
        try:
            heard: tuple[str, Any] = self._pipe.recv()
        except (EOFError, ConnectionError):
            self._process.join(5)
            values = {"node": self.name, "code": self._process.exitcode}
            raise DemoError(
                Sentence(N_("The process of %(node)s ended with code %(code)s."), values), code="demo-node"
            ) from None
        return heard

    def ask(self, deed: str, **told: Any) -> Any:
        """Ask and wait."""
        return self.begin(deed, **told).result()

    def close(self) -> None:
        """Let it go."""
        self._pipe.close()
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()


class Carried:
    """A way to the other nodes that the asking process carries itself."""

    def __init__(self, pipe: Connection, at: datetime) -> None:
        self._pipe, self._at = pipe, at

    def push(self, envelope: bytes, endpoint: str, *, to: str) -> Answer:
        """Hand it over and bring back the answer."""
        self._pipe.send((POST, (envelope, to, self._at)))
        answer: Answer = self._pipe.recv()
        return answer

    def fetch(self, endpoint: str, path: str) -> bytes:
        """What others publish is brought by ``Desk.take`` while the past is made."""
        raise NotImplementedError(path)


def work(pipe: Connection, environment: dict[str, str]) -> None:
    """The working side: do what is asked, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asks
    os.environ.clear()
    os.environ.update(environment)
    with suppress(EOFError, ConnectionError):
        try:
            desk = _desk(pipe)
        except Exception as error:
            pipe.send((FAILED, told_of(error)))
            return
        while True:
            deed, told = pipe.recv()
            try:
                answer = (DONE, getattr(desk, deed)(**told))
            except Exception as error:
                answer = (FAILED, told_of(error))
            pipe.send(answer)


def _desk(pipe: Connection) -> Any:
    """The node's desk; its modules can be read only now that this process knows whose it is."""
    from openkp.project.start import set_up

    set_up()
    from openkp.project.demo.figures_desk import FiguresDesk

    return FiguresDesk(lambda at: Carried(pipe, at))


def told_of(error: Exception) -> str:
    """What went wrong in one line; all of it where someone is looking for the cause."""
    if os.environ.get("OPENKP_DEBUG"):
        return traceback.format_exc()
    findings = [f"{f.rule} {f.field} {f.sentence}" for f in getattr(error, "findings", ())]
    return " ".join([type(error).__name__ + ":", str(error), *findings])
