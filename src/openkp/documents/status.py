"""The status list: two bits for each certificate of a Participant, signed as a whole, small enough to carry offline.

After Token Status List (IETF OAuth) as a CWT, frozen as our own profile: 2 bits, lowest bits first, not compressed
(no bomb to defuse, one spelling); whoever carries many lists compresses the parcel. The words behind a change are in
status statements; the list is the compact hint.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from openkp.documents.claims import EXPIRES, ISSUED, ISSUER, proven_claims, read_specimen, specimen_claim
from openkp.documents.envelope import compose, finish, open_envelope
from openkp.documents.errors import Malformed, Untrusted
from openkp.documents.keys import Keys, Signer
from openkp.documents.shapes import seconds
from openkp.scheme.words import N_

TYPE = "kpl"
URI, TTL, LIST = 2, 65534, 65533
BITS = 2
MOST = 4_000_000
LIMIT = MOST // 4 + 1_000


class StatusValue(IntEnum):
    """What the list says of one certificate."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2
    USED = 3


_ALLOWED = {
    StatusValue.VALID: {StatusValue.INVALID, StatusValue.SUSPENDED, StatusValue.USED},
    StatusValue.SUSPENDED: {StatusValue.VALID, StatusValue.INVALID, StatusValue.USED},
    StatusValue.INVALID: set(),
    StatusValue.USED: set(),
}


def allowed_change(old: StatusValue, new: StatusValue) -> bool:
    """Whether one list may say ``old`` and a later one ``new``. INVALID and USED are final."""
    return old == new or new in _ALLOWED[old]


def pack(values: Sequence[int]) -> bytes:
    """Four values a byte, the first in the lowest bits; the last byte is filled with zeros.

    Raises ``ValueError`` for what is no status, or for too many.
    """
    if len(values) > MOST:
        raise ValueError(f"a list holds at most {MOST} values")
    padded = bytes(StatusValue(value) for value in values) + bytes(-len(values) % 4)
    return bytes(
        a | b << 2 | c << 4 | d << 6
        for a, b, c, d in zip(padded[::4], padded[1::4], padded[2::4], padded[3::4], strict=True)
    )


def unpack(packed: bytes, count: int) -> list[StatusValue]:
    """The first ``count`` values. Raises ``Malformed`` where the bytes are not those of exactly so many."""
    if count > MOST or len(packed) != -(-count // 4) or (count % 4 and packed[-1] >> 2 * (count % 4)):
        raise Malformed(N_("The status list does not have the length that it states."), code="status_list")
    return [StatusValue(packed[index >> 2] >> 2 * (index & 3) & 3) for index in range(count)]


@dataclass(frozen=True, kw_only=True)
class StatusList:
    """A verified status list: of the issuer ``participant``, published at ``uri``, true at ``issued_at``.

    After ``expires_at`` it proves nothing; after ``ttl`` a newer one should be fetched.
    """

    uri: str
    participant: str
    issued_at: datetime
    expires_at: datetime
    ttl: timedelta
    specimen: bool
    count: int
    packed: bytes

    def value(self, index: int) -> StatusValue:
        """The status at ``index``. Raises ``Untrusted`` where the list does not reach so far: it is older."""
        if not 0 <= index < self.count:
            raise Untrusted(N_("The status list is older than the certificate."), code="status_list_too_short")
        return StatusValue(self.packed[index >> 2] >> 2 * (index & 3) & 3)

    @property
    def values(self) -> list[StatusValue]:
        """All of them."""
        return unpack(self.packed, self.count)

    def check_follows(self, older: "StatusList") -> None:
        """Raises ``Untrusted`` unless this list may come after ``older``: same address, later, nothing undone."""
        if (self.uri, self.participant) != (older.uri, older.participant):
            raise Untrusted(N_("These are two different status lists."), code="other_status_list")
        if self.issued_at < older.issued_at or self.count < older.count:
            raise Untrusted(N_("The status list is older than one already seen."), code="status_list_older")
        pairs = zip(older.values, self.values, strict=False)
        if not all(allowed_change(old, new) for old, new in pairs if old != new):
            raise Untrusted(N_("The status list undoes what cannot be undone."), code="status_undone")


def seal_status_list(
    values: Sequence[int],
    signer: Signer,
    *,
    uri: str,
    issuer: str,
    at: datetime,
    expires: datetime,
    ttl: timedelta,
    specimen: bool = False,
) -> bytes:
    """The signed list. Instants are aware and in whole seconds. Raises ``ValueError`` or ``Malformed``."""
    claims: dict[int, Any] = {
        ISSUER: issuer,
        URI: uri,
        ISSUED: seconds(at),
        EXPIRES: seconds(expires),
        TTL: int(ttl.total_seconds()),
        LIST: {"bits": BITS, "count": len(values), "lst": pack(values)},
    }
    unsigned = compose(TYPE, claims | specimen_claim(specimen), signer.key)
    return finish(unsigned, signer.sign(unsigned.to_sign))


def open_status_list(data: bytes, keyring: Keys, *, uri: str | None = None) -> StatusList:
    """The verified list, of the address ``uri`` if that is given. Raises a ``DocumentError``.

    Whether it is still in time is for the caller, who has a clock.
    """
    opened = open_envelope(data, keyring, typ=TYPE, limit=LIMIT)
    claims = proven_claims(opened)
    inner = claims.fields(LIST)
    found, ttl = claims.text(URI), claims.whole(TTL, least=1, most=366 * 86_400)
    specimen = read_specimen(claims, opened)
    claims.done()
    if inner.whole("bits") != BITS or opened.expires_at is None:
        raise Malformed(N_("This is not a status list of two bits with an end."), code="status_list")
    count, packed = inner.whole("count", most=MOST), inner.blob("lst")
    inner.done()
    if uri is not None and found != uri:
        raise Untrusted(N_("This is the status list of another address."), code="other_status_list")
    unpack(packed, count)
    return StatusList(
        uri=found,
        participant=opened.key_record.participant,
        issued_at=opened.issued_at,
        expires_at=opened.expires_at,
        ttl=timedelta(seconds=ttl),
        specimen=specimen,
        count=count,
        packed=packed,
    )
