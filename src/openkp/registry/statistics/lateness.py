"""Which returns are missing on a day: of everybody at the Secretariat, of its own Participants at any other node."""

from collections.abc import Collection
from datetime import date

from openkp.figures.tables import Facts
from openkp.registry.participation.models import Authority
from openkp.registry.participation.queries import hosted_participants, participation
from openkp.registry.statistics.models import Filing
from openkp.registry.statistics.source_facts import source_facts
from openkp.scheme.deadlines import Late, due_on, late_returns
from openkp.scheme.members import SCHEME_BEGAN
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind

Key = tuple[str, ReturnKind, Period]
FAR = date(2100, 1, 1)
"""No day that anybody asks about in earnest: up to the year 9999 hundreds of thousands of returns would be listed."""


def late(on: date) -> tuple[Late, ...]:
    """Every return that was due before ``on`` and had not come by then, of whom this node answers for.

    The list begins with the first period of which any return of the kind is known here: what was filed elsewhere
    before is not missing. Where none is known, nobody is called late but the node's own Participants, and they for the
    last period only. Production is owed by whoever ever filed it, nil returns counted.
    """
    if not SCHEME_BEGAN < on < FAR:
        return ()
    facts = source_facts()
    known = {*_imported(facts, on), *_filed(on)}
    everybody = watches_everybody()
    found = [each for kind in ReturnKind for each in _late(kind, known, on, begun=not everybody)]
    watched = {each.participant for each in found} if everybody else hosted_participants()
    kept = (each for each in found if each.participant in watched)
    return tuple(sorted(kept, key=lambda each: (each.due_on, each.participant, each.kind)))


def _late(kind: ReturnKind, known: Collection[Key], on: date, *, begun: bool) -> tuple[Late, ...]:
    """The late returns of a kind; ``begun``: it is collected here even where none of the kind came yet."""
    filed = {period for _, each, period in known if each is kind}
    if not filed and not begun:
        return ()
    first = min(period.first_day for period in filed or {_last_due(kind, on)})
    return late_returns(
        known,
        since=first,
        on=on,
        participation=participation(),
        producers={code for code, each, _ in known if each is ReturnKind.PRODUCTION} or None,
        kinds=(kind,),
    )


def watches_everybody() -> bool:
    """Whether an office of the Scheme works on this node, or figures of everybody without any authority."""
    return Authority.objects.filter(exporting=False, importing=False).exists() or not Authority.objects.exists()


def _last_due(kind: ReturnKind, on: date) -> Period:
    period = Period.of(on, kind.period_kind).previous
    while due_on(kind, period) >= on:
        period = period.previous
    return period


def _imported(facts: Facts, on: date) -> set[Key]:
    """What imported files say was filed by a day; a record without a time stamp was there when the file was made."""
    found: set[Key] = set()
    for kind, name, code, part in (
        (ReturnKind.PRODUCTION, "production", "participant", "half"),
        (ReturnKind.TRADE, "trade", "reporter", "quarter"),
    ):
        if name not in facts:
            continue
        for row in facts[name].select([code, "year", part, "created"]).to_pylist():
            created = row["created"]
            if row[part] and row["year"] and (created is None or created.date() <= on):
                found.add((row[code], kind, Period(row["year"], kind.period_kind, row[part])))
    return found


def _filed(on: date) -> set[Key]:
    rows = Filing.objects.filter(filed_at__date__lte=on).values_list("participant", "kind", "period")
    return {(code, ReturnKind(kind), Period.parse(period)) for code, kind, period in rows}
