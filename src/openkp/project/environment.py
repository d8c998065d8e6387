"""Making an environment from hashed locks; run by the launcher with a bare Python, so standard library only.

    python -I environment.py DIRECTORY LOCK [LOCK...]

The environment is finished when ``openkp.lock`` in it equals the locks; that file is written last, so
whatever was interrupted is done again. One maker at a time: others wait, then find the work done.
"""

import fcntl
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

NO_NETWORK = re.compile(r"NewConnectionError|Max retries|ConnectionError|name resolution|ConnectTimeout|ReadTimeout")
# Packages that the environment brings itself.
OURS_TO_KEEP = {"pip", "setuptools"}
READY_BUILT = ("--only-binary", ":all:", "--no-binary", "pyspark")
"""Nothing is compiled here; Spark is published as sources only, and they are plain Python and jars."""


def say(words: str) -> None:
    """Progress, on stderr."""
    print(f"openkp: {words}", file=sys.stderr, flush=True)


def run(*command: str) -> str:
    """The output of ``command``; what it complained of, as CalledProcessError, if it failed."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def works(python: Path) -> bool:
    """Whether this environment's Python starts, is new enough and has pip."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-I", "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def names_in(locks: list[Path]) -> set[str]:
    """The packages that the locks name, as pip spells them."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==", "\n".join(lock.read_text() for lock in locks), re.MULTILINE)
    return {plain(name) for name in found}


def plain(name: str) -> str:
    """One spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def install(python: Path, locks: list[Path]) -> None:
    """Install what the locks name, ready-built and with the right hashes, and take away what they no longer name."""
    pip = (str(python), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input")
    wanted = [argument for lock in locks for argument in ("-r", str(lock))]
    run(*pip, "install", "-q", "--require-hashes", *READY_BUILT, "--retries", "2", *wanted)
    present = {plain(line.split("==")[0]) for line in run(*pip, "list", "--format", "freeze").splitlines()}
    if surplus := present - names_in(locks) - OURS_TO_KEEP:
        run(*pip, "uninstall", "-y", *sorted(surplus))


def add_sources(environment: Path) -> None:
    """Put ``src`` on the path, named from here so that the checkout may be moved."""
    for packages in environment.glob("lib/python3*/site-packages"):
        (packages / "openkp.pth").write_text("../../../../src\n")


def why(error: subprocess.CalledProcessError) -> str:
    """What to tell a person about pip's failure."""
    words = error.stderr or error.stdout or ""
    words = words if isinstance(words, str) else words.decode(errors="replace")  # of what ``venv`` itself starts
    if "DO NOT MATCH THE HASHES" in words:
        return "a downloaded package is not the one in the lock; nothing was installed from it: find out why first."
    if NO_NETWORK.search(words):
        return "the packages could not be downloaded; connect to the network (or set PIP_INDEX_URL) and run this again."
    last = next((line for line in reversed(words.splitlines()) if line.strip()), "no reason given")
    return f"the packages could not be installed ({last.strip()}); mend that and run this again."


def make(environment: Path, locks: list[Path]) -> None:
    """Bring the environment to what the locks say; leave a good one alone."""
    stamp, content = environment / "openkp.lock", b"".join(lock.read_bytes() for lock in locks)
    python = environment / "bin" / "python"
    if stamp.is_file() and stamp.read_bytes() == content and works(python):
        return
    stamp.unlink(missing_ok=True)
    say(f"making {environment.name} with Python {sys.version.split()[0]} (once, about a minute) …")
    if not works(python):
        venv.create(environment, clear=True, with_pip=True, symlinks=True)
    install(python, locks)
    add_sources(environment)
    stamp.write_bytes(content)


def make_alone(environment: Path, locks: list[Path]) -> None:
    """``make`` while holding the lock file beside the environment: the system frees it even if we die."""
    with environment.with_name(environment.name + ".making").open("w") as mine:
        fcntl.flock(mine, fcntl.LOCK_EX)
        make(environment, locks)


def main(arguments: list[str]) -> int:
    """Make the environment, or say in one sentence why not."""
    environment, *locks = map(Path, arguments)
    os.umask(0o022)
    for name in [name for name in os.environ if name.startswith("PYTHON")]:
        del os.environ[name]  # the caller's settings of Python are for other programs
    try:
        make_alone(environment, locks)
    except subprocess.CalledProcessError as error:
        say(why(error))
    except OSError as error:
        say(f"the environment {environment} cannot be written: {error.strerror or error}.")
    except KeyboardInterrupt:
        say("stopped; run this again to go on.")
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
