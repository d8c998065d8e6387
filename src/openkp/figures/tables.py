"""The fact tables: what every figure is made of. One row is one thing that somebody said, never changed.

Amounts are exact decimals with two places. ``source`` names the document or file a row came from and ``record`` the
row in it, so that every sum can be opened again. Codes are ISO 3166-1 alpha-2 (``EU`` too), HS ``7102.10``. Empty text
means "not stated"; a missing number means "not filed".
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

AMOUNT = pa.decimal128(18, 2)
_TEXT, _YEAR, _COUNT = pa.string(), pa.int32(), pa.int64()
_TIME = pa.timestamp("us", tz="UTC")

TABLES: dict[str, pa.Schema] = {
    # One record of a production return. half is 1 or 2; mining ASM, LSM or ""; nil where it says "no production".
    "production": pa.schema(
        [
            ("participant", _TEXT),
            ("year", _YEAR),
            ("half", _YEAR),
            ("mining", _TEXT),
            ("nil", pa.bool_()),
            ("carats", AMOUNT),
            ("usd", AMOUNT),
            ("created", _TIME),
            ("modified", _TIME),
            ("version", _YEAR),
            ("source", _TEXT),
            ("record", _COUNT),
        ]
    ),
    # One line of a trade return. partner: destination on exports, provenance on imports. authority: who filed it, where
    # a Participant has several that file apart; versions replace each other within one authority and quarter.
    # certificates: as filed; repeated: how many of them are left out so that a flow adds up to the count of its return;
    # certificates_least: where nobody can tell of which partner those are, how many stay at least.
    "trade": pa.schema(
        [
            ("reporter", _TEXT),
            ("flow", _TEXT),
            ("partner", _TEXT),
            ("year", _YEAR),
            ("quarter", _YEAR),
            ("hs", _TEXT),
            ("origin", _TEXT),
            ("carats", AMOUNT),
            ("usd", AMOUNT),
            ("certificates", _COUNT),
            ("repeated", _COUNT),
            ("certificates_least", _COUNT),
            ("basis", _TEXT),
            ("created", _TIME),
            ("version", _YEAR),
            ("authority", _TEXT),
            ("source", _TEXT),
            ("record", _COUNT),
        ]
    ),
    # One HS line of a certificate, as its issuer says it; lines count from 1. exporter and importer are opaque tokens,
    # never names.
    "issued": pa.schema(
        [
            ("number", _TEXT),
            ("line", _YEAR),
            ("issuer", _TEXT),
            ("destination", _TEXT),
            ("issued_on", pa.date32()),
            ("expires_on", pa.date32()),
            ("hs", _TEXT),
            ("origin", _TEXT),
            ("carats", AMOUNT),
            ("usd", AMOUNT),
            ("status", _TEXT),
            ("exporter", _TEXT),
            ("importer", _TEXT),
            ("predecessor", _TEXT),
            ("source", _TEXT),
        ]
    ),
    # The same certificate as the destination was told of it, before the goods came; arrived_on once they have come.
    "notified": pa.schema(
        [
            ("number", _TEXT),
            ("line", _YEAR),
            ("issuer", _TEXT),
            ("destination", _TEXT),
            ("notified_on", pa.date32()),
            ("arrived_on", pa.date32()),
            ("hs", _TEXT),
            ("carats", AMOUNT),
            ("usd", AMOUNT),
            ("source", _TEXT),
        ]
    ),
    # One HS line of an import confirmation: what the destination found.
    "confirmed": pa.schema(
        [
            ("number", _TEXT),
            ("line", _YEAR),
            ("issuer", _TEXT),
            ("receiver", _TEXT),
            ("arrived_on", pa.date32()),
            ("confirmed_on", pa.date32()),
            ("outcome", _TEXT),
            ("hs", _TEXT),
            ("carats", AMOUNT),
            ("usd", AMOUNT),
            ("source", _TEXT),
        ]
    ),
    # Stocks at the end of a year, and what was polished at home in it.
    "stocks": pa.schema(
        [
            ("participant", _TEXT),
            ("year", _YEAR),
            ("opening", AMOUNT),
            ("polished", AMOUNT),
            ("source", _TEXT),
        ]
    ),
    # What mines and diggers can yield in a year: a band, not a point.
    "capacity": pa.schema(
        [
            ("participant", _TEXT),
            ("year", _YEAR),
            ("low", AMOUNT),
            ("likely", AMOUNT),
            ("high", AMOUNT),
            ("source", _TEXT),
        ]
    ),
    # What a company says that a mine gave in a year; share is the part of the mine that the figure stands for.
    "mines": pa.schema(
        [
            ("participant", _TEXT),
            ("mine", _TEXT),
            ("year", _YEAR),
            ("carats", AMOUNT),
            ("share", pa.decimal128(9, 4)),
            ("period", _TEXT),
            ("address", _TEXT),
            ("source", _TEXT),
            ("record", _COUNT),
        ]
    ),
    # Customs trade of one HS subheading and year, in thousands of US dollars; reporter "WORLD" is the source's sum.
    "customs": pa.schema(
        [
            ("reporter", _TEXT),
            ("flow", _TEXT),
            ("hs", _TEXT),
            ("year", _YEAR),
            ("usd_thousand", _COUNT),
            ("source", _TEXT),
            ("record", _COUNT),
        ]
    ),
    # Single figures as others printed them.
    "published": pa.schema(
        [
            ("year", _YEAR),
            ("participant", _TEXT),
            ("flow", _TEXT),
            ("measure", _TEXT),
            ("value", pa.decimal128(24, 6)),
            ("digits", _TEXT),
            ("precision", _TEXT),
            ("note", _TEXT),
            ("publisher", _TEXT),
            ("released", _TEXT),
            ("address", _TEXT),
            ("source", _TEXT),
            ("record", _COUNT),
        ]
    ),
}

Facts = dict[str, pa.Table]
"""Fact tables by name; one that is missing is empty."""


def table(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """The fact table ``name`` of plain rows; a column that a row leaves out is null. Raises ``KeyError``."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=TABLES[name])


def whole(facts: Mapping[str, pa.Table]) -> Facts:
    """Every table of the house, empty where ``facts`` has none."""
    unknown = set(facts) - set(TABLES)
    if unknown:
        raise KeyError(f"no such fact table: {sorted(unknown)}")
    return {name: facts.get(name, schema.empty_table()) for name, schema in TABLES.items()}
