"""What only shows when all records of a file are seen: repeated keys, missing halves, filers who took no part."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import TypeVar

import pyarrow as pa

from openkp.figures.reading.names import known_codes, name_of
from openkp.figures.reading.types import Notes
from openkp.scheme.members import first_list
from openkp.scheme.participation import load_participation
from openkp.scheme.periods import Period
from openkp.scheme.words import N_

_BATCH = 10_000
Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Filed:
    """One record: its row and the key and quantities that it says."""

    row: int
    participant: str
    period: Period
    mining: str
    nil: bool
    carats: Decimal | None
    usd: Decimal | None

    @property
    def who(self) -> str:
        """``Congo, Republic of the (CG)``."""
        return named(self.participant)


@cache
def named(code: str) -> str:
    """A name with its code."""
    return f"{name_of(code)} ({code})"


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """The rows by key, in the order in which they came."""
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)


def tell_returns(production: pa.Table, notes: Notes) -> None:
    """Everything about returns that takes more than one record to see; one Participant and year is held at a time."""
    outside: dict[str, list[Filed]] = defaultdict(list)
    for (participant, year), records in groupby(
        _in_order(production), lambda each: (each.participant, each.period.year)
    ):
        group = list(records)
        keys = grouped(group, lambda each: (each.participant, each.period, each.mining, each.nil))
        tell_repeats({_label(*key): same for key, same in keys.items() if len(same) > 1}, notes)
        periods = grouped(group, lambda each: each.period)
        for period, part in periods.items():
            _tell_contradictions(named(participant), period, part, notes)
            if participant in known_codes() and not takes_part(participant, period):
                outside[participant] += part
        if len(periods) == 1:
            _tell_missing_half(participant, year, group, notes)
    for participant, group in outside.items():
        _tell_outsider(participant, group, notes)


def _in_order(production: pa.Table) -> Iterator[Filed]:
    """The records by Participant and year, as they came within each."""
    names = ["record", "participant", "year", "half", "mining", "nil", "carats", "usd"]
    ordered = production.select(names).sort_by([(name, "ascending") for name in ("participant", "year", "record")])
    for batch in ordered.to_batches(max_chunksize=_BATCH):
        for row, participant, year, half, *said in zip(*(column.to_pylist() for column in batch), strict=True):
            yield Filed(row, participant, Period(year, "H", half), *said)


def _label(participant: str, period: Period, mining: str, nil: bool) -> str:
    return " ".join(part for part in (named(participant), str(period), mining, "nil" if nil else "") if part)


def tell_repeats(keys: Mapping[str, list[Filed]], notes: Notes) -> None:
    """Keys that were filed more than once, with equal and with different quantities."""
    for label, group in keys.items():
        if len(group) < 2:
            continue
        by_quantity = grouped(group, lambda each: (each.carats, each.usd))
        values: dict[str, object] = {"key": label, "count": len(group)}
        for (carats, usd), same in by_quantity.items():
            if len(same) > 1:
                sentence = N_("%(key)s is there %(times)s times with %(carats)s carats and %(usd)s dollars.")
                rows = [each.row for each in same]
                amounts = {"carats": _shown(carats), "usd": _shown(usd)}
                notes.add("filed-twice-equal", rows, sentence, times=len(same), **values, **amounts)
        if len(by_quantity) > 1:
            sentence = N_("%(key)s was filed %(count)s times with different quantities: %(quantities)s.")
            quantities = "; ".join(f"{_shown(each.carats)} ct, {_shown(each.usd)} USD" for each in group)
            rows = [each.row for each in group]
            notes.add("filed-twice-different", rows, sentence, quantities=quantities, **values)


def _shown(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{amount:,.2f}"


def _tell_contradictions(who: str, period: Period, group: list[Filed], notes: Notes) -> None:
    """“No production” beside figures; a total beside what it is the total of."""
    nil, figures = [each for each in group if each.nil], [each for each in group if not each.nil]
    if nil and figures:
        sentence = N_("%(who)s filed both “no production” and figures for %(period)s.")
        notes.add("nil-and-figures", [each.row for each in group], sentence, who=who, period=period)
    if len({bool(each.mining) for each in figures}) == 2:
        sentence = N_("%(who)s filed %(period)s both by way of mining and without: one may hold the other.")
        notes.add("total-beside-parts", [each.row for each in figures], sentence, who=who, period=period)


def _tell_missing_half(participant: str, year: int, group: list[Filed], notes: Notes) -> None:
    missing = Period(year, "H", 3 - group[0].period.part)
    if takes_part(participant, missing):
        sentence = N_("%(who)s is there with one half of %(year)s: nothing was filed for %(period)s.")
        rows = [each.row for each in group]
        notes.add("half-missing", rows, sentence, who=named(participant), year=year, period=missing)


def _tell_outsider(participant: str, group: list[Filed], notes: Notes) -> None:
    covered = load_participation().participant_of(participant, group[-1].period.last_day)
    periods = ", ".join(dict.fromkeys(str(each.period) for each in group))
    rows = [each.row for each in group]
    values: dict[str, object] = {"who": named(participant), "periods": periods}
    if covered:
        sentence = N_("%(who)s filed for %(periods)s, when %(for)s answered for it.")
        notes.add("not-a-participant", rows, sentence, **values, **{"for": named(covered.code)})
    else:
        sentence = N_("%(who)s filed for %(periods)s, when it was not a Participant.")
        notes.add("not-a-participant", rows, sentence, **values)


def takes_part(code: str, period: Period) -> bool:
    """Whether ``code`` answered for itself on some day of the period; the first list stands for the time before it."""
    return any(_own(code, max(day, first_list())) for day in (period.first_day, period.last_day))


def _own(code: str, day: date) -> bool:
    found = load_participation().participant_of(code, day)
    return found is not None and found.code == code
