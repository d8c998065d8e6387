"""Rules of the house that no other program knows."""

import re
import subprocess

from openkp.cli.checks import ROOT
from openkp.cli.checks.sizes import sources

MODEL = re.compile(r"\b(?:models\.Model|django\.db\.models import[^\n]*\bModel\b)")
SECRET = re.compile(r"-----BEGIN (?:EC |RSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----\n[A-Za-z0-9+/=]{20}")
COMMAND_FILES = {"__init__", "answering", "errors", "languages", "nodes", "output", "surroundings", "typed"}


def portal_without_models() -> list[str]:
    """The portal shows what the registry remembers; it remembers nothing itself."""
    portal = ROOT / "src" / "openkp" / "portal"
    return [f"{path.relative_to(ROOT)}: defines a model" for path in sources(portal) if MODEL.search(path.read_text())]


def commands_listed() -> list[str]:
    """The table of commands and the modules agree, help sentence for help sentence."""
    from openkp.cli import COMMANDS, load

    modules = {path.stem for path in (ROOT / "src/openkp/cli").glob("*.py")} - COMMAND_FILES
    wrong = [f"{name}: in the table, but there is no module" for name in COMMANDS if name not in modules]
    wrong += [f"{name}: a module, but not in the table" for name in sorted(modules) if name not in COMMANDS]
    both = [name for name in COMMANDS if name in modules]
    return wrong + [f"{name}: HELP is not what the table says" for name in both if COMMANDS[name] != load(name).HELP]


def no_secrets() -> list[str]:
    """No private key in the repository, but the published ones of the vectors."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name and not name.startswith(("vectors/", "tests/"))]
    texts = [(path, path.read_bytes().decode(errors="ignore")) for path in paths if path.is_file()]
    return [f"{path.relative_to(ROOT)}: holds a private key" for path, text in texts if SECRET.search(text)]
