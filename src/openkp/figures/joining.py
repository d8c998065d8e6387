"""Two sides of one thing beside each other: the joins and keys that the reconciliations share."""

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir


def beside(left: ir.Table, right: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Every key of either side once, with the columns of both; a side without the key has nulls.

    Both sides hold each key once and no null in it; their other columns have different names.
    """
    renamed = right.rename({f"{key}_right": key for key in keys})
    joined = left.outer_join(renamed, [left[key] == renamed[f"{key}_right"] for key in keys])
    both = {key: ibis.coalesce(joined[key], joined[f"{key}_right"]) for key in keys}
    return joined.mutate(**both).drop(*(f"{key}_right" for key in keys))


def text(column: Any) -> Any:
    """A text with "not stated" as empty text, so that it can be a key."""
    return column.fill_null("")


def whole_number(column: Any) -> Any:
    """A whole number with "not stated" as 0, so that it can be a key."""
    return column.fill_null(0).cast("int32")


def amount(column: Any) -> Any:
    """An exact amount with room for any sum."""
    return column.cast("decimal(38, 2)")


def zero_if_none(column: Any) -> Any:
    """An exact amount, nothing where none was stated."""
    return ibis.coalesce(amount(column), amount(ibis.literal(0)))


def counted_once(trade: Any) -> Any:
    """The certificates of trade lines without those that another line of the flow counts."""
    return trade.certificates - trade.repeated.fill_null(0)


def binary(column: Any) -> Any:
    """An amount as a binary number, for ratios."""
    return column.cast("float64")


def ratio(above: Any, below: Any) -> Any:
    """A ratio as a binary number; null where there is nothing below."""
    return binary(above) / binary(below).nullif(0.0)
