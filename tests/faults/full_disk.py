"""A node on a disk that fills up: run as a process of its own, in a mount namespace of its own.

    python -m tests.faults.full_disk DIRECTORY MEGABYTES

Mounts a small disk on DIRECTORY, makes a node there, fills it, tries, makes room, tries again. Prints JSON.
"""

import ctypes
import json
import os
import sys
from pathlib import Path

import django


def main(folder, megabytes):
    mount(folder, megabytes)
    os.environ |= {
        "OPENKP_HOME": str(folder),
        "OPENKP_PROFILE": "specimen",
        "OPENKP_INSECURE_HTTP": "1",
        "DJANGO_SETTINGS_MODULE": "openkp.project.settings",
    }
    os.environ.pop("OPENKP_DATABASE_URL", None)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(json.dumps(story(folder)))


def mount(folder, megabytes):
    """A disk of so many megabytes, which nobody else sees."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"none", os.fsencode(folder), b"tmpfs", 0, f"size={megabytes}m".encode()) != 0:
        raise OSError(ctypes.get_errno(), "mount")


def story(folder):
    from django.db import connection

    from openkp.documents.envelope import public_form
    from openkp.portal.site.problems import answer_for
    from openkp.registry.certificates.documents import opened
    from openkp.registry.certificates.models import Certificate
    from openkp.registry.certificates.operations.validate import recover, validate
    from openkp.registry.journal.audit import audit
    from openkp.registry.journal.rebuild import rebuild
    from openkp.scheme.life import Status
    from tests.factories import NOW, application_at, node

    here = node()
    officer = here.actor("validating")
    waiting = [application_at(Status.PREPARED, here).pk for _ in range(12)]
    acknowledged = [validate(waiting.pop(), actor=officer, at=NOW).number for _ in range(2)]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # or its old log would still offer room
    ballast = fill(folder)
    answers = []
    for pk in list(waiting):
        try:
            acknowledged.append(validate(pk, actor=officer, at=NOW).number)
            waiting.remove(pk)
        except Exception as error:
            answer = answer_for(error)
            answers.append([answer.status, answer.code])
    first = Certificate.objects.select_related("document").order_by("pk").first()
    verifies = opened(first.document, NOW).public_form == public_form(bytes(first.document.data))
    whole_while_full = audit().sound and rebuild() == []
    ballast.unlink()
    acknowledged += [certificate.number for certificate in recover(at=NOW)]
    for pk in waiting:
        if not Certificate.objects.filter(application_id=pk).exists():
            acknowledged.append(validate(pk, actor=officer, at=NOW).number)
    issued = list(Certificate.objects.order_by("pk").values_list("number", flat=True))
    return {
        "answers": answers,
        "verifies while full": verifies,
        "whole while full": whole_while_full,
        "lost": sorted(set(acknowledged) - set(issued)),
        "issued": len(issued),
        "asked": 12,
        "whole": audit().sound and rebuild() == [],
    }


def fill(folder):
    """Take all the room there is, to the last byte."""
    path = Path(folder, "ballast")
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return path


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
