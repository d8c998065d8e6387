"""``openkp doctor``: look at this installation and this node. It only looks: nothing is made or changed."""

import argparse
import os
import re
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from gettext import gettext as _
from importlib import metadata
from pathlib import Path

import openkp
from openkp.cli.errors import Exit
from openkp.cli.nodes import node_home
from openkp.cli.output import painted, put_json, put_table
from openkp.scheme.words import N_

HELP = N_("Look at this installation: what is there, what is missing, what is too old.")

#: Below this much free space a node should not take new work: its database and the log of it must still fit.
LITTLE_SPACE = 500_000_000
#: What only the node's own account may read.
SECRETS = ("secret-key", "keys/*")
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


class State(StrEnum):
    """What a look found."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


COLOUR = {State.GOOD: "green", State.NOTE: "yellow", State.BAD: "red"}


@dataclass(frozen=True)
class Sign:
    """One thing looked at: its name, its state, what was seen and what to do."""

    name: str
    state: State
    words: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Only the form of the answer."""
    parser.add_argument("--json", action="store_true", help=_("one JSON object on stdout"))


def run(arguments: argparse.Namespace) -> int:
    """Look at everything, even when something is bad."""
    signs = [sign for look in LOOKS for sign in look(node_home())]
    sound = all(sign.state is not State.BAD for sign in signs)
    if arguments.json:
        put_json({"sound": sound, "version": openkp.__version__, "signs": signs})
    else:
        rows = [(sign.name, painted(sign.state, COLOUR[sign.state]), sign.words) for sign in signs]
        put_table(rows, (_("what"), _("state"), _("seen")))
    return Exit.OK if sound else Exit.FAILED


def python(home: Path) -> Iterator[Sign]:
    """The Python that runs this."""
    version = ".".join(map(str, sys.version_info[:3]))
    known = (3, 11) <= sys.version_info[:2] <= (3, 13)
    words = _("OpenKP %(own)s on Python %(python)s") % {"own": openkp.__version__, "python": version}
    yield Sign("python", State.GOOD if known else State.NOTE, words if known else words + _("; tried on 3.11 to 3.13"))


def packages(home: Path) -> Iterator[Sign]:
    """Whether what is installed is what the lock says."""
    lock = Path(openkp.__file__).parents[2] / "requirements" / "product.txt"
    if not lock.is_file():
        yield Sign("packages", State.NOTE, _("no lock beside this installation to compare with"))
        return
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)(.*)", lock.read_text(), re.MULTILINE)
    # A requirement with a marker may be meant for another machine.
    wrong = [f"{name} {version}" for name, version, rest in pinned if ";" not in rest and installed(name) != version]
    if wrong:
        yield Sign("packages", State.BAD, _("not as locked: %s; start with ./openkp to mend it") % ", ".join(wrong))
    else:
        yield Sign("packages", State.GOOD, _("%s packages as locked") % len(pinned))


def installed(name: str) -> str:
    """The installed version of a package, empty if there is none."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def directory(home: Path) -> Iterator[Sign]:
    """The node's directory and the space it has left."""
    if not home.is_dir():
        yield Sign("node", State.NOTE, _("no node in %s; set OPENKP_HOME or make one with openkp node") % home)
        return
    yield Sign("node", State.GOOD, str(home))
    free = shutil.disk_usage(home).free
    words = _("%s MB free") % f"{free / 1e6:,.0f}"
    yield Sign("disk", State.GOOD if free >= LITTLE_SPACE else State.BAD, words)


def keys(home: Path) -> Iterator[Sign]:
    """Keys, and that nobody else may read them."""
    files = [path for pattern in SECRETS for path in home.glob(pattern) if path.is_file()]
    if home.is_dir() and not list(home.glob("keys/*")):
        yield Sign("keys", State.NOTE, _("no signing key: this node can verify, but not sign"))
    for path in files:
        mode = stat.S_IMODE(path.stat().st_mode)
        name = str(path.relative_to(home))
        if mode & 0o077:
            yield Sign(name, State.BAD, _("mode %(mode)s: others may read it; chmod 600 %(path)s") % at(mode, path))
        else:
            yield Sign(name, State.GOOD, _("mode %(mode)s") % at(mode, path))


def at(mode: int, path: Path) -> dict[str, str]:
    """The gaps of a sentence on permissions."""
    return {"mode": f"{mode:04o}", "path": str(path)}


def database(home: Path) -> Iterator[Sign]:
    """Whether the database answers and is of this version."""
    if not (home / "secret-key").is_file():
        # Reading the settings would make one, and with it half a node.
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkp.project.settings")
    try:
        yield from reached()
    except Exception as error:
        yield Sign("database", State.BAD, _("cannot be used: %s") % " ".join(str(error).split()))


def reached() -> Iterator[Sign]:
    """The database's answer; raises what it complains of."""
    import django

    django.setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    if connection.vendor == "sqlite" and not (node_home() / "node.sqlite3").exists():
        yield Sign("database", State.NOTE, _("none yet; make it with openkp migrate"))
        return
    connection.ensure_connection()
    executor = MigrationExecutor(connection)
    behind = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if behind:
        words = _("%(count)s migrations behind; run openkp migrate") % {"count": behind}
        yield Sign("database", State.BAD, words)
    else:
        yield Sign("database", State.GOOD, _("%s answers and is of this version") % connection.display_name)


def trust(home: Path) -> Iterator[Sign]:
    """How old the trust bundle is, by what its signers say, not by the file's date."""
    path = home / "trust.bundle"
    if not home.is_dir():
        return
    if not path.is_file():
        yield Sign("trust bundle", State.NOTE, _("none in the node's directory: offline, nothing is known of statuses"))
        return
    try:
        yield aged(path)
    except Exception as error:
        yield Sign("trust bundle", State.BAD, _("cannot be used: %s") % error)


def aged(path: Path) -> Sign:
    """A bundle that opens, with its age beside the limits of the policy."""
    from openkp.documents.bundle import open_bundle
    from openkp.documents.policy import policy_on
    from openkp.project.clock import now

    at = now()
    age, policy = at - open_bundle(path.read_bytes(), at=at).made_at, policy_on(at.date())
    state = State.GOOD if age <= policy.fresh else State.NOTE if age <= policy.noted else State.BAD
    return Sign("trust bundle", state, _("%s old") % timedelta(seconds=round(age.total_seconds())))


def browser(home: Path) -> Iterator[Sign]:
    """The browser that tests may drive; a node needs none."""
    found = chromium()
    yield Sign("browser", State.GOOD if found else State.NOTE, found or _("none: browser tests are skipped"))


def chromium() -> str | None:
    """Where Chromium is: ``OPENKP_CHROMIUM``, else where systems put it."""
    named = os.environ.get("OPENKP_CHROMIUM")
    return next((path for path in (named, *CHROMIUM) if path and os.access(path, os.X_OK)), None)


LOOKS: tuple[Callable[[Path], Iterator[Sign]], ...] = (python, packages, directory, keys, database, trust, browser)
