"""Selective disclosure: a document's public form with chosen fields, each proven against the one signature.

    ["kpd", public form, [[key, spelling of the value, salt, [hash, …]], …]]

Whoever holds the full form can make it, without asking the issuer; nobody can show a value that was not signed.
"""

from collections.abc import Iterable
from typing import Any

from openkp.documents import confirmation_v1
from openkp.documents.canonical import decode, encode
from openkp.documents.certificate_fields_v1 import FIELD_NAMES, FIELDS
from openkp.documents.certificate_v1 import TYPE, CertificateDocument, read_certificate
from openkp.documents.commitment import Commitment, Shown
from openkp.documents.confirmation_v1 import ConfirmationDocument, read_confirmation
from openkp.documents.envelope import Opened, open_envelope, private_part, public_form, type_of
from openkp.documents.errors import Malformed, Unsupported
from openkp.documents.keys import Keys
from openkp.scheme.words import N_

DISCLOSURE = "kpd"


def disclose(full: bytes, fields: Iterable[str]) -> bytes:
    """The public form with the chosen fields (see ``FIELD_NAMES``) and their proofs. ``full`` is not verified here.

    Whoever holds the full form can do this; that of a certificate or of an import confirmation. Raises ``ValueError``
    for an unknown name or none, ``Malformed``, ``Unsupported``.
    """
    names, (commitment, known) = set(fields), _fields_of(type_of(full))
    if not names <= known.keys():
        raise ValueError(f"this document has no field {min(names - known.keys())!r}")
    shown = commitment.show(private_part(full), [known[name] for name in names])
    entries = [[one.key, one.spelling, one.salt, list(one.path)] for one in shown]
    return encode([DISCLOSURE, public_form(full), entries])


def read_disclosure(data: bytes, keyring: Keys) -> tuple[CertificateDocument, dict[str, Any]]:
    """The certificate's public facts, and the shown fields as they are written (None: the certificate has none).

    Verifies everything. Raises a ``DocumentError``.
    """
    _opened, document, shown = read_shown(data, keyring, typ=TYPE)
    assert isinstance(document, CertificateDocument), "asked for by its type"
    return document, shown


def read_shown(
    data: bytes, keyring: Keys, *, typ: str
) -> tuple[Opened, CertificateDocument | ConfirmationDocument, dict[str, Any]]:
    """The same for a certificate (``kpc``) or an import confirmation (``kpi``), with the opened public form."""
    match decode(data):
        case ["kpd", bytes() as public, list() as entries]:
            shown = [_shown(entry) for entry in entries]
        case _:
            raise _not_a_disclosure()
    opened = open_envelope(public, keyring, typ=typ)
    if opened.public_form != public:
        raise _not_a_disclosure()
    document = read_certificate(opened) if typ == TYPE else read_confirmation(opened)
    commitment, known = _fields_of(typ)
    names = {key: name for name, key in known.items()}
    return opened, document, {names[key]: value for key, value in commitment.open_shown(shown, document.root).items()}


def _fields_of(typ: str) -> tuple[Commitment, dict[str, int]]:
    if typ == TYPE:
        return FIELDS, FIELD_NAMES
    if typ == confirmation_v1.TYPE:
        return confirmation_v1.FIELDS, confirmation_v1.FIELD_NAMES
    raise Unsupported(N_("Only certificates and confirmations can be shown in part."), code="wrong_type")


def _shown(entry: Any) -> Shown:
    match entry:
        case [key, bytes() as spelling, bytes() as salt, list() as path] if type(key) is int and len(salt) == 16:
            if all(type(hash_) is bytes and len(hash_) == 32 for hash_ in path):
                return Shown(key, spelling, salt, tuple(path))
    raise _not_a_disclosure()


def _not_a_disclosure() -> Malformed:
    return Malformed(N_("This is not a certificate with chosen fields."), code="not_a_disclosure")
