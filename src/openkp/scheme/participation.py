"""Who takes part in the Scheme, and who may trade with whom, on any day.

Everything is dated data (``data/participants.yaml``, ``authorities.yaml``, ``measures.yaml``). *Being a
Participant* and *being free to trade* are two things: a suspended Participant is still counted.
Source: Core Document III(c), VI 8; certificate-rules 2.9; scheme-rules D and J.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from openkp.scheme.countries import country_name
from openkp.scheme.dated import in_force
from openkp.scheme.errors import Finding
from openkp.scheme.members import Authority, Flow, Kind, Measure, MeasureKind, Member, Spell, Standing, load_members
from openkp.scheme.rules.base import Problem, problem
from openkp.scheme.words import N_


@dataclass(frozen=True, kw_only=True)
class Participant:
    """A Participant on a day, or Chinese Taipei, which is treated as one in trade but not counted."""

    code: str
    name: str
    kind: Kind
    since: date
    counted: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the list on a day. ``participant`` is the one that covers it, ``measures`` what limits its trade."""

    code: str
    name: str
    kind: Kind
    standing: Standing
    participant: str
    since: date
    source: str
    note: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Counts:
    """How many Participants (a regional organisation is one) and how many countries (its members counted)."""

    participants: int
    countries: int


@dataclass(frozen=True)
class Participation:
    """The dated lists. Every question names its day."""

    members: tuple[Member, ...]
    authorities: tuple[Authority, ...]
    measures: tuple[Measure, ...]

    @cached_property
    def _by_code(self) -> dict[str, Member]:
        return {member.code: member for member in self.members}

    def _spell(self, code: str, day: date) -> Spell | None:
        member = self._by_code.get(code)
        spell = member.spell_on(day) if member else None
        if spell and spell.of and not self._spell(spell.of, day):
            return None
        return spell

    def rows_on(self, day: date) -> tuple[Row, ...]:
        """Everyone whom the Scheme covers on ``day``: Participants, members, territories, Chinese Taipei."""
        rows = []
        for member in self.members:
            spell = self._spell(member.code, day)
            if spell:
                rows.append(_row(member, spell, self.measures_on(member.code, day)))
        return tuple(rows)

    def participants_on(self, day: date) -> tuple[Participant, ...]:
        """The Participants on ``day``, a regional organisation as one, Chinese Taipei not among them."""
        found = (self.participant_of(row.code, day) for row in self.rows_on(day) if row.standing is Standing.ACTIVE)
        return tuple(participant for participant in found if participant)

    def counts_on(self, day: date) -> Counts:
        """The two numbers that the Scheme publishes."""
        rows = self.rows_on(day)
        own = [row for row in rows if row.standing is Standing.ACTIVE]
        countries = [row for row in rows if row.standing in (Standing.ACTIVE, Standing.VIA_REIO)]
        return Counts(len(own), sum(row.kind is Kind.STATE for row in countries))

    def participant_of(self, country: str, day: date) -> Participant | None:
        """Who answers for ``country`` on ``day``: BE and GL give EU, HK gives CN, TW itself; None for outsiders."""
        spell = self._spell(country, day)
        if spell is None:
            return None
        if spell.of:
            return self.participant_of(spell.of, day)
        member = self._by_code[country]
        counted = spell.standing is Standing.ACTIVE
        return Participant(code=country, name=member.name, kind=member.kind, since=spell.first, counted=counted)

    def trader_of(self, country: str, day: date) -> str | None:
        """Whose certificates ``country`` uses: BE and GL give EU, HK itself, as it certifies on its own."""
        spell = self._spell(country, day)
        if spell is None:
            return None
        return country if spell.certifies or not spell.of else spell.of

    def has_issued(self, prefix: str, day: date) -> bool:
        """Whether certificates with this prefix can exist on ``day``: their issuer takes part or once took part."""
        member = self._by_code.get(prefix)
        spells = member.spells if member else ()
        return any(spell.first <= day and (spell.certifies or not spell.of) for spell in spells)

    def members_of(self, code: str, day: date) -> tuple[str, ...]:
        """The countries and territories inside the Participant ``code`` on ``day``."""
        return tuple(row.code for row in self.rows_on(day) if row.participant == code and row.code != code)

    def authorities_of(self, trader: str, day: date) -> tuple[Authority, ...]:
        """The authorities known for a Participant (or a territory that certifies) on ``day``."""
        return tuple(a for a in self.authorities if a.participant == trader and in_force(a.first, a.last, day))

    def authority(self, code: str) -> Authority | None:
        """The authority with this code, if the data knows it."""
        return next((each for each in self.authorities if each.code == code), None)

    def measures_on(self, country: str, day: date, flow: Flow | None = None) -> tuple[Measure, ...]:
        """The measures in force for ``country``, for one flow if it is named."""
        flows = tuple(Flow) if flow is None else (flow, Flow.BOTH)
        return tuple(
            measure
            for measure in self.measures
            if measure.country == country and measure.flow in flows and in_force(measure.first, measure.last, day)
        )

    def may_trade(self, exporter: str, importer: str, day: date, *, zone: str = "") -> tuple[Finding, ...]:
        """Everything that stands against a shipment from ``exporter`` to ``importer`` on ``day``; empty if it may go.

        Both are Participants or countries; ``zone`` is the mining area where a measure asks for it.
        """
        outside = [self.outsider(exporter, day, "exporter"), self.outsider(importer, day, "destination")]
        same = self.same_trader(exporter, importer, day)
        findings = [_finding("EXP-02", found) for found in (*outside, same) if found]
        barred = (*self.bars(exporter, day, Flow.EXPORT, zone=zone), *self.bars(importer, day, Flow.IMPORT))
        return (*findings, *(_finding("PART-05", found) for found in barred))

    def outsider(self, country: str, day: date, field: str) -> Problem | None:
        """The problem that ``country`` is not covered by any Participant on ``day``."""
        if self.trader_of(country, day):
            return None
        sentence = N_(
            "%(country)s was not a Participant on %(day)s. Rough diamonds move between Participants only: "
            "the shipment cannot go ahead; report an attempt to your authority."
        )
        return problem(f"{field}_not_participant", field, sentence, country=named(country), day=day)

    def same_trader(self, exporter: str, importer: str, day: date) -> Problem | None:
        """The problem that both ends lie inside one Participant, where no certificate is used."""
        trader = self.trader_of(exporter, day)
        if trader is None or trader != self.trader_of(importer, day):
            return None
        sentence = N_(
            "%(exporter)s and %(importer)s both belong to %(trader)s. A certificate is for shipments to another "
            "Participant: none is needed, or the destination is wrong."
        )
        values = {"exporter": named(exporter), "importer": named(importer), "trader": named(trader)}
        return problem("destination_same_participant", "destination", sentence, **values)

    def bars(self, country: str, day: date, flow: Flow, *, zone: str = "") -> Iterator[Problem]:
        """The problems that measures on ``country`` make for this flow on ``day``."""
        codes = dict.fromkeys((country, self.trader_of(country, day) or country))
        for measure in (m for code in codes for m in self.measures_on(code, day, flow)):
            if measure.kind is MeasureKind.ZONE_LIMITED:
                yield from _zone_bars(measure, day, zone)
            elif measure.kind is not MeasureKind.SUPERVISED:
                yield _barred(measure, day, flow)


def named(code: str) -> str:
    """``Kenya (KE)``."""
    return f"{country_name(code)} ({code})"


def _row(member: Member, spell: Spell, measures: tuple[Measure, ...]) -> Row:
    return Row(
        code=member.code,
        name=member.name,
        kind=member.kind,
        standing=spell.standing,
        participant=spell.of or member.code,
        since=spell.first,
        source=spell.source,
        note=spell.note,
        measures=measures,
    )


def _finding(rule: str, found: Problem) -> Finding:
    return Finding(rule, found.code, found.field, found.sentence)


def _barred(measure: Measure, day: date, flow: Flow) -> Problem:
    values = {"country": named(measure.country), "day": day, "measure": measure.text, "source": measure.source}
    if flow is Flow.EXPORT:
        sentence = N_(
            "%(country)s may not export rough diamonds on %(day)s: %(measure)s (%(source)s). "
            "Hold the shipment until the measure ends."
        )
        return problem("exports_barred", "", sentence, **values)
    sentence = N_(
        "%(country)s may not import rough diamonds on %(day)s: %(measure)s (%(source)s). Choose another destination."
    )
    return problem("imports_barred", "destination", sentence, **values)


def _zone_bars(measure: Measure, day: date, zone: str) -> Iterator[Problem]:
    open_zones = [each.name for each in measure.zones if each.first <= day]
    values = {"country": named(measure.country), "day": day, "zones": ", ".join(open_zones) or "–"}
    if not zone:
        sentence = N_(
            "Name the mining zone: on %(day)s %(country)s exports from compliant zones only (%(zones)s), "
            "and a shipment without its zone cannot be judged."
        )
        yield problem("zone_missing", "origin_zone", sentence, **values)
    elif _plain(zone) not in map(_plain, open_zones):
        sentence = N_(
            "%(zone)s is not a compliant zone of %(country)s on %(day)s; exports are open from these only: %(zones)s. "
            "Hold the goods."
        )
        yield problem("zone_not_compliant", "origin_zone", sentence, zone=zone, **values)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in letters if c.isalnum())


@cache
def load_participation() -> Participation:
    """The lists that come with the project."""
    return Participation(*load_members())
