"""The index of filings and proven totals, made from what their documents prove."""

from datetime import datetime

from openkp.documents.filing_v1 import FilingDocument, read_filing
from openkp.documents.total_v1 import TotalDocument
from openkp.registry.certificates.documents import opened
from openkp.registry.certificates.models import Document
from openkp.registry.statistics.models import Filing, ProvenTotal
from openkp.scheme.returns import ReturnKind, StatisticalReturn


def filing_row(proven: FilingDocument, document: Document) -> Filing:
    """The row of a filing; who filed it, and when it came, is not in the document."""
    value = proven.value
    assert value is not None, "only full forms are stored"
    return Filing(
        participant=value.participant,
        authority_code=value.authority,
        kind=value.kind.value,
        period=str(value.period),
        number=value.version,
        nature=value.nature.value,
        value_basis=value.value_basis.value,
        visibility=value.visibility.value,
        document=document,
        public_hash=proven.public_hash,
        filed_at=proven.filed_at,
    )


def total_row(total: TotalDocument, document: Document, *, secret: bytes = b"") -> ProvenTotal:
    """The row of a proven total; the secret of its tree is known to who made it only."""
    scope = total.scope
    return ProvenTotal(
        secret=secret,
        participant=scope.participant,
        flow=scope.flow.value,
        period=str(scope.period),
        hs=scope.hs.value if scope.hs else "",
        origin=scope.origin,
        carats=total.carats,
        usd=total.value,
        certificates=total.certificates,
        document=document,
        at=total.at,
    )


def return_of(filing: Filing, at: datetime) -> StatisticalReturn:
    """What was filed, from the verified document."""
    value = read_filing(opened(filing.document, at)).value
    assert value is not None, "only full forms are stored"
    return value


def fields_of(value: StatisticalReturn) -> dict[str, object]:
    """A return as a person would type it: what ``scheme.filings.read_return`` reads."""
    head = {
        "nature": value.nature.value,
        "value_basis": value.value_basis.value,
        "visibility": value.visibility.value,
        "method": value.method,
        "reason": value.reason,
        "note": value.note,
    }
    return head | (_production(value) if value.kind is ReturnKind.PRODUCTION else _trade(value))


def _production(value: StatisticalReturn) -> dict[str, object]:
    lines = [
        {"mining": line.mining.value, "carats": str(line.carats), "value_usd": str(line.value)}
        for line in value.production
    ]
    return {"production": lines}


def _trade(value: StatisticalReturn) -> dict[str, object]:
    counts = {"certificates_issued": value.certificates_issued, "certificates_received": value.certificates_received}
    lines = [
        {
            "flow": line.flow.value,
            "partner": line.partner,
            "origin": line.origin,
            "hs": line.hs.value,
            "carats": str(line.carats),
            "value_usd": str(line.value),
            "certificates": str(line.certificates),
        }
        for line in value.trade
    ]
    return {name: "" if count is None else str(count) for name, count in counts.items()} | {"trade": lines}
