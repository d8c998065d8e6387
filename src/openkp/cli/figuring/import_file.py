"""``openkp statistics import FILE --kind KIND``: keep a file of figures, name its defects."""

import argparse
from collections import Counter
from collections.abc import Iterator
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

from openkp.cli.errors import Exit
from openkp.cli.output import put, put_json, put_table, say
from openkp.cli.verify import said

if TYPE_CHECKING:
    from openkp.figures.reading import Defect

KINDS = ("production", "published", "customs", "mines")
_PIECE = 1 << 20
_SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, and what it holds."""
    parser.add_argument("file", type=Path, metavar="FILE", help=_("the file as its publisher gives it (CSV)"))
    parser.add_argument("--kind", required=True, choices=KINDS, help=_("what the file holds"))
    parser.add_argument("--all", action="store_true", help=_("print every defect, not only the first of each code"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """Keep it in this node; a new directory becomes a node first. The same file again changes nothing."""
    from openkp.figures.reading import check_size
    from openkp.project.clock import now
    from openkp.project.start import migrate, set_up

    with said(arguments.file):
        check_size(pieces(arguments.file))
        data = arguments.file.read_bytes()
    set_up()
    migrate()
    from openkp.registry.accounts.actors import NODE
    from openkp.registry.statistics.operations.import_source import import_source
    from openkp.registry.statistics.source_facts import stored

    kept, changed = import_source(data, str(arguments.file), kind=arguments.kind, actor=NODE, at=now())
    defects = stored(kept).defects
    answer = {
        "kind": kept.kind,
        "records": kept.records,
        "changed": changed,
        "sha256": bytes(kept.sha256).hex(),
        "defects": [{"code": each.code, "rows": each.rows, "text": each.sentence.text(_)} for each in defects],
    }
    if arguments.json:
        put_json(answer)
    else:
        tell(defects, everything=arguments.all)
        say(_("%(records)s records, SHA-256 %(sha256)s.") % answer)
        say(_("Kept.") if changed else _("It was imported before: nothing changed."))
    return Exit.OK


def pieces(path: Path) -> Iterator[bytes]:
    """The file a piece at a time."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def tell(defects: "tuple[Defect, ...]", *, everything: bool) -> None:
    """How many of each code, and the first of each in words."""
    counts = Counter(each.code for each in defects)
    shown: Counter[str] = Counter()
    for each in defects:
        shown[each.code] += 1
        if everything or shown[each.code] <= _SHOWN:
            put(f"{each.code}: {each.sentence.text(_)}")
    if not counts:
        put(_("No defects were found."))
        return
    put()
    put_table([(count, code) for code, count in sorted(counts.items())], (_("Defects"), _("Code")))
