"""The trust list: who is a Participant, with which root keys. Many root keys sign it, nobody owns it.

1. The list of version 1 (genesis) is believed because its hash was told by another way (``pinned``).
2. Version N + 1 is exactly one more than N, names the hash of N and is not older than N.
3. It carries enough good signatures by the roots of N, and enough by its own; a Participant counts once,
   however many of its keys signed, and each list states how many are enough.
4. A list is of one profile for ever: ``live`` or ``specimen``. Neither accepts what belongs to the other.
5. After ``valid_until`` a list no longer proves anything about today: someone may be holding back its successor.

Source: the rules for the root role of The Update Framework, 5.3, with Participants in place of keys.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from openkp.documents.canonical import decode, encode
from openkp.documents.envelope import Unsigned, compose
from openkp.documents.errors import Malformed, Untrusted
from openkp.documents.keys import PublicKey, Signer
from openkp.documents.shapes import Fields, built, key_value, public_key, seconds
from openkp.scheme.words import N_, Sentence

LIMIT = 262_144
TYPE = "kpt"
BODY = -70020
_ISSUER = "KP"
_PARTICIPANT = re.compile(r"[A-Z]{2}", re.ASCII)
_OFFICE = re.compile(r"[A-Z]{3,12}", re.ASCII)


class Profile(StrEnum):
    """What a list and everything under it is for. Specimens are for demonstrations, training and tests."""

    LIVE = "live"
    SPECIMEN = "specimen"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One line of the trust list: a Participant (two letters), or an office such as ``SECRETARIAT`` (three or more).

    An office exchanges messages; it never signs a certificate and its roots do not count for a threshold.
    ``since`` is the first day, ``until`` the first day after the last; from ``suspended_on`` what a Participant
    signs is refused, and what it signed before remains good.
    """

    code: str
    name: str
    roots: tuple[PublicKey, ...]
    since: date
    until: date | None = None
    suspended_on: date | None = None
    log_origin: str = ""
    log_key: PublicKey | None = None
    endpoint: str = ""

    def __post_init__(self) -> None:
        if not (_PARTICIPANT.fullmatch(self.code) or _OFFICE.fullmatch(self.code)):
            raise ValueError("code")
        if not self.name or not self.roots or len({root.kid for root in self.roots}) != len(self.roots):
            raise ValueError("a member has a name and at least one root key, each named once")
        if self.until and self.until <= self.since:
            raise ValueError("until")
        if bool(self.log_origin) != bool(self.log_key):
            raise ValueError("a log has an origin and a key")

    @property
    def is_participant(self) -> bool:
        """Whether this is a Participant, not an office."""
        return len(self.code) == 2

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        """Every key that the list names for it."""
        return (*self.roots, self.log_key) if self.log_key else self.roots

    def in_force(self, day: date) -> bool:
        """Whether the list names it as a member on ``day``."""
        return self.since <= day and (self.until is None or day < self.until)

    def suspended(self, day: date) -> bool:
        """Whether the list names it as suspended on ``day``."""
        return self.suspended_on is not None and self.suspended_on <= day


@dataclass(frozen=True, kw_only=True)
class TrustList:
    """One version of the list. ``previous`` is the hash of the version before, empty for version 1.

    ``threshold`` is the number of Participants that must sign the next version. ``made_at`` and ``valid_until``
    are aware UTC instants.
    """

    version: int
    previous: bytes
    profile: Profile
    threshold: int
    made_at: datetime
    valid_until: datetime
    members: tuple[Member, ...]

    def __post_init__(self) -> None:
        codes = [member.code for member in self.members]
        kids = [key.kid for member in self.members for key in member.keys]
        if self.version < 1 or len(self.previous) != (0 if self.version == 1 else 32):
            raise ValueError("version 1 has no previous list, every other one has")
        if codes != sorted(set(codes)) or len(kids) != len(set(kids)):
            raise ValueError("members are sorted and named once, and no two share a key")
        if not self.made_at < self.valid_until:
            raise ValueError("valid_until")
        if not 1 <= self.threshold <= len(self.voices()):
            raise ValueError("the threshold is at least one and at most the number of Participants")

    def voices(self) -> dict[bytes, str]:
        """The root keys that count for a threshold, each with its Participant: those in force and not suspended."""
        day = self.made_at.date()
        return {
            root.kid: member.code
            for member in self.members
            if member.is_participant and member.in_force(day) and not member.suspended(day)
            for root in member.roots
        }

    def find(self, code: str) -> Member | None:
        """The member with this code."""
        return next((member for member in self.members if member.code == code), None)

    @property
    def specimen(self) -> bool:
        """Whether everything under this list is a specimen."""
        return self.profile is Profile.SPECIMEN

    def claims(self) -> dict[int, object]:
        """What the roots sign."""
        body: dict[str, object] = {
            "version": self.version,
            "previous": self.previous,
            "profile": str(self.profile),
            "threshold": self.threshold,
            "members": [_member_value(member) for member in self.members],
        }
        return {1: _ISSUER, 4: seconds(self.valid_until), 6: seconds(self.made_at), BODY: body}

    @property
    def hash(self) -> bytes:
        """The SHA-256 of the claims as they are signed: what the next version names and what a verifier pins."""
        return hashlib.sha256(encode(self.claims())).digest()

    @property
    def fingerprint(self) -> str:
        """The first 128 bits of the hash, as people compare and pin them: ``4f2a 91c0`` and six groups more."""
        digits = self.hash[:16].hex()
        return " ".join(digits[at : at + 4] for at in range(0, 32, 4))


def compose_trust_list(trust_list: TrustList, key: PublicKey) -> Unsigned:
    """What the holder of the root ``key`` signs."""
    return compose(TYPE, dict(trust_list.claims()), key)


def assemble_trust_list(trust_list: TrustList, signatures: Iterable[tuple[PublicKey, bytes]]) -> bytes:
    """The list with these signatures, however they were collected. Raises ``BadSignature`` for one that does not fit.

    Whether they are enough is for ``open_genesis`` and ``open_next`` to say.
    """
    signed: dict[bytes, bytes] = {}
    for key, signature in signatures:
        key.verify(signature, compose_trust_list(trust_list, key).to_sign)
        signed[key.kid] = signature
    return encode([TYPE, encode(trust_list.claims()), [[kid, signed[kid]] for kid in sorted(signed)]])


def seal_trust_list(trust_list: TrustList, signers: Iterable[Signer]) -> bytes:
    """The list signed by all ``signers`` at once: for tests, demonstrations and a ceremony in one room."""
    signatures = [(each.key, each.sign(compose_trust_list(trust_list, each.key).to_sign)) for each in signers]
    return assemble_trust_list(trust_list, signatures)


def read_trust_list(data: bytes) -> tuple[TrustList, list[tuple[PublicKey, bytes]]]:
    """A list, **unverified**, and the signatures so far by roots that it names: to show it and to add one's own.

    Raises ``Malformed``.
    """
    trust_list, signed = _read(data)
    roots = {root.kid: root for member in trust_list.members for root in member.roots}
    return trust_list, [(roots[kid], signature) for kid, signature in signed.items() if kid in roots]


def open_genesis(data: bytes, *, pinned: bytes | None) -> TrustList:
    """Version 1, signed by enough of its own roots. Raises a ``DocumentError``.

    ``pinned`` is its hash, or the first 16 bytes of it, as it was told by another way. With None the list only
    proves that its parts belong together: the caller must show the fingerprint and say that nobody compared it.
    """
    trust_list, signed = _read(data)
    if trust_list.version != 1:
        raise Untrusted(N_("The chain of trust lists does not begin with version 1."), code="trust_list_version")
    if pinned is not None and (len(pinned) < 16 or not trust_list.hash.startswith(pinned)):
        raise Untrusted(N_("This trust list does not descend from the one that was pinned."), code="trust_list_pin")
    _enough(trust_list, _good(trust_list, (trust_list,), signed))
    return trust_list


def open_next(current: TrustList, data: bytes) -> TrustList:
    """The version after ``current``. Raises a ``DocumentError``; steps 2 to 4 of this module."""
    following, signed = _read(data)
    # 2
    if following.version != current.version + 1:
        raise Untrusted(N_("A version of the trust list was left out or repeated."), code="trust_list_version")
    if following.previous != current.hash or following.made_at < current.made_at:
        raise Untrusted(N_("The trust list does not follow the one before it."), code="trust_list_previous")
    # 3
    good = _good(following, (current, following), signed)
    _enough(current, good)
    _enough(following, good)
    # 4
    if following.profile is not current.profile:
        raise Untrusted(N_("A trust list never changes between live and specimen."), code="profile")
    return following


def open_chain(lists: Iterable[bytes], *, pinned: bytes | None) -> TrustList:
    """The newest list of a chain that begins with version 1. Raises a ``DocumentError``."""
    newest: TrustList | None = None
    for data in lists:
        newest = open_next(newest, data) if newest else open_genesis(data, pinned=pinned)
    if newest is None:
        raise Malformed(N_("There is no trust list."), code="no_trust_list")
    return newest


def check_current(trust_list: TrustList, at: datetime) -> None:
    """Raises ``Untrusted`` where the list has ended by ``at``: its successor did not arrive, or is held back."""
    if at >= trust_list.valid_until:
        day = trust_list.valid_until.date()
        raise Untrusted(
            Sentence(N_("The trust list ended on %(day)s and no newer one is here."), {"day": day.isoformat()}),
            code="trust_list_expired",
        )


def _good(signed_list: TrustList, lists: Iterable[TrustList], signed: dict[bytes, bytes]) -> set[bytes]:
    """The key ids of the good signatures. One that does not fit, or is by no root of ``lists``, refuses the whole."""
    roots = {root.kid: root for each in lists for member in each.members for root in member.roots}
    for kid, signature in signed.items():
        if kid not in roots:
            raise Untrusted(N_("Somebody who is not on the trust list signed it."), code="unknown_key")
        roots[kid].verify(signature, compose_trust_list(signed_list, roots[kid]).to_sign)
    return set(signed)


def _enough(trust_list: TrustList, good: set[bytes]) -> None:
    voices = {code for kid, code in trust_list.voices().items() if kid in good}
    if len(voices) < trust_list.threshold:
        values = {"signed": len(voices), "needed": trust_list.threshold, "version": trust_list.version}
        raise Untrusted(
            Sentence(
                N_("Only %(signed)s of the %(needed)s Participants that version %(version)s asks for signed."), values
            ),
            code="threshold",
        )


def _read(data: bytes) -> tuple[TrustList, dict[bytes, bytes]]:
    match decode(data, limit=LIMIT):
        case ["kpt", bytes() as payload, list() as entries]:
            claims = decode(payload, limit=LIMIT)
        case _:
            raise Malformed(N_("This is not a trust list."), code="not_a_trust_list")
    kids = [entry[0] for entry in entries if _is_signature(entry)]
    if len(kids) != len(entries) or kids != sorted(set(kids)):
        raise Malformed(N_("The signatures of the trust list are not sorted, or one is repeated."), code="signatures")
    return _trust_list(Fields(claims)), {entry[0]: entry[1] for entry in entries}


def _is_signature(entry: object) -> bool:
    return isinstance(entry, list) and [type(part) for part in entry] == [bytes, bytes]


def _trust_list(claims: Fields) -> TrustList:
    if claims.text(1) != _ISSUER:
        raise Malformed(N_("This is not a trust list."), code="not_a_trust_list")
    valid_until, made_at, body = claims.instant(4), claims.instant(6), claims.fields(BODY)
    claims.done()
    version, previous = body.whole("version", least=1), body.blob("previous", longest=32)
    profile, threshold = built(lambda: Profile(body.text("profile"))), body.whole("threshold")
    members = tuple(_member(Fields(value)) for value in body.items("members"))
    body.done()
    return built(
        lambda: TrustList(
            version=version,
            previous=previous,
            profile=profile,
            threshold=threshold,
            made_at=made_at,
            valid_until=valid_until,
            members=members,
        )
    )


def _member(fields: Fields) -> Member:
    values = {
        "code": fields.text("code", longest=12),
        "name": fields.text("name"),
        "roots": tuple(public_key(value) for value in fields.items("roots", least=1, most=9)),
        "since": fields.day("since"),
        "until": fields.optional_day("until"),
        "suspended_on": fields.optional_day("suspended_on"),
        "log_origin": fields.text("log_origin") if fields.has("log_origin") else "",
        "log_key": fields.key("log_key") if fields.has("log_key") else None,
        "endpoint": fields.text("endpoint") if fields.has("endpoint") else "",
    }
    fields.done()
    return built(lambda: Member(**values))  # type: ignore[arg-type]  # each value has the type of its field


def _member_value(member: Member) -> dict[str, object]:
    value: dict[str, object] = {
        "code": member.code,
        "name": member.name,
        "roots": [key_value(root) for root in member.roots],
        "since": member.since.isoformat(),
        "until": member.until and member.until.isoformat(),
        "suspended_on": member.suspended_on and member.suspended_on.isoformat(),
        "log_origin": member.log_origin,
        "log_key": member.log_key and key_value(member.log_key),
        "endpoint": member.endpoint,
    }
    return {name: part for name, part in value.items() if part}
