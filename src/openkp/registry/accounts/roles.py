"""The roles of people at an authority."""

from enum import StrEnum

from openkp.scheme.words import N_


class Role(StrEnum):
    """What a person does at one authority. Nobody validates what they prepared.

    A statistician files the returns of the authority's Participant; an analyst reads everybody's at the Secretariat.
    """

    APPLICANT = "applicant"
    PREPARING_OFFICER = "preparing_officer"
    VALIDATING_OFFICER = "validating_officer"
    IMPORT_OFFICER = "import_officer"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    STATISTICIAN = "statistician"
    ANALYST = "analyst"


OFFICERS = frozenset(Role) - {Role.APPLICANT}

LABELS: dict[Role, str] = {
    Role.APPLICANT: N_("Applicant"),
    Role.PREPARING_OFFICER: N_("Preparing officer"),
    Role.VALIDATING_OFFICER: N_("Validating officer"),
    Role.IMPORT_OFFICER: N_("Import officer"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.AUDITOR: N_("Auditor"),
    Role.STATISTICIAN: N_("Statistician"),
    Role.ANALYST: N_("Statistics analyst"),
}
