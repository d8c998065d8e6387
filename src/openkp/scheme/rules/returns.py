"""What a return must satisfy before it is filed: its period, its filer, its lines, its counts, its versions.

A return states what happened. So what should not have happened (a partner that was no Participant, say) is not barred:
the filer checks it, and where it is true says so in the note, for everybody to read.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from openkp.scheme.goods import HsSubheading
from openkp.scheme.members import Flow as Barred
from openkp.scheme.participation import Participation, named
from openkp.scheme.returns import Flow, Mining, Nature, ReturnKind, StatisticalReturn, TradeLine, ValueBasis
from openkp.scheme.rules.base import Problem, problem, rule
from openkp.scheme.words import N_

_TRADE = "Core Document Annex III(a)"
_PRODUCTION = "Core Document Annex III(c)"
_BREAKDOWN = "Core Document Annex III(b)"


@dataclass(frozen=True, kw_only=True)
class FilingCase:
    """A return about to be filed on a day; ``earlier`` are the versions filed before it, the oldest first."""

    statistical_return: StatisticalReturn
    on: date
    participation: Participation
    earlier: tuple[StatisticalReturn, ...] = ()


@rule("STAT-01", source=_TRADE)
def a_quarter_is_filed_when_it_is_over(case: FilingCase) -> Iterator[Problem]:
    """A trade return is for a quarter that has ended."""
    if case.statistical_return.kind is ReturnKind.TRADE:
        yield from _not_over(case)


@rule("STAT-04", source=_PRODUCTION)
def a_half_year_is_filed_when_it_is_over(case: FilingCase) -> Iterator[Problem]:
    """A production return is for a half-year that has ended."""
    if case.statistical_return.kind is ReturnKind.PRODUCTION:
        yield from _not_over(case)


@rule("STAT-01", source=_TRADE)
def figures_have_lines(case: FilingCase) -> Iterator[Problem]:
    """A return of figures has lines; where there were none, it is a nil return."""
    value = case.statistical_return
    if value.nature is Nature.FIGURES and not (value.production or value.trade):
        sentence = N_("Enter a line, or file a nil return: figures without a line say nothing.")
        yield problem("lines_missing", str(value.kind), sentence)


@rule("STAT-02", source=_TRADE)
def both_certificate_counts_are_stated(case: FilingCase) -> Iterator[Problem]:
    """A trade return counts certificates issued for export and imports that carried one, and the lines agree.

    A certificate may stand in several lines of one partner, but goes to one partner alone.
    """
    value = case.statistical_return
    if value.kind is not ReturnKind.TRADE or value.nature is Nature.CANNOT_PUBLISH:
        return
    for name, flow, stated in (
        ("certificates_issued", Flow.EXPORT, value.certificates_issued),
        ("certificates_received", Flow.IMPORT, value.certificates_received),
    ):
        lines = [line for line in value.trade if line.flow is flow]
        most = sum(line.certificates for line in lines)
        largest = {line.partner: line.certificates for line in sorted(lines, key=lambda line: line.certificates)}
        least = sum(largest.values())
        if stated is None and value.nature is Nature.FIGURES:
            yield problem(f"{name}_missing", name, N_("Enter the count of certificates, 0 where there were none."))
        elif stated is not None and not least <= stated <= most:
            sentence = N_(
                "Check the count: %(stated)s certificates, but the lines hold between %(least)s (all lines of a "
                "partner on the same certificates) and %(most)s."
            )
            values = {"stated": stated, "least": least, "most": most}
            yield problem(f"{name}_differs", name, sentence, **values)


@rule("STAT-03", source=_BREAKDOWN)
def partners_are_participants(case: FilingCase) -> Iterator[Problem]:
    """Every partner took part in the period and its trade was not barred; if goods did move, the note says so."""
    value = case.statistical_return
    if value.note:
        return
    days = (value.period.first_day, value.period.last_day)
    for place, line in enumerate(value.trade):
        field = f"trade.{place}.partner"
        outside = [case.participation.outsider(line.partner, day, "partner") for day in days]
        barred = [_bar(case.participation, line, day) for day in days]
        if all(outside):
            sentence = N_(
                "Check the partner: %(partner)s was no Participant in %(period)s. If it is true, say so in the note."
            )
            yield problem(
                "partner_not_participant", field, sentence, partner=named(line.partner), period=str(value.period)
            )
        elif all(barred):
            sentence = N_(
                "Check the partner: trade of %(partner)s was barred in %(period)s. If it is true, say so in the note."
            )
            yield problem("partner_barred", field, sentence, partner=named(line.partner), period=str(value.period))


@rule("STAT-03", source=_BREAKDOWN)
def a_line_stands_once(case: FilingCase) -> Iterator[Problem]:
    """Flow, partner, origin and HS subheading name one line; the partner is abroad."""
    value = case.statistical_return
    seen: Counter[tuple[Flow, str, str, HsSubheading]] = Counter()
    for place, line in enumerate(value.trade):
        key = (line.flow, line.partner, line.origin, line.hs)
        seen[key] += 1
        if seen[key] == 2:
            sentence = N_("Add the lines together: %(flow)s, %(partner)s, HS %(hs)s stands more than once.")
            values = {"flow": str(line.flow), "partner": line.partner, "hs": str(line.hs)}
            yield problem("line_repeated", f"trade.{place}", sentence, **values)
        if (case.participation.trader_of(line.partner, value.period.last_day) or line.partner) == value.participant:
            sentence = N_("Name the partner: %(partner)s is the Participant that files this return.")
            yield problem("partner_itself", f"trade.{place}.partner", sentence, partner=named(line.partner))


@rule("STAT-03", source=_BREAKDOWN)
def weight_value_and_count_go_together(case: FilingCase) -> Iterator[Problem]:
    """Carats, value and certificates of a line are all above zero, or the note says why not."""
    value = case.statistical_return
    if value.note:
        return
    for place, line in enumerate(value.trade):
        amounts = (line.carats.amount, line.value.amount, Decimal(line.certificates))
        if not all(amounts):
            sentence = N_(
                "Check the line: carats, value and certificates go together. If one is truly 0, the note says why."
            )
            yield problem("line_incomplete", f"trade.{place}", sentence)


@rule("STAT-04", source=_PRODUCTION)
def production_has_carats_and_value(case: FilingCase) -> Iterator[Problem]:
    """A line of production has carats and US dollars, and each way of mining stands once."""
    value = case.statistical_return
    ways = [line.mining for line in value.production]
    if len(set(ways)) < len(ways) or (Mining.ALL in ways and len(ways) > 1):
        sentence = N_("Give one line for all production, or one for artisanal and one for large-scale mining.")
        yield problem("mining_repeated", "production", sentence)
    for place, line in enumerate(value.production):
        if not value.note and bool(line.carats.amount) != bool(line.value.amount):
            sentence = N_("Check the line: carats and value go together. If one is truly 0, say why in the note.")
            yield problem("line_incomplete", f"production.{place}", sentence)


@rule("STAT-05", source=_PRODUCTION)
def a_notice_says_why(case: FilingCase) -> Iterator[Problem]:
    """Who cannot publish figures tells the Chair at once, and says why."""
    value = case.statistical_return
    if value.nature is Nature.CANNOT_PUBLISH and not value.note:
        yield problem(
            "note_missing", "note", N_("Say why the figures cannot be published: the Chair reads this notice.")
        )


@rule("STAT-06", source="Core Document Annex III(d)")
def the_basis_of_values_is_stated(case: FilingCase) -> Iterator[Problem]:
    """A trade return says whether values are FOB or CIF: practice differs, and mirrors are compared."""
    value = case.statistical_return
    if value.trade and value.value_basis is ValueBasis.UNSTATED:
        yield problem("value_basis_missing", "value_basis", N_("Choose the basis of the values: FOB or CIF."))


@rule("STAT-07", source="Core Document Annex III(e)")
def the_filer_reports_for_the_period(case: FilingCase) -> Iterator[Problem]:
    """A Participant files for periods in which it took part, a member of a regional organisation through it."""
    value = case.statistical_return
    code, period = value.participant, value.period
    first = case.participation.participant_of(code, period.first_day)
    last = case.participation.participant_of(code, period.last_day)
    if not first and not last:
        sentence = N_("Check the period: %(code)s was no Participant in %(period)s, so no return is owed or taken.")
        yield problem("filer_not_participant", "period", sentence, code=named(code), period=str(period))
    elif code not in {each.code for each in (first, last) if each}:
        other = last or first
        sentence = N_("Let %(other)s file: it reported for %(code)s in %(period)s.")
        values = {"code": named(code), "period": str(period), "other": named(other.code) if other else ""}
        yield problem("filed_by_another", "period", sentence, **values)


@rule("STAT-07", source="Core Document Annex III(e)")
def a_correction_is_a_new_version(case: FilingCase) -> Iterator[Problem]:
    """What was filed is never overwritten: a correction is the next version, differs, and says why."""
    value, earlier = case.statistical_return, case.earlier
    if value.version <= len(earlier):
        sentence = N_("Correct the return that was filed: version %(version)s of %(period)s is there already.")
        yield problem("filed_already", "period", sentence, version=value.version, period=str(value.period))
    elif value.version > 1 and not value.reason:
        yield problem("reason_missing", "reason", N_("Say why this version replaces the one before."))
    if value.version > 1 and earlier and _figures(value) == _figures(earlier[-1]):
        sentence = N_("Change something: this version says what version %(version)s says.")
        yield problem("nothing_changed", "", sentence, version=value.version - 1)


def _not_over(case: FilingCase) -> Iterator[Problem]:
    value = case.statistical_return
    if value.period.last_day < case.on or value.nature is Nature.CANNOT_PUBLISH:
        return
    sentence = N_("Wait until %(period)s is over: it ends on %(day)s, and today is %(on)s.")
    yield problem(
        "period_not_over", "period", sentence, period=str(value.period), day=value.period.last_day, on=case.on
    )


def _bar(participation: Participation, line: TradeLine, day: date) -> bool:
    """Whether the partner's side of the trade was barred on a day."""
    side = Barred.IMPORT if line.flow is Flow.EXPORT else Barred.EXPORT
    return any(each.code != "zone_missing" for each in participation.bars(line.partner, day, side, zone=""))


def _figures(value: StatisticalReturn) -> StatisticalReturn:
    """The return without what makes it this version."""
    return replace(value, version=1, reason="", method="")


RETURN_RULES = (
    a_quarter_is_filed_when_it_is_over,
    a_half_year_is_filed_when_it_is_over,
    figures_have_lines,
    both_certificate_counts_are_stated,
    partners_are_participants,
    a_line_stands_once,
    weight_value_and_count_go_together,
    production_has_carats_and_value,
    a_notice_says_why,
    the_basis_of_values_is_stated,
    the_filer_reports_for_the_period,
    a_correction_is_a_new_version,
)
