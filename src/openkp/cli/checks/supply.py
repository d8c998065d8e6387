"""What comes from others: locked with hashes, from no named host, under licences that fit ours."""

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from openkp.cli.checks import ROOT

HOST = re.compile(r"(?:https?|git\+\w+|ssh)://[^\s\"']+|--(?:extra-)?index-url|--find-links|--trusted-host")
#: npm's lock names where a package's author takes donations; nothing is fetched from there.
NOT_FETCHED = re.compile(r'^\s*"url": "https?://[^"]*",?$')
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
REQUIREMENT = re.compile(r"^[A-Za-z0-9._-]+==[^\n]*(?:\n(?![A-Za-z0-9])[^\n]*)*", re.MULTILINE)
STRONG_COPYLEFT = re.compile(r"(?<![L])A?GPL|(?<!Lesser )General Public License|SSPL|BUSL", re.IGNORECASE)
#: Ours to use as a library, unchanged, under weak copyleft: psycopg (LGPL-3.0), certifi (MPL-2.0).
LIBRARY = re.compile(r"LGPL|Lesser General Public|MPL", re.IGNORECASE)


def locks() -> list[Path]:
    """Every lock file of the project."""
    return [*sorted((ROOT / "requirements").glob("*.txt")), *sorted(ROOT.glob("**/package-lock.json"))]


def lock_files() -> list[str]:
    """Lock files that name a host, or a requirement without a hash."""
    ours = [lock for lock in locks() if not {"node_modules", ".venv", ".venv-dev"} & set(lock.parts)]
    return [line for lock in ours for line in (*hosts_in(lock), *unhashed_in(lock))]


def hosts_in(lock: Path) -> Iterator[str]:
    """Lines that would send an installer to a certain machine."""
    for number, line in enumerate(lock.read_text().splitlines(), start=1):
        if HOST.search(line) and not NOT_FETCHED.match(line):
            yield f"{lock.relative_to(ROOT)}:{number}: names a host: {line.strip()}"


def unhashed_in(lock: Path) -> Iterator[str]:
    """Python requirements that any file of that name would satisfy."""
    if lock.suffix == ".txt":
        for requirement in REQUIREMENT.findall(lock.read_text()):
            if "--hash=sha256:" not in requirement:
                yield f"{lock.relative_to(ROOT)}: no hash for {requirement.splitlines()[0]}"


def licences() -> list[str]:
    """Packages of the product whose licence we may not build on, or that do not say theirs."""
    names = PINNED.findall((ROOT / "requirements" / "product.txt").read_text())
    return [line for name in names for line in licence_problem(name)]


def licence_problem(name: str) -> Iterator[str]:
    """What is wrong with one package's licence; packages for other machines are not looked at."""
    try:
        words = licence_of(metadata.metadata(name))
    except metadata.PackageNotFoundError:
        return
    if not words:
        yield f"{name}: says no licence"
    elif STRONG_COPYLEFT.search(words) and not LIBRARY.search(words):
        yield f"{name}: {words}"


def licence_of(package: metadata.PackageMetadata) -> str:
    """A package's licence in its own words: the expression, else its classifiers, else the first line of its text."""
    if "License-Expression" in package:
        return package["License-Expression"]
    classifiers = [line for line in package.get_all("Classifier") or [] if line.startswith("License ::")]
    free_text = package["License"].strip().splitlines() if "License" in package else []
    return "; ".join([*classifiers, *free_text[:1]])
