"""Each check finds what it is there to find; a check that never fails is none."""

import ast
import subprocess

import pytest

from openkp import cli
from openkp.cli import check
from openkp.cli.checks import house, pages, programs, sizes, supply
from openkp.cli.checks.commands_page import commands_page


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A checkout of nothing, for the checks that read files."""
    (tmp_path / "src" / "openkp" / "portal").mkdir(parents=True)
    (tmp_path / "requirements").mkdir()
    for module in (house, pages, programs, sizes, supply):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    return tmp_path


def write(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def body(lines):
    return "".join(f"    x = {n}\n" for n in range(lines))


def test_a_function_of_sixty_lines_is_let_pass_and_one_more_is_not(root):
    write(root, "src/a.py", f"def fits():\n{body(59)}")
    write(root, "src/b.py", f"def long():\n{body(60)}")
    assert sizes.sizes() == ["src/b.py:1: long has 61 lines of code, at most 60"]


def test_blanks_comments_and_docstrings_are_no_code(root):
    write(root, "src/a.py", f'def fits():\n    """One\n\n    two."""\n    # why\n\n{body(59)}')
    assert sizes.sizes() == []


def test_a_file_over_four_hundred_lines_is_found(root):
    write(root, "src/a.py", "x = 1\n" * 401)
    assert sizes.sizes() == ["src/a.py: 401 lines of code, at most 400"]


def test_migrations_are_not_measured(root):
    write(root, "src/app/migrations/0001.py", "x = 1\n" * 500)
    assert sizes.sizes() == []


@pytest.mark.parametrize(
    ("code", "depth"),
    [
        ("def f():\n    return 1", 0),
        ("def f():\n    if a:\n        pass\n    elif b:\n        pass\n    elif c:\n        pass", 1),
        (
            "def f():\n    for a in b:\n        if a:\n            with a:\n                while b: pass",
            4,
        ),
        ("def f():\n    def g():\n        if a:\n            pass", 0),
        ("def f():\n    if a:\n        pass\n    else:\n        if b:\n            pass\n        b()", 2),
    ],
)
def test_nesting(code, depth):
    assert sizes.nesting(ast.parse(code).body[0]) == depth


def test_a_lock_that_names_a_host_is_found(root):
    write(root, "requirements/a.txt", "--index-url https://example.org/simple\nx==1 \\\n    --hash=sha256:00\n")
    write(
        root,
        "assets/package-lock.json",
        '{\n "resolved": "https://registry.example/x.tgz",\n "url": "https://give.me"\n}',
    )
    assert [line.split(": ")[0] for line in supply.lock_files()] == [
        "requirements/a.txt:1",
        "assets/package-lock.json:2",
    ]


def test_a_requirement_without_hash_is_found(root):
    write(root, "requirements/a.txt", "x==1 \\\n    --hash=sha256:00\n    # via y\ny==2\n    # via z\n")
    assert supply.lock_files() == ["requirements/a.txt: no hash for y==2"]


class Package(dict):
    def get_all(self, name):
        return self.get(name)


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        ({"License-Expression": "MIT"}, True),
        ({"License": "BSD-3-Clause"}, True),
        ({"License-Expression": "LGPL-3.0-only"}, True),
        ({"Classifier": ["License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)"]}, True),
        ({"License-Expression": "GPL-3.0-or-later"}, False),
        ({"License": "AGPL-3.0"}, False),
        ({"Classifier": ["License :: OSI Approved :: GNU General Public License v2 (GPLv2)"]}, False),
        ({"Classifier": ["Topic :: Software"]}, False),
    ],
)
def test_licences(fields, fits, monkeypatch):
    monkeypatch.setattr(supply.metadata, "metadata", lambda name: Package(fields))
    assert (list(supply.licence_problem("x")) == []) is fits


def test_licences_looks_at_installed_packages():
    assert supply.licences() == []
    assert supply.licence_of(supply.metadata.metadata("django")) != ""


def test_a_model_in_the_portal_is_found(root):
    write(root, "src/openkp/portal/a.py", "class A(models.Model):\n    pass\n")
    assert house.portal_without_models() == ["src/openkp/portal/a.py: defines a model"]


def test_a_private_key_in_the_repository_is_found(root):
    marks = "-----BEGIN PRIVATE " + "KEY-----\n"
    write(root, "key.txt", f"{marks}MIGHAgEAMBMGByqGSM49AgEG\n")
    write(root, "vectors/key.txt", f"{marks}MIGHAgEAMBMGByqGSM49AgEG\n")
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=root, check=True)
    assert house.no_secrets() == ["key.txt: holds a private key"]


def test_a_stale_page_is_found_and_written(root, monkeypatch):
    monkeypatch.setattr(
        pages, "PAGES", {"docs/c.md": "openkp.cli.checks.commands_page:commands_page", "docs/n.md": "openkp.none:f"}
    )
    assert len(pages.generated_pages()) == 2
    assert pages.write_pages() == ["docs/c.md"]
    assert pages.generated_pages() == ["docs/n.md: its generator openkp.none:f is missing"]


def test_the_page_of_commands_names_every_command_and_exit_code():
    page = commands_page()
    for name in cli.present():
        assert f"## openkp {name}\n" in page
    assert "| 6 | the journal or the documents were changed |" in page


BANNED = """import random
import time
from datetime import date, datetime

from django.utils import timezone

a, b, c, d = datetime.now(), date.today(), time.time(), timezone.now()
"""


def test_lint_finds_every_way_to_ask_for_the_time(root):
    (root / "pyproject.toml").write_text((check_root() / "pyproject.toml").read_text())
    write(root, "src/openkp/registry/a.py", BANNED)
    found = [line for line in programs.lint() if "TID251" in line]
    for name in ("datetime.datetime.now", "datetime.date.today", "time.time", "django.utils.timezone.now", "random"):
        assert any(f"`{name}` is banned" in line for line in found), name


def check_root():
    from openkp.cli.checks import ROOT

    return ROOT


CORE_WITH_FRAMEWORK = {
    "src/openkp/__init__.py": "",
    "src/openkp/scheme/__init__.py": "import django\n",
    "src/openkp/documents/__init__.py": "",
    "src/openkp/figures/__init__.py": "import socket\n",
    "src/openkp/registry/__init__.py": "import cryptography\nfrom openkp import portal\n",
    "src/openkp/exchange/__init__.py": "from openkp import project\n",
    "src/openkp/portal/__init__.py": "",
    "src/openkp/cli/__init__.py": "",
    "src/openkp/project/__init__.py": "",
}


def test_imports_finds_each_broken_contract(root):
    (root / "pyproject.toml").write_text((check_root() / "pyproject.toml").read_text())
    for name, text in CORE_WITH_FRAMEWORK.items():
        write(root, name, text)
    said = "\n".join(programs.imports())
    for contract in (
        "Imports point one way: shell to core BROKEN",
        "The core knows no framework, no network and no clock BROKEN",
        "The reckoner knows no framework, no network and no clock BROKEN",
        "Only documents touches cryptography BROKEN",
        "Nothing below the counter knows how the parts are put together BROKEN",
    ):
        assert contract in said


def test_programs_heed_no_python_settings_of_the_caller(strange_python):
    assert programs.complaints("openkp", "rules", "CERT-01") == []


def test_all_checks_run_whatever_fails(monkeypatch, capsys):
    def breaks():
        raise RuntimeError("broken check")

    monkeypatch.setattr(check, "checks", lambda: {"a": breaks, "b": lambda: ["wrong"], "c": list})
    assert cli.main(["check"]) == 1
    shown = capsys.readouterr()
    assert "RuntimeError: broken check" in shown.err
    assert "wrong" in shown.err
    assert shown.out == "1 checks good, 2 failed\n"


def test_an_unknown_check_is_a_usage_error(capsys):
    assert cli.main(["check", "nothing"]) == 2
    assert "lint" in capsys.readouterr().err
