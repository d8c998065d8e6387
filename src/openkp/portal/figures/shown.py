"""The pages over years and over Participants: the front, a year, one Participant."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from markupsafe import Markup

from openkp.figures.charts import Bar, Bars, Chart, Lines, Series
from openkp.portal.figures import cells
from openkp.portal.figures.absent import no_participant, spans
from openkp.portal.figures.asked import Asked
from openkp.portal.figures.cells import WORLD, Cell, Content
from openkp.portal.figures.columns import (
    AMOUNT_CT,
    AMOUNT_USD,
    CODE,
    COMPLETE,
    EDITION,
    FLOW,
    FLOW_WORDS,
    HALF,
    ISSUED,
    NAME,
    PRICE,
    RECEIVED,
    SHARE,
    STATUS,
    STATUS_WORDS,
    WHOLE,
    YEAR,
    Column,
    of_flow,
    of_flows,
)
from openkp.portal.figures.topics import MILLION, Row, Topic, carats_words, dollars_words, period_words, scaled, who
from openkp.portal.site.formats import NO_BREAK_SPACE, figures
from openkp.registry.statistics.editions import Edition
from openkp.scheme.words import N_

MEASURES = ("carats", "usd")
AMOUNTS = (AMOUNT_CT, AMOUNT_USD, PRICE)
MOST_BARS = 12
WITH_VALUE = {
    "production": N_("%(name)s produced %(carats)s worth %(dollars)s in %(year)s."),
    "exports": N_("%(name)s exported %(carats)s worth %(dollars)s in %(year)s."),
    "imports": N_("%(name)s imported %(carats)s worth %(dollars)s in %(year)s."),
}
WITHOUT_VALUE = {
    "production": N_("%(name)s produced %(carats)s in %(year)s."),
    "exports": N_("%(name)s exported %(carats)s in %(year)s."),
    "imports": N_("%(name)s imported %(carats)s in %(year)s."),
}
Contents = Mapping[int, Content]


def reading_of(state: Asked, edition: Edition) -> str:
    """The reading that was asked for, else the one that the edition stands for."""
    return state.reading or edition.reading


def front(state: Asked, editions: tuple[Edition, ...], contents: Contents) -> Topic:
    """World production over the years."""
    flows = [f for f in cells.FLOWS if any(f in cells.flows(contents[e.year], reading_of(state, e)) for e in editions)]
    rows = [year_row(state, edition, contents[edition.year], flows) for edition in editions]
    counted = any(row.values["issued"] is not None for row in rows)
    whole = [row.values for row in rows if row.values["whole_year"] == "yes"]
    told = [f for f in flows if any(each[f"{f}_carats"] is not None for each in whole)] if whole else flows
    return Topic(
        name="world",
        title=gettext("Rough diamond figures of the world"),
        headline=world_headline(state, editions, contents),
        columns=[
            YEAR,
            EDITION,
            *of_flows(told, *AMOUNTS),
            *(replace(each, on_page=False) for each in of_flows([f for f in flows if f not in told], *AMOUNTS)),
            *(replace(each, on_page=len(told) > 1) for each in (ISSUED, RECEIVED) if counted),
            WHOLE,
        ],
        rows=rows,
        charts={m: world_chart(m, state, editions, contents) for m in MEASURES} if rows else {},
        editions=editions,
        world=state.world,
        more={"people": people(state, editions, contents), "whole": newest_whole(state, editions, contents)},
    )


def people(state: Asked, editions: tuple[Edition, ...], contents: Contents) -> list[tuple[str, str]]:
    """Every Participant with a figure, by name."""
    names: dict[str, str] = {}
    for edition in editions:
        reading = reading_of(state, edition)
        for code in cells.participants(contents[edition.year], reading):
            names[code] = who(code, cells.name(contents[edition.year], reading, code))
    return sorted((name, code) for code, name in names.items())


def year_row(state: Asked, edition: Edition, content: Content, flows: list[str]) -> Row:
    """One year of the world."""
    reading = reading_of(state, edition)
    issued, received = cells.certificates(content, reading, WORLD)
    whole = cells.is_whole(content, reading)
    values: dict[str, Any] = {"year": str(edition.year), "edition": edition.edition}
    values |= {"issued": issued, "received": received, "whole_year": "yes" if whole else "no"}
    for flow in flows:
        values |= flow_values(flow, cells.cell(content, reading, WORLD, flow))
    words = str(edition.year) if whole else gettext("%(year)s, not complete") % {"year": edition.year}
    return Row(values=values, links={"year": state.href("year", edition.year)}, shown={"year": words})


def flow_values(flow: str, found: Cell) -> dict[str, Any]:
    """The values of a cell under the names that its flow has in a wide table."""
    return {
        f"{flow}_carats": found.carats,
        f"{flow}_usd": found.usd,
        f"{flow}_usd_per_carat": found.price,
        f"{flow}_status": found.status,
    }


def newest_whole(state: Asked, editions: Iterable[Edition], contents: Contents) -> Edition | None:
    """The last year that has world figures and may stand beside others."""
    for edition in reversed(tuple(editions)):
        content, reading = contents[edition.year], reading_of(state, edition)
        made = cells.cell(content, reading, WORLD, "production")
        if cells.is_whole(content, reading) and made.carats is not None:
            return edition
    return None


def world_headline(state: Asked, editions: Iterable[Edition], contents: Contents) -> str:
    """The newest whole year in one sentence."""
    edition = newest_whole(state, editions, contents)
    if edition is None:
        return gettext("No whole year was published yet.")
    made = cells.cell(contents[edition.year], reading_of(state, edition), WORLD, "production")
    return in_year(edition.year, made)


def in_year(year: int, made: Cell) -> str:
    """``In 2023 world production was 112.07 million carats worth US$ 12.88 billion, US$ 114.90 a carat on average.``"""
    names = {"year": year, "carats": carats_words(made.carats or Decimal(0))}
    if made.usd is None or made.price is None:
        return gettext("In %(year)s world production was %(carats)s.") % names
    names |= {"dollars": dollars_words(made.usd), "price": f"US${NO_BREAK_SPACE}{figures(made.price)}"}
    sentence = gettext("In %(year)s world production was %(carats)s worth %(dollars)s, %(price)s a carat on average.")
    return sentence % names


def world_chart(measure: str, state: Asked, editions: tuple[Edition, ...], contents: Contents) -> Chart:
    """Production of whole years; a year without an edition is a gap."""
    known: dict[int, Decimal | None] = {}
    for edition in editions:
        content, reading = contents[edition.year], reading_of(state, edition)
        if cells.is_whole(content, reading):
            known[edition.year] = getattr(cells.cell(content, reading, WORLD, "production"), measure)
    points = tuple((float(year), millions(known.get(year))) for year in span(known))
    series = Series(name=gettext("Production"), points=points)
    titles = {
        "carats": gettext("World production by weight, %(first)s to %(last)s"),
        "usd": gettext("World production by value, %(first)s to %(last)s"),
    }
    ends = {"first": min(known, default="–"), "last": max(known, default="–")}
    return line_chart(titles[measure] % ends, series, measure)


def line_chart(title: str, series: Series, measure: str) -> Lines:
    """One line, and which of its periods have no point."""
    return Lines(title=title, about=line_words(series), unit=unit(measure), series=(series,), note=gap_words(series))


def gap_words(series: Series) -> str:
    """Why the line breaks: the years, and halves of years, between its ends that have no figure."""
    missing = [x for x, y in series.points if y is None]
    present = {int(x) for x, y in series.points if y is not None}
    halves = [f"{int(x)}-H{2 if x % 1 else 1}" for x in missing if int(x) in present]
    said = [spans(int(x) for x in missing if int(x) not in present), *map(period_words, halves)]
    periods = ", ".join(each for each in said if each)
    if not periods:
        return ""
    return gettext("The line has gaps where no complete figure was published: %(periods)s.") % {"periods": periods}


def unit(measure: str) -> str:
    """The unit of a chart's axis."""
    return gettext("Million carats") if measure == "carats" else gettext("Million US dollars")


def span(known: dict[int, Any]) -> range:
    """Every year from the first to the last."""
    return range(min(known), max(known) + 1) if known else range(0)


def millions(value: Decimal | None) -> float | None:
    """For an axis in millions."""
    return None if value is None else float(value / MILLION)


def line_words(*series: Series) -> str:
    """What a line shows, for those who do not see it: its ends and its extremes."""
    said = []
    for each in series:
        if not each.known:
            continue
        (first, begin), (last, end) = each.known[0], each.known[-1]
        high, low = max(each.known, key=lambda p: p[1]), min(each.known, key=lambda p: p[1])
        said.append(
            gettext(
                "%(name)s: %(begin)s in %(first)s, %(end)s in %(last)s; highest %(high)s in %(top)s, "
                "lowest %(low)s in %(bottom)s."
            )
            % {
                "name": each.name,
                "begin": f"{begin:.2f}",
                "first": int(first),
                "end": f"{end:.2f}",
                "last": int(last),
                "high": f"{high[1]:.2f}",
                "top": int(high[0]),
                "low": f"{low[1]:.2f}",
                "bottom": int(low[0]),
            }
        )
    return " ".join(said) or gettext("There is nothing to draw.")


def year(state: Asked, edition: Edition, content: Content, known: list[Edition]) -> Topic:
    """The annual global summary of one edition."""
    reading = reading_of(state, edition)
    flows = cells.flows(content, reading)
    codes = sorted(cells.participants(content, reading), key=lambda code: who(code, cells.name(content, reading, code)))
    rows = [participant_row(state, edition, content, code, flows) for code in [*codes, WORLD]]
    counted = any(row.values["issued"] is not None or row.values["received"] is not None for row in rows)
    made = cells.cell(content, reading, WORLD, "production")
    chart = producers_chart(edition.year, rows)
    return Topic(
        name=f"summary-{edition.year}",
        title=gettext("Annual global summary %(year)s") % {"year": edition.year},
        headline=year_headline(edition.year, made, whole=cells.is_whole(content, reading)),
        columns=[NAME, CODE_ASIDE, *summary_columns(flows), *([ISSUED, RECEIVED] if counted else [])],
        rows=rows if flows or counted else (),
        charts={"carats": chart} if chart else {},
        editions=(edition,),
        world=state.world,
        more={"reading": reading, "content": content, "known": known, "flows": flows},
        body={"summary": content},
    )


def year_headline(year: int, made: Cell, *, whole: bool) -> str:
    """The year in one sentence; one that is not complete is not told like others."""
    if made.carats is None:
        return gettext("No production was published for %(year)s.") % {"year": year}
    if whole:
        return in_year(year, made)
    names = {"year": year, "carats": carats_words(made.carats), "dollars": dollars_words(made.usd or Decimal(0))}
    return gettext("For %(year)s %(carats)s worth %(dollars)s were filed so far: the year is not complete.") % names


CODE_ASIDE = Column(name=CODE.name, title=CODE.title, meaning=CODE.meaning, kind=CODE.kind, on_page=False)


def summary_columns(flows: list[str]) -> list[Column]:
    """The groups of the annual table: production, imports, exports; shares of the world's carats (scheme-rules A.3)."""
    hidden = Column(name=STATUS.name, title=STATUS.title, meaning=STATUS.meaning, on_page=False)
    return [
        of_flow(flow, part)
        for flow in flows
        for part in (AMOUNT_CT, AMOUNT_USD, PRICE, *([SHARE] if flow == "production" else []), hidden)
    ]


def participant_row(state: Asked, edition: Edition, content: Content, code: str, flows: list[str]) -> Row:
    """One Participant's line, or the world's."""
    reading = reading_of(state, edition)
    issued, received = cells.certificates(content, reading, code)
    words = gettext("World") if code == WORLD else who(code, cells.name(content, reading, code))
    values: dict[str, Any] = {"name": words, "participant": code, "issued": issued, "received": received}
    links = {} if code == WORLD else {"name": state.href("participant", code, edition=None)}
    shown: dict[str, str | Markup] = {}
    for flow in flows:
        found = cells.cell(content, reading, code, flow)
        values |= flow_values(flow, found) | {f"{flow}_share": share(found, cells.cell(content, reading, WORLD, flow))}
        if code != WORLD and found.status != "none":
            links[f"{flow}_carats"] = state.href("cell", edition.year, code, flow)
        if found.status in ("suppressed", "nil"):
            shown[f"{flow}_carats"] = gettext(STATUS_WORDS[found.status])
    return Row(values=values, links=links, shown=shown)


def share(part: Cell, whole: Cell) -> Decimal | None:
    """In percent, two places."""
    if part.carats is None or not whole.carats:
        return None
    return (100 * part.carats / whole.carats).quantize(Decimal("0.01"))


def producers_chart(year: int, rows: list[Row]) -> Chart | None:
    """The largest producers, and the rest together; nothing where nobody produced."""
    made = {str(r.values["name"]): r.values.get("production_carats") for r in rows if r.values["participant"] != WORLD}
    ranked = sorted(((Decimal(v), n) for n, v in made.items() if v), reverse=True)
    if not ranked:
        return None
    bars = [bar(name, value) for value, name in ranked[:MOST_BARS]]
    if rest := ranked[MOST_BARS:]:
        count = {"count": len(rest)}
        bars.append(bar(gettext("%(count)s others") % count, sum((value for value, _ in rest), Decimal(0))))
    largest, name = ranked[0]
    total = sum((value for value, _ in ranked), Decimal(0))
    names = {"name": name, "share": f"{100 * largest / total:.0f}", "year": year}
    title = gettext("%(name)s produced the most in %(year)s: %(share)s %% of the carats shown") % names
    about = "; ".join(f"{each.name} {each.words[0]}" for each in bars)
    return Bars(
        title=title, about=about, unit=gettext("Million carats"), series=(gettext("Production"),), bars=tuple(bars)
    )


def bar(name: str, value: Decimal) -> Bar:
    """One bar in millions."""
    return Bar(name=name, amounts=(float(value),), words=(scaled(value, MILLION),))


def participant(state: Asked, code: str, editions: tuple[Edition, ...], contents: Contents) -> Topic:
    """One Participant over years, halves and flows. Raises ``NotFound`` for one of whom nothing was published."""
    theirs = [e for e in editions if code in cells.participants(contents[e.year], reading_of(state, e))]
    if not theirs:
        raise no_participant(code)
    names = [cells.name(contents[e.year], reading_of(state, e), code) for e in theirs]
    words = who(code, names[-1])
    rows = [row for e in theirs for row in participant_rows(state, e, contents[e.year], code)]
    complete = {str(e.year) for e in theirs if cells.has_both_halves(contents[e.year], reading_of(state, e), code)}
    whole = [row for row in rows if row.values["year"] in complete and row.values["complete"] != "no"]
    flows = [flow for flow in cells.FLOWS if any(row.values["flow"] == flow for row in rows)]
    drawn = [row for row in rows if row.values["complete"] != "no"]
    charts = {f"{flow}-{m}": flow_chart(words, flow, m, drawn) for flow in flows for m in MEASURES}
    return Topic(
        name=f"participant-{code}",
        title=words,
        headline=participant_headline(words, whole, rows),
        columns=[YEAR, HALF, FLOW, AMOUNT_CT, AMOUNT_USD, PRICE, STATUS, COMPLETE],
        rows=rows,
        charts={name: chart for name, chart in charts.items() if chart is not None},
        editions=tuple(theirs),
        world=state.world,
        more={"code": code, "flows": flows, "years": [e.year for e in theirs]},
    )


def participant_rows(state: Asked, edition: Edition, content: Content, code: str) -> list[Row]:
    """The year's flows, and the halves of production."""
    reading = reading_of(state, edition)
    found = [(flow, "", cells.cell(content, reading, code, flow)) for flow in cells.FLOWS]
    found += [("production", half, part) for half, part in cells.halves(content, reading, code)]
    partial = any(each["participant"] == code and each["kind"] == "trade" for each in content.get("missing", ()))
    return [
        half_row(state, edition.year, code, flow, half, part, partial=partial and flow != "production")
        for flow, half, part in found
        if part.status != "none"
    ]


def half_row(state: Asked, year: int, code: str, flow: str, half: str, found: Cell, *, partial: bool) -> Row:
    """One line of a Participant; ``partial`` where a return of the year is missing that belongs to it."""
    values = {"year": str(year), "half": half, "flow": flow, "status": found.status}
    values["complete"] = "no" if partial else "yes"
    values |= {"carats": found.carats, "usd": found.usd, "usd_per_carat": found.price}  # type: ignore[dict-item]
    shown = {
        "flow": gettext(FLOW_WORDS[flow]),
        "status": gettext(STATUS_WORDS[found.status]),
        "half": half or gettext("Year"),
    }
    if partial:
        shown["year"] = gettext("%(year)s, not complete") % {"year": year}
    links = {"year": state.href("year", year), "carats": state.href("cell", year, code, flow)}
    return Row(values=values, links=links, shown=shown)


def participant_headline(words: str, whole: list[Row], rows: list[Row]) -> str:
    """The newest whole year with amounts, in one sentence: of production, else of exports, else of imports.

    Beside figures that are not shown nothing is said of what there is not.
    """
    for flow in ("production", "exports", "imports"):
        for row in reversed(whole):
            value = row.values
            if value["flow"] == flow and not value["half"] and value["carats"]:
                return flow_headline(words, flow, value)
    nil = all(row.values["status"] == "nil" for row in rows if row.values["flow"] == "production")
    if nil and any(row.values["flow"] == "production" for row in whole):
        return gettext("%(name)s declared no production in the years published here.") % {"name": words}
    if any(row.values["status"] == "suppressed" for row in rows):
        return ""
    return gettext("No whole year of %(name)s was published yet.") % {"name": words}


def flow_headline(words: str, flow: str, value: Mapping[str, Any]) -> str:
    """One year of a flow."""
    names = {"name": words, "year": value["year"], "carats": carats_words(Decimal(value["carats"]))}
    if not value["usd"]:
        return gettext(WITHOUT_VALUE[flow]) % names
    return gettext(WITH_VALUE[flow]) % (names | {"dollars": dollars_words(Decimal(value["usd"]))})


def flow_chart(words: str, flow: str, measure: str, rows: list[Row]) -> Chart | None:
    """A flow over time; production by half-years, where the halves were filed."""
    name = {"carats": "carats", "usd": "usd"}[measure]
    own = [row.values for row in rows if row.values["flow"] == flow]
    halves = [v for v in own if v["half"]] or own
    known = {float(str(v["year"])) + (0.5 if v["half"] == "2" else 0.0): v[name] for v in halves}
    if not any(value for value in known.values()):
        return None
    step = 0.5 if any(v["half"] for v in halves) else 1.0
    count = int((max(known) - min(known)) / step) + 1
    places = [min(known) + step * i for i in range(count)]
    points = tuple((x, millions(known[x]) if known.get(x) is not None else None) for x in places)  # type: ignore[arg-type]
    series = Series(name=gettext(FLOW_WORDS[flow]), points=points)
    titles = {
        "production-carats": gettext("Production of %(name)s by weight, each half-year"),
        "imports-carats": gettext("Imports of %(name)s by weight, each year"),
        "exports-carats": gettext("Exports of %(name)s by weight, each year"),
        "production-usd": gettext("Production of %(name)s by value, each half-year"),
        "imports-usd": gettext("Imports of %(name)s by value, each year"),
        "exports-usd": gettext("Exports of %(name)s by value, each year"),
    }
    return line_chart(titles[f"{flow}-{measure}"] % {"name": words}, series, measure)
