"""A statistical return as a document, version 1: production or trade of one period, nil, or why it is not published.

Public, for the log: who filed which return of which period, which version, of which nature, and when. The figures, the
partners, the method and the words are committed like the fields of a certificate: they are in the full form only, which
goes to those who may read the filing. Weights are whole hundredths of a carat, values whole US cents.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from openkp.documents.claims import (
    AUTHORITY,
    ISSUED,
    ISSUER,
    check_authority,
    heading,
    heading_value,
    optional_text,
    plain,
    proven_claims,
    read_specimen,
    specimen_claim,
)
from openkp.documents.commitment import Commitment
from openkp.documents.envelope import PRIVATE, Opened, Unsigned, compose, finish
from openkp.documents.errors import Malformed
from openkp.documents.keys import PublicKey
from openkp.documents.receipts import Logged
from openkp.documents.shapes import Fields, built
from openkp.documents.sign1 import LIMITS
from openkp.scheme.goods import Carats, USDollars
from openkp.scheme.periods import Period
from openkp.scheme.returns import (
    Flow,
    Mining,
    Nature,
    ProductionLine,
    ReturnKind,
    StatisticalReturn,
    TradeLine,
    ValueBasis,
    Visibility,
)
from openkp.scheme.words import N_

TYPE = "kpf"
FILING = -70040
PRODUCTION, TRADE, CERTIFICATES_ISSUED, CERTIFICATES_RECEIVED = 20, 21, 22, 23
BASIS, VISIBILITY, METHOD, REASON, NOTE = 24, 25, 26, 27, 28
FIELDS = Commitment(b"KPF1", (AUTHORITY, *range(20, 29)), limit=LIMITS[TYPE] - 4096)
MOST_LINES = 60_000
_LONGEST = 1000


@dataclass(frozen=True, kw_only=True)
class FilingDocument:
    """What a verified filing proves. Without the private part, ``value`` is None.

    ``filed_at`` is an aware UTC instant; ``public_hash`` is the SHA-256 of the public form, by which questionnaires
    name this filing; ``root`` commits to the figures.
    """

    participant: str
    kind: ReturnKind
    period: Period
    version: int
    nature: Nature
    filed_at: datetime
    root: bytes
    specimen: bool
    public_hash: bytes
    logged: tuple[Logged, ...]
    value: StatisticalReturn | None


def compose_filing(
    value: StatisticalReturn, *, key: PublicKey, seed16: bytes, at: datetime, specimen: bool = False
) -> Unsigned:
    """What the Participant is about to sign at the aware UTC instant ``at``; fractions of the second are dropped.

    ``seed16`` is 16 bytes of secret entropy, used once. Raises ``Malformed`` where a text cannot be written, or where
    there are more lines than a document may have.
    """
    private, root = FIELDS.commit(seed16, _private_fields(value))
    claims = {
        ISSUER: value.participant,
        ISSUED: int(at.timestamp()),
        FILING: [str(value.kind), str(value.period), value.version, str(value.nature), root],
    } | specimen_claim(specimen)
    public = {name: getattr(value, name) for name in ("participant", "kind", "period", "version", "nature")}
    if _return(FIELDS.open(private, root), public) != value:
        raise Malformed(N_("This return cannot be written so that it reads the same."), code="not_writable")
    return compose(TYPE, claims, key, unprotected={PRIVATE: private})


def finish_filing(draft: Unsigned, signature: bytes) -> bytes:
    """The full form. Raises ``BadSignature`` where the signer gave a signature that does not fit."""
    return finish(draft, signature)


def read_filing(opened: Opened) -> FilingDocument:
    """What a verified statement says as a filing. Raises a ``DocumentError``.

    1. Public claims: kind, period, version, nature, root, specimen; no others, and no end.
    2. Private part, if there is one: every field reproduces the root.
    3. Return: the law's constructor accepts it; the key is one of the authority that it names.
    """
    # 1
    claims = proven_claims(opened)
    said = Fields.of_list(claims.items(FILING), 5)
    specimen = read_specimen(claims, opened)
    claims.done()
    if opened.expires_at is not None:
        raise Malformed(N_("A filing does not expire."), code="dates")
    public, root = _public(said, opened.key_record.participant), said.blob(4, size=32)
    value = None
    if opened.private is not None:
        # 2, 3
        value = _return(FIELDS.open(opened.private, root), public)
        check_authority(opened, value.authority)
    return FilingDocument(
        **public,
        filed_at=opened.issued_at,
        root=root,
        specimen=specimen,
        public_hash=sha256(opened.public_form).digest(),
        logged=opened.logged,
        value=value,
    )


def _public(said: Fields, participant: str) -> dict[str, Any]:
    kind, period, nature = said.text(0), said.text(1, longest=7), said.text(3)
    public: dict[str, Any] = {
        "participant": participant,
        "kind": built(lambda: ReturnKind(kind)),
        "period": built(lambda: Period.parse(period)),
        "version": said.whole(2, least=1, most=9999),
        "nature": built(lambda: Nature(nature)),
    }
    # The law's constructor knows which periods a kind has; a public form has no figures to give it.
    built(lambda: StatisticalReturn(authority="", **public))
    return public


def _private_fields(value: StatisticalReturn) -> dict[int, Any]:
    fields: dict[int, Any] = {AUTHORITY: value.authority, VISIBILITY: str(value.visibility)}
    optional: dict[int, Any] = {
        PRODUCTION: [[str(line.mining), line.carats.hundredths, line.value.hundredths] for line in value.production],
        TRADE: [_trade_value(line) for line in value.trade],
        BASIS: str(value.value_basis),
        METHOD: value.method,
        REASON: value.reason,
        NOTE: value.note,
    }
    counts = {CERTIFICATES_ISSUED: value.certificates_issued, CERTIFICATES_RECEIVED: value.certificates_received}
    fields |= {key: entry for key, entry in optional.items() if entry}
    return fields | {key: count for key, count in counts.items() if count is not None}


def _trade_value(line: TradeLine) -> list[object]:
    amounts = (line.carats.hundredths, line.value.hundredths, line.certificates)
    return [str(line.flow), line.partner, line.origin, heading_value(line.hs), *amounts]


def _return(private: dict[int, Any], public: dict[str, Any]) -> StatisticalReturn:
    fields = Fields(private)
    visibility = fields.text(VISIBILITY)
    basis = fields.text(BASIS) if fields.has(BASIS) else ""
    read: dict[str, Any] = {
        "authority": plain(fields.text(AUTHORITY), longest=80),
        "production": tuple(_production_line(line) for line in _lines(fields, PRODUCTION)),
        "trade": tuple(_trade_line(line) for line in _lines(fields, TRADE)),
        "certificates_issued": _count(fields, CERTIFICATES_ISSUED),
        "certificates_received": _count(fields, CERTIFICATES_RECEIVED),
        "value_basis": built(lambda: ValueBasis(basis)),
        "visibility": built(lambda: Visibility(visibility)),
        "method": optional_text(fields, METHOD, longest=_LONGEST),
        "reason": optional_text(fields, REASON, longest=_LONGEST),
        "note": optional_text(fields, NOTE, longest=_LONGEST),
    }
    fields.done()
    return built(lambda: StatisticalReturn(**public, **read))


def _lines(fields: Fields, key: int) -> list[Any]:
    return fields.items(key, least=1, most=MOST_LINES) if fields.has(key) else []


def _count(fields: Fields, key: int) -> int | None:
    return fields.whole(key) if fields.has(key) else None


def _production_line(value: Any) -> ProductionLine:
    match value:
        case [str() as mining, carats, cents] if type(carats) is int and type(cents) is int:
            return built(
                lambda: ProductionLine(
                    mining=Mining(mining),
                    carats=Carats.from_hundredths(carats),
                    value=USDollars.from_hundredths(cents),
                )
            )
    raise _bad_line()


def _trade_line(value: Any) -> TradeLine:
    if type(value) is not list or [type(part) for part in value] != [str, str, str, int, int, int, int]:
        raise _bad_line()
    flow, partner, origin, hs, carats, cents, certificates = value
    return built(
        lambda: TradeLine(
            flow=Flow(flow),
            partner=partner,
            origin=origin,
            hs=heading(hs),
            carats=Carats.from_hundredths(carats),
            value=USDollars.from_hundredths(cents),
            certificates=certificates,
        )
    )


def _bad_line() -> Malformed:
    return Malformed(N_("A line of the return cannot be read."), code="line")
