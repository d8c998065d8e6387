"""Where the demonstration happens: its directory, the ports of its nodes, the environment of their processes."""

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openkp
from openkp.cli.surroundings import surroundings
from openkp.project.demo.cast import PARTS, Part
from openkp.project.demo.errors import DemoError
from openkp.scheme.words import N_, Sentence

LOOPBACK = "127.0.0.1"
NOTES = "demo.json"
LOCK = "demo.lock"
DEFAULT = Path(openkp.__file__).resolve().parents[2] / "demo"
"""``demo/`` in the checkout."""


@dataclass(frozen=True)
class Stage:
    """A directory that is ours for as long as we run, and a port for each node."""

    root: Path
    ports: dict[str, int]

    def home(self, part: Part) -> Path:
        """The node's directory."""
        return self.root / part.name

    def address(self, part: Part) -> str:
        """Where the node answers: on this machine only."""
        return f"http://{LOOPBACK}:{self.ports[part.name]}"

    def environment(self, part: Part) -> dict[str, str]:
        """What the node's processes are told. Nothing of ours that names another node or another database."""
        debug = {"OPENKP_DEBUG": os.environ["OPENKP_DEBUG"]} if os.environ.get("OPENKP_DEBUG") else {}
        return {
            **surroundings("OPENKP_", "DJANGO_"),
            **debug,
            "OPENKP_HOME": str(self.home(part)),
            "OPENKP_PROFILE": "specimen",
            "OPENKP_INSECURE_HTTP": "1",
        }

    @property
    def notes(self) -> dict[str, Any]:
        """What an earlier command wrote down about this demonstration."""
        found: dict[str, Any] = json.loads((self.root / NOTES).read_text("utf-8"))
        return found

    def write_notes(self, notes: dict[str, Any]) -> None:
        """Write down sign-ins and addresses, for ``--code`` and ``--continue``; nobody else may read them."""
        path = self.root / NOTES
        path.touch(mode=0o600)
        path.write_text(json.dumps(notes, indent=2) + "\n", "utf-8")


@contextmanager
def empty_stage(root: Path) -> Iterator[Stage]:
    """A fresh stage in ``root``: an earlier demonstration there is removed, anything else is left alone and refused."""
    root = root.resolve()
    with _locked(root), ExitStack() as held:
        _clear(root)
        ports = {part.name: held.enter_context(reserved(part.port)).getsockname()[1] for part in PARTS}
        stage = Stage(root, ports)
        for part in PARTS:
            _furnish(stage, part)
        yield stage


def kept_stage(root: Path) -> Stage:
    """The stage of a demonstration that runs or ran there."""
    root = root.resolve()
    try:
        notes = Stage(root, {}).notes
        return Stage(root, {part.name: int(notes["ports"][part.name]) for part in PARTS})
    except (OSError, ValueError, KeyError) as error:
        raise DemoError(
            Sentence(N_("There is no demonstration in %(path)s."), _path(root)),
            code="demo-none",
            advice=Sentence(N_("Start one with: ./openkp demo")),
        ) from error


@contextmanager
def stage_again(root: Path) -> Iterator[Stage]:
    """The stage of an earlier demonstration, on the same ports: they stand in its trust list."""
    stage = kept_stage(root)
    with _locked(stage.root), ExitStack() as held:
        for port in stage.ports.values():
            held.enter_context(_reserved_again(port))
        yield stage


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Hold the directory; the system lets go of it even if we die."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        ours = not any(root.iterdir()) or (root / NOTES).exists() or (root / LOCK).exists()
    except OSError as error:
        raise _unusable(root, error.strerror or str(error)) from error
    if not ours:
        raise DemoError(
            Sentence(N_("%(path)s is not empty and holds no demonstration: nothing in it was touched."), _path(root)),
            code="demo-not-empty",
            advice=Sentence(N_("Name an empty or a new directory with --keep DIR.")),
        )
    try:
        lock = (root / LOCK).open("w")
    except OSError as error:
        raise _unusable(root, error.strerror or str(error)) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DemoError(
                Sentence(N_("A demonstration is running in %(path)s."), _path(root)),
                code="demo-running",
                advice=Sentence(N_("Stop it with Ctrl-C where it runs, or name another directory with --keep DIR.")),
            ) from error
        yield


def _path(root: Path) -> dict[str, str]:
    return {"path": str(root)}


def _unusable(root: Path, why: str) -> DemoError:
    return DemoError(
        Sentence(N_("%(path)s cannot be used: %(why)s."), {"path": str(root), "why": why}),
        code="demo-directory",
        advice=Sentence(N_("Name a directory that you may write with --keep DIR.")),
    )


def _clear(root: Path) -> None:
    for part in PARTS:
        shutil.rmtree(root / part.name, ignore_errors=True)
    for path in root.iterdir():
        if path.name != LOCK and path.is_file():
            path.unlink()


def _furnish(stage: Stage, part: Part) -> None:
    """The node's directory with its own few settings, so that other commands find them there."""
    home = stage.home(part)
    home.mkdir(mode=0o700)
    settings = {
        "name": part.title,
        "profile": "specimen",
        "insecure_http": "1",
        "allowed_hosts": f"{LOOPBACK},localhost",
        "cookie_prefix": f"{part.name}-",
    }
    (home / "node.json").write_text(json.dumps(settings, indent=2) + "\n", "utf-8")


def reserved(preferred: int) -> socket.socket:
    """The preferred port, or any other that is free now; ours until it is closed."""
    try:
        return _reserve(preferred)
    except OSError:
        return _reserve(0)


def _reserved_again(port: int) -> socket.socket:
    try:
        return _reserve(port)
    except OSError as error:
        raise DemoError(
            Sentence(N_("Port %(port)s is in use, and the earlier demonstration needs it."), {"port": port}),
            code="demo-port",
            advice=Sentence(N_("Stop what uses it, or start a fresh demonstration without --continue.")),
        ) from error


def _reserve(port: int) -> socket.socket:
    """A socket that keeps a free port until our own server listens there. Raises ``OSError``.

    Servers share a port without a word if both ask for it: two demonstrations that look for a free port in the same
    minute would answer each other's visitors. What is bound and does not listen gets no visitor, and lets only
    sharers in; whoever looks for a free port does not share.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, port))
        free = probe.getsockname()
    keeper = socket.socket()
    try:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        keeper.bind(free)
    except OSError:
        keeper.close()
        raise
    return keeper
