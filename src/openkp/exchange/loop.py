"""The loop of the post: what is due is sent, what came is applied, what is known is published.

Nothing here decides anything about diamonds, and nothing is remembered between two turns but when to ask a peer
again and on which day the clock of statistics was looked at: kill the loop at any line and start it again, or start
three of them, and every message still has its effect exactly once. What makes this so is written in the tables: a
message is put into the outbox in the transaction of the change that it tells, it is claimed by the statement that
takes it, it stays there until a signed receipt is stored, and the reader applies it in the transaction that writes the
receipt.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from openkp.documents.errors import DocumentError
from openkp.exchange import outbox, peers
from openkp.exchange.answers import Held, Receipted
from openkp.exchange.errors import PeerError
from openkp.exchange.publications import bind_totals, fetch_from
from openkp.exchange.reading import apply_all_waiting
from openkp.exchange.transports import Transport
from openkp.registry.certificates.operations.validate import recover
from openkp.registry.participation.operations.publish import publish
from openkp.registry.post.models import Outgoing
from openkp.registry.statistics.operations.remind import remind

log = logging.getLogger("openkp.exchange")

FETCH_EVERY = timedelta(minutes=10)
"""How often peers' publications are asked for; a revoked key is to be known everywhere within this time."""
ASK_AGAIN = timedelta(minutes=1)
"""How soon they are asked again where one did not answer."""


def log_fault(step: str, error: Exception) -> None:
    """A step that failed for a reason of ours is written down; the other steps go on."""
    log.error("%s failed: %s", step, error, exc_info=error)


class Loop:
    """One loop over one node's tables. ``clock`` tells the time; ``on_fault`` hears what went wrong inside."""

    def __init__(
        self,
        transport: Transport,
        clock: Callable[[], datetime],
        *,
        on_fault: Callable[[str, Exception], None] = log_fault,
        fetch_every: timedelta = FETCH_EVERY,
    ) -> None:
        self.transport = transport
        self.clock = clock
        self.on_fault = on_fault
        self.fetch_every = fetch_every
        self._fetch_at: datetime | None = None
        self._reminded_on: date | None = None

    def turn(self) -> dict[str, int]:
        """Do everything that is due, once; how much of each was done."""
        done: dict[str, int] = {}
        for step in (self.finish, self.remind, self.publish, self.send, self.apply, self.fetch):
            try:
                done[step.__name__] = step()
            except Exception as error:
                self.on_fault(step.__name__, error)
        return done

    def finish(self) -> int:
        """Sign and enter what a crash left between intent and signature, with its own number."""
        return len(recover(at=self.clock()))

    def remind(self) -> int:
        """Once a day, look at what is late in statistics: returns, and answers to questionnaires."""
        at = self.clock()
        if self._reminded_on == at.date():
            return 0
        taken = remind(at=at)
        self._reminded_on = at.date()
        return taken

    def publish(self) -> int:
        """State anew what changed: status lists, checkpoints of the log and of the journal."""
        return publish(at=self.clock())

    def send(self) -> int:
        """Send what is due, each conversation in its own order; where one message fails, its line waits."""
        broken: set[tuple[str, str]] = set()
        sent = 0
        for message in outbox.due(self.clock()):
            line = (message.sender, message.peer)
            if line in broken or not outbox.claim(message, self.clock()):
                continue
            if self._delivered(message):
                sent += 1
            else:
                broken.add(line)
        return sent

    def _delivered(self, message: Outgoing) -> bool:
        """One attempt. Only a signed receipt counts; anything else is tried again."""
        try:
            envelope = outbox.sealed(message, self.clock())
            match self.transport.push(envelope, peers.endpoint(message.peer), to=message.peer):
                case Receipted(receipt):
                    outbox.settle(message.pk, receipt, at=self.clock())
                    return True
                case Held(waiting_for) if waiting_for < message.seq:
                    outbox.send_from(message, waiting_for, at=self.clock())
                case Held():
                    outbox.back_off(message, outbox.held_back(), at=self.clock())
        except (PeerError, DocumentError) as problem:
            outbox.back_off(message, problem, at=self.clock())
        return False

    def apply(self) -> int:
        """Apply what the inbox holds and could not apply when it came."""
        return apply_all_waiting(self.clock())

    def fetch(self) -> int:
        """Ask peers, now and then, for what they publish: trust, keys, statuses, checkpoints."""
        at, taken = self.clock(), 0
        if self._fetch_at is not None and at < self._fetch_at:
            return 0
        self._fetch_at = at + self.fetch_every
        for member in peers.members():
            if not member.endpoint:
                continue
            try:
                taken += fetch_from(self.transport, member.endpoint.rstrip("/"), at=at)
            except (PeerError, DocumentError) as problem:
                self._fetch_at = at + min(self.fetch_every, ASK_AGAIN)
                log.info("nothing fetched from %s: %s", member.code, problem.code)
        return taken + bind_totals(self.transport, at=at)
