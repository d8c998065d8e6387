"""Selective disclosure: a certificate's public form with chosen fields, each proven against the one signature.

    ["kpd", public form, [[key, spelling of the value, salt, [hash, …]], …]]

Whoever holds the full form can make it, without asking the issuer; nobody can show a value that was not signed.
"""

from collections.abc import Iterable
from typing import Any

from openkp.documents.canonical import decode, encode
from openkp.documents.certificate_fields_v1 import FIELD_NAMES, FIELDS
from openkp.documents.certificate_v1 import TYPE, CertificateDocument, read_certificate
from openkp.documents.commitment import Shown
from openkp.documents.envelope import open_envelope, private_part, public_form
from openkp.documents.errors import Malformed
from openkp.documents.keys import Keys
from openkp.scheme.words import N_

DISCLOSURE = "kpd"


def disclose(full: bytes, fields: Iterable[str]) -> bytes:
    """The public form with the chosen fields (see ``FIELD_NAMES``) and their proofs. ``full`` is not verified here.

    Whoever holds the full form can do this. Raises ``ValueError`` for an unknown name or none, ``Malformed``.
    """
    names = set(fields)
    if not names <= FIELD_NAMES.keys():
        raise ValueError(f"a certificate has no field {min(names - FIELD_NAMES.keys())!r}")
    shown = FIELDS.show(private_part(full), [FIELD_NAMES[name] for name in names])
    entries = [[one.key, one.spelling, one.salt, list(one.path)] for one in shown]
    return encode([DISCLOSURE, public_form(full), entries])


def read_disclosure(data: bytes, keyring: Keys) -> tuple[CertificateDocument, dict[str, Any]]:
    """The certificate's public facts, and the shown fields as they are written (None: the certificate has none).

    Verifies everything. Raises a ``DocumentError``.
    """
    match decode(data):
        case ["kpd", bytes() as public, list() as entries]:
            shown = [_shown(entry) for entry in entries]
        case _:
            raise _not_a_disclosure()
    opened = open_envelope(public, keyring, typ=TYPE)
    if opened.public_form != public:
        raise _not_a_disclosure()
    document = read_certificate(opened)
    names = {key: name for name, key in FIELD_NAMES.items()}
    return document, {names[key]: value for key, value in FIELDS.open_shown(shown, document.root).items()}


def _shown(entry: Any) -> Shown:
    match entry:
        case [key, bytes() as spelling, bytes() as salt, list() as path] if type(key) is int and len(salt) == 16:
            if all(type(hash_) is bytes and len(hash_) == 32 for hash_ in path):
                return Shown(key, spelling, salt, tuple(path))
    raise _not_a_disclosure()


def _not_a_disclosure() -> Malformed:
    return Malformed(N_("This is not a certificate with chosen fields."), code="not_a_disclosure")
