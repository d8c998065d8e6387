"""From rows to what the components show: answers, timelines, facts. No queries here, and no decisions."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from markupsafe import Markup

from openkp.portal.certificates.words import DRAFTING, LOCATIONS, ORIGIN_MODES, OUTCOMES, event_words, hs_words
from openkp.portal.site.formats import age, amount, bdi, carats, country, dollars, figures, full_day, lines, number
from openkp.portal.site.shapes import Answer, Answers, Event, Fact, Link, Shown
from openkp.portal.site.typed import as_list
from openkp.registry.certificates.models import Application, Certificate, Confirmation
from openkp.registry.journal.queries import Moment
from openkp.scheme.certificates import Certificate as Certified
from openkp.scheme.certificates import Outcome
from openkp.scheme.comparison import differences
from openkp.scheme.goods import Line, Party, USDollars
from openkp.scheme.policies import AuthorityPolicy
from openkp.scheme.reading import Reader
from openkp.scheme.reading_goods import read_lines
from openkp.scheme.void_reasons import VOID_REASONS

Rows = list[tuple[str, Shown]]
DOT = Markup("\N{NO-BREAK SPACE}· ")


def party(name: str, address: str, code: str) -> Shown:
    """A party in its lines; empty where nothing was given."""
    given = [text for text in (name, address, country(code) if code else "") if text]
    return Markup("<br>").join(bdi(text) for text in given) if given else ""


def of_party(value: Party) -> Shown:
    """The same from a certificate."""
    return party(value.name, value.address, value.country)


def typed_lines(fields: Mapping[str, Any]) -> Rows:
    """Each line of goods as it was typed, right or wrong; below several that can be added up, their sum."""
    given = _lines_in(fields)
    rows: Rows = [(hs_words(str(line.get("hs", ""))), amounts_typed(line)) for line in given]
    lines = read_lines(reader := Reader({"lines": given}), needed=False)
    if len(rows) > 1 and not reader.findings:
        rows.append((gettext("Total"), total_of(lines)))
    return rows or [(gettext("Lines"), "")]


def declared_lines(fields: Mapping[str, Any]) -> dict[str, Shown]:
    """What was declared of each subheading, for the page that weighs."""
    return {str(line.get("hs", "")): amounts_typed(line) for line in _lines_in(fields)}


def _lines_in(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [line for line in as_list(fields.get("lines")) if isinstance(line, dict)]


def amounts_typed(line: Mapping[str, Any]) -> Shown:
    """Carats, value and parcels: as every page writes them; what cannot be read stays as it was typed."""
    lines = read_lines(reader := Reader({"lines": [line]}), needed=False)
    if lines and not reader.findings:
        return goods_line(lines[0]).value
    columns = {"carats": gettext("Carats"), "value_usd": gettext("Value in US$"), "parcels": gettext("Parcels")}
    return DOT.join(
        Markup("{}: {}").format(words, bdi(typed_amount(line.get(name, "")))) for name, words in columns.items()
    )


def typed_amount(typed: Any) -> str:
    """An amount as other pages group it; what is no amount stays as it was typed."""
    try:
        return figures(USDollars.of(typed).amount) if isinstance(typed, str) else str(typed)
    except ValueError:
        return str(typed)


def certified_lines(value: Certified) -> dict[str, Shown]:
    """What was certified of each subheading, for the page that receives."""
    return {line.hs.value: goods_line(line).value for line in value.lines}


def goods_line(line: Line) -> Fact:
    """A line of goods as certified."""
    return Fact(hs_words(line.hs.value), total_of([line]))


def total_of(lines: Iterable[Line]) -> Shown:
    """Carats, value and parcels of some lines together."""
    lines = list(lines)
    weight, worth = sum(line.carats.amount for line in lines), sum(line.value.amount for line in lines)
    return DOT.join([carats(weight), dollars(worth), parcels(sum(line.parcels for line in lines))])


def parcels(count: int) -> Shown:
    """How many."""
    return number(ngettext("%(count)s parcel", "%(count)s parcels", count) % {"count": figures(count)})


def several(values: Iterable[object]) -> Shown:
    """Numbers one after the other, each in its own direction."""
    given = [number(value) for value in values if value]
    return Markup(", ").join(given) if given else ""


def answers_of(application: Application, change: bool = False) -> tuple[Answers, ...]:
    """Everything that an application says, part by part; with the way to change it while that is possible."""
    fields = application.fields
    origin = Markup(", ").join(bdi(country(str(code))) for code in as_list(fields.get("origin_countries")) if code)
    declared = gettext("Declared") if fields.get("non_conflict_declared") == "yes" else ""
    licence = text_in(fields, "exporter_licence")
    answered: dict[str, tuple[str, Rows]] = {
        "exporter": (gettext("Exporter"), [
            (gettext("Exporter"), party_in(fields, "exporter")),
            (gettext("Licence number"), number(licence) if licence else ""),
        ]),
        "importer": (gettext("Importer and destination"), [
            (gettext("Destination"), country(text_in(fields, "destination"))),
            (gettext("Importer"), party_in(fields, "importer")),
        ]),
        "origin": (gettext("Origin"), [
            (gettext("Where mined"), origin_words(fields)),
            (gettext("Countries of origin"), origin),
            (gettext("Mining zone"), text_in(fields, "origin_zone")),
            (gettext("Earlier certificates"), several(as_list(fields.get("predecessors")))),
        ]),
        "goods": (gettext("Goods"), [*typed_lines(fields), (gettext("Remarks"), text_in(fields, "remarks"))]),
        "declaration": (gettext("Declaration"), [(gettext("Not conflict diamonds"), declared)]),
    }  # fmt: skip
    groups = []
    for part, (title, rows) in answered.items():
        page = part_page(application, part) if change else ""
        groups.append(Answers(title, tuple(Answer(question, answer, page) for question, answer in rows)))
    return tuple(groups)


def text_in(fields: Mapping[str, Any], name: str) -> str:
    """A field as it was typed, empty where there is none."""
    return str(fields.get(name) or "")


def party_in(fields: Mapping[str, Any], prefix: str) -> Shown:
    """A party as it was typed."""
    return party(*(text_in(fields, f"{prefix}_{name}") for name in ("name", "address", "country")))


def origin_words(fields: Mapping[str, Any]) -> str:
    """How the origin is stated."""
    words = {mode.value: text for mode, text in ORIGIN_MODES.items()}
    mode = str(fields.get("origin_mode") or "")
    return gettext(words[mode]) if mode in words else mode


def inspection_of(application: Application, to: str = "") -> Answers:
    """What was weighed, counted and sealed; ``to`` is where its guided pages begin, if it can be changed."""
    fields = application.inspection
    places = {place.value: gettext(words) for place, words in LOCATIONS.items()}
    location, presented = text_in(fields, "certificate_location"), fields.get("goods_presented") == "yes"
    rows: tuple[tuple[str, str, Shown], ...] = (
        ("goods", gettext("Goods presented"), gettext("Opened, weighed and counted") if presented else ""),
        *(("goods", question, answer) for question, answer in typed_lines(fields)),
        ("seals", gettext("Seals"), several(as_list(fields.get("seals")))),
        ("seals", gettext("Container"), text_in(fields, "container")),
        ("paper", gettext("The certificate travels"), places.get(location, location)),
        ("paper", gettext("Serial number of the blank"), text_in(fields, "blank_serial")),
        ("paper", gettext("Parcel reference"), text_in(fields, "parcel_reference")),
        ("paper", gettext("Remarks"), text_in(fields, "remarks")),
    )
    answers = tuple(Answer(question, answer, f"{to}{step}/" if to else "") for step, question, answer in rows)
    return Answers(gettext("As weighed and sealed"), answers)


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
            Answer(gettext("Serial number of the blank"), number(value.blank_serial) if value.blank_serial else ""),
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
    """What the importing authority found, with what was certified beside it where that is not the same."""
    certified, same = row.certificate, gettext("certified: %(amount)s")

    def beside(show: Callable[[Any], Shown], found: Any, declared: Any) -> Shown:
        said = show(found)
        return said if found == declared else Markup("{} ({})").format(said, Markup(same) % {"amount": show(declared)})

    return Answers(
        gettext("Import confirmation"),
        (
            Answer(gettext("Outcome"), gettext(OUTCOMES[Outcome(row.outcome)])),
            Answer(gettext("Day of receipt"), full_day(row.received_on)),
            Answer(gettext("Weight found"), beside(carats, row.carats, certified.carats)),
            Answer(gettext("Value found"), beside(dollars, row.value, certified.value)),
            Answer(gettext("Parcels found"), beside(amount, row.parcels, certified.parcels)),
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


def waited(row_changed_at: datetime, at: datetime) -> Shown:
    """How long something has waited, never below zero."""
    return age(max(at - row_changed_at, timedelta()))


def reference_link(application: Application) -> Link:
    """The reference, leading to the application."""
    return Link(application.reference, reverse("certificates:application", args=[application.reference]))


def number_link(certificate_number: str) -> Link:
    """The number, leading to the certificate."""
    return Link(certificate_number, reverse("certificates:certificate", args=[certificate_number]))
