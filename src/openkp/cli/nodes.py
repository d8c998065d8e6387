"""The node that a command works on: the directory that ``OPENKP_HOME`` names."""

import json
import os
from pathlib import Path

from openkp.cli.errors import UsageProblem
from openkp.scheme.words import N_, Sentence


def node_home() -> Path:
    """The node's directory; it need not exist."""
    return Path(os.environ.get("OPENKP_HOME") or Path.home() / ".openkp")


def check_node() -> None:
    """Raises ``UsageProblem`` where there is no node: only what makes one may begin a directory."""
    home = node_home()
    if not (home / "secret-key").is_file():
        raise no_node(home)
    check_settings()


def check_settings() -> None:
    """Raises ``UsageProblem`` for a ``node.json`` that cannot be read."""
    path = node_home() / "node.json"
    if not path.exists():
        return
    why: str | Sentence = Sentence(N_("it is no JSON object of texts in UTF-8"))
    try:
        if is_texts(json.loads(path.read_text("utf-8"))):
            return
    except OSError as error:
        why = error.strerror or ""
    except ValueError:
        pass
    raise UsageProblem(
        Sentence(N_("%(path)s cannot be read: %(why)s."), {"path": str(path), "why": why}),
        advice=Sentence(N_("Put it back as it was: without its settings a node is another one.")),
    )


def is_texts(settings: object) -> bool:
    """Whether these are names with a text each."""
    return isinstance(settings, dict) and all(isinstance(each, str) for each in settings.values())


def no_node(home: Path) -> UsageProblem:
    """What is said where ``home`` holds no node."""
    return UsageProblem(
        Sentence(N_("There is no node in %(home)s."), {"home": str(home)}),
        advice=Sentence(N_("Set OPENKP_HOME to the node's directory.")),
    )


def check_ready() -> None:
    """Make the registry usable. Raises ``UsageProblem`` where there is no node or no database of this version."""
    from openkp.project.start import behind, set_up

    check_node()
    set_up()
    if behind():
        raise UsageProblem(
            N_("The database is not of this version."), code="behind", advice=Sentence(N_("Run openkp migrate first."))
        )
