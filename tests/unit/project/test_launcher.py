"""The launcher, as a person starts it: in a checkout of its own, whose lock asks for nothing from the network."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SYSTEM = "/usr/bin:/bin"
PROGRAM = "import os, sys\nprint([sys.prefix, os.getcwd(), sys.argv[1:]])\nsys.exit(len(sys.argv) - 1)\n"
EMPTY_LOCK = "# nothing to install\n"


def python_folder():
    """Where a Python that can make environments is, for a path with nothing else of ours in it."""
    return str(Path(sys._base_executable).parent)


def lay_out(root):
    """A checkout with a program that says how it was started."""
    for name in ("openkp", "src/openkp/project/environment.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / "src/openkp/__init__.py").touch()
    (root / "src/openkp/__main__.py").write_text(PROGRAM)
    (root / "requirements").mkdir()
    for lock in ("product.txt", "tools.txt"):
        (root / "requirements" / lock).write_text(EMPTY_LOCK)
    return root


@pytest.fixture
def checkout(tmp_path):
    """A fresh checkout, its own path holding a space."""
    return lay_out(tmp_path / "a checkout")


def start(root, *words, program=None, path=None, cwd=None, **environment):
    home = root.parent / "home"
    home.mkdir(exist_ok=True)
    return subprocess.run(
        ["sh", program or str(root / "openkp"), *words],
        capture_output=True,
        text=True,
        cwd=cwd or root.parent,
        env={"PATH": path or f"{python_folder()}:{SYSTEM}", "HOME": str(home), **environment},
    )


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    root = lay_out(tmp_path_factory.mktemp("pattern") / "a checkout")
    assert start(root).returncode == 0
    return root


@pytest.fixture
def made(pattern, tmp_path):
    """A checkout with its environment, copied from one that was made once."""
    return Path(shutil.copytree(pattern, tmp_path / "a checkout", symlinks=True))


def said(root, where, *words):
    return f"{[str(root / '.venv'), str(where), list(words)]}\n"


def test_the_first_start_makes_the_environment_and_passes_words_and_exit_code(checkout):
    done = start(checkout, "verify", "a file")
    assert done.stdout == said(checkout, checkout.parent, "verify", "a file")
    assert done.returncode == 2
    assert "making .venv" in done.stderr
    assert sorted(path.name for path in checkout.iterdir()) == [
        ".venv",
        ".venv.making",
        "openkp",
        "requirements",
        "src",
    ]
    assert list((checkout.parent / "home").iterdir()) == []


def test_the_second_start_says_nothing_and_is_quick(made):
    begin = time.perf_counter()
    done = start(made)
    assert done.stderr == ""
    assert time.perf_counter() - begin < 1


def test_it_starts_from_anywhere_and_through_links(made, tmp_path):
    (tmp_path / "first").symlink_to(made / "openkp")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "second").symlink_to("../first")
    done = start(made, program=str(tmp_path / "bin" / "second"), cwd="/")
    assert done.stdout == said(made, "/")
    assert start(made, program="openkp", cwd=made).stdout == said(made, made)


def test_a_changed_lock_is_installed_and_what_it_no_longer_names_goes(made):
    site = next((made / ".venv/lib").glob("python3*/site-packages"))
    (site / "left-1.0.dist-info").mkdir()
    (site / "left-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: left\nVersion: 1.0\n")
    (site / "left-1.0.dist-info" / "RECORD").write_text("left-1.0.dist-info/METADATA,,\nleft-1.0.dist-info/RECORD,,\n")
    (made / "requirements/product.txt").write_text(EMPTY_LOCK * 2)
    assert "making .venv" in start(made).stderr
    assert not (site / "left-1.0.dist-info").exists()
    assert start(made).stderr == ""


def test_an_interrupted_environment_is_made_again(made):
    (made / ".venv/openkp.lock").unlink()
    (made / ".venv/bin/python").unlink()
    done = start(made)
    assert done.stdout == said(made, made.parent)


def test_a_moved_checkout_goes_on(made):
    moved = made.rename(made.parent / "moved")
    done = start(moved)
    assert (done.stdout, done.stderr) == (said(moved, moved.parent), "")


def test_first_starts_at_the_same_time_do_not_disturb_each_other(checkout):
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda word: start(checkout, word), "abc"))
    assert [one.stdout for one in done] == [said(checkout, checkout.parent, word) for word in "abc"]
    assert sum("making .venv" in one.stderr for one in done) == 1


def test_tests_and_checks_have_an_environment_of_their_own(checkout):
    assert start(checkout, "check").stdout == said(checkout, checkout.parent, "check").replace(".venv", ".venv-dev")
    assert not (checkout / ".venv").exists()


def test_nothing_of_the_callers_directory_or_python_settings_is_run(checkout, tmp_path):
    for name in ("argparse", "ensurepip", "json", "openkp", "pip", "re", "sitecustomize", "venv"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not ours')\n")
    settings = {"PYTHONPATH": str(tmp_path), "PYTHONHOME": str(tmp_path), "PYTHONIOENCODING": "no such encoding"}
    for _ in ("the first start", "the second"):
        done = start(checkout, "word", cwd=tmp_path, **settings)
        assert done.stdout == said(checkout, tmp_path, "word"), done.stderr


def test_whatever_the_terminal_speaks_it_gets_utf_8(made):
    (made / "src/openkp/__main__.py").write_text("print('✓')\n")
    assert start(made, LC_ALL="POSIX", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0").stdout == "✓\n"


def fake_python(folder, script):
    folder.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    for tool in ("dirname", "readlink", "cat", "cmp", "sh"):
        (folder / tool).symlink_to(shutil.which(tool))
    return str(folder)


def test_without_a_new_enough_python_it_says_so_in_one_sentence(checkout, tmp_path):
    done = start(checkout, path=fake_python(tmp_path / "bin", "exit 1"))
    assert done.returncode == 1
    assert done.stderr.startswith("openkp: Python 3.11 or newer is missing;")
    assert done.stderr.count("\n") == 1


def test_without_the_venv_module_it_says_so_in_one_sentence(checkout, tmp_path):
    script = 'case "$*" in *ensurepip*) exit 1 ;; esac'
    done = start(checkout, path=fake_python(tmp_path / "bin", script))
    assert done.returncode == 1
    assert "install its venv module (on Debian: apt-get install python3-venv)" in done.stderr
    assert done.stderr.count("\n") == 1


PINNED = "no-such-package-of-ours==1 \\\n    --hash=sha256:" + "0" * 64 + "\n"


def test_without_the_network_it_says_so_in_one_sentence_and_leaves_nothing_half_made(checkout):
    (checkout / "requirements/product.txt").write_text(PINNED)
    away = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0"}
    done = start(checkout, **away)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "could not be downloaded; connect to the network" in done.stderr.splitlines()[-1]
    assert not (checkout / ".venv/openkp.lock").exists()


def test_a_package_that_is_not_the_one_in_the_lock_is_not_installed(checkout, tmp_path):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    make_wheel(wheels / "no_such_package_of_ours-1-py3-none-any.whl")
    (checkout / "requirements/product.txt").write_text(PINNED)
    done = start(checkout, PIP_FIND_LINKS=str(wheels), PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert done.returncode == 1
    assert "a downloaded package is not the one in the lock" in done.stderr.splitlines()[-1]


def make_wheel(path):
    import zipfile

    info = "no_such_package_of_ours-1.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: no-such-package-of-ours\nVersion: 1\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
