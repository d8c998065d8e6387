"""A topic as files: CSV, JSON, SVG and the data dictionary; and every published cell in one long table."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext

from openkp.figures.charts import WIDE
from openkp.figures.drawing import titled
from openkp.portal.certificates.takeaway import csv_lines
from openkp.portal.figures import cells
from openkp.portal.figures.asked import Asked
from openkp.portal.figures.cells import WORLD, Cell, Content
from openkp.portal.figures.columns import (
    AMOUNT_CT,
    AMOUNT_USD,
    CODE,
    EDITION,
    FLOW,
    HALF,
    NAME,
    PRICE,
    STATUS,
    YEAR,
    Column,
    column,
)
from openkp.portal.figures.licences import licence_of
from openkp.portal.figures.topics import Row, Topic, Value, title
from openkp.registry.statistics.editions import Edition
from openkp.scheme.words import N_

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "metadata.json": "application/json",
}
COUNTED = {"exports": 0, "imports": 1}
COUNT = column(
    "certificates", N_("Certificates"), N_("Issued for exports, received with imports; empty for a half"), kind="count"
)
READING = column("reading", N_("Reading"), N_("resolved: repeated records settled; as_filed: every record counted"))
WHOLE_COLUMNS = [YEAR, EDITION, READING, CODE, NAME, HALF, FLOW, AMOUNT_CT, AMOUNT_USD, PRICE, COUNT, STATUS]


def as_file(topic: Topic, form: str, state: Asked) -> HttpResponse:
    """The topic in one of its forms. Raises ``Http404`` for a picture where there is none."""
    made = {"csv": as_csv, "json": as_json, "svg": as_svg, "metadata.json": as_metadata}[form](topic, state)
    answer = HttpResponse(made, content_type=TYPES[form])
    shown = "attachment" if form == "csv" else "inline"
    answer["Content-Disposition"] = f'{shown}; filename="kp-{topic.name}.{form}"'
    return answer


def as_csv(topic: Topic, state: Asked) -> bytes:
    """UTF-8 with its mark, so that spreadsheets read it right; no cell is a formula."""
    names = [each.name for each in topic.columns]
    rows = ([plain(row.values.get(name)) for name in names] for row in topic.rows)
    return "".join(csv_lines(names, rows)).encode()


def as_json(topic: Topic, state: Asked) -> bytes:
    """The rows with the headline, and where the rest is said."""
    names = [each.name for each in topic.columns]
    rows = [{name: plain(row.values.get(name)) for name in names} for row in topic.rows]
    licence = licence_of(topic.world)
    said = {"title": topic.title, "headline": topic.headline, "world": topic.world, "licence": licence.id}
    return spelt({**said, "vintage": vintage(topic), "rows": rows, **(topic.body or {})})


def as_svg(topic: Topic, state: Asked) -> bytes:
    """The first picture of the topic, with its headline and source on it."""
    if not topic.charts:
        raise Http404
    chart = topic.charts.get(state.chart) or next(iter(topic.charts.values()))
    foot = source_words(topic)
    drawing = titled(chart.draw(WIDE), chart.title, foot)
    picture = str(drawing.svg(chart.title, chart.about, "okp"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{picture}\n'.encode()


def as_metadata(topic: Topic, state: Asked) -> bytes:
    """Title, source, licence, vintage, units, definitions: everything that a reader of the file has to know."""
    return spelt(metadata(topic, topic.columns))


def metadata(topic: Topic, columns: Any) -> dict[str, Any]:
    """The same as plain values."""
    licence = licence_of(topic.world)
    return {
        "title": topic.title,
        "headline": topic.headline,
        "source": source_words(topic),
        "licence": {"id": licence.id, "text": licence.words(), "address": licence.address},
        "world": topic.world,
        "vintage": vintage(topic),
        "rows": len(topic.rows),
        "encoding": "UTF-8",
        "columns": [dictionary(each) for each in columns],
        "charts": list(topic.charts),
    }


def dictionary(each: Column) -> dict[str, str]:
    """One line of the data dictionary."""
    said = {"name": each.name, "title": title(each), "meaning": gettext(each.meaning), "type": typed(each)}
    return said | ({"unit": each.unit} if each.unit else {})


def typed(each: Column) -> str:
    """The type of a column for programs."""
    kinds = {"amount": "decimal(18,2)", "price": "decimal(18,2)", "percent": "decimal(5,2)", "count": "integer"}
    return kinds.get(each.kind, "date" if each.kind == "day" else "text")


def vintage(topic: Topic) -> list[dict[str, Any]]:
    """Which editions a topic was made of."""
    return [
        {
            "year": each.year,
            "edition": each.edition,
            "reading": each.reading,
            "published": each.public_since.isoformat(timespec="seconds"),
            "sha256": each.sha256.hex(),
        }
        for each in topic.editions
    ]


def source_words(topic: Topic) -> str:
    """Who says so, in one line under a picture."""
    if "source" in topic.more:
        return str(topic.more["source"])
    if topic.world == "synthetic":
        return gettext("Synthetic world, made for practice: no real diamond is in it.")
    if not topic.editions:
        return gettext("Returns known to this node.")
    newest = max(each.public_since for each in topic.editions)
    return gettext("Returns of the Participants of the Kimberley Process; published %(day)s. %(licence)s") % {
        "day": newest.date().isoformat(),
        "licence": licence_of(topic.world).words(),
    }


def plain(value: Value) -> str | int | None:
    """A value as files have it: a point before the decimals, no spaces."""
    return f"{value:.2f}" if isinstance(value, Decimal) else value


def spelt(value: object) -> bytes:
    """JSON for people and programs."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def whole(state: Asked, editions: tuple[Edition, ...], contents: Mapping[int, Content]) -> Topic:
    """Every cell of the newest editions, both readings, years and halves: one long table."""
    rows = [
        long_row(edition, reading, code, half, flow, found, contents[edition.year])
        for edition in editions
        for reading in cells.READINGS
        for code in [*sorted(cells.participants(contents[edition.year], reading)), WORLD]
        for half, flow, found in parts(contents[edition.year], reading, code)
    ]
    return Topic(
        name=f"all-{state.world}",
        title=gettext("Every published figure"),
        headline=gettext("%(count)s cells of %(years)s years.")
        % {"count": len(rows), "years": len({row.values["year"] for row in rows})},
        columns=WHOLE_COLUMNS,
        rows=rows,
        editions=editions,
        world=state.world,
    )


def parts(content: Content, reading: str, code: str) -> Iterator[tuple[str, str, Cell]]:
    """The cells of one Participant: each flow, and the halves of production."""
    for flow in cells.FLOWS:
        if (found := cells.cell(content, reading, code, flow)).status != "none":
            yield "", flow, found
    for half, found in cells.halves(content, reading, code):
        yield half, "production", found


def long_row(edition: Edition, reading: str, code: str, half: str, flow: str, found: Cell, content: Content) -> Row:
    """One cell as a row."""
    values: dict[str, Value] = {"year": str(edition.year), "edition": edition.edition, "reading": reading}
    values |= {
        "participant": code,
        "name": cells.name(content, reading, code) or (gettext("World") if code == WORLD else code),
    }
    values |= {"half": half, "flow": flow, "carats": found.carats, "usd": found.usd, "usd_per_carat": found.price}
    counts = cells.certificates(content, reading, code)
    count = counts[COUNTED[flow]] if flow in COUNTED and found.status == "published" else None
    return Row(values={**values, "certificates": count, "status": found.status})


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form of the whole table: its ending, its media type, what to say of it."""

    ending: str
    media: str
    words: str


OWN_FORMS = (
    Form(ending="csv", media=TYPES["csv"], words=N_("For spreadsheets; UTF-8")),
    Form(ending="json", media=TYPES["json"], words=N_("For programs")),
)
OTHER_FORMS = (
    Form(
        ending="xlsx",
        media="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        words=N_("For spreadsheets, with numbers as numbers"),
    ),
    Form(ending="parquet", media="application/vnd.apache.parquet", words=N_("For analysis; columns with their types")),
    Form(ending="sqlite", media="application/vnd.sqlite3", words=N_("A database in one file")),
    Form(
        ending="sdmx",
        media="application/vnd.sdmx.data+csv; charset=utf-8",
        words=N_("SDMX-CSV, for statistical offices"),
    ),
)


FORMS = {each.ending: each for each in (*OWN_FORMS, *OTHER_FORMS)}


def whole_file(topic: Topic, form: Form, state: Asked) -> HttpResponse:
    """The long table in a form, to be saved."""
    names = [each.name for each in topic.columns]
    if form in OWN_FORMS:
        made = {"csv": as_csv, "json": as_json}[form.ending](topic, state)
    else:
        from openkp.figures.writing.tables import write_table  # imports a writer of workbooks: only when asked

        made = write_table([{name: plain(row.values.get(name)) for name in names} for row in topic.rows], form.ending)
    answer = HttpResponse(made, content_type=form.media)
    answer["Content-Disposition"] = f'attachment; filename="kp-{topic.name}.{form.ending}"'
    return answer
