"""What a confirmation must satisfy: the days, the original, the seals, and found beside declared."""

from collections.abc import Iterator

from openkp.scheme.cases import ImportCase
from openkp.scheme.certificates import Certificate, Outcome
from openkp.scheme.comparison import Measured, differences
from openkp.scheme.rules import arrivals
from openkp.scheme.rules.base import Problem, problem, rule
from openkp.scheme.words import N_

_DIFFERS = {
    Measured.HS: N_("HS %(hs)s: %(found)s ct found, %(declared)s ct certified. Choose accepted with discrepancy."),
    Measured.CARATS: N_("HS %(hs)s: %(found)s ct found, %(declared)s ct certified. Choose accepted with discrepancy."),
    Measured.VALUE: N_("HS %(hs)s: USD %(found)s found, USD %(declared)s certified. Choose accepted with discrepancy."),
    Measured.PARCELS: N_(
        "HS %(hs)s: %(found)s parcels found, %(declared)s certified. Choose accepted with discrepancy."
    ),
}


@rule("IMP-02", source="Core Document III(b)")
def a_confirmation_says_what_was_received(case: ImportCase) -> Iterator[Problem]:
    """The confirmation is sent expeditiously and tells what was received, and when."""
    receipt, certificate = case.receipt, case.certificate
    if receipt is None:
        sentence = N_("Write down what was received. A confirmation without it says nothing.")
        yield problem("receipt_missing", "", sentence)
        return
    if receipt.received_on > case.on:
        sentence = N_("Check the day of receipt: %(day)s is still to come.")
        yield problem("received_in_future", "received_on", sentence, day=receipt.received_on)
    if certificate and receipt.received_on < certificate.issued_on:
        sentence = N_("Check the day of receipt: %(day)s lies before %(issued)s, when the certificate was issued.")
        values = {"day": receipt.received_on, "issued": certificate.issued_on}
        yield problem("received_before_issue", "received_on", sentence, **values)
    if case.arrived_on and receipt.received_on < case.arrived_on:
        sentence = N_("Check the day of receipt: %(day)s lies before %(arrived)s, when the goods arrived.")
        values = {"day": receipt.received_on, "arrived": case.arrived_on}
        yield problem("received_before_arrival", "received_on", sentence, **values)


@rule("IMP-03", source="Core Document III(b)")
def the_original_is_there(case: ImportCase) -> Iterator[Problem]:
    """The original of the certificate comes with the goods and stays accessible for three years."""
    if case.receipt and case.accepting and not case.receipt.original_present:
        sentence = N_("Ask for the original certificate, or detain the goods. Without it they cannot be accepted.")
        yield problem("original_missing", "original_present", sentence)


@rule("IMP-05", source="Core Document IV(c); Regulation (EC) 2368/2002 Article 3")
def the_container_came_unopened(case: ImportCase) -> Iterator[Problem]:
    """Goods are accepted in a tamper-resistant container whose seals are unbroken."""
    if case.receipt and case.accepting and not case.receipt.seals_intact and not case.policy.accept_broken_seals:
        sentence = N_("Refuse or detain the goods and tell the issuing authority: a seal is broken.")
        yield problem("seals_broken", "seals_intact", sentence)


@rule("IMP-07", source="Core Document Annex II 22", force="R")
def the_seals_are_those_certified(case: ImportCase) -> Iterator[Problem]:
    """The officer reads the seals before opening; goods are accepted as they are only with the seals certified."""
    receipt, certificate = case.receipt, case.certificate
    if not receipt or not certificate or receipt.outcome is not Outcome.ACCEPTED:
        return
    if sorted(receipt.seals) != sorted(certificate.seals):
        sentence = N_(
            "The seals read (%(read)s) are not those certified (%(certified)s). Read them again, "
            "or choose accepted with discrepancy."
        )
        values = {"read": ", ".join(receipt.seals) or "–", "certified": ", ".join(certificate.seals)}
        yield problem("seals_differ", "seals", sentence, **values)


@rule("IMP-08", source="Core Document Annex II 23", force="R")
def what_is_accepted_was_weighed(case: ImportCase) -> Iterator[Problem]:
    """The contents are opened and inspected: nothing is accepted that was not weighed."""
    if case.receipt and case.accepting and not case.receipt.lines:
        sentence = N_("Weigh and count the goods: enter at least one line as found. What is accepted was weighed.")
        yield problem("lines_missing", "lines", sentence)


@rule("IMP-08", source="Core Document Annex II 23; certificate-rules 3.3", force="R")
def found_is_what_was_certified(case: ImportCase) -> Iterator[Problem]:
    """Goods are accepted as they are only if carats, value, parcels and classes are those certified."""
    receipt, certificate = case.receipt, case.certificate
    if not receipt or not certificate or not receipt.lines or receipt.outcome is not Outcome.ACCEPTED:
        return
    for each in differences(certificate.lines, receipt.lines, case.policy):
        values = {"hs": each.hs, "found": each.found, "declared": each.declared}
        field = f"lines.{each.place}.{each.measured}"
        yield problem(f"{each.measured}_differs", field, _DIFFERS[each.measured], **values)


@rule("IMP-08", source="Core Document Annex II 23; certificate-rules 3.3", force="R")
def a_discrepancy_is_a_difference(case: ImportCase) -> Iterator[Problem]:
    """Accepted with discrepancy means that something differs, and the remarks say what."""
    receipt, certificate = case.receipt, case.certificate
    if not receipt or not certificate or receipt.outcome is not Outcome.ACCEPTED_WITH_DISCREPANCY:
        return
    if receipt.lines and not _anything_differs(case, certificate):
        sentence = N_("Choose accepted, or say what differs: lines and seals are as certified.")
        yield problem("no_discrepancy", "outcome", sentence)


@rule("IMP-02", source="Core Document III(b); certificate-rules 3.2 stage 14")
def a_reason_is_given(case: ImportCase) -> Iterator[Problem]:
    """The issuing authority is told why goods were refused, detained, or accepted with a discrepancy."""
    if case.receipt and case.receipt.outcome is not Outcome.ACCEPTED and not case.receipt.remarks:
        sentence = N_("Say why in the remarks. The issuing authority acts on what you write.")
        yield problem("reason_missing", "remarks", sentence)


def _anything_differs(case: ImportCase, certificate: Certificate) -> bool:
    assert case.receipt is not None, "the caller looks at a receipt"
    other_seals = sorted(case.receipt.seals) != sorted(certificate.seals) or not case.receipt.seals_intact
    return other_seals or bool(differences(certificate.lines, case.receipt.lines, case.policy))


RULES = (
    arrivals.the_certificate_is_open,
    arrivals.the_provenance_is_a_participant,
    arrivals.measures_are_kept_on_arrival,
    arrivals.goods_in_transit_are_not_confirmed,
    a_confirmation_says_what_was_received,
    the_original_is_there,
    the_container_came_unopened,
    the_seals_are_those_certified,
    what_is_accepted_was_weighed,
    found_is_what_was_certified,
    a_discrepancy_is_a_difference,
    a_reason_is_given,
)
