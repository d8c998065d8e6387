"""What became of a certificate, said by its issuer: signed, logged, and on its way to the destination."""

from datetime import datetime

from openkp.documents.envelope import finish, open_envelope
from openkp.documents.status_statement_v1 import Kind, compose_status_statement
from openkp.documents.status_statement_v1 import StatusStatement as SignedStatement
from openkp.registry.certificates.documents import document_row
from openkp.registry.certificates.models import Certificate, Document, StatusStatement
from openkp.registry.journal import statements
from openkp.registry.journal.models import Journaled
from openkp.registry.participation.queries import active_key, public_key
from openkp.registry.participation.trust import is_specimen, keyring
from openkp.registry.post.outbox import enqueue
from openkp.registry.signers import signer_at
from openkp.scheme.numbers import CertificateNumber


def tell(certificate: Certificate, kind: Kind, *, at: datetime, reason: str = "", note: str = "") -> list[Journaled]:
    """Sign the statement and put it into the outbox; the rows for the journal to write with the certificate's."""
    document = signed(certificate, kind, at=at, reason=reason, note=note)
    subject, body = f"certificate:{certificate.number}", bytes(document.data)
    enqueue(certificate.participant, certificate.destination, "status", body, subject=subject, at=at)
    statement = StatusStatement(
        certificate=certificate, document=document, kind=kind.value, reason=reason, note=note, at=at
    )
    return [document, statement]


def signed(certificate: Certificate, kind: Kind, *, at: datetime, reason: str = "", note: str = "") -> Document:
    """The signed statement, logged."""
    key = active_key(certificate.participant, "status", at)
    value = SignedStatement(
        number=CertificateNumber.parse(certificate.number),
        certificate_hash=bytes(certificate.public_hash),
        participant=certificate.participant,
        kind=kind,
        reason=reason,
        note=note,
        at=at.replace(microsecond=0),
        specimen=is_specimen(),
    )
    unsigned = compose_status_statement(value, key=public_key(key))
    data = finish(unsigned, signer_at(key.uri).sign(unsigned.to_sign))
    opened = open_envelope(data, keyring(at), typ="kps")
    statements.append(certificate.participant, "kps", opened.public_form)
    return document_row(data, typ="kps", issuer=certificate.participant, at=at)
