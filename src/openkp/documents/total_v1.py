"""A proven total as a document, version 1: carats, dollars and certificates of one flow and period, bound to the log.

All of it is public. The total covers exactly what the Participant's own log held at the checkpoint that stands in it:
for exports the certificates signed in the period (UTC) and not void by then, for imports the import confirmations
signed in the period by which goods came in. The tree of sums (``merkle_sum``) commits to each of them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from openkp.documents.checkpoint import Checkpoint
from openkp.documents.claims import ISSUED, ISSUER, heading, heading_value, proven_claims, read_specimen, specimen_claim
from openkp.documents.envelope import Opened, Unsigned, compose, finish
from openkp.documents.errors import Malformed, Untrusted
from openkp.documents.keys import Keys, PublicKey
from openkp.documents.merkle_sum import LARGEST, Node, Sums
from openkp.documents.receipts import Logged, verify_checkpoint
from openkp.documents.shapes import Fields, built
from openkp.scheme.dated import ONE_DAY
from openkp.scheme.goods import HsSubheading, country_code
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow
from openkp.scheme.words import N_

TYPE = "kpn"
SCOPE, SUMS, TREE, LOG, LEFT_OUT = -70050, -70051, -70052, -70053, -70054


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a total is about: ``hs`` None means every subheading, ``origin`` "" every origin.

    Raises ``ValueError``. An import confirmation does not say an origin, so a total of imports has none.
    """

    participant: str
    flow: Flow
    period: Period
    hs: HsSubheading | None = None
    origin: str = ""

    def __post_init__(self) -> None:
        country_code(self.participant)
        if self.origin:
            country_code(self.origin)
        if self.origin and self.flow is Flow.IMPORT:
            raise ValueError("a total of imports is of every origin")

    @property
    def end(self) -> datetime:
        """The first instant after the period, UTC."""
        return datetime.combine(self.period.last_day + ONE_DAY, datetime.min.time(), UTC)

    def covers(self, signed_at: datetime) -> bool:
        """Whether what was signed then belongs to the period: by the day in UTC."""
        return self.period.holds(signed_at.astimezone(UTC).date())


@dataclass(frozen=True, kw_only=True)
class Total:
    """A total before its signature. ``tree`` is the root of the tree of sums.

    ``void`` counts the certificates of the period that were void at the checkpoint, ``other`` those outside ``hs`` or
    ``origin``, and confirmations by which nothing came in. With the certificates counted, they are all that the log
    holds of the period. Raises ``ValueError``.
    """

    scope: Scope
    tree: Node
    void: int = 0
    other: int = 0
    specimen: bool = False

    def __post_init__(self) -> None:
        if not (0 <= self.void <= LARGEST and 0 <= self.other <= LARGEST):
            raise ValueError("counts are not negative")

    @property
    def sums(self) -> Sums:
        """The figures."""
        return self.tree.sums

    @property
    def carats(self) -> Decimal:
        """Metric carats."""
        return Decimal(self.sums.carats).scaleb(-2)

    @property
    def value(self) -> Decimal:
        """US dollars."""
        return Decimal(self.sums.cents).scaleb(-2)

    @property
    def certificates(self) -> int:
        """How many were counted."""
        return self.sums.certificates

    @property
    def logged_in_period(self) -> int:
        """How many of its kind the log holds of the period: anybody with the log's entries can count them."""
        return self.certificates + self.void + self.other


@dataclass(frozen=True, kw_only=True)
class TotalDocument(Total):
    """A verified total: ``checkpoint`` is verified, ``public_hash`` the SHA-256 of the document's public form."""

    at: datetime
    checkpoint: Checkpoint
    public_hash: bytes
    logged: tuple[Logged, ...]


def compose_total(total: Total, *, key: PublicKey, log_key_id: bytes, note: bytes, at: datetime) -> Unsigned:
    """What the Participant is about to sign. ``note`` is the signed checkpoint of its log, ``log_key_id`` its key."""
    scope = total.scope
    hs = heading_value(scope.hs) if scope.hs else None
    claims: dict[int, Any] = {
        ISSUER: scope.participant,
        ISSUED: int(at.timestamp()),
        SCOPE: [str(scope.flow), str(scope.period), hs, scope.origin or None],
        SUMS: total.sums.as_list(),
        TREE: total.tree.hash,
        LOG: [log_key_id, note],
        LEFT_OUT: [total.void, total.other],
    }
    return compose(TYPE, claims | specimen_claim(total.specimen), key)


def finish_total(draft: Unsigned, signature: bytes) -> bytes:
    """The document. Raises ``BadSignature`` where the signer gave a signature that does not fit."""
    return finish(draft, signature)


def read_total(opened: Opened, keyring: Keys) -> TotalDocument:
    """What a verified statement says as a total. Raises a ``DocumentError``.

    1. Claims: scope, sums, root, checkpoint, what was left out, specimen; no others, and no end.
    2. Checkpoint: signed by the log of the same Participant, after the period ended and not after the total.
    """
    # 1
    claims = proven_claims(opened)
    if opened.expires_at is not None:
        raise Malformed(N_("A total does not expire."), code="dates")
    scope = _scope(Fields.of_list(claims.items(SCOPE), 4), opened.key_record.participant)
    sums, left_out = Fields.of_list(claims.items(SUMS), 3), Fields.of_list(claims.items(LEFT_OUT), 2)
    total: dict[str, Any] = {
        "scope": scope,
        "tree": Node(claims.blob(TREE, size=32), Sums(*(sums.whole(place, most=LARGEST) for place in range(3)))),
        "void": left_out.whole(0),
        "other": left_out.whole(1),
        "specimen": read_specimen(claims, opened),
    }
    log = Fields.of_list(claims.items(LOG), 2)
    key_id, note = log.blob(0, size=8), log.blob(1)
    claims.done()
    # 2
    checkpoint = verify_checkpoint(key_id, note, keyring, participant=scope.participant)
    if not scope.end <= checkpoint.at <= opened.issued_at:
        raise Untrusted(N_("The checkpoint is from before the end of the period, or after the total."), code="period")
    return built(
        lambda: TotalDocument(
            **total,
            at=opened.issued_at,
            checkpoint=checkpoint,
            public_hash=sha256(opened.public_form).digest(),
            logged=opened.logged,
        )
    )


def _scope(said: Fields, participant: str) -> Scope:
    flow, period = said.text(0), said.text(1, longest=7)
    hs = said.optional_whole(2)
    origin = said.optional_text(3, longest=2)
    return built(
        lambda: Scope(
            participant=participant,
            flow=Flow(flow),
            period=Period.parse(period),
            hs=None if hs is None else heading(hs),
            origin=origin or "",
        )
    )
