"""``openkp audit``: prove that nobody changed this node's record; name the first bad entry of what was changed."""

import argparse
import contextlib
import dataclasses
import os
import time
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.nodes import check_node, no_node, node_home
from openkp.cli.output import painted, put, put_json
from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence

if TYPE_CHECKING:
    from openkp.registry.journal.audit import Audit, Broken

HELP = N_("Prove that nobody changed this node's journal or documents.")
LOST = "database-lost"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How far to look, and the form of the answer."""
    parser.add_argument(
        "--rebuild", action="store_true", help=_("also make the tables again from journal and documents, and compare")
    )
    parser.add_argument(
        "--checkpoint",
        metavar="FILE",
        type=Path,
        help=_("a checkpoint of this node that was kept elsewhere: the present record must extend it"),
    )
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """Look at everything; ``Exit.BROKEN`` where anything does not fit."""
    kept = read_kept(arguments.checkpoint) if arguments.checkpoint else None
    started = time.perf_counter()
    found, broken, newest = look(kept, rebuild=arguments.rebuild)
    seconds = round(time.perf_counter() - started, 3)
    if arguments.json:
        put_json(as_data(found, broken, rebuilt=arguments.rebuild) | {"checkpoint": newest, "seconds": seconds})
    else:
        tell(found, broken, seconds)
    return Exit.BROKEN if broken else Exit.OK


def read_kept(path: Path) -> bytes:
    """The file of a checkpoint. Raises ``UsageProblem`` where there is none."""
    try:
        return path.read_bytes()
    except OSError as error:
        why = {"path": str(path), "why": error.strerror or ""}
        raise UsageProblem(Sentence(N_("%(path)s cannot be read: %(why)s."), why)) from error


def no_answer(error: Exception) -> UsageProblem:
    """What is said of a database that does not let itself be read."""
    return UsageProblem(
        Sentence(N_("The database cannot be read: %(why)s."), {"why": " ".join(str(error).split()).rstrip(".")})
    )


def look(kept: bytes | None, *, rebuild: bool) -> "tuple[Audit, list[Broken], str | None]":
    """The audit, everything broken, and the newest signed checkpoint of the journal for whoever wants to keep it."""
    before = written()
    try:
        open_node()
    except OpenkpError as error:
        if error.code != LOST:
            raise
        return nothing_but(LOST)
    from django.db import connection

    from openkp.cli.answering import watched

    answering = watched(connection)
    seen = read(kept, rebuild=rebuild)
    if answering.failed:
        raise no_answer(answering.failed) from answering.failed
    if str(connection.settings_dict["NAME"]).endswith("?immutable=1") and written() != before:
        raise UsageProblem(
            Sentence(N_("The database in %(home)s was written to while it was read."), {"home": node_home()}),
            advice=Sentence(N_("Run it again, or on a copy.")),
        )
    return seen


def written() -> list[tuple[str, int, int]]:
    """By what it is seen whether others write to the embedded database, where it is read without a lock."""
    seen = []
    for name in ("node.sqlite3", "node.sqlite3-wal"):
        with contextlib.suppress(OSError):
            at = (node_home() / name).stat()
            seen.append((name, at.st_size, at.st_mtime_ns))
    return seen


def read(kept: bytes | None, *, rebuild: bool) -> "tuple[Audit, list[Broken], str | None]":
    """What the database says of itself, be it that nothing can be read in it."""
    from django.db import DatabaseError

    from openkp.registry.journal.audit import audit
    from openkp.registry.journal.models import JournalCheckpoint
    from openkp.registry.journal.rebuild import rebuild as made_again

    try:
        found = audit(kept)
        broken = [*found.broken, *(made_again() if rebuild else ())]
        note = JournalCheckpoint.objects.order_by("-size").values_list("note", flat=True).first()
    except DatabaseError:
        return nothing_but("database-unreadable")
    return found, broken, bytes(note).decode(errors="replace") if note is not None else None


def nothing_but(code: str) -> "tuple[Audit, list[Broken], None]":
    """The answer where the database itself is broken."""
    from openkp.registry.journal.audit import Audit, Broken

    broken = Broken("database", 0, code)
    return Audit(entries=0, statements=0, documents=0, checkpoints=0, broken=(broken,)), [broken], None


def open_node() -> None:
    """Reach the node's database. Raises ``UsageProblem`` where there is none: an audit makes nothing.

    Raises ``BrokenRecord`` where there are keys that have signed, and no database of what.
    """
    check_node()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkp.project.settings")
    import django

    django.setup()
    from openkp.registry.errors import BrokenRecord

    if has_database():
        return
    if not any((node_home() / "keys").glob("*")):
        raise no_node(node_home())
    raise BrokenRecord(Sentence(N_("The database of the node in %(home)s is gone."), {"home": node_home()}), code=LOST)


def has_database() -> bool:
    """Whether there is anything in the database; what is wrong with it is told where it is read.

    Raises ``UsageProblem`` where it cannot be reached: then nothing is known of it, least of all that it was changed.
    """
    from django.db import DatabaseError, OperationalError, connection

    file = node_home() / "node.sqlite3"
    if connection.vendor == "sqlite" and not (file.exists() and (file.is_dir() or file.stat().st_size)):
        return False  # to look into it would make one
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise no_answer(error) from error
    except DatabaseError:
        return True
    try:
        return "django_migrations" in connection.introspection.table_names()
    except DatabaseError:
        return True


def as_data(found: "Audit", broken: "list[Broken]", *, rebuilt: bool) -> dict[str, object]:
    """The JSON of an audit."""
    return {
        "sound": not broken,
        "first_bad": broken[0] if broken else None,
        "broken": broken,
        "rebuilt": rebuilt,
        "entries": found.entries,
        "statements": found.statements,
        "documents": found.documents,
        "checkpoints": found.checkpoints,
    }


def tell(found: "Audit", broken: "list[Broken]", seconds: float) -> None:
    """The same for a person: the verdict first."""
    if broken:
        put(painted(_("BROKEN. Keep this database as it is, stop signing, and compare with a backup."), "red"))
        for each in broken:
            place = {"record": each.record, "entry": each.entry, "code": each.code}
            put("  " + _("%(record)s, entry %(entry)s: %(code)s") % place)
    else:
        put(painted(_("Sound: nothing was changed."), "green"))
    words = _("%(entries)s entries, %(statements)s statements, %(documents)s documents, %(checkpoints)s checkpoints")
    put(words % dataclasses.asdict(found))
    put(_("read in %(seconds)s s") % {"seconds": seconds})
