"""When a certificate may be issued, and when a shipment may be let in: the tuples, in the order of the work.

Each later tuple contains the earlier one: what was true at the application must still be true at validation,
on that day. Rules live beside their moment: ``applications``, ``inspections``, ``arrivals``, ``confirmations``.
"""

from collections.abc import Iterator

from openkp.scheme.cases import ExportCase
from openkp.scheme.rules import applications, arrivals, confirmations, inspections
from openkp.scheme.rules.base import Problem, problem, rule
from openkp.scheme.words import N_


@rule("CERT-06", source="Core Document Annex I.A, III(a), IV")
def nobody_certifies_their_own_goods(case: ExportCase) -> Iterator[Problem]:
    """The Exporting Authority validates: no applicant prepares or validates the own application."""
    if case.applicant and case.applicant in (case.preparing_officer, case.validating_officer):
        sentence = N_("Leave this application to another officer. You applied for it, and nobody certifies own goods.")
        yield problem("own_application", "", sentence)


@rule("CERT-06", source="Core Document Annex I.A, IV(a); CTL-01")
def two_people_issue(case: ExportCase) -> Iterator[Problem]:
    """The officer who validates is named, and is another person than the one who inspected."""
    if not case.validating_officer:
        sentence = N_("Name the officer who validates. A certificate without one is not valid.")
        yield problem("validating_officer_missing", "", sentence)
    elif case.validating_officer == case.preparing_officer:
        sentence = N_(
            "Ask a colleague to validate. You inspected these goods, and two people answer for a certificate."
        )
        yield problem("same_officer", "", sentence)


APPLICATION_RULES = applications.RULES
PREPARATION_RULES = (*APPLICATION_RULES, *inspections.RULES, nobody_certifies_their_own_goods)
VALIDATION_RULES = (*PREPARATION_RULES, two_people_issue)

ARRIVAL_RULES = arrivals.RULES
ARRIVAL_CAUTIONS = arrivals.CAUTIONS
CONFIRMATION_RULES = (*ARRIVAL_RULES, *confirmations.RULES)

EXPORT_RULES = VALIDATION_RULES
IMPORT_RULES = tuple(dict.fromkeys((*CONFIRMATION_RULES, *ARRIVAL_CAUTIONS)))
