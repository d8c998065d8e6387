"""From returns, drafts and what is due to what the components show. No decisions here."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from markupsafe import Markup

from openkp.portal.certificates.shown import typed_amount, who
from openkp.portal.site.formats import bdi, country, iso, lines, number
from openkp.portal.site.shapes import Answer, Answers, Cell, Column, Deadline, Event, Link, Listing, Shown
from openkp.portal.site.typed import as_list
from openkp.portal.statistics.forms import COLUMNS, HEADINGS
from openkp.portal.statistics.words import (
    BASES,
    FLOWS,
    MININGS,
    NATURES,
    VISIBILITIES,
    draft_tag,
    event_words,
    hs_words,
    kind_words,
    measure_words,
    origin_words,
    period_words,
)
from openkp.registry.journal.queries import Moment
from openkp.registry.statistics.drafts import Difference
from openkp.registry.statistics.lists import Obligation
from openkp.registry.statistics.models import Draft, Filing
from openkp.scheme.goods import Carats
from openkp.scheme.returns import ReturnKind

NUMERIC = frozenset({"carats", "value_usd", "certificates"})
SHOWN_LINES = 200
"""How many lines of a return a page shows; the file has all of them."""


def period_link(words: str, page: str, ident: object) -> Link:
    """A period that leads to its return."""
    return Link(words, reverse(f"statistics:{page}", args=[ident]))


def due_listing(rows: Iterable[Obligation], at: datetime, *, several: bool, writes: Collection[int]) -> Listing:
    """What was due in the last months, with the way to begin, to go on, or to what was filed.

    ``several`` authorities are told apart; ``writes`` names those whose returns this person may begin.
    """
    titles = [gettext("Period"), gettext("Return"), gettext("Due"), gettext("Stands"), gettext("Next")]
    if several:
        titles.insert(2, gettext("Authority"))
    return Listing(
        caption=gettext("What is due"),
        columns=tuple(Column(title) for title in titles),
        rows=tuple(_due_row(row, at, several=several, may_begin=row.authority.pk in writes) for row in rows),
        nothing=gettext("Nothing was due."),
    )


def _due_row(row: Obligation, at: datetime, *, several: bool, may_begin: bool) -> tuple[Cell, ...]:
    waits = row.filing is None
    cells: list[Cell] = [
        period_words(str(row.period)),
        kind_words(row.kind),
        Deadline(row.due_on, at.date()) if waits else number(iso(row.due_on)),
        _stands(row),
        _next(row, may_begin=may_begin),
    ]
    if several:
        cells.insert(2, row.authority.code)
    return tuple(cells)


def _stands(row: Obligation) -> Cell:
    if row.draft:
        return draft_tag(row.draft.status)
    if row.filing:
        return Markup("{}").format(
            gettext("Filed %(day)s, version %(number)s")
            % {"day": iso(row.filing.filed_at), "number": row.filing.number}
        )
    return gettext("Not begun")


def _next(row: Obligation, *, may_begin: bool) -> Cell:
    about = f"{kind_words(row.kind)}, {period_words(str(row.period))}"
    if row.draft:
        return Link(gettext("Go on"), reverse("statistics:draft", args=[row.draft.pk]), about)
    if row.filing:
        return Link(gettext("See it"), reverse("statistics:filing", args=[row.filing.pk]), about)
    if not may_begin:
        return ""
    names = [row.authority.code, row.kind.value, str(row.period)]
    return Link(gettext("Begin"), reverse("statistics:start", args=names), about)


def drafts_listing(rows: Iterable[Draft]) -> Listing:
    """Drafts of older returns."""
    return Listing(
        caption=gettext("Other drafts"),
        columns=tuple(Column(t) for t in (gettext("Period"), gettext("Return"), gettext("Stands"))),
        rows=tuple(
            (period_link(period_words(row.period), "draft", row.pk), kind_words(row.kind), draft_tag(row.status))
            for row in rows
        ),
    )


def head_answers(fields: Mapping[str, Any], kind: ReturnKind) -> Answers:
    """What a return says besides its lines."""
    rows: list[tuple[str, Shown]] = [
        (gettext("It says"), _chosen(NATURES, fields.get("nature"))),
        (gettext("Value basis"), _chosen(BASES, fields.get("value_basis"))),
        (gettext("Who may read it"), _chosen(VISIBILITIES, fields.get("visibility"))),
    ]
    if kind is ReturnKind.TRADE:
        rows += [
            (gettext("Certificates issued for export"), _text(fields, "certificates_issued")),
            (gettext("Import shipments with a certificate"), _text(fields, "certificates_received")),
        ]
    rows += [(gettext("Method"), _lines(fields, "method")), (gettext("Note"), _lines(fields, "note"))]
    if fields.get("reason"):
        rows.append((gettext("Reason of the correction"), _lines(fields, "reason")))
    return Answers(gettext("The return"), tuple(Answer(question, answer) for question, answer in rows))


def _chosen(words: Mapping[Any, str], value: object) -> str:
    found = {str(key.value): text for key, text in words.items()}
    return gettext(found[str(value or "")]) if str(value or "") in found else str(value or "")


def _text(fields: Mapping[str, Any], name: str) -> Shown:
    return bdi(fields[name]) if fields.get(name) else ""


def _lines(fields: Mapping[str, Any], name: str) -> Shown:
    return lines(str(fields[name])) if fields.get(name) else ""


def lines_listing(fields: Mapping[str, Any], kind: ReturnKind) -> Listing:
    """The lines of a return to read."""
    columns = COLUMNS[kind]
    given = [line for line in as_list(fields.get(kind.value)) if isinstance(line, dict)]
    return Listing(
        caption=gettext("Lines"),
        columns=(
            Column(gettext("Line")),
            *(Column(str(HEADINGS[name]), numeric=name in NUMERIC) for name in columns),
        ),
        rows=tuple(
            (str(place), *(_line_cell(line, name) for name in columns))
            for place, line in enumerate(given[:SHOWN_LINES], start=1)
        ),
        nothing=gettext("There are no lines."),
    )


def more_lines(fields: Mapping[str, Any], kind: ReturnKind) -> int:
    """How many lines the page does not show."""
    return max(0, len(as_list(fields.get(kind.value))) - SHOWN_LINES)


def _line_cell(line: Mapping[str, Any], name: str) -> Shown:
    typed = str(line.get(name) or "")
    if name in ("carats", "value_usd"):
        return number(typed_amount(typed)) if typed else ""
    if name == "flow":
        return _chosen(FLOWS, typed)
    if name == "mining":
        return _chosen(MININGS, typed)
    if name == "hs":
        return hs_words(typed)
    return origin_words(typed) if name in ("partner", "origin") else number(typed) if typed else ""


def differences_listing(rows: Iterable[Difference], nothing: str = "") -> Listing:
    """Generated beside filed, where they differ."""
    return Listing(
        caption=gettext("Where it differs from this node's own documents"),
        columns=(
            Column(gettext("Line")),
            Column(gettext("Measure")),
            Column(gettext("From documents"), numeric=True),
            Column(gettext("In this return"), numeric=True),
            Column(gettext("Difference"), numeric=True),
        ),
        rows=tuple(_difference_row(row) for row in rows),
        nothing=nothing or gettext("It says the same as this node's own documents."),
    )


def _difference_row(row: Difference) -> tuple[Cell, ...]:
    words = " · ".join(
        part
        for part in (
            _chosen(FLOWS, row.flow) if row.flow else "",
            country(row.partner) if row.partner else "",
            origin_words(row.origin),
            hs_words(row.hs) if row.hs else "",
        )
        if part
    )
    return (
        words or gettext("The whole return"),
        measure_words(row.measure),
        number(typed_amount(row.generated)) if row.generated else "–",
        number(typed_amount(row.filed)) if row.filed else "–",
        _delta(row.generated, row.filed),
    )


def _delta(generated: str, filed: str) -> Shown:
    """Filed less generated, with its sign; nothing where one of them is no amount."""
    try:
        less = Carats.of(filed or "0").amount - Carats.of(generated or "0").amount
    except ValueError:
        return ""
    sign = "+" if less > 0 else "−" if less < 0 else ""
    return number(sign + typed_amount(f"{abs(less):.2f}"))


def filings_rows(rows: Iterable[Filing]) -> tuple[tuple[Cell, ...], ...]:
    """Filings as rows of a list."""
    return tuple(
        (
            Link(
                period_words(row.period),
                reverse("statistics:filing", args=[row.pk]),
                f"{kind_words(row.kind)}, {country(row.participant)}, {row.number}",
            ),
            kind_words(row.kind),
            country(row.participant),
            row.authority_code,
            number(row.number),
            _chosen(NATURES, row.nature) if row.nature != "figures" else gettext("Figures"),
            number(iso(row.filed_at)),
        )
        for row in rows
    )


def timeline(moments: Iterable[Moment]) -> tuple[Event, ...]:
    """What happened, the latest first; of saving after saving only the last."""
    kept: list[Moment] = []
    for moment in moments:
        if not (kept and moment.event.endswith(".saved") and kept[-1].event == moment.event):
            kept.append(moment)
    return tuple(Event(event_words(m.event), m.at, who(m.by), lines(m.note) if m.note else "") for m in kept)
