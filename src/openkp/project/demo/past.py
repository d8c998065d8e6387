"""The past of the three nodes, made by the same operations that people use, each at its own instant.

A shipment is a story: a generator that does one step and yields the instant of the next. All stories are told
together, in the order of time, so that both journals read as if it had happened then.
"""

import heapq
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Any

from openkp.project.demo import figures
from openkp.project.demo.cast import ANTWERP, PARTS, SIERRA_LEONE
from openkp.project.demo.founding import Hands
from openkp.project.demo.history import EXPORTERS, IMPORTERS, Fate, Shipment, past
from openkp.project.demo.wire import Hand
from openkp.registry.accounts.roles import Role

Story = Generator[datetime, None, None]

APPLICANTS = tuple(player.username for player in SIERRA_LEONE.players if player.role is Role.APPLICANT)
PREPARING = next(player.username for player in SIERRA_LEONE.players if player.role is Role.PREPARING_OFFICER)
VALIDATING = next(player.username for player in SIERRA_LEONE.players if player.role is Role.VALIDATING_OFFICER)
RECEIVING = next(player.username for player in ANTWERP.players if player.role is Role.IMPORT_OFFICER)

AS_DECLARED = {"outcome": "accepted", "seals_intact": "yes", "original_present": "yes", "remarks": ""}
LIGHTER = {
    **AS_DECLARED,
    "outcome": "accepted_with_discrepancy",
    "remarks": "Found 1.30 ct less than declared on two weighings.",
    "less": "1.30",
}


def told(hands: Hands, now: datetime, progress: Callable[[int, int], None], *, unused: bool = False) -> str:
    """Make the whole past up to ``now``; ``progress`` hears how many stories have ended, of how many.

    With ``unused`` there is one certificate more, outside the published past, which expired on its way; its number.
    """
    writer = Writer(hands)
    stories = [writer.shipment(number, shipment) for number, shipment in enumerate(past(now), start=1)]
    stories += writer.desks(now)
    stories += [_once(at, deed) for at, deed in figures.returns(hands, now)]
    if unused:
        stories.append(writer.unused(now - timedelta(days=80)))
    waiting = [(next(story), place, story) for place, story in enumerate(stories)]
    heapq.heapify(waiting)
    while waiting:
        at, place, story = heapq.heappop(waiting)
        following = next(story, None)
        if following is None:
            progress(len(stories) - len(waiting), len(stories))
        else:
            heapq.heappush(waiting, (max(at, following), place, story))
    return writer.expired


def _once(at: datetime, deed: Callable[[], object]) -> Story:
    """A story of one step."""
    yield at
    deed()


def published(hands: Hands, now: datetime) -> bytes:
    """Every node publishes and takes what the others published; the bundle of the Secretariat."""
    begun = [hands[part.code].begin("publish", at=now) for part in PARTS]
    bundles = [hand.result() for hand in begun]
    for part in PARTS:
        for bundle in bundles:
            hands[part.code].ask("take", bundle=bundle, at=now)
    data: bytes = hands["SECRETARIAT"].ask("bundle", at=now)
    return data


class Writer:
    """Writes stories for the hands of both countries to act."""

    def __init__(self, hands: Hands) -> None:
        self.exporting: Hand = hands[SIERRA_LEONE.code]
        self.importing: Hand = hands[ANTWERP.code]
        self.expired = ""

    def shipment(self, number: int, shipment: Shipment) -> Story:
        """From the application to wherever the shipment is today."""
        issued_at, earlier = shipment.issued_at, ""
        if shipment.misprinted:
            first = issued_at - timedelta(days=1)
            earlier = yield from self._issued(number + 500, shipment, "", first)
            yield first + timedelta(hours=3)
            note = "The weight was printed over the seal numbers."
            voided = {"number": earlier, "reason": "printer_error", "note": note}
            self.exporting.ask("void", who=VALIDATING, at=first + timedelta(hours=3), **voided)
        certificate = yield from self._issued(number, shipment, earlier, issued_at)
        if shipment.fate in (Fate.OVERDUE, Fate.UNDER_WAY):
            return
        arrived_at = issued_at + timedelta(days=3 + number % 3, hours=2)
        yield arrived_at
        self.importing.ask("arrive", who=RECEIVING, number=certificate, at=arrived_at)
        if shipment.fate is Fate.ARRIVED:
            return
        confirmed_at = arrived_at + timedelta(hours=2 + number % 5, minutes=7 * (number % 8))
        yield confirmed_at
        receipt = LIGHTER if shipment.fate is Fate.DIFFERENT else AS_DECLARED
        self.importing.ask("confirm", who=RECEIVING, number=certificate, receipt=dict(receipt), at=confirmed_at)

    def _issued(self, number: int, shipment: Shipment, earlier: str, at: datetime) -> Generator[datetime, None, str]:
        """Applied, prepared, validated; the certificate's number."""
        applied_at, prepared_at = at - timedelta(hours=21, minutes=number % 50), at - timedelta(hours=2)
        who, fields = APPLICANTS[shipment.exporter], application(shipment, earlier)
        yield applied_at
        ident = self.exporting.ask("apply", who=who, fields=fields, at=applied_at)
        yield prepared_at
        inspection = found(number, shipment.reference)
        self.exporting.ask("prepare", who=PREPARING, application=ident, inspection=inspection, at=prepared_at)
        yield at
        return str(self.exporting.ask("validate", who=VALIDATING, application=ident, at=at))

    def unused(self, at: datetime) -> Story:
        """A certificate that nobody presented before it expired."""
        goods = ({"hs": "7102.31", "carats": "55.20", "value_usd": "11040.00", "parcels": "1"},)
        shipment = Shipment("unused", 1, at, exporter=1, importer=1, lines=goods)
        self.expired = yield from self._issued(800, shipment, "", at)

    def desks(self, now: datetime) -> list[Story]:
        """One application that waits at each desk today."""
        return [
            self._draft(_office_hour(now, 1, 15, 10)),
            self._returned(_office_hour(now, 3, 11, 5)),
            self._applied(_office_hour(now, 1, 10, 40)),
            self._prepared(_office_hour(now, 2, 14, 25)),
        ]

    def _draft(self, at: datetime) -> Story:
        whole = waiting_application(0, 0, "412.35", "98200.00")
        begun = {name: value for name, value in whole.items() if not name.startswith("importer")}
        yield at
        self.exporting.ask("draft", who=APPLICANTS[0], fields={**begun, "non_conflict_declared": ""}, at=at)

    def _returned(self, at: datetime) -> Story:
        yield at
        fields = {**waiting_application(0, 1, "1204.10", "301025.00"), "importer_address": "Antwerpen"}
        ident = self.exporting.ask("apply", who=APPLICANTS[0], fields=fields, at=at)
        yield at + timedelta(hours=5)
        reason = "The importer's address has no street. Please add it."
        self.exporting.ask("send_back", who=PREPARING, application=ident, reason=reason, at=at + timedelta(hours=5))

    def _applied(self, at: datetime) -> Story:
        yield at
        fields = waiting_application(1, 0, "2310.75", "540100.00")
        self.exporting.ask("apply", who=APPLICANTS[1], fields=fields, at=at)

    def _prepared(self, at: datetime) -> Story:
        yield at
        fields = waiting_application(2, 2, "865.20", "190344.00")
        ident = self.exporting.ask("apply", who=APPLICANTS[2], fields=fields, at=at)
        later = at + timedelta(hours=19)
        yield later
        inspection = found(900, "NMA/900")
        self.exporting.ask("prepare", who=PREPARING, application=ident, inspection=inspection, at=later)


def _office_hour(now: datetime, days: int, hour: int, minute: int) -> datetime:
    """A time of the day, so many days before ``now``."""
    return (now - timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)


def application(shipment: Shipment, earlier: str = "") -> dict[str, Any]:
    """The fields of a shipment's application."""
    fields = _fields(shipment.exporter, shipment.importer, list(shipment.lines))
    return {**fields, "remarks": f"Replaces {earlier}, which was voided." if earlier else ""}


def waiting_application(exporter: int, importer: int, carats: str, dollars: str) -> dict[str, Any]:
    """The fields of an application that is no part of the published past."""
    return _fields(exporter, importer, [{"hs": "7102.31", "carats": carats, "value_usd": dollars, "parcels": "2"}])


def _fields(exporter: int, importer: int, lines: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "exporter_name": EXPORTERS[exporter][0],
        "exporter_address": EXPORTERS[exporter][1],
        "exporter_country": "SL",
        "exporter_licence": f"SL-EXP-{exporter + 11:03d}",
        "importer_name": IMPORTERS[importer][0],
        "importer_address": IMPORTERS[importer][1],
        "importer_country": "BE",
        "destination": "EU",
        "origin_mode": "single",
        "origin_countries": ["SL"],
        "lines": lines,
        "predecessors": [],
        "non_conflict_declared": "yes",
        "remarks": "",
    }


def found(number: int, reference: str) -> dict[str, Any]:
    """What the preparing officer writes down beside the lines."""
    return {
        "seals": [f"SL-{880000 + 2 * number}", f"SL-{880001 + 2 * number}"],
        "container": f"BOX-{number:03d}",
        "blank_serial": f"B{4000 + number:07d}",
        "parcel_reference": reference,
        "certificate_location": "inside",
        "goods_presented": "yes",
        "remarks": "",
    }
