"""The trade return that the node's own documents give: certificates issued, confirmations given.

Exports are the certificates that an authority issued in the period; imports are the shipments that it confirmed, as
found, by the day of receipt. Which statuses and outcomes do not count is dated data (``scheme.reconciliation``), and a
partner is who trades for the country, as in every mirror. Source: STAT-01, STAT-02, STAT-03. There is no ledger of
production on a node yet, so a production return cannot be generated.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from openkp.documents.certificate_v1 import read_certificate
from openkp.documents.confirmation_v1 import read_confirmation
from openkp.registry.certificates.documents import opened
from openkp.registry.certificates.models import Certificate, Confirmation
from openkp.registry.participation.models import Authority
from openkp.registry.participation.queries import participation
from openkp.scheme.certificates import Certificate as Value
from openkp.scheme.goods import Line, Origin, OriginMode
from openkp.scheme.periods import Period
from openkp.scheme.reconciliation import reconciliation
from openkp.scheme.returns import MIXED, Flow, Nature

Key = tuple[str, str, str, str]  # flow, partner, origin, HS subheading


@dataclass
class Sum:
    """What one line of a return adds up."""

    carats: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    numbers: set[str] = field(default_factory=set)

    def add(self, line: Line, number: str) -> None:
        """Count the goods of one certificate."""
        self.carats += line.carats.amount
        self.value += line.value.amount
        self.numbers.add(number)


def generated_trade(authority: Authority, period: Period, at: datetime) -> dict[str, object]:
    """The fields of a trade return of this authority, from its documents; a nil return where there are none."""
    sums: dict[Key, Sum] = defaultdict(Sum)
    counted: dict[Flow, set[str]] = {flow: set() for flow in Flow}
    for flow, shipments in (
        (Flow.EXPORT, _exports(authority, period, at)),
        (Flow.IMPORT, _imports(authority, period, at)),
    ):
        for number, partner, origin, lines in shipments:
            counted[flow].add(number)
            for line in lines:
                sums[flow.value, partner, origin, line.hs.value].add(line, number)
    return {
        "nature": (Nature.FIGURES if sums else Nature.NIL).value,
        "certificates_issued": str(len(counted[Flow.EXPORT])),
        "certificates_received": str(len(counted[Flow.IMPORT])),
        "trade": [_line(key, sums[key]) for key in sorted(sums)],
    }


Shipment = tuple[str, str, str, Iterable[Line]]


def _exports(authority: Authority, period: Period, at: datetime) -> Iterator[Shipment]:
    rows = Certificate.objects.filter(
        authority=authority, application__isnull=False, issued_on__range=(period.first_day, period.last_day)
    )
    rows = rows.exclude(status__in=reconciliation(period.last_day).not_counted).select_related("document")
    for row in rows.order_by("pk").iterator(2000):
        value = _certificate(row, at)
        partner = participation().trader_of(value.destination, value.issued_on) or value.destination
        yield str(value.number), partner, _origin(value.origin), value.lines


def _imports(authority: Authority, period: Period, at: datetime) -> Iterator[Shipment]:
    rows = Confirmation.objects.filter(
        participant=authority.participant,
        authority_code=authority.code,
        received_on__range=(period.first_day, period.last_day),
    ).select_related("document", "certificate__document")
    for row in rows.exclude(outcome__in=reconciliation(period.last_day).not_imported).order_by("pk").iterator(2000):
        found = read_confirmation(opened(row.document, at)).confirmation
        assert found is not None, "only full forms are stored"
        value = _certificate(row.certificate, at)
        yield str(found.number), value.participant, _origin(value.origin), found.lines


def _certificate(row: Certificate, at: datetime) -> Value:
    value = read_certificate(opened(row.document, at)).certificate
    assert value is not None, "only full forms are stored"
    return value


def _origin(origin: Origin) -> str:
    return origin.countries[0] if origin.mode is OriginMode.SINGLE else MIXED


def _line(key: Key, total: Sum) -> dict[str, str]:
    flow, partner, origin, hs = key
    return {
        "flow": flow,
        "partner": partner,
        "origin": origin,
        "hs": hs,
        "carats": f"{total.carats:.2f}",
        "value_usd": f"{total.value:.2f}",
        "certificates": str(len(total.numbers)),
    }
