"""An anomaly's evidence pack, from what a run kept to what a page shows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from markupsafe import Markup

from openkp.figures.anomalies import TESTS, picture, units
from openkp.figures.anomalies.base import Anomaly, Point
from openkp.figures.anomalies.found import FLOWS
from openkp.figures.anomalies.picture import bars, label
from openkp.figures.anomalies.threshold_words import threshold_words
from openkp.figures.tables import TABLES
from openkp.portal.certificates.shown import waited
from openkp.portal.figures.behind import Reader, Source, sources_of
from openkp.portal.figures.topics import drawn
from openkp.portal.site.formats import amount, bdi, country, figures, instant, lines, number
from openkp.portal.site.posting import Request
from openkp.portal.site.shapes import Answer, Answers, Cell, Column, DocumentShown, Download, Link, Listing, Shown
from openkp.portal.site.typed import as_list
from openkp.portal.statistics.shown import timeline
from openkp.portal.statistics.words import MININGS, anomaly_tag, measure_words, origin_words, period_words
from openkp.project.clock import now
from openkp.registry.journal.queries import history
from openkp.registry.statistics.models import AnomalyFound
from openkp.scheme.periods import Period
from openkp.scheme.words import Sentence

AMOUNTS = frozenset({"carats", "usd", "value", "certificates"})
COUNTRIES = frozenset({"partner", "issuer", "destination", "receiver", "origin"})
COLUMNS = {name: tuple(schema.names) for name, schema in TABLES.items()}
SHOWN_RECORDS = 100
"""How many records a page names; the pack has all of them."""


def row_of(row: AnomalyFound, at: datetime) -> dict[str, Any]:
    """One line of the queue."""
    return {
        "key": row.key,
        "what": what_of(row),
        "href": reverse("statistics:anomaly", args=[row.key]),
        "participant": between(row),
        "period": period_words(row.period),
        "test": test_words(row.test),
        "severity": amount(row.severity),
        "age": waited(row.found_at, at),
        "state": anomaly_tag(row.state),
    }


def between(row: AnomalyFound) -> Shown:
    """Whose figures, and with whom."""
    if not row.partner:
        return bdi(country(row.participant))
    return Markup("{} ↔ {}").format(bdi(country(row.participant)), bdi(country(row.partner)))


def test_words(code: str) -> str:
    """What a test is called: its title where this node has the test, else its code."""
    return next((gettext(test.title) for test in TESTS if test.code == code), code)


def said(value: object) -> str:
    """A sentence of the pack in the reader's language: a template with its gaps, or words as they are."""
    if isinstance(value, Mapping):
        return _sentence(value).text(gettext)
    return gettext(str(value)) if value else ""


def _sentence(value: Mapping[str, Any]) -> Sentence:
    gaps = value.get("values") or {}
    return Sentence(str(value.get("template", "")), {name: _gap(gap) for name, gap in gaps.items()})


def _gap(gap: object) -> object:
    if not isinstance(gap, Mapping):
        return gap
    if "country" not in gap:
        return _sentence(gap)
    code = str(gap["country"])
    return f"{country(code)} ({code})" if code else "–"


def what_of(row: AnomalyFound) -> str:
    """What does not fit, in one sentence."""
    return said(row.evidence.get("sentence") or row.evidence.get("what")) or gettext("%(test)s, %(measure)s") % {
        "test": test_words(row.test),
        "measure": measure_words(row.measure),
    }


def of_anomaly(request: Request, row: AnomalyFound) -> dict[str, Any]:
    """The page of one anomaly."""
    pack = row.evidence
    records = [str(record) for record in as_list(pack.get("records"))] or [str(pack.get("records") or "")]
    it = DocumentShown(
        title=test_words(row.test),
        number=f"{country(row.participant)}, {period_words(row.period)}",
        status=anomaly_tag(row.state),
        lead=what_of(row),
        facts=(numbers(row, pack), thresholds(pack)),
        events=timeline(history(f"anomaly:{row.key}")),
        actions=actions(row),
        downloads=(
            Download(gettext("Evidence pack"), reverse("statistics:evidence", args=[row.key]), "JSON"),
            Download(gettext("The picture"), reverse("statistics:picture", args=[row.key]), "SVG"),
        ),
    )
    asked = getattr(row, "asked_in", None)
    return {
        "it": it,
        "anomaly": row,
        "what": what_of(row),
        "innocent": [said(reason) for reason in as_list(pack.get("innocent"))],
        "records": [record for record in records if record][:SHOWN_RECORDS],
        "more_records": max(0, len(records) - SHOWN_RECORDS),
        "picture": drawn("anomaly", bars(as_anomaly(row), gettext, country)),
        "series": series(pack),
        "rows": quoted(pack, Reader(request.actor, now().date())),
        "command": str(pack.get("command") or f"openkp statistics anomalies --key {row.key}"),
        "asked_in": asked.questionnaire.reference if asked else "",
    }


def numbers(row: AnomalyFound, pack: Mapping[str, Any]) -> Answers:
    """Expected and observed."""
    rows = (
        (gettext("Between"), between(row) if row.partner else ""),
        (gettext("Measure"), units.unit(row.test, row.measure).text(gettext)),
        (gettext("Expected"), figure(pack.get("expected"))),
        (gettext("Observed"), figure(pack.get("observed"))),
        (gettext("Difference"), figure(pack.get("delta"))),
        (gettext("How many times the threshold"), amount(row.severity)),
        (gettext("Found"), instant(row.found_at)),
        (gettext("Dismissed because"), lines(row.reason) if row.reason else ""),
    )
    return Answers(gettext("What was found"), tuple(Answer(name, value) for name, value in rows if value))


def thresholds(pack: Mapping[str, Any]) -> Answers:
    """What it was measured with, and where that comes from."""
    limits = pack.get("thresholds") or pack.get("limits") or {}
    rows = limits.items() if isinstance(limits, Mapping) else ()
    about = ("from", "source")  # what they were taken from stands after them
    return Answers(
        gettext("Thresholds"),
        tuple(
            Answer(threshold_words(str(name), gettext), _plain(value))
            for name, value in sorted(rows, key=lambda row: (row[0] in about, row[0]))
        ),
    )


def _plain(value: object) -> Shown:
    texts = [str(part) for part in (value if isinstance(value, list | tuple) else (value,))]
    return Markup(", ").join(number(figures(int(text))) if text.isdigit() else bdi(text) for text in texts)


def figure(value: object) -> Shown:
    """An amount of the pack; what is no amount as it stands."""
    if value in (None, ""):
        return ""
    try:
        return amount(Decimal(str(value)))
    except InvalidOperation:
        return bdi(value)


def series(pack: Mapping[str, Any]) -> Listing:
    """The picture as a table."""
    points = [point for point in as_list(pack.get("series")) if isinstance(point, Mapping)]
    return Listing(
        caption=gettext("The figures of the picture"),
        columns=(
            Column(gettext("Point")),
            Column(gettext("Expected"), numeric=True),
            Column(gettext("Observed"), numeric=True),
        ),
        rows=tuple(
            (
                bdi(label(str(p.get("label") or "–"), gettext, country)),
                figure(p.get("expected")),
                figure(p.get("observed")),
            )
            for p in points
        ),
    )


def quoted(pack: Mapping[str, Any], reader: Reader) -> Listing:
    """The records with what they say, where the pack quotes them, and the way to the return of those entitled."""
    rows = [row for row in as_list(pack.get("rows")) if isinstance(row, Mapping)][:SHOWN_RECORDS]
    names = fields_of(rows)
    sources = sources_of({source_of(row.get("record")) for row in rows} - {""}, reader)
    return Listing(
        caption=gettext("What the records say"),
        columns=(Column(gettext("Record")), *(Column(measure_words(name), numeric=name in AMOUNTS) for name in names)),
        rows=tuple(
            (record_name(row.get("record"), sources), *(record_cell(name, row.get(name)) for name in names))
            for row in rows
        ),
    )


def fields_of(rows: list[Mapping[str, Any]]) -> list[str]:
    """What the records say, as their tables have it; a database may give it back in any order."""
    known = [name for row in rows for name in (*COLUMNS.get(str(row.get("table")), ()), *sorted(row))]
    said = {name for row in rows for name in row} - {"record", "table"}
    return [name for name in dict.fromkeys(known) if name in said]


def record_cell(name: str, value: object) -> Shown:
    """What a record says of one thing; codes in words."""
    text = str(value or "")
    if name in AMOUNTS:
        return figure(value)
    if name in COUNTRIES:
        return bdi(origin_words(text))
    words = {"flow": FLOWS, "mining": {each.value: words for each, words in MININGS.items()}}.get(name, {})
    return bdi(gettext(words[text]) if text in words else text)


def source_of(record: object) -> str:
    """The file or return in which a record stands; of a certificate nothing."""
    return str(record).partition(":")[2].rpartition("#")[0]


def record_name(record: object, sources: Mapping[str, Source]) -> Cell:
    """A record's name short enough to read: its file or return, or the beginning of their hash, and its place there."""
    table, _colon, rest = str(record).partition(":")
    hashed, mark, place = rest.rpartition("#")
    if not mark:
        return number(rest or table)
    source = sources.get(hashed)
    known = source is not None and source.is_open and source.words != hashed
    words = f"{source.words if source and known else f'{table} {hashed[:8]}…'} #{place}"
    return (
        Link(words, source.href) if source and source.href else Markup('<bdi title="{}">{}</bdi>').format(record, words)
    )


def actions(row: AnomalyFound) -> tuple[Link, ...]:
    """Ask about it, or say why it is innocent."""
    if row.state != "computed":
        return ()
    return (
        Link(gettext("Ask the Participant"), f"{reverse('statistics:ask')}?anomaly={row.key}"),
        Link(gettext("Dismiss"), reverse("statistics:dismiss", args=[row.key]), quiet=True),
    )


def picture_of(row: AnomalyFound) -> str:
    """The picture, drawn from the pack: the same pack gives the same picture."""
    return picture(as_anomaly(row), gettext, country)


def as_anomaly(row: AnomalyFound) -> Anomaly:
    """What a picture needs of an anomaly, from its pack."""
    pack = row.evidence
    points: Iterable[Mapping[str, Any]] = (p for p in as_list(pack.get("series")) if isinstance(p, Mapping))
    return Anomaly(
        test=row.test,
        participant=row.participant,
        partner=row.partner,
        period=Period.parse(row.period),
        measure=row.measure,
        observed=decimal(pack.get("observed")) or Decimal(0),
        expected=decimal(pack.get("expected")) or Decimal(0),
        severity=row.severity,
        what=Sentence("%(what)s", {"what": what_of(row)}),
        innocent=(),
        records=(),
        series=tuple(
            Point(
                label=str(p.get("label") or ""),
                observed=decimal(p.get("observed")) or Decimal(0),
                expected=decimal(p.get("expected")),
            )
            for p in points
        ),
    )


def decimal(value: object) -> Decimal | None:
    """An amount of the pack, or none."""
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None
