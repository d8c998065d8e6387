"""What others publish, taken in part by part: trust lists, manifests, status lists, checkpoints.

A bundle is signed by nobody and needs nobody's: each part is believed for its own signature, or left out.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice, zip_longest
from typing import TypeVar

from openkp.documents.bundle import LIMIT, Parts, read_parts
from openkp.documents.canonical import decode
from openkp.documents.errors import DocumentError
from openkp.documents.keyring import Keyring
from openkp.documents.trust import Member
from openkp.exchange.errors import PeerError
from openkp.exchange.transports import Transport
from openkp.registry.accounts.actors import NODE, Actor
from openkp.registry.errors import Conflict, NotFound
from openkp.registry.participation.bundles import current_keyring, list_chain, newest_manifests
from openkp.registry.participation.operations.receive_publication import (
    CHECKPOINT,
    held_now,
    newest,
    open_member_checkpoint,
    receive_checkpoint,
    receive_status_list,
)
from openkp.registry.participation.operations.trust import receive_list, receive_manifest
from openkp.registry.participation.queries import own_codes
from openkp.registry.statistics.growth import Consistency
from openkp.registry.statistics.models import ProvenTotal
from openkp.registry.statistics.operations.bind_total import bind, unbound

log = logging.getLogger("openkp.exchange")
Part = TypeVar("Part")
MOST_ASKED = 20
"""Requests to logs of others in one fetch: the post waits for them."""


def take_trust(data: bytes, *, actor: Actor = NODE, at: datetime) -> None:
    """A trust list, a key manifest or a whole bundle, as a message or a file brings it. Raises a ``DocumentError``."""
    match decode(data, limit=LIMIT):
        case list():
            receive_list(data, at=at, actor=actor)
        case dict():
            take_bundle(data, at=at, actor=actor)
        case _:
            receive_manifest(data, at=at, actor=actor)


def take_bundle(data: bytes, *, at: datetime, actor: Actor = NODE, consistency: Consistency | None = None) -> int:
    """Take whatever in the bundle is newer than what is held; how many parts that were.

    A part that is held to the byte was verified when it came and is passed over: most of what peers offer.
    Without ``consistency`` (a way to ask for proofs) only the first checkpoint of a log can be taken.
    """
    parts, _ = read_parts(data)
    taken = _take_trust_parts(parts, actor=actor, at=at)
    keyring = current_keyring(at)
    if keyring is None:
        return taken
    held = held_now()
    statuses = [part for part in parts.statuses if part not in held]
    taken += _each("status list", statuses, lambda part: receive_status_list(part, keyring, at=at))
    grown = list(_logs_of_others((note for note in parts.checkpoints if note not in held), keyring))
    return taken + _each("checkpoint", grown, lambda each: _take_checkpoint(*each, consistency, at))


def _take_trust_parts(parts: Parts, *, actor: Actor, at: datetime) -> int:
    new_lists = parts.lists[len(list_chain()) :]
    taken = _each("trust list", new_lists, lambda part: receive_list(part, at=at, actor=actor))
    held = set(newest_manifests())
    manifests = [part for part in parts.manifests if part not in held]
    return taken + _each("manifest", manifests, lambda part: receive_manifest(part, at=at, actor=actor))


def _each(what: str, parts: Iterable[Part], take: Callable[[Part], object]) -> int:
    """Take each part; one that is refused is logged and harms no other."""
    taken = 0
    for part in parts:
        try:
            taken += take(part) is not False
        except PeerError as problem:
            log.info("%s not taken yet: %s", what, problem.code)
        except (DocumentError, Conflict, NotFound) as problem:
            log.warning("%s not taken: %s", what, problem.code)
    return taken


def _logs_of_others(notes: Iterable[bytes], keyring: Keyring) -> Iterator[tuple[bytes, Member]]:
    """Each checkpoint with the other member whose log it says it is of; those of nobody else are left out."""
    own = own_codes()
    others = {m.log_origin.encode(): m for m in keyring.trust_list.members if m.log_key and m.code not in own}
    for note in notes:
        member = others.get(note.partition(b"\n")[0])
        if member is not None:
            yield note, member


def _take_checkpoint(note: bytes, member: Member, consistency: Consistency | None, at: datetime) -> bool:
    held = newest(CHECKPOINT, member.code, member.log_origin)
    proof: list[bytes] = []
    if held is not None:
        old, new = open_member_checkpoint(held, member).size, open_member_checkpoint(note, member).size
        if consistency is None and old < new:
            return False
        proof = consistency(member, old, new) if consistency and 0 < old < new else []
    return receive_checkpoint(note, member, proof, at=at)


def fetch_from(transport: Transport, endpoint: str, *, at: datetime) -> int:
    """Take what the node at ``endpoint`` holds of everybody; how many parts were new. Raises ``PeerError``."""
    bundle = transport.fetch(endpoint, "/bundle")
    return take_bundle(bundle, at=at, consistency=_asking(transport))


def bind_totals(transport: Transport, *, at: datetime) -> int:
    """Ask the logs of others how the checkpoints in their proven totals go on; how many could be bound.

    However many totals were sent, ``MOST_ASKED`` are asked about, and a log that does not answer is asked once.
    """
    silent: set[str] = set()

    def take(row: ProvenTotal) -> bool:
        try:
            return bind(row, _asking(transport), at=at)
        except PeerError:
            silent.add(row.participant)
            raise

    answering = (row for row in _in_turn(unbound()) if row.participant not in silent)
    return _each("growth of a log", islice(answering, MOST_ASKED), take)


def _in_turn(rows: Iterable[ProvenTotal]) -> Iterator[ProvenTotal]:
    """One of each Participant, then the second of each: many of one are in nobody's way."""
    lines: dict[str, list[ProvenTotal]] = {}
    for row in rows:
        lines.setdefault(row.participant, []).append(row)
    return (row for turn in zip_longest(*lines.values()) for row in turn if row is not None)


def _asking(transport: Transport) -> Consistency:
    def consistency(member: Member, old: int, new: int) -> list[bytes]:
        path = f"/log/{member.code}/consistency?old={old}&new={new}"
        found = decode(transport.fetch(member.endpoint.rstrip("/"), path), limit=LIMIT)
        return [part for part in found if type(part) is bytes] if type(found) is list else []

    return consistency
