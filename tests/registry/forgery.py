"""Documents that the node's own operations would never make, signed with its real keys; its rows laid open."""

from dataclasses import replace

from django.db import connection

from openkp.documents.certificate_v1 import StatusPointer, compose_certificate, finish_certificate, read_certificate
from openkp.documents.confirmation_v1 import compose_confirmation, finish_confirmation, read_confirmation
from openkp.documents.status_statement_v1 import StatusStatement, compose_status_statement, finish_status_statement
from openkp.registry.certificates.documents import opened
from openkp.registry.participation.queries import active_key, public_key
from openkp.registry.signers import signer_at
from openkp.scheme.numbers import CertificateNumber
from tests.factories import NOW

SEED = b"another seed 16 "


def take_triggers_off():
    """What a database administrator does first: nothing is append-only any more, on either engine."""
    connection.check_constraints()  # PostgreSQL drops no trigger from a table on which checks are still waiting
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION openkp_append_only CASCADE")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


def certificate_like(certificate, **other):
    """A certificate that its issuer signed, like this one but for ``other``."""
    value = read_certificate(opened(certificate.document, NOW)).certificate
    key = active_key(certificate.participant, "certificate", NOW, authority=certificate.authority)
    pointer = StatusPointer(certificate.status_uri, 77)
    draft = compose_certificate(replace(value, **other), key=public_key(key), seed16=SEED, status=pointer)
    return finish_certificate(draft, signer_at(key.uri).sign(draft.to_sign))


def confirmation_like(confirmation, *, signed_by=None, **other):
    """A confirmation like this one but for ``other``; ``signed_by`` is another authority than the one that made it."""
    value = read_confirmation(opened(confirmation.document, NOW)).confirmation
    authority = signed_by or confirmation.certificate.arrival.authority
    other |= {"participant": authority.participant, "authority": authority.code}
    key = active_key(authority.participant, "confirmation", NOW, authority=authority)
    draft = compose_confirmation(replace(value, **other), key=public_key(key), seed16=SEED)
    return finish_confirmation(draft, signer_at(key.uri).sign(draft.to_sign))


def statement_on(certificate, **other):
    """A status statement of the issuer on this certificate."""
    said = {
        "number": CertificateNumber.parse(certificate.number),
        "certificate_hash": bytes(certificate.public_hash),
        "participant": certificate.participant,
        "kind": "void",
        "reason": "printer_error",
        "at": NOW,
        "specimen": True,
    }
    key = active_key(certificate.participant, "status", NOW)
    draft = compose_status_statement(StatusStatement(**said | other), key=public_key(key))
    return finish_status_statement(draft, signer_at(key.uri).sign(draft.to_sign))
