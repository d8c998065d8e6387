"""A seeded story of several nodes: officers work, lines fail, nodes die and come back, and then the weather clears.

The code under test is the real one. The simulation owns the clock, the entropy and the wire, and it may kill a node
before any statement that reaches its database: the open transaction is lost, and with it all that was in memory.
One seed is one story: the same seed gives the same trace.
"""

import heapq
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Min
from django.test import RequestFactory
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern

from openkp.documents.messages import read_envelope
from openkp.exchange.answers import Answer
from openkp.exchange.errors import PeerError
from openkp.exchange.inbox import receive
from openkp.exchange.loop import Loop
from openkp.exchange.urls import post_urls
from openkp.registry import entropy
from openkp.registry.accounts.roles import Role
from openkp.registry.certificates.models import Application, Arrival, Certificate
from openkp.registry.certificates.operations.confirm import confirm
from openkp.registry.certificates.operations.record_arrival import record_arrival
from openkp.registry.certificates.operations.validate import validate
from openkp.registry.certificates.operations.void import void
from openkp.registry.errors import Conflict
from openkp.registry.participation import bundles, queries, trust
from openkp.registry.post.models import Outgoing
from openkp.scheme.errors import OpenkpError, Refused
from openkp.scheme.life import Status
from tests.exchange.world import START, Template, actor, connected, copied, database
from tests.factories import RECEIPT

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
STORM = 30 * MINUTE
LATEST = STORM + 60 * MINUTE
"""All must have come together an hour after the weather cleared (goal G14)."""


class Crash(BaseException):
    """The node's process ends here. No handler of the program may see it."""


@dataclass(frozen=True)
class Weather:
    """How bad it is, until the storm is over: chances of each mishap, for each envelope or statement."""

    loss: float = 0.15
    answer_loss: float = 0.1
    late: float = 0.1
    twice: float = 0.1
    spoilt: float = 0.03
    crash: float = 0.003
    cuts: int = 3


CLEAR = Weather(0, 0, 0, 0, 0, 0, 0)


class Node:
    """One node: a copy of a template, a loop while it is up, and a clock that is wrong by up to two minutes."""

    def __init__(self, story: "Simulation", template: Template, path: Path) -> None:
        self.story, self.code, self.path = story, template.code, path
        copied(template.path, path)
        self.skew = timedelta(seconds=story.dice.uniform(-120, 120))
        self.up = False
        self.wake_at: datetime | None = None

    def start(self) -> None:
        """A new process over the same file; what was remembered is gone."""
        bundles._verified.cache_clear()
        bundles._keyring.cache_clear()
        trust._own_keys.cache_clear()
        queries._keys.cache_clear()
        self.up, self.wake_at = True, None
        self.connection = database(self.path)
        self.loop = Loop(self.story, self.clock, on_fault=self._fault, fetch_every=20 * MINUTE)
        self.wake()

    def clock(self) -> datetime:
        return self.story.now + self.skew

    @contextmanager
    def running(self) -> Iterator[None]:
        """This node's code runs meanwhile; it may be killed."""
        before, self.story.current = self.story.current, self
        try:
            with connected(self.connection), self.connection.execute_wrapper(self._statement):
                yield
        except Crash:
            self._die()
            raise
        finally:
            self.story.current = before

    def _statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.story.dice.random() < self.story.weather.crash:
            raise Crash
        return execute(sql, params, many, context)

    def _die(self) -> None:
        self.story.tell("crash", self.code)
        self.connection.close()
        self.up = False
        self.story.after(self.story.dice.uniform(1, 240) * SECOND, self.start)

    def stop(self) -> None:
        """The end of the story."""
        self.connection.close()

    def _fault(self, step: str, error: Exception) -> None:
        raise AssertionError(f"{self.code}: {step} failed") from error

    def wake(self, delay: timedelta | None = None) -> None:
        """Let the loop turn soon, or after ``delay``; the earlier of two wakes counts."""
        at = self.story.now + (self.story.dice.uniform(0.1, 3) * SECOND if delay is None else max(delay, SECOND))
        if self.up and (self.wake_at is None or at < self.wake_at):
            self.wake_at = at
            self.story.after(at - self.story.now, lambda: self._turn(at))

    def _turn(self, at: datetime) -> None:
        if self.wake_at != at or not self.up:
            return
        self.wake_at = None
        try:
            with self.running():
                done = self.loop.turn()
                due = Outgoing.objects.filter(state="pending_delivery").aggregate(at=Min("next_attempt_at"))["at"]
        except Crash:
            return
        self.story.tell("turn", self.code, *(f"{name}={count}" for name, count in done.items() if count))
        self.wake(min(due - self.clock(), 10 * MINUTE) if due else 10 * MINUTE)

    def work(self, what: Callable[[], object]) -> bool:
        """An officer does something; false where the node was down or died over it."""
        if not self.up:
            return False
        try:
            with self.running():
                what()
        except Crash:
            return False
        except (Conflict, Refused) as problem:  # a void that is on its way, say, and stands in the status list already
            self.story.tell("not-done", self.code, problem.code)
        self.wake()
        return True


class Simulation:
    """The story of one seed. It is also the transport of every node: the wire."""

    def __init__(
        self, seed: int, templates: tuple[Template, ...], folder: Path, weather: Weather | None = None
    ) -> None:
        self.seed = seed
        self.dice = random.Random(seed)
        self.noise = random.Random(seed + 1_000_000)
        self.now, self.current = START, None
        self.weather = self.stormy = weather or Weather()
        self.trace: list[str] = []
        self.cut: set[tuple[str, str]] = set()
        self._events: list[tuple[datetime, int, Callable[[], object]]] = []
        self._told = 0
        self.nodes = {each.code: Node(self, each, folder / f"{each.code}-{seed}.sqlite3") for each in templates}
        self.requests = RequestFactory()
        self.addresses = URLResolver(RegexPattern(r"^/"), post_urls(lambda: self.current.clock()))

    # The clockwork.

    def after(self, delay: timedelta, do: Callable[[], object]) -> None:
        """Let something happen later."""
        self._told += 1
        heapq.heappush(self._events, (self.now + delay, self._told, do))

    def tell(self, *words: str) -> None:
        """Write a line into the trace."""
        self.trace.append(f"{(self.now - START).total_seconds():.3f} {' '.join(words)}")

    @property
    def trace_hash(self) -> str:
        """The story in one word."""
        return sha256("\n".join(self.trace).encode()).hexdigest()[:16]

    def run(self) -> None:
        """The whole story: the storm, the healing, and as long as it takes to come together."""
        token = entropy.source.set(self.noise.randbytes)
        try:
            self._plan()
            while self._events and (not self._quiet() or self.now < START + STORM):
                at, _, do = heapq.heappop(self._events)
                self.now = at
                assert self.now < START + LATEST, "an hour after healing there is still something under way"
                do()
        finally:
            entropy.source.reset(token)
            for node in self.nodes.values():
                node.stop()

    def begin(self) -> None:
        """All nodes up; nothing happens by itself."""
        for node in self.nodes.values():
            node.start()

    def _plan(self) -> None:
        self.begin()
        for node in self.nodes.values():
            with connected(node.connection):
                waiting = list(Application.objects.filter(status=Status.PREPARED).values_list("pk", flat=True))
            for application in self.dice.sample(waiting, self.dice.randint(1, 2)):
                self._officer(self.dice.uniform(0, 15) * MINUTE, node, lambda n=node, a=application: self._issue(n, a))
            self._desk(node)
        for _ in range(self.weather.cuts):
            self.after(self.dice.uniform(0, 25) * MINUTE, self._cut)
        self.after(STORM, self._heal)

    def _officer(self, delay: timedelta, node: Node, what: Callable[[], object]) -> None:
        """An officer tries, and if the node was down or died over it, tries again."""

        def attempt() -> None:
            if not node.work(what):
                self.after(self.dice.uniform(30, 120) * SECOND, attempt)

        self.after(delay, attempt)

    # What officers do.

    def _issue(self, node: Node, application: int) -> None:
        certificate = validate(application, actor=actor(Role.VALIDATING_OFFICER), at=node.clock())
        self.tell("issued", certificate.number)
        if self.dice.random() < 0.15:
            later = self.dice.uniform(1, 10) * MINUTE
            self._officer(later, node, lambda: self._void(node, certificate.pk))

    def _void(self, node: Node, certificate: int) -> None:
        found = void(certificate, "printer_error", actor=actor(Role.VALIDATING_OFFICER), at=node.clock())
        self.tell("void", found.number)

    def _desk(self, node: Node) -> None:
        """Import officers look at what is expected, every few minutes."""

        def look() -> None:
            if self.now < START + STORM + 5 * MINUTE:
                self.after(self.dice.uniform(1, 5) * MINUTE, look)
                node.work(lambda: self._take_in(node))

        self.after(self.dice.uniform(1, 5) * MINUTE, look)

    def _take_in(self, node: Node) -> None:
        waiting = Arrival.objects.filter(status__in=(Status.EXPECTED, Status.ARRIVED))
        for arrival in waiting.select_related("certificate").order_by("pk"):
            if self.dice.random() < 0.6:
                self._receive(node, arrival)

    def _receive(self, node: Node, arrival: Arrival) -> None:
        at, officer = node.clock(), actor(Role.IMPORT_OFFICER)
        if arrival.status == Status.EXPECTED:
            arrived_on = max(at.date(), arrival.certificate.issued_on)
            record_arrival(arrival.pk, arrived_on, actor=officer, at=at)
        receipt = {**RECEIPT, "received_on": at.date().isoformat(), "seals": arrival.certificate.seals}
        try:
            confirm(arrival.pk, receipt, actor=officer, at=at)
        except Refused as refusal:  # the issuer's status list was here before its statement
            assert {finding.code for finding in refusal.findings} == {"certificate_void"}
            return self.tell("held", arrival.certificate.number)
        self.tell("confirmed", arrival.certificate.number)

    # The wire.

    def push(self, envelope: bytes, endpoint: str, *, to: str) -> Answer:
        """Carry an envelope, or do to it what the weather does."""
        assert not connection.in_atomic_block, "no transaction is open while a node waits for another"
        sender, reader = self.current, self.nodes[to]
        name = read_envelope(envelope).id.hex()[:8]
        sent = (sender.code, to, name)
        if (sender.code, to) in self.cut or self._happens(self.weather.loss):
            self.tell("lost", *sent)
            raise PeerError("lost", code="no-answer")
        if self._happens(self.weather.late):
            self._later(envelope, reader)
            self.tell("late", *sent)
            raise PeerError("late", code="no-answer")
        if self._happens(self.weather.twice):
            self._later(envelope, reader)
        if self._happens(self.weather.spoilt):
            at = self.dice.randrange(len(envelope) - 64, len(envelope))
            envelope = envelope[:at] + bytes([envelope[at] ^ 1]) + envelope[at + 1 :]
        answer = self._handed_over(envelope, reader)
        self.tell(type(answer).__name__.lower(), *sent)
        if (to, sender.code) in self.cut or self._happens(self.weather.answer_loss):
            self.tell("answer-lost", *sent)
            raise PeerError("answer lost", code="no-answer")
        return answer

    def fetch(self, endpoint: str, path: str) -> bytes:
        """What a node publishes, through its real views."""
        reader = next(node for node in self.nodes.values() if node.code.lower() in endpoint)
        sender = self.current
        if {(sender.code, reader.code), (reader.code, sender.code)} & self.cut or self._happens(self.weather.loss):
            raise PeerError("lost", code="no-answer")
        if not reader.up:
            raise PeerError("down", code="no-answer")
        request = self.requests.get(path)
        view = self.addresses.resolve(request.path_info)
        try:
            with reader.running():
                response = view.func(request, *view.args, **view.kwargs)
        except Crash:
            raise PeerError("down", code="no-answer") from None
        if response.status_code != 200:
            raise PeerError("refused", code=f"http-{response.status_code}")
        return bytes(response.content)

    def _handed_over(self, envelope: bytes, reader: Node) -> Answer:
        if not reader.up:
            raise PeerError("down", code="no-answer")
        try:
            with reader.running():
                answer = receive(envelope, at=reader.clock())
        except Crash:
            raise PeerError("died", code="no-answer") from None
        except OpenkpError as problem:
            self.tell("refused", reader.code, problem.code)
            raise PeerError("refused", code=problem.code) from problem
        reader.wake()
        return answer

    def _later(self, envelope: bytes, reader: Node) -> None:
        """The same bytes come, or come again, when nobody waits for the answer."""

        def arrive() -> None:
            with suppress(PeerError):
                self._handed_over(envelope, reader)

        self.after(self.dice.uniform(1, 600) * SECOND, arrive)

    def _happens(self, chance: float) -> bool:
        return self.dice.random() < chance

    def _cut(self) -> None:
        """One direction between two nodes, or all of one node's, for a while."""
        one, other = self.dice.sample(sorted(self.nodes), 2)
        lines = (
            {(one, other)}
            if self.dice.random() < 0.5
            else {pair for each in self.nodes for pair in ((one, each), (each, one)) if each != one}
        )
        self.cut |= lines
        self.tell("cut", *(f"{a}>{b}" for a, b in sorted(lines)))
        self.after(self.dice.uniform(1, 10) * MINUTE, lambda: self.cut.difference_update(lines))

    def _heal(self) -> None:
        self.weather = CLEAR
        self.cut.clear()
        self.tell("healed")

    def _quiet(self) -> bool:
        """Nobody is down, no letter is on its way, nothing waits in an outbox or inbox, and the officers went home."""
        if self.now < START + STORM + 6 * MINUTE or not all(node.up for node in self.nodes.values()):
            return False
        return all(self._settled(node) for node in self.nodes.values())

    def _settled(self, node: Node) -> bool:
        with connected(node.connection):
            return not Outgoing.objects.filter(state="pending_delivery").exists() and not (
                Application.objects.filter(status=Status.SIGNING).exists()
            )


__all__ = ["CLEAR", "Certificate", "Crash", "Node", "Simulation", "Weather"]
