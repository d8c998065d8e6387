"""What the facts give where a published figure says something: the same quantity, in both readings."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from openkp.figures.engines import Engine
from openkp.figures.reading.published import OTHERS
from openkp.figures.summary import READINGS, annual_summaries, years_filed
from openkp.scheme.readings import ReadingRule

_FLOWS: dict[str, tuple[str, ...]] = {
    "production": ("production",),
    "import": ("imports",),
    "export": ("exports",),
    "import_plus_export": ("imports", "exports"),
}
_SHARES = {"share_of_world_carats_pct": "carats", "share_of_world_pct": "usd"}
_AMOUNTS = {"carats": "carats", "value_usd": "usd"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Ours:
    """The summaries of the years that figures were published of."""

    summaries: dict[int, Row]
    tables: dict[tuple[Any, ...], frozenset[str]]
    stamps: dict[tuple[int, str], list[datetime]]

    def of(self, figure: Row) -> dict[str, Decimal]:
        """By reading; empty where nothing was filed of it. Readings that agree are both there."""
        summary = self.summaries.get(figure["year"])
        values = {reading: self._value(figure, summary[reading]) for reading in READINGS} if summary else {}
        return {reading: value for reading, value in values.items() if value is not None}

    def changed_after(self, figure: Row, released: date | None) -> int:
        """How many production records of it were made or changed after the figure was printed."""
        if released is None or figure["flow"] != "production":
            return 0
        printed = datetime.combine(released, time.max, UTC)
        whose = {figure["participant"]} - {"WORLD", OTHERS}
        known = (
            stamps
            for (year, code), stamps in self.stamps.items()
            if year == figure["year"] and (not whose or code in whose)
        )
        return sum(stamp > printed for stamps in known for stamp in stamps)

    def incomplete(self, figure: Row) -> list[str]:
        """The returns of producers that are missing in its year and would count in it."""
        summary = self.summaries[figure["year"]]
        filers = summary["as_filed"]["participants"]
        missing = [each for each in summary["missing"] if _has_carats(filers[each["participant"]])]
        alone = figure["participant"] in filers and figure["measure"] not in _SHARES
        return [
            f"{each['participant']} {each['period']}"
            for each in missing
            if each["kind"] == "production" and (not alone or each["participant"] == figure["participant"])
        ]

    def _value(self, figure: Row, reading: Row) -> Decimal | None:
        measure, flow = figure["measure"], figure["flow"]
        if flow == "producing_participants":
            return Decimal(sum(_has_carats(each) for each in reading["participants"].values()))
        if flow == "certificates":
            count = self._whose(figure, reading).get("certificates", {}).get("issued")
            return None if count is None else Decimal(count)
        if measure in _SHARES:
            part, whole = (
                self._amount(figure | {"participant": whom}, reading, _SHARES[measure])
                for whom in (figure["participant"], "WORLD")
            )
            return part / whole * 100 if part is not None and whole else None
        if measure == "usd_per_carat":
            usd, carats = self._amount(figure, reading, "usd"), self._amount(figure, reading, "carats")
            return usd / carats if usd is not None and carats else None
        return self._amount(figure, reading, _AMOUNTS[measure]) if measure in _AMOUNTS else None

    def _amount(self, figure: Row, reading: Row, name: str) -> Decimal | None:
        """A sum over the flows that the figure means."""
        flows = _FLOWS.get(figure["flow"], ())
        if figure["participant"] == OTHERS:
            named = (reading["participants"].get(code, {}) for code in self.tables[_table(figure)])
            parts = [_sum(each, flows, name) or Decimal(0) for each in named]
            world = _sum(reading["world"], flows, name)
            return None if world is None else world - sum(parts)
        return _sum(self._whose(figure, reading), flows, name)

    def _whose(self, figure: Row, reading: Row) -> Row:
        if figure["participant"] == "WORLD":
            return dict(reading["world"])
        return dict(reading["participants"].get(figure["participant"], {}))


def our_figures(engine: Engine, figures: Iterable[Row], *, rule: ReadingRule | None) -> Ours:
    """What there is for these published figures."""
    wanted, tables = set(), defaultdict(set)
    for figure in figures:
        wanted.add(figure["year"])
        if figure["participant"] not in (OTHERS, "WORLD"):
            tables[_table(figure)].add(figure["participant"])
    years = sorted(wanted & set(years_filed(engine)))
    summaries = annual_summaries(engine, years, rule=rule)
    named = defaultdict(frozenset, {key: frozenset(codes) for key, codes in tables.items()})
    return Ours(summaries, named, _stamps(engine, years))


def _table(figure: Row) -> tuple[Any, ...]:
    """What makes figures one printed table: a row “others” is the rest of it."""
    return tuple(figure[name] for name in ("publisher", "released", "year", "flow", "measure", "note"))


def _stamps(engine: Engine, years: list[int]) -> dict[tuple[int, str], list[datetime]]:
    table = engine.tables["production"]
    rows = engine.rows(table.filter(table.year.isin(years)).select("year", "participant", "created", "modified"))
    found = defaultdict(list)
    for row in rows:
        known = [stamp for stamp in (row["created"], row["modified"]) if stamp]
        if known:
            found[row["year"], row["participant"]].append(max(known))
    return found


def _sum(figures: Row, flows: tuple[str, ...], name: str) -> Decimal | None:
    found = [Decimal(figures[flow][name]) for flow in flows if flow in figures]
    return sum(found, Decimal(0)) if found and len(found) == len(flows) else None


def _has_carats(figures: Row) -> bool:
    return Decimal(figures.get("production", {}).get("carats", 0)) > 0
