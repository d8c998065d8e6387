"""Deciding: from an application and an inspection to a certificate, or a refusal with every reason."""

from datetime import datetime

from openkp.scheme.cases import ExportCase
from openkp.scheme.certificates import Certificate
from openkp.scheme.errors import Refused
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.rules.base import check
from openkp.scheme.rules.certificates import VALIDATION_RULES


def issue(case: ExportCase, *, number: CertificateNumber, at: datetime, specimen: bool) -> Certificate:
    """The certificate that ``case`` deserves; raises ``Refused`` with every finding.

    What was weighed and sealed at the inspection is certified, not what was declared.
    Source: Core Document III(a), IV; Annex II 17-19.
    """
    findings = check(VALIDATION_RULES, case)
    if findings:
        raise Refused(findings)
    application, inspection = case.application, case.inspection
    assert inspection is not None, "validation rules refuse a case without an inspection"
    issued_on = at.date()
    return Certificate(
        number=number,
        participant=case.participant,
        authority=case.authority,
        issued_on=issued_on,
        expires_on=case.policy.expires_on(issued_on),
        validated_at=at.replace(microsecond=0),
        origin=application.origin,
        exporter=application.exporter,
        importer=application.importer,
        destination=application.destination,
        lines=inspection.lines,
        seals=inspection.seals,
        blank_serial=inspection.blank_serial,
        parcel_reference=inspection.parcel_reference,
        predecessors=application.predecessors,
        remarks=application.remarks,
        specimen=specimen,
    )
