"""Pages made by a program: made again, they must be what is kept."""

import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path

from openkp.cli.checks import ROOT

#: The page, and the function without arguments that gives its text.
PAGES = {
    "docs/reference/commands.md": "openkp.cli.checks.commands_page:commands_page",
    "docs/reference/rules.md": "openkp.scheme.rules.manual:rules_page",
    "docs/reference/life.md": "openkp.scheme.rules.manual:life_page",
}


def generated_pages() -> list[str]:
    """Pages that are missing, no longer what their generator says, or without a generator."""
    lost = [f"{page}: its generator {PAGES[page]} is missing" for page in PAGES if generator(page) is None]
    return lost + [f"{page}: stale; run “openkp check --write”" for page in stale()]


def write_pages() -> list[str]:
    """Write every stale page that has a generator; name those written."""
    written = stale()
    for page in written:
        (ROOT / page).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / page).write_text(made(page))
    return written


def stale() -> list[str]:
    """The pages that would change if they were made again."""
    return [page for page in PAGES if generator(page) and kept(ROOT / page) != made(page)]


def kept(path: Path) -> str:
    """What the repository holds."""
    return path.read_text() if path.is_file() else ""


def made(page: str) -> str:
    """What the generator says now."""
    generate = generator(page)
    return generate() if generate else ""


def generator(page: str) -> Callable[[], str] | None:
    """The function that makes a page, if it is there."""
    module, _, function = PAGES[page].partition(":")
    if importlib.util.find_spec(module) is None:
        return None
    return getattr(importlib.import_module(module), function, None)
