"""The evidence pack: everything an analyst hands to the other country, as JSON; the same facts give the same bytes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import ibis

from openkp.figures.anomalies import units
from openkp.figures.anomalies.base import Anomaly
from openkp.figures.anomalies.catalogue import the_test
from openkp.figures.anomalies.found import Called
from openkp.figures.engines import Engine
from openkp.scheme.countries import country_name
from openkp.scheme.words import Sentence, Translate, as_written

SHOWN = 200
"""How many records a pack quotes with their amounts; it names them all."""

_AMOUNTS = ("carats", "usd", "certificates", "value", "year", "half", "quarter", "flow", "partner", "hs", "mining")
_OF_PAPERS = ("issuer", "destination", "receiver", "issued_on", "arrived_on", "hs", "origin", "carats", "usd", "status")


def evidence(anomaly: Anomaly, engine: Engine | None = None, translate: Translate = as_written) -> dict[str, Any]:
    """What, expected, observed, why it may be innocent, the records, the series, the command that makes it again.

    With an ``engine`` the records are quoted with their amounts. ``sentence`` holds ``what`` with its gaps apart, for
    who shows it in another language: a gap is words, a sentence again, or a ``country``.
    """
    delta = anomaly.observed - anomaly.expected
    test = the_test(anomaly.test)
    return {
        "key": anomaly.key,
        "test": anomaly.test,
        "question": Sentence(test.title).text(translate),
        "attested_by": test.source,
        "participant": anomaly.participant,
        "participant_name": country_name(anomaly.participant),
        "partner": anomaly.partner,
        "partner_name": country_name(anomaly.partner) if anomaly.partner else "",
        "period": str(anomaly.period),
        "measure": anomaly.measure,
        "subject": anomaly.subject,
        "what": anomaly.what.text(translate),
        "sentence": _apart(anomaly.what),
        "unit": units.unit(anomaly.test, anomaly.measure).text(translate),
        "observed": str(anomaly.observed),
        "expected": str(anomaly.expected),
        "delta": str(delta),
        "delta_percent": str((delta / abs(anomaly.expected) * 100).quantize(Decimal("0.1")))
        if anomaly.expected
        else "",
        "severity": str(anomaly.severity),
        "innocent": [sentence.text(translate) for sentence in anomaly.innocent],
        "thresholds": {name: _plain(value) for name, value in anomaly.limits.items()},
        "records": list(anomaly.records),
        "rows": quoted(anomaly.records, engine) if engine else [],
        "series": [
            {
                "label": point.label,
                "observed": str(point.observed),
                "expected": None if point.expected is None else str(point.expected),
            }
            for point in anomaly.series
        ],
        "command": command(anomaly),
    }


def command(anomaly: Anomaly) -> str:
    """What finds it again among the same facts, whenever it is run."""
    scope = anomaly.scope
    year = f" --year {scope.year}" if scope and scope.year else ""
    until = f" --until {scope.until}" if scope else ""
    return f"openkp statistics anomalies --key {anomaly.key}{year}{until}"


def packs(anomalies: Sequence[Anomaly], engine: Engine) -> list[dict[str, Any]]:
    """The evidence of many anomalies with their records quoted, asked of the engine all at once."""
    names = {each.key: sorted(each.records)[:SHOWN] for each in anomalies}
    said: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _quoted(sorted({name for some in names.values() for name in some}), engine):
        said[row["record"]].append(row)
    return [evidence(each) | {"rows": [row for name in names[each.key] for row in said[name]]} for each in anomalies]


def quoted(records: Iterable[str], engine: Engine) -> list[dict[str, Any]]:
    """The first rows that records name, with what they say."""
    return _quoted(sorted(records)[:SHOWN], engine)


def _quoted(names: Sequence[str], engine: Engine) -> list[dict[str, Any]]:
    numbers = [name.removeprefix("certificate:") for name in names if name.startswith("certificate:")]
    rows = [row for table in ("issued", "confirmed") for row in _papers(engine, table, numbers)]
    filed: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for name in names:
        table, _colon, rest = name.partition(":")
        if table != "certificate":
            source, _hash, record = rest.rpartition("#")
            filed[table].append((source, int(record)))
    return rows + [row for table, wanted in sorted(filed.items()) for row in _filed(engine, table, wanted)]


def _papers(engine: Engine, table: str, numbers: list[str]) -> list[dict[str, Any]]:
    rows = engine.tables[table]
    found = rows.filter(rows.number.isin(numbers)).order_by(["number", "line", "source"]) if numbers else None
    return [
        {"record": f"certificate:{row['number']}", "table": table} | _said(row, _OF_PAPERS)
        for row in (engine.rows(found) if found is not None else ())
    ]


def _filed(engine: Engine, table: str, wanted: list[tuple[str, int]]) -> list[dict[str, Any]]:
    rows = engine.tables[table]
    named = ibis.literal("") + rows.source.fill_null("") + "#" + rows.record.fill_null(0).cast("string")
    chosen = rows.filter(named.isin([f"{source}#{record}" for source, record in wanted]))
    return [
        {"record": f"{table}:{row['source'] or ''}#{row['record'] or 0}", "table": table} | _said(row, _AMOUNTS)
        for row in engine.rows(chosen.order_by(["source", "record"]))
    ]


def _said(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    return {name: str(row[name]) for name in names if row.get(name) not in (None, "")}


def _apart(sentence: Sentence) -> dict[str, Any]:
    return {"template": sentence.template, "values": {name: _gap(value) for name, value in sentence.values.items()}}


def _gap(value: object) -> Any:
    if isinstance(value, Called):
        return {"country": value.code}
    return _apart(value) if isinstance(value, Sentence) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Decimal) else value
