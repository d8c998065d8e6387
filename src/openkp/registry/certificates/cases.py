"""From rows to the facts that the rules judge. What cannot be read is refused here, with every reason."""

from datetime import date, datetime
from typing import Any

from openkp.documents.certificate_v1 import read_certificate
from openkp.documents.errors import DocumentError
from openkp.documents.status import StatusValue, open_status_list
from openkp.registry.certificates.documents import opened
from openkp.registry.certificates.models import Application, Arrival, Certificate, Confirmation
from openkp.registry.participation.operations.receive_publication import STATUS, newest
from openkp.registry.participation.queries import participation, policy_of
from openkp.registry.participation.trust import keyring
from openkp.scheme.applications import Receipt, read_application, read_inspection, read_receipt
from openkp.scheme.cases import ExportCase, ImportCase
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.life import LIFE, Status


def export_case(application: Application, *, on: date, validating_officer: str = "") -> ExportCase:
    """The facts of an application as it stands. Raises ``Refused`` when fields cannot be read."""
    facts, findings = read_application(application.fields)
    inspection = None
    if application.inspection:
        inspection, more = read_inspection(application.inspection)
        findings += more
    if facts is None or findings:
        raise Refused(findings)
    return ExportCase(
        application=facts,
        inspection=inspection,
        policy=policy_of(application.authority, on),
        participant=application.authority.participant,
        authority=application.authority.code,
        on=on,
        participation=participation(),
        applicant=str(application.created_by_id),
        preparing_officer=str(application.prepared_by_id or ""),
        validating_officer=validating_officer,
    )


def import_case(arrival: Arrival, receipt: dict[str, Any] | None, *, at: datetime) -> ImportCase:
    """The facts of an arrival. Raises ``Refused`` when fields cannot be read."""
    certificate = read_certificate(opened(arrival.certificate.document, at)).certificate
    assert certificate is not None, "only full forms are stored"
    assert arrival.authority is not None, "an import officer's authority takes the arrival first"
    return ImportCase(
        certificate=certificate,
        status=_known_status(arrival.certificate, at),
        notice_received_on=arrival.noticed_at.date() if arrival.noticed_at else None,
        arrived_on=arrival.arrived_on,
        receipt=_receipt(receipt) if receipt is not None else None,
        policy=policy_of(arrival.authority, at.date()),
        participant=arrival.participant,
        on=at.date(),
        participation=participation(),
    )


def _known_status(certificate: Certificate, at: datetime) -> Status:
    """How the certificate stands by its issuer's word, whichever came first: the statement or the status list."""
    status = Status(certificate.status)
    listed = newest(STATUS, certificate.participant, certificate.status_uri)
    if listed is None or Status.VOID not in LIFE[status].to:
        return status
    try:
        value = open_status_list(listed, keyring(at), uri=certificate.status_uri).value(certificate.status_index)
    except DocumentError:  # an old list, or a key that is believed no more: nothing newer is known
        return status
    says = {StatusValue.INVALID: Status.VOID, StatusValue.USED: Status.CONFIRMED}.get(value, status)
    ours = says is not status and Confirmation.objects.filter(certificate=certificate).exists()
    return status if ours else says  # what our own confirmation made of it is no news


def _receipt(fields: dict[str, Any]) -> Receipt:
    findings: tuple[Finding, ...]
    receipt, findings = read_receipt(fields)
    if receipt is None or findings:
        raise Refused(findings)
    return receipt
