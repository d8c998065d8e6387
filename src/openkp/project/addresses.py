"""The address of the database, as an operator writes it."""

from contextlib import suppress
from urllib.parse import SplitResult, parse_qs, urlsplit

from openkp.project.errors import BadSetting
from openkp.scheme.words import N_, Sentence


def read_address(url: str) -> SplitResult:
    """The parts of a PostgreSQL database's address. Raises ``BadSetting``, which does not repeat the password.

    The name may stand in the driver's own file of services: ``postgresql:///?service=kp``.
    """
    with suppress(ValueError):  # brackets that do not close, a port that is none
        parts = urlsplit(url)
        named = parts.path.strip("/") or "service" in parse_qs(parts.query)
        if parts.scheme in ("postgresql", "postgres") and named and parts.port != 0:
            return parts
    raise BadSetting(
        N_("OPENKP_DATABASE_URL, or database_url in node.json, is not the address of a PostgreSQL database."),
        advice=Sentence(N_("Write postgresql://USER:PASSWORD@HOST/NAME, or unset it for the embedded SQLite.")),
    )
