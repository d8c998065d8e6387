"""Serve a node with work at every desk:  python -m tests.e2e.serve_counter PORT   (OPENKP_HOME is its directory)

The second factor of each officer is a telephone whose secret is ``SECRET``; tests make its codes themselves.
"""

import sys
from datetime import timedelta

from openkp.project.start import migrate, set_up

SECRET = "00112233445566778899aabbccddeeff00112233"
OFFICERS = ("preparing", "validating", "importing", "administrator", "auditor")


def furnish() -> None:
    """People, papers and goods in every state."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from openkp.project.clock import now
    from openkp.scheme.life import Status
    from tests.factories import application_at, arrival_at, certificate_at, node
    from tests.portal.trust import introduce, published

    at = now() - timedelta(days=6)
    here = node(at)
    introduce(at - timedelta(days=1))
    for who in OFFICERS:
        TOTPDevice.objects.create(user=getattr(here, who), name="telephone", key=SECRET, confirmed=True)
    for status in (Status.DRAFT, Status.APPLIED, Status.RETURNED, Status.PREPARED, Status.REJECTED, Status.WITHDRAWN):
        application_at(status, here, at=at)
    for status in (Status.VALIDATED, Status.VOID, Status.CONFIRMED, Status.CLOSED):
        certificate_at(status, here, at=at)
    for status in (Status.EXPECTED, Status.ARRIVED, Status.RECEIVED):
        arrival_at(status, here, at=at)
    published(now())


def main(port: int) -> None:
    """Furnish and serve."""
    set_up()
    migrate()
    furnish()
    from wsgiref.simple_server import make_server

    from django.core.wsgi import get_wsgi_application

    from tests.portal.site.serve_gallery import Quiet, Threading

    make_server("127.0.0.1", port, get_wsgi_application(), Threading, Quiet).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
