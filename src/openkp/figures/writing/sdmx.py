"""SDMX-CSV 2.0: one row an observation, for statistical offices. ISO 17369; the dimensions are ours (docs/formats)."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

STRUCTURE_ID = "OPENKP:KP_FIGURES(1.0)"
DIMENSIONS = ("FREQ", "REF_AREA", "TIME_PERIOD", "FLOW", "READING", "INDICATOR")
HEADER = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, "OBS_VALUE", "UNIT_MEASURE", "OBS_STATUS")
MEASURES = {
    "carats": ("CARATS", "CT"),
    "usd": ("USD", "USD"),
    "usd_per_carat": ("USD_PER_CARAT", "USD_CT"),
    "certificates": ("CERTIFICATES", "PURE_NUMB"),
}
WORLD = "_T"
NORMAL, WITHHELD = "A", "Q"


def as_sdmx(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The observations of the whole table; a withheld cell is an observation without a value, of status Q."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in rows:
        writer.writerows(_observations(row))
    return text.getvalue().encode()


def _observations(row: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    half = str(row.get("half") or str(row.get("period") or "").partition("-H")[2])
    period = f"{row['year']}-S{half}" if half else str(row["year"])
    area = WORLD if str(row["participant"]).casefold() == "world" else str(row["participant"])
    withheld = str(row.get("status", "")) == "suppressed"
    where = ("S" if half else "A", area, period, str(row["flow"]).upper(), str(row.get("reading", "")).upper())
    for name, (indicator, unit) in MEASURES.items():
        value = row.get(name)
        if withheld or value not in (None, ""):
            shown = "" if withheld else str(value)
            status = WITHHELD if withheld else NORMAL
            yield ("dataflow", STRUCTURE_ID, "I", *where, indicator, shown, unit, status)
