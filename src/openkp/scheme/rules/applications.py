"""What an application must satisfy before anyone opens a parcel: parties, origin, destination, declaration."""

from collections.abc import Callable, Iterator

from openkp.scheme.cases import ExportCase
from openkp.scheme.goods import OriginMode
from openkp.scheme.members import SCHEME_BEGAN, Flow, Role
from openkp.scheme.participation import named
from openkp.scheme.rules.base import Problem, problem, rule
from openkp.scheme.words import N_


@rule("EXP-02", source="Core Document III(c)")
def only_participants_trade(case: ExportCase) -> Iterator[Problem]:
    """No shipment goes to, or comes from, a country that is not a Participant on the day."""
    law, application = case.participation, case.application
    trader = law.trader_of(application.destination, case.on)
    if law.trader_of(case.participant, case.on) is None:
        sentence = N_("%(country)s was not a Participant on %(day)s and cannot issue certificates on that day.")
        yield problem("exporter_not_participant", "", sentence, country=named(case.participant), day=case.on)
    if trader is None:
        sentence = N_(
            "%(country)s was not a Participant on %(day)s. Rough diamonds go to Participants only: "
            "name an importer in one, or withdraw the application."
        )
        values = {"country": named(application.destination), "day": case.on}
        yield problem("destination_not_participant", "destination", sentence, **values)
    elif trader != application.destination:
        sentence = N_("Write %(trader)s as the destination. %(country)s takes part in the Scheme as a part of it.")
        values = {"trader": named(trader), "country": named(application.destination)}
        yield problem("destination_is_member", "destination", sentence, **values)
    same = law.same_trader(case.participant, application.destination, case.on)
    if same:
        yield same


@rule(
    "PART-05", source="Administrative Decisions on the Central African Republic, 2013-2024; scheme-rules D", force="A"
)
def measures_are_kept(case: ExportCase) -> Iterator[Problem]:
    """Nobody exports against a suspension, an embargo or a limit to zones, nor to a country barred from imports."""
    yield from case.participation.bars(case.participant, case.on, Flow.EXPORT, zone=case.application.origin_zone)
    yield from case.participation.bars(case.application.destination, case.on, Flow.IMPORT)


@rule("CFLD-03", source="Core Document Annex I.A; Section I, country of origin")
def origin_lies_within_the_scheme(case: ExportCase) -> Iterator[Problem]:
    """Each country of origin that is named has taken part in the Scheme, so that its goods could enter the trade."""
    for place, country in enumerate(case.application.origin.countries):
        spells = (member.spells for member in case.participation.members if member.code == country)
        if not any(spell.first <= case.on for known in spells for spell in known):
            sentence = N_(
                "Check the country of origin: %(country)s has never taken part in the Scheme, so its diamonds "
                "cannot have entered the trade lawfully."
            )
            yield problem("origin_never_participant", f"origin_countries.{place}", sentence, country=named(country))


@rule("CERT-04", source="Core Document Annex I.A")
def earlier_certificates_have_an_issuer(case: ExportCase) -> Iterator[Problem]:
    """A certificate's number begins with the code of the Participant that issued it; earlier certificates as well."""
    for place, number in enumerate(case.application.predecessors):
        if not case.participation.has_issued(number[:2], case.on):
            sentence = N_(
                "Check the number %(number)s: no Participant issues certificates that begin with %(prefix)s. "
                "Copy it from the earlier certificate."
            )
            values = {"number": number, "prefix": number[:2]}
            yield problem("predecessor_without_issuer", f"predecessors.{place}", sentence, **values)


@rule("EXP-09", source="Regulation (EC) 2368/2002 Article 12(1); SOR/2003-15 s.2", force="N")
def foreign_goods_show_how_they_came(case: ExportCase) -> Iterator[Problem]:
    """Where national law asks for it, goods mined abroad name the certificates with which they were imported."""
    application = case.application
    origins = {case.participation.trader_of(country, case.on) for country in application.origin.countries}
    home = application.origin.mode is not OriginMode.MIXED and origins == {case.participant}
    if case.policy.require_predecessors and not home and not application.predecessors:
        sentence = N_(
            "Name the certificates with which these goods were imported. They were not mined here, "
            "and this authority certifies only what was imported lawfully."
        )
        yield problem("predecessors_missing", "predecessors", sentence)


@rule("CFLD-05", source="Core Document VI 21; RVW-02")
def no_certificate_before_the_scheme(case: ExportCase) -> Iterator[Problem]:
    """No certificate bears a date of issue before the Scheme began on 1 January 2003."""
    if case.on < SCHEME_BEGAN:
        sentence = N_("Check the date: the Scheme began on %(began)s, and %(day)s lies before it.")
        yield problem("issued_before_scheme", "", sentence, began=SCHEME_BEGAN, day=case.on)


@rule("CFLD-07", source="Core Document Annex I.A, IV(b)")
def the_authority_is_designated(case: ExportCase) -> Iterator[Problem]:
    """The issuing authority is one that its Participant has designated for exports on the day."""
    authority = case.participation.authority(case.authority)
    if authority is None:
        return  # the lists know some authorities only; a node names its own
    fits = authority in case.participation.authorities_of(case.participant, case.on)
    if not fits or authority.role is Role.IMPORTING:
        sentence = N_("%(authority)s is not an Exporting Authority of %(country)s on %(day)s. Apply to one that is.")
        values = {"authority": authority.name, "country": named(case.participant), "day": case.on}
        yield problem("authority_not_designated", "", sentence, **values)


@rule("CFLD-08", source="Core Document Annex I.A; III(c)")
def the_exporter_is_within_the_scheme(case: ExportCase) -> Iterator[Problem]:
    """The exporter's address lies in the territory of a Participant."""
    country = case.application.exporter.country
    if case.participation.trader_of(country, case.on) is None:
        sentence = N_("Check the exporter's country: %(country)s was not a Participant on %(day)s.")
        yield problem("exporter_outside_scheme", "exporter_country", sentence, country=named(country), day=case.on)


@rule("CFLD-09", source="Core Document Annex I.A; III(c)")
def the_importer_is_at_the_destination(case: ExportCase) -> Iterator[Problem]:
    """The importer's country lies inside the Participant to which the goods go."""
    law, country, destination = case.participation, case.application.importer.country, case.application.destination
    if law.trader_of(destination, case.on) != destination:
        return  # the destination itself is wrong, and has its own finding
    participant = law.participant_of(country, case.on)
    if destination not in (law.trader_of(country, case.on), participant.code if participant else None):
        sentence = N_(
            "Check the importer's country or the destination: %(country)s does not belong to %(destination)s, "
            "so its authority could not confirm the import."
        )
        values = {"country": named(country), "destination": named(destination)}
        yield problem("importer_outside_destination", "importer_country", sentence, **values)


@rule("CFLD-10", source="Core Document Annex I.A")
def the_total_weight_can_be_written(case: ExportCase) -> Iterator[Problem]:
    """The certificate states the carat weight of the whole shipment, with two decimals."""
    yield from _total(lambda: case.application.carats, "carats_total_too_large")


@rule("CFLD-11", source="Core Document Annex I.A")
def the_total_value_can_be_written(case: ExportCase) -> Iterator[Problem]:
    """The certificate states the value of the whole shipment in US dollars, with two decimals."""
    yield from _total(lambda: case.application.value, "value_total_too_large")


@rule("CFLD-13", source="Core Document Annex I.A, Annex III(b)")
def one_line_for_each_subheading(case: ExportCase) -> Iterator[Problem]:
    """Goods are classified under 7102.10, 7102.21 or 7102.31, all goods of a subheading on one line."""
    seen = set()
    for place, line in enumerate(case.application.lines):
        if line.hs in seen:
            sentence = N_("Put all goods of HS %(hs)s on one line. They stand on two, so their total is not clear.")
            yield problem("hs_repeated", f"lines.{place}.hs", sentence, hs=line.hs)
        seen.add(line.hs)


@rule("EXP-05", source="Core Document Annex II 18", force="R")
def the_exporter_declares(case: ExportCase) -> Iterator[Problem]:
    """Before validation the exporter declares that the rough diamonds are not conflict diamonds."""
    if case.policy.declaration_required and not case.application.non_conflict_declared:
        sentence = N_(
            "Declare that the diamonds are not conflict diamonds. The authority cannot validate a certificate "
            "without the declaration; do not send the goods if you cannot make it."
        )
        yield problem("declaration_missing", "non_conflict_declared", sentence)


def _total(total: Callable[[], object], code: str) -> Iterator[Problem]:
    try:
        total()
    except ValueError:
        sentence = N_("Split the shipment: all lines together are more than one certificate can carry.")
        yield problem(code, "lines", sentence)


RULES = (
    no_certificate_before_the_scheme,
    only_participants_trade,
    measures_are_kept,
    the_authority_is_designated,
    the_exporter_is_within_the_scheme,
    the_importer_is_at_the_destination,
    origin_lies_within_the_scheme,
    earlier_certificates_have_an_issuer,
    foreign_goods_show_how_they_came,
    the_total_weight_can_be_written,
    the_total_value_can_be_written,
    one_line_for_each_subheading,
    the_exporter_declares,
)
