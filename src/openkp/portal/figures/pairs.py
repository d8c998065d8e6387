"""The asymmetry page: what exporters filed beside what importers filed, pair by pair."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from openkp.figures.charts import Bar, Bars
from openkp.portal.figures.asked import Asked
from openkp.portal.figures.cells import Content, decimal
from openkp.portal.figures.columns import PERIOD, Column, column
from openkp.portal.figures.topics import MILLION, Row, Topic, scaled, who
from openkp.registry.statistics.editions import Edition
from openkp.scheme.words import N_

MOST_PAIRS, MOST_ROWS = 10, 60
"""In the picture, and in the page's table; the files have all."""
EXPORTER = column("exporter", N_("Exporter"), N_("ISO 3166-1 code of the exporting Participant"), kind="country")
IMPORTER = column("importer", N_("Importer"), N_("ISO 3166-1 code of the importing Participant"), kind="country")
SIDES = {"exported": N_("Exported, as filed by the exporter"), "imported": N_("Imported, as filed by the importer")}
AMOUNTS = [
    column("exported_carats", N_("Exported, ct"), SIDES["exported"], unit="ct", kind="amount"),
    column("imported_carats", N_("Imported, ct"), SIDES["imported"], unit="ct", kind="amount"),
    column("exported_usd", N_("Exported, US$"), SIDES["exported"], unit="USD", kind="amount"),
    column("imported_usd", N_("Imported, US$"), SIDES["imported"], unit="USD", kind="amount"),
    column("exported_certificates", N_("Exported, certificates"), SIDES["exported"], kind="count"),
    column("imported_certificates", N_("Imported, certificates"), SIDES["imported"], kind="count"),
]
LAG = column(
    "explained_by_lag",
    N_("Filed in other quarters, ct"),
    N_("Carats that both sides filed, but in different quarters of the year"),
    unit="ct",
    kind="amount",
)
INDEX = column(
    "index",
    N_("Asymmetry"),
    N_("Difference divided by the sum of both sides: 0 where they agree, 1 where one side has nothing"),
    kind="price",
)
COLUMNS: list[Column] = [EXPORTER, IMPORTER, PERIOD, INDEX, *AMOUNTS, LAG]


def asymmetry(state: Asked, edition: Edition, content: Content) -> Topic:
    """Both sides of every pair, the largest difference in carats first."""
    filed = sorted(content.get("asymmetry", ()), key=gap, reverse=True)
    rows = [pair_row(entry) for entry in filed]
    charts = {"carats": chart(edition.year, filed)} if filed else {}
    topic = Topic(
        name=f"asymmetry-{edition.year}",
        title=gettext("Exports against imports %(year)s") % {"year": edition.year},
        headline=headline(edition.year, filed),
        columns=[each for each in COLUMNS if each is not LAG or any(row.values["explained_by_lag"] for row in rows)],
        rows=rows,
        charts=charts,
        editions=(edition,),
        world=state.world,
        more={"most": MOST_ROWS, "count": len(rows)},
    )
    return replace(topic, short=replace(topic, rows=rows[:MOST_ROWS]))


def side(entry: Mapping[str, Any], which: str, measure: str) -> Decimal:
    """An amount of one side; nothing filed counts as nothing."""
    return decimal((entry.get(which) or {}).get(measure)) or Decimal(0)


def gap(entry: Mapping[str, Any]) -> Decimal:
    """By how many carats the two sides differ."""
    return abs(side(entry, "exported", "carats") - side(entry, "imported", "carats"))


def pair_row(entry: Mapping[str, Any]) -> Row:
    """One pair in one period."""
    values: dict[str, Any] = {name: entry.get(name) for name in ("exporter", "importer", "period")}
    for which in SIDES:
        found = entry.get(which) or {}
        values |= {f"{which}_{m}": decimal(found.get(m)) for m in ("carats", "usd")}
        values[f"{which}_certificates"] = found.get("certificates")
    lag = entry.get("explained_by_lag")
    values["explained_by_lag"] = decimal(lag) if isinstance(lag, str) else None
    values["index"] = decimal(entry.get("index"))
    shown = {name: who(str(entry.get(name) or "")) for name in ("exporter", "importer")}
    return Row(values=values, shown=shown)


def headline(year: int, filed: list[Any]) -> str:
    """Both sums of the pairs that are shown, in one sentence; a pair that is withheld is in neither."""
    if not filed:
        return gettext("No trade returns by partner were filed for %(year)s, so the two sides cannot be compared.") % {
            "year": year
        }
    sums = {which: sum((side(entry, which, "carats") for entry in filed), Decimal(0)) for which in SIDES}
    names = {"year": year, **{which: scaled(total, MILLION) for which, total in sums.items()}}
    sentence = gettext(
        "In %(year)s, in the pairs shown here, exporters filed %(exported)s million carats, "
        "importers %(imported)s million for the same trade."
    )
    return sentence % names


def chart(year: int, filed: list[Any]) -> Bars:
    """The pairs that differ most."""
    totals: dict[tuple[str, str], list[Decimal]] = {}
    for entry in filed:
        sums = totals.setdefault((str(entry.get("exporter")), str(entry.get("importer"))), [Decimal(0), Decimal(0)])
        sums[0] += side(entry, "exported", "carats")
        sums[1] += side(entry, "imported", "carats")
    widest = sorted(totals.items(), key=lambda pair: abs(pair[1][0] - pair[1][1]), reverse=True)[:MOST_PAIRS]
    bars = tuple(
        Bar(
            name=gettext("%(exporter)s to %(importer)s") % {"exporter": who(pair[0]), "importer": who(pair[1])},
            amounts=(float(sums[0]), float(sums[1])),
            words=(scaled(sums[0], MILLION), scaled(sums[1], MILLION)),
        )
        for pair, sums in widest
    )
    return Bars(
        title=gettext("Pairs whose two sides differ most, %(year)s") % {"year": year},
        about="; ".join(f"{each.name}: {' / '.join(each.words)}" for each in bars),
        unit=gettext("Million carats"),
        series=(gettext("Exports"), gettext("Imports")),
        bars=bars,
    )
