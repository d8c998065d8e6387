"""A cell opened: the records that were added up, each with its file or filing, and the documents for those entitled.

A line of a trade return names a partner, which is not for everybody: of a return whose document a reader may not open
only its being there is told, and one sum for all of them: one return may be a single shipment. A suppressed cell is not
opened for anyone here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from threading import Lock
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from ibis import literal
from ibis.expr.types import Table

from openkp.figures.engines import Engine, duckdb_engine
from openkp.figures.resolving import settled_production, settled_trade
from openkp.figures.tables import Facts
from openkp.portal.figures import cells
from openkp.portal.figures.absent import no_cell, no_participant
from openkp.portal.figures.asked import Asked
from openkp.portal.figures.cells import Content
from openkp.portal.figures.columns import AMOUNT_CT, AMOUNT_USD, FLOW_WORDS, REASON_WORDS, Column, column
from openkp.portal.figures.shown import reading_of
from openkp.portal.figures.topics import Row, Topic, carats_words, dollars_words, period_words, who
from openkp.registry.accounts.actors import Actor
from openkp.registry.statistics import queries
from openkp.registry.statistics.editions import Edition
from openkp.registry.statistics.facts import node_facts
from openkp.registry.statistics.models import Filing, SourceFile
from openkp.scheme.readings import ReadingRule, reading_rule, reading_rules
from openkp.scheme.words import N_

MOST_SHOWN = 200
"""Records on a page; the files have all of them."""
YES = "yes"
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
COUNTED = column(
    "counted", N_("Counted"), N_("yes, or why this reading leaves the record out: the code of the rule's reason")
)
WHY_NOT = {
    "superseded-version": N_("No: a later version stands"),
    "filed-twice-equal": N_("No: filed twice, counted once"),
    "filed-twice-different": N_("No: replaced by what was filed later"),
    "nil-and-figures": N_("No: figures stand beside this nil return"),
}
HASH = Column(
    name="sha256", title=N_("SHA-256"), meaning=N_("Fingerprint of the file or document"), kind="code", on_page=False
)
_one_at_a_time = Lock()


@dataclass(frozen=True)
class Reader:
    """Who asks, and on which day: what is public depends on it."""

    actor: Actor
    on: date


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where records came from, as this reader may know it; ``href`` leads to the document of those entitled."""

    words: str
    href: str = ""
    is_open: bool = True
    at: datetime | None = None


def cell(state: Asked, edition: Edition, content: Content, of: tuple[str, str], reader: Reader) -> Topic:
    """The records behind a cell. Raises ``NotFound`` for a cell of which nothing was published."""
    code, flow = of
    reading = reading_of(state, edition)
    found = cells.cell(content, reading, code, flow)
    if found.status == "none":
        raise no_participant(code) if code != code.upper() else no_cell(edition.year, code, flow)
    names = {"flow": gettext(FLOW_WORDS[flow]), "name": who(code, cells.name(content, reading, code))}
    records = () if found.suppressed else records_behind(edition, content, of, reading)
    counted = sum((each["carats"] or Decimal(0) for each in records if each["counted"] == YES), Decimal(0))
    sources = sources_of({str(each["source"]) for each in records}, reader)
    rows = [*open_rows(records, sources), *closed_rows(records, sources)]
    return Topic(
        name=f"cell-{edition.year}-{code}-{flow}",
        title=gettext("%(flow)s of %(name)s in %(year)s") % {**names, "year": edition.year},
        headline=cell_words(found),
        columns=columns(flow, rows),
        rows=rows,
        editions=(edition,),
        world=state.world,
        more={
            "found": found,
            "most": MOST_SHOWN,
            "count": len(rows),
            "documents": sorted(sources.values(), key=lambda each: each.words),
            "counted": counted,
            "differs": bool(records) and counted != (found.carats or 0),
        },
    )


def columns(flow: str, rows: list[Row]) -> list[Column]:
    """What is told of a record; what no record says is left out of the page, not of the files."""
    counts = [] if flow == "production" else [COUNT]
    told = [SOURCE, RECORD, PERIOD, WHAT, AMOUNT_CT, AMOUNT_USD, *counts, COUNTED, FILED, CHANGED, VERSION, HASH]
    return [each if any(row.values.get(each.name) for row in rows) else replace(each, on_page=False) for each in told]


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
    rule = str(content.get("rule", {}).get("id", ""))
    with _one_at_a_time:
        return _opened(edition.world, edition.year, made_of(edition), of, (reading, rule))


def made_of(edition: Edition) -> tuple[str, ...]:
    """The hashes of its files and filings. A synthetic edition has none: its own stands for the lake it was made of."""
    return tuple(edition.inputs.get("sources", ())) or (edition.sha256.hex(),)


@lru_cache(maxsize=300)
def _opened(
    world: str, year: int, inputs: tuple[str, ...], of: tuple[str, str], reading: tuple[str, str]
) -> tuple[Mapping[str, Any], ...]:
    """Every record of the cell's returns, with ``counted``: yes, or why the reading leaves it out."""
    code, flow = of
    engine = duckdb_engine(_facts(world, inputs))
    try:
        rows = engine.rows(_records(engine, year, code, flow, reading[1]))
    finally:
        engine.close()
    everything = reading[0] == "as_filed"
    return tuple({**row, "counted": YES if everything or row["kept"] else row["why"]} for row in rows)


def _records(engine: Engine, year: int, code: str, flow: str, rule: str) -> Table:
    if flow == "production":
        made = engine.tables["production"].filter(lambda t: (t.year == year) & (t.participant == code))
        found = settled_production(made, rule_of(date(year, 12, 31), rule))
        return found.order_by(["half", "source", "record"])
    traded = engine.tables["trade"].filter(lambda t: (t.year == year) & (t.reporter == code))
    found = settled_trade(traded).filter(lambda t: t.flow == FLOWS[flow]).mutate(why=literal("superseded-version"))
    return found.order_by(["quarter", "source", "record"])


def rule_of(day: date, name: str) -> ReadingRule:
    """The rule that an edition names; the usual one of its day where that name is gone. The sums are compared."""
    return reading_rule(day, name if name in {rule.id for rule in reading_rules(day)} else "")


@lru_cache(maxsize=2)
def _facts(world: str, inputs: tuple[str, ...]) -> Facts:
    return node_facts(inputs, world)


def sources_of(hashes: set[str], reader: Reader) -> dict[str, Source]:
    """The files and filings behind records, by hash, as far as the reader may know them."""
    raw = [bytes.fromhex(each) for each in hashes if is_hash(each)]
    files = SourceFile.objects.filter(sha256__in=raw).values_list("sha256", "name", "imported_at")
    known = {bytes(hashed).hex(): Source(words=name, at=at) for hashed, name, at in files}
    kept = gettext("A return whose lines are not public")
    filed = Filing.objects.filter(public_hash__in=raw).values_list("public_hash", "filed_at")
    known |= {bytes(hashed).hex(): Source(words=kept, is_open=False, at=at) for hashed, at in filed}
    readable = queries.filings(reader.actor, on=reader.on).filter(public_hash__in=raw)
    known |= {bytes(each.public_hash).hex(): filing_source(each, reader) for each in readable}
    return {each: known.get(each, Source(words=each)) for each in hashes}


def filing_source(each: Filing, reader: Reader) -> Source:
    """A return that the reader may open; its page asks for a name, so a stranger is not sent there."""
    names = {"name": who(each.participant), "period": period_words(each.period), "number": each.number}
    words = gettext("Return of %(name)s for %(period)s, version %(number)s") % names
    href = reverse("statistics:filing", args=[each.pk]) if reader.actor.person_id else ""
    return Source(words=words, href=href, at=each.filed_at)


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
    counted = str(record["counted"])
    shown = {"counted": counted_words(counted)}
    links = {"source": source.href} if source.href else {}
    return Row(values={**values, "counted": counted}, links=links, shown=shown)


def closed_rows(records: Iterable[Mapping[str, Any]], sources: Mapping[str, Source]) -> list[Row]:
    """The others: each return without its amounts, and what all that count come to."""
    kept: dict[str, list[Mapping[str, Any]]] = {}
    for each in records:
        if not sources[each["source"]].is_open:
            kept.setdefault(each["source"], []).append(each)
    counted = [each for lines in kept.values() for each in lines if each["counted"] == YES]
    rows = [closed_row(hashed, sources[hashed], lines[0]) for hashed, lines in sorted(kept.items())]
    return [*rows, sum_row(counted)] if counted else rows


def closed_row(hashed: str, source: Source, line: Mapping[str, Any]) -> Row:
    """A return that is there, and of which this reader learns no more."""
    values: dict[str, Any] = {"source": source.words, "record": "", "period": period_of(line), "sha256": hashed}
    values |= {"carats": None, "usd": None, "certificates": None}
    values |= {"filed": day_of(line.get("created")), "version": line.get("version")}
    counted = str(line["counted"])
    shown = {"counted": counted_words(counted)}
    return Row(values={**values, "counted": counted}, shown=shown)


def counted_words(counted: str) -> str:
    """Yes, or why not."""
    return gettext("Yes") if counted == YES else gettext(WHY_NOT.get(counted, counted))


def sum_row(lines: list[Mapping[str, Any]]) -> Row:
    """What the returns that are not open come to in this cell, together."""
    values: dict[str, Any] = {"source": gettext("All returns whose lines are not public"), "record": ""}
    values |= {name: sum((each[name] for each in lines if each.get(name)), Decimal(0)) for name in ("carats", "usd")}
    values |= {"certificates": sum((each.get("certificates") or 0) - (each.get("repeated") or 0) for each in lines)}
    return Row(values={**values, "counted": YES}, shown={"counted": counted_words(YES)})


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
