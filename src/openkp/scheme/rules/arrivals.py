"""What an Importing Authority asks of a certificate when goods arrive.

An arrival is a fact: ``RULES`` bar only the record of something impossible. What else is wrong with the shipment
are ``CAUTIONS``: the officer sees them at once, and ``confirmations`` keeps such a shipment from being accepted.
"""

from collections.abc import Iterator

from openkp.scheme.cases import ImportCase
from openkp.scheme.life import Status
from openkp.scheme.members import Flow
from openkp.scheme.participation import named
from openkp.scheme.rules.base import Problem, problem, rule
from openkp.scheme.words import N_

_RECEIVED = (Status.RECEIVED, Status.CONFIRMED, Status.CLOSED)
_NEVER_ISSUED = (
    Status.DRAFT,
    Status.APPLIED,
    Status.RETURNED,
    Status.REJECTED,
    Status.WITHDRAWN,
    Status.PREPARED,
    Status.SIGNING,
)


@rule("IMP-01", source="Core Document III(b)")
def the_certificate_is_known(case: ImportCase) -> Iterator[Problem]:
    """Goods come in with a certificate that its authority has validated, and that was not used before."""
    if case.certificate is None or case.status in _NEVER_ISSUED:
        sentence = N_(
            "No validated certificate of this number is known here. Hold the goods and ask the issuing authority "
            "whether it issued one."
        )
        yield problem("certificate_unknown", "", sentence)
    elif case.status in _RECEIVED:
        sentence = N_(
            "Certificate %(number)s was already received. It cannot bring in a second shipment: "
            "hold the goods and ask the issuing authority."
        )
        yield problem("certificate_already_received", "", sentence, number=case.certificate.number)


@rule("COPT-03e", source="Core Document Annex I.B", force="O")
def the_arrival_is_possible(case: ImportCase) -> Iterator[Problem]:
    """Goods arrive after their certificate was issued, and not in the future."""
    if case.arrived_on is None or case.certificate is None:
        return
    if case.arrived_on > case.on:
        sentence = N_("Check the day of arrival: %(day)s is still to come.")
        yield problem("arrived_in_future", "arrived_on", sentence, day=case.arrived_on)
    if case.arrived_on < case.certificate.issued_on:
        sentence = N_("Check the day of arrival: %(day)s lies before %(issued)s, when the certificate was issued.")
        values = {"day": case.arrived_on, "issued": case.certificate.issued_on}
        yield problem("arrived_before_issue", "arrived_on", sentence, **values)


@rule("IMP-01", source="Core Document III(b), Annex I.A")
def the_certificate_is_open(case: ImportCase) -> Iterator[Problem]:
    """A certificate that is void, or that had expired when the goods came, lets nothing in."""
    if case.certificate is None or not case.accepting:
        return
    values = {"number": case.certificate.number, "expires": case.certificate.expires_on, "day": case.came_on}
    if case.status in (Status.VOID, Status.CANCELLED):
        sentence = N_("Certificate %(number)s is void: its issuer withdrew it. Hold the goods and ask the issuer.")
        yield problem("certificate_void", "", sentence, **values)
    if case.status is Status.EXPIRED_UNUSED or case.came_on > case.certificate.expires_on:
        sentence = N_(
            "Certificate %(number)s expired on %(expires)s, and the goods came on %(day)s. "
            "Refuse or detain them, and ask the issuing authority."
        )
        yield problem("certificate_expired", "", sentence, **values)


@rule("IMP-04", source="Core Document III(c)")
def the_provenance_is_a_participant(case: ImportCase) -> Iterator[Problem]:
    """No shipment comes in from a country that is not a Participant on the day of arrival."""
    if case.certificate is None or not case.accepting:
        return
    if case.participation.trader_of(case.certificate.participant, case.came_on) is None:
        sentence = N_(
            "%(country)s was not a Participant on %(day)s. Nothing can be imported from there: "
            "detain the goods and report them."
        )
        values = {"country": named(case.certificate.participant), "day": case.came_on}
        yield problem("provenance_not_participant", "", sentence, **values)


@rule(
    "PART-05", source="Administrative Decisions on the Central African Republic, 2013-2024; scheme-rules D", force="A"
)
def measures_are_kept_on_arrival(case: ImportCase) -> Iterator[Problem]:
    """Nothing comes in that was certified, or arrives, while its Participant is barred from exports."""
    if case.certificate is None or not case.accepting:
        return
    days = dict.fromkeys((case.certificate.issued_on, case.came_on))
    for found in (f for day in days for f in case.participation.bars(case.certificate.participant, day, Flow.EXPORT)):
        if found.code == "exports_barred":  # zones are judged where the goods leave; the certificate names none
            yield found
    yield from case.participation.bars(case.participant, case.came_on, Flow.IMPORT)


@rule("TRN-01", source="Core Document III(d)")
def goods_in_transit_are_not_confirmed(case: ImportCase) -> Iterator[Problem]:
    """A country that goods only cross asks for no certificate and confirms nothing: they leave as they came."""
    if case.certificate is None or not case.accepting:
        return
    destination = case.certificate.destination
    participant = case.participation.participant_of(destination, case.came_on)
    if case.participant not in (destination, participant.code if participant else None):
        sentence = N_(
            "These goods are for %(destination)s. Do not open or confirm them: see that they leave sealed as they came."
        )
        yield problem("goods_in_transit", "", sentence, destination=named(destination))


@rule("IMP-06", source="Core Document Annex II 21", force="R")
def the_notice_came_first(case: ImportCase) -> Iterator[Problem]:
    """The exporting authority's notice arrives before the goods, or with them."""
    if case.notice_received_on is None or case.notice_received_on > case.came_on:
        sentence = N_("These goods came without notice. Ask the exporting authority to confirm the certificate.")
        yield problem("notice_missing", "", sentence)


RULES = (the_certificate_is_known, the_arrival_is_possible)
CAUTIONS = (
    the_certificate_is_known,
    the_certificate_is_open,
    the_provenance_is_a_participant,
    measures_are_kept_on_arrival,
    goods_in_transit_are_not_confirmed,
    the_notice_came_first,
)
