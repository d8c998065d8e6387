"""A cell opened: the records that were added up, each with its file or filing, and the documents for those entitled.

A line of a trade return names a partner, which is not for everybody: the lines of a return whose document a reader may
not open are told as one sum. A suppressed cell is not opened for anyone here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from threading import Lock
from typing import Any

from django.http import Http404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from openkp.figures.engines import duckdb_engine
from openkp.figures.lineage import OpenedCell, open_cell
from openkp.figures.tables import Facts
from openkp.portal.figures import cells
from openkp.portal.figures.asked import Asked
from openkp.portal.figures.cells import Content
from openkp.portal.figures.columns import AMOUNT_CT, AMOUNT_USD, FLOW_WORDS, REASON_WORDS, Column, column
from openkp.portal.figures.editions import Edition
from openkp.portal.figures.shown import reading_of
from openkp.portal.figures.topics import Row, Topic, carats_words, dollars_words, who
from openkp.registry.accounts.actors import Actor
from openkp.registry.statistics import queries
from openkp.registry.statistics.facts import node_facts
from openkp.registry.statistics.models import Filing, SourceFile
from openkp.scheme.words import N_

MOST_SHOWN = 200
"""Records on a page; the files have all of them."""
TABLES = {"production": "production", "imports": "trade", "exports": "trade"}
FLOWS = {"imports": "import", "exports": "export"}
SOURCE = column("source", N_("Source"), N_("The imported file or the filed return that says so"))
RECORD = column("record", N_("Record"), N_("The row of the file, or the line of the return"), kind="code")
PERIOD = column("period", N_("Period"), N_("The half or quarter it is about"), kind="code")
WHAT = column("what", N_("What"), N_("Way of mining; or partner and HS subheading"))
FILED = column(
    "filed", N_("Filed"), N_("The day on which it was filed; empty where the source does not say"), kind="day"
)
CHANGED = column("modified", N_("Changed"), N_("The day on which it was last changed"), kind="day")
VERSION = column("version", N_("Version"), N_("Version of the return"), kind="count")
COUNT = column("certificates", N_("Certificates"), N_("How many certificates it counts"), kind="count")
HASH = Column(
    name="sha256", title=N_("SHA-256"), meaning=N_("Fingerprint of the file or document"), kind="code", on_page=False
)
_one_at_a_time = Lock()


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where records came from, as this reader may know it; ``href`` leads to the document of those entitled."""

    words: str
    href: str = ""
    is_open: bool = True
    at: datetime | None = None


def cell(state: Asked, edition: Edition, content: Content, of: tuple[str, str], actor: Actor) -> Topic:
    """The records behind a cell. Raises ``Http404`` for a cell of which nothing was published."""
    code, flow = of
    reading = reading_of(state, edition)
    found = cells.cell(content, reading, code, flow)
    if found.status == "none":
        raise Http404
    names = {"flow": gettext(FLOW_WORDS[flow]), "name": who(code, cells.name(content, reading, code))}
    records = () if found.suppressed else records_behind(edition, content, of, reading)
    sources = sources_of({str(each["source"]) for each in records}, actor)
    rows = [*open_rows(records, sources), *closed_rows(records, sources)]
    return Topic(
        name=f"cell-{edition.year}-{code}-{flow}",
        title=gettext("%(flow)s of %(name)s in %(year)s") % {**names, "year": edition.year},
        headline=cell_words(found),
        columns=columns(flow),
        rows=rows,
        editions=(edition,),
        world=state.world,
        more={"code": code, "flow": flow, "reading": reading, "found": found, "most": MOST_SHOWN}
        | {"documents": sorted(sources.values(), key=lambda each: each.words), "count": len(rows)},
    )


def columns(flow: str) -> list[Column]:
    """What is told of a record."""
    counts = [] if flow == "production" else [COUNT]
    return [SOURCE, RECORD, PERIOD, WHAT, AMOUNT_CT, AMOUNT_USD, *counts, FILED, CHANGED, VERSION, HASH]


def cell_words(found: cells.Cell) -> str:
    """The cell in one sentence."""
    if found.suppressed:
        return gettext(REASON_WORDS.get(found.suppressed, REASON_WORDS["small"]))
    if found.status == "nil":
        return gettext("The Participant declared that there was nothing.")
    names = {"carats": carats_words(found.carats or Decimal(0)), "dollars": dollars_words(found.usd or Decimal(0))}
    return gettext("%(carats)s worth %(dollars)s.") % names


def records_behind(
    edition: Edition, content: Content, of: tuple[str, str], reading: str
) -> tuple[Mapping[str, Any], ...]:
    """The records of a cell, from the very files and filings that its edition was built from."""
    inputs = tuple(sorted(str(each["source"]) for each in content.get("inputs", ())))
    with _one_at_a_time:
        return _opened(edition.world, edition.year, inputs, of, reading).records


@lru_cache(maxsize=300)
def _opened(world: str, year: int, inputs: tuple[str, ...], of: tuple[str, str], reading: str) -> OpenedCell:
    code, flow = of
    engine = duckdb_engine(_facts(world, inputs))
    if flow == "production":
        return open_cell(engine, table="production", year=year, reading=reading, participant=code)
    return open_cell(engine, table="trade", year=year, reading=reading, reporter=code, flow=FLOWS[flow])


@lru_cache(maxsize=2)
def _facts(world: str, inputs: tuple[str, ...]) -> Facts:
    return node_facts(inputs, world)


def sources_of(hashes: set[str], actor: Actor) -> dict[str, Source]:
    """The files and filings behind records, by hash, as far as ``actor`` may know them."""
    raw = [bytes.fromhex(each) for each in hashes if is_hash(each)]
    files = SourceFile.objects.filter(sha256__in=raw).values_list("sha256", "name", "imported_at")
    known = {bytes(hashed).hex(): Source(words=name, at=at) for hashed, name, at in files}
    closed = Filing.objects.filter(document__sha256__in=raw).values_list("document__sha256", "received_at", "filed_at")
    kept = gettext("A return whose lines are not public")
    known |= {bytes(hashed).hex(): Source(words=kept, is_open=False, at=got or filed) for hashed, got, filed in closed}
    readable = queries.filings(actor).filter(document__sha256__in=raw).select_related("document")
    known |= {bytes(each.document.sha256).hex(): filing_source(each) for each in readable}
    return {each: known.get(each, Source(words=each)) for each in hashes}


def filing_source(each: Filing) -> Source:
    """A return that the reader may open."""
    names = {"name": who(each.participant), "period": each.period, "number": each.number}
    words = gettext("Return of %(name)s for %(period)s, version %(number)s") % names
    return Source(words=words, href=filing_page(each), at=each.filed_at)


def filing_page(each: Filing) -> str:
    """The page of a filing, where this node has a desk for it."""
    try:
        return reverse("statistics:filing", args=[each.pk])
    except NoReverseMatch:
        return ""


def is_hash(value: str) -> bool:
    """Whether a source is named by its SHA-256."""
    return len(value) == 64 and all(letter in "0123456789abcdef" for letter in value)


def open_rows(records: Iterable[Mapping[str, Any]], sources: Mapping[str, Source]) -> list[Row]:
    """The records that this reader may see one by one."""
    return [record_row(each, sources[each["source"]]) for each in records if sources[each["source"]].is_open]


def record_row(record: Mapping[str, Any], source: Source) -> Row:
    """One record."""
    values: dict[str, Any] = {"source": source.words, "record": str(record.get("record") or "")}
    values |= {"period": period_of(record), "what": what_of(record), "sha256": str(record["source"])}
    values |= {name: record.get(name) for name in ("carats", "usd", "certificates", "version")}
    values |= {"filed": day_of(record.get("created")), "modified": day_of(record.get("modified"))}
    return Row(values=values, links={"source": source.href} if source.href else {})


def closed_rows(records: Iterable[Mapping[str, Any]], sources: Mapping[str, Source]) -> list[Row]:
    """The others, one sum a return."""
    kept: dict[str, list[Mapping[str, Any]]] = {}
    for each in records:
        if not sources[each["source"]].is_open:
            kept.setdefault(each["source"], []).append(each)
    return [closed_row(hashed, sources[hashed], lines) for hashed, lines in sorted(kept.items())]


def closed_row(hashed: str, source: Source, lines: list[Mapping[str, Any]]) -> Row:
    """A return told as one sum."""
    values: dict[str, Any] = {"source": source.words, "record": "", "period": period_of(lines[0]), "sha256": hashed}
    values |= {name: sum((each[name] for each in lines if each.get(name)), 0) for name in ("carats", "usd")}
    values |= {"certificates": sum(each.get("certificates") or 0 for each in lines)}
    values |= {"what": gettext("%(count)s lines together") % {"count": len(lines)}}
    return Row(values={**values, "filed": day_of(lines[0].get("created")), "version": lines[0].get("version")})


def period_of(record: Mapping[str, Any]) -> str:
    """``2024-H1`` or ``2024-Q3``."""
    part = f"H{record['half']}" if "half" in record else f"Q{record.get('quarter')}"
    return f"{record['year']}-{part}"


def what_of(record: Mapping[str, Any]) -> str:
    """Way of mining, or partner and subheading."""
    if "mining" in record:
        ways = {"ASM": gettext("Artisanal and small-scale"), "LSM": gettext("Large-scale")}
        return gettext("Nil return") if record.get("nil") else ways.get(record["mining"] or "", gettext("All mining"))
    return " ".join(part for part in (who(str(record.get("partner") or "")), record.get("hs") or "") if part)


def day_of(at: datetime | None) -> str:
    """The day of a time stamp."""
    return at.date().isoformat() if at else ""
