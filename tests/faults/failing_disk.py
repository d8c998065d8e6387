"""A node whose disk refuses to sync: made, made to issue until it fails, and looked at; each in a process of its own.

TASK=make|issue|look python -m tests.faults.failing_disk DIRECTORY
"""

import contextlib
import io
import json
import os
import sys

import django

STOPPED = 7


def main(task):
    os.environ |= {
        "OPENKP_PROFILE": "specimen",
        "OPENKP_INSECURE_HTTP": "1",
        "DJANGO_SETTINGS_MODULE": "openkp.project.settings",
    }
    os.environ.pop("OPENKP_DATABASE_URL", None)
    django.setup()
    return {"make": make, "issue": issue, "look": look}[task]()


def make():
    from django.core.management import call_command

    from openkp.scheme.life import Status
    from tests.factories import application_at, node

    call_command("migrate", verbosity=0)
    here = node()
    for _ in range(6):
        application_at(Status.PREPARED, here)
    return 0


def issue():
    """Issue until the disk refuses; each number is acknowledged on stdout once its operation came back."""
    from django.db import DatabaseError

    from openkp.registry.accounts.actors import Actor
    from openkp.registry.accounts.models import Person
    from openkp.registry.certificates.models import Application
    from openkp.registry.certificates.operations.validate import validate
    from openkp.scheme.life import Status
    from tests.factories import NOW

    officer = Actor.of(Person.objects.get(username="validating"))
    try:
        for application in Application.objects.filter(status=Status.PREPARED).order_by("pk"):
            print(validate(application.pk, actor=officer, at=NOW).number, flush=True)
    except DatabaseError:
        return STOPPED
    return 0


def look():
    """On a good disk again: finish what was intended, and count."""
    from openkp.registry.certificates.models import Certificate
    from openkp.registry.certificates.operations.validate import recover
    from openkp.registry.journal.audit import audit
    from openkp.registry.journal.rebuild import rebuild
    from tests.factories import NOW

    recover(at=NOW)
    with contextlib.redirect_stdout(io.StringIO()):
        issue()
    issued = list(Certificate.objects.values_list("number", flat=True))
    print(json.dumps({"issued": issued, "whole": audit().sound and rebuild() == []}))
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ["TASK"]))
