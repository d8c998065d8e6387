"""From rows to what the components show: answers, timelines, facts. No queries here, and no decisions."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from markupsafe import Markup

from openkp.portal.certificates.words import DRAFTING, OUTCOMES, event_words, hs_words
from openkp.portal.site.formats import amount, bdi, carats, country, dollars, full_day, lines, number
from openkp.portal.site.shapes import Answer, Answers, Event, Fact, Link, Shown
from openkp.portal.site.typed import as_list
from openkp.registry.certificates.models import Application, Certificate, Confirmation
from openkp.registry.journal.queries import Moment
from openkp.scheme.certificates import Certificate as Certified
from openkp.scheme.certificates import Outcome
from openkp.scheme.comparison import differences
from openkp.scheme.goods import Line, Party
from openkp.scheme.policies import AuthorityPolicy
from openkp.scheme.void_reasons import VOID_REASONS


def party(name: str, address: str, code: str) -> Shown:
    """A party in its lines; empty where nothing was given."""
    given = [text for text in (name, address, country(code) if code else "") if text]
    return Markup("<br>").join(bdi(text) for text in given) if given else ""


def of_party(value: Party) -> Shown:
    """The same from a certificate."""
    return party(value.name, value.address, value.country)


def typed_line(line: Mapping[str, Any]) -> Shown:
    """A line of goods as it was typed, right or wrong."""
    return Markup("{}<br>{}").format(hs_words(str(line.get("hs", ""))), amounts_typed(line))


def typed_lines(fields: Mapping[str, Any]) -> Shown:
    """All of them."""
    given = [typed_line(line) for line in as_list(fields.get("lines")) if isinstance(line, dict)]
    return Markup("<br>").join(given) if given else ""


def declared_lines(fields: Mapping[str, Any]) -> dict[str, Shown]:
    """What was declared of each subheading, for the page that weighs."""
    given = [line for line in as_list(fields.get("lines")) if isinstance(line, dict)]
    return {str(line.get("hs", "")): amounts_typed(line) for line in given}


def amounts_typed(line: Mapping[str, Any]) -> Shown:
    """Carats, value and parcels as they were typed."""
    words = gettext("%(carats)s ct · US$ %(value)s · parcels: %(parcels)s") % {
        "carats": line.get("carats", ""),
        "value": line.get("value_usd", ""),
        "parcels": line.get("parcels", ""),
    }
    return bdi(words)


def certified_lines(value: Certified) -> dict[str, Shown]:
    """What was certified of each subheading, for the page that receives."""
    return {line.hs.value: goods_line(line).value for line in value.lines}


def goods_line(line: Line) -> Fact:
    """A line of goods as certified."""
    value = Markup("{} · {} · {}").format(carats(line.carats.amount), dollars(line.value.amount), parcels(line.parcels))
    return Fact(hs_words(line.hs.value), value)


def parcels(count: int) -> Shown:
    """How many."""
    return Markup("{} {}").format(gettext("parcels:"), amount(count))


def several(values: Iterable[object]) -> Shown:
    """Numbers one after the other, each in its own direction."""
    given = [number(value) for value in values if value]
    return Markup(", ").join(given) if given else ""


def answers_of(application: Application, change: bool = False) -> tuple[Answers, ...]:
    """Everything that an application says, part by part; with the way to change it while that is possible."""
    declared = application.fields.get("non_conflict_declared") == "yes"
    fields, to = application.fields, (lambda part: part_page(application, part) if change else "")
    text = lambda name: str(fields.get(name) or "")  # noqa: E731
    origin = Markup(", ").join(bdi(country(str(code))) for code in as_list(fields.get("origin_countries")) if code)
    return (
        Answers(gettext("Exporter"), (
            Answer(gettext("Exporter"), party(text("exporter_name"), text("exporter_address"), text("exporter_country")), to("exporter")),
            Answer(gettext("Licence number"), number(text("exporter_licence")) if text("exporter_licence") else "", to("exporter")),
        )),
        Answers(gettext("Importer and destination"), (
            Answer(gettext("Destination"), country(text("destination")), to("importer")),
            Answer(gettext("Importer"), party(text("importer_name"), text("importer_address"), text("importer_country")), to("importer")),
        )),
        Answers(gettext("Origin"), (
            Answer(gettext("Where mined"), origin_words(fields), to("origin")),
            Answer(gettext("Countries of origin"), origin, to("origin")),
            Answer(gettext("Mining zone"), text("origin_zone"), to("origin")),
            Answer(gettext("Earlier certificates"), several(as_list(fields.get("predecessors"))), to("origin")),
        )),
        Answers(gettext("Goods"), (
            Answer(gettext("Lines"), typed_lines(fields), to("goods")),
            Answer(gettext("Remarks"), text("remarks"), to("goods")),
        )),
        Answers(gettext("Declaration"), (
            Answer(gettext("Not conflict diamonds"), gettext("Declared") if declared else "", to("declaration")),
        )),
    )  # fmt: skip


def origin_words(fields: Mapping[str, Any]) -> str:
    """How the origin is stated."""
    from openkp.portal.certificates.words import ORIGIN_MODES

    words = {mode.value: text for mode, text in ORIGIN_MODES.items()}
    mode = str(fields.get("origin_mode") or "")
    return gettext(words[mode]) if mode in words else mode


def inspection_of(application: Application, to: str = "") -> Answers:
    """What was weighed, counted and sealed."""
    from openkp.portal.certificates.words import LOCATIONS

    fields = application.inspection
    places = {place.value: gettext(words) for place, words in LOCATIONS.items()}
    step = lambda name: f"{to}{name}/" if to else ""  # noqa: E731
    location = str(fields.get("certificate_location") or "")
    return Answers(
        gettext("As weighed and sealed"),
        (
            Answer(gettext("Lines"), typed_lines(fields), step("goods")),
            Answer(gettext("Seals"), several(as_list(fields.get("seals"))), step("seals")),
            Answer(gettext("Container"), str(fields.get("container") or ""), step("seals")),
            Answer(gettext("The certificate travels"), places.get(location, location), step("paper")),
            Answer(gettext("Blank"), str(fields.get("blank_serial") or ""), step("paper")),
            Answer(gettext("Parcel reference"), str(fields.get("parcel_reference") or ""), step("paper")),
            Answer(gettext("Remarks"), str(fields.get("remarks") or ""), step("paper")),
        ),
    )


def part_page(application: Application, part: str) -> str:
    """Where a part of an application is answered."""
    return reverse("certificates:part", args=[application.reference, part])


def certified(value: Certified, row: Certificate | None = None) -> tuple[Answers, ...]:
    """What the signed certificate says: every element of Annex I.A, and the optional ones that are used."""
    origin = Markup(", ").join(bdi(country(code)) for code in value.origin.countries) or number(value.origin.printed())
    return (
        Answers(gettext("The shipment"), (
            Answer(gettext("Weight"), carats(value.carats.amount)),
            Answer(gettext("Value"), dollars(value.value.amount)),
            Answer(gettext("Parcels"), amount(value.parcels)),
            *(Answer(fact.name, fact.value) for fact in map(goods_line, value.lines)),
            Answer(gettext("Country of origin"), origin),
            Answer(gettext("Destination"), bdi(country(value.destination))),
            Answer(gettext("Seals"), several(value.seals)),
        )),
        Answers(gettext("The parties"), (
            Answer(gettext("Exporter"), of_party(value.exporter)),
            Answer(gettext("Importer"), of_party(value.importer)),
        )),
        Answers(gettext("The certificate"), (
            Answer(gettext("Issuing authority"), number(value.authority)),
            Answer(gettext("Issued"), full_day(value.issued_on)),
            Answer(gettext("Expires"), full_day(value.expires_on)),
            Answer(gettext("Blank"), number(value.blank_serial) if value.blank_serial else ""),
            Answer(gettext("Parcel reference"), number(value.parcel_reference) if value.parcel_reference else ""),
            Answer(gettext("Earlier certificates"), several(value.predecessors)),
            Answer(gettext("Remarks"), value.remarks),
            *voided(row),
        )),
    )  # fmt: skip


def voided(row: Certificate | None) -> tuple[Answer, ...]:
    """Why it was voided, if it was."""
    if row is None or not row.void_reason:
        return ()
    return (Answer(gettext("Voided because"), gettext(VOID_REASONS.get(row.void_reason, row.void_reason))),)


def confirmation_answers(row: Confirmation) -> Answers:
    """What the importing authority found."""
    return Answers(
        gettext("Import confirmation"),
        (
            Answer(gettext("Outcome"), gettext(OUTCOMES[Outcome(row.outcome)])),
            Answer(gettext("Day of receipt"), full_day(row.received_on)),
            Answer(gettext("Weight found"), carats(row.carats)),
            Answer(gettext("Value found"), dollars(row.value)),
            Answer(gettext("Parcels found"), amount(row.parcels)),
            Answer(gettext("Remarks"), row.remarks),
        ),
    )


def compared(declared: tuple[Line, ...], found: tuple[Line, ...], policy: AuthorityPolicy) -> tuple[Fact, ...]:
    """Found beside certified, line by line; what differs beyond the tolerance is marked."""
    off = {difference.hs for difference in differences(declared, found, policy)}
    then, now = ({line.hs: goods_line(line).value for line in lines} for lines in (declared, found))
    nothing = gettext("nothing")
    return tuple(
        Fact(hs_words(hs.value), then.get(hs, nothing), now.get(hs, nothing) if hs in off else "")
        for hs in sorted({*then, *now})
    )


def timeline(moments: Iterable[Moment]) -> tuple[Event, ...]:
    """What happened, the latest first; of saving after saving only the last."""
    kept: list[Moment] = []
    for moment in moments:
        if not (kept and moment.event in DRAFTING and kept[-1].event == moment.event):
            kept.append(moment)
    return tuple(Event(event_words(m.event), m.at, who(m.by), said(m)) for m in kept)


def said(moment: Moment) -> Shown:
    """The note of an entry; a reason of the closed list in words."""
    return gettext(VOID_REASONS[moment.note]) if moment.note in VOID_REASONS else lines(moment.note)


def who(by: str) -> str:
    """A name; the node itself; or another Participant by its name."""
    if by == "node":
        return gettext("this node")
    return country(by) if len(by) == 2 else by


def waited(row_changed_at: datetime, at: datetime) -> Any:
    """How long something has waited, never below zero."""
    from openkp.portal.site.formats import age

    return age(max(at - row_changed_at, at - at))


def reference_link(application: Application) -> Link:
    """The reference, leading to the application."""
    return Link(application.reference, reverse("certificates:application", args=[application.reference]))


def number_link(certificate_number: str) -> Link:
    """The number, leading to the certificate."""
    return Link(certificate_number, reverse("certificates:certificate", args=[certificate_number]))


def today(at: datetime) -> date:
    """The day of an instant."""
    return at.date()
