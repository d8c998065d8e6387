"""The top of the command line: help, dispatch, errors to words and exit codes."""

import gettext
import os
import subprocess
import sys
from types import ModuleType

import polib
import pytest

from openkp import cli
from openkp.cli import errors, languages
from openkp.scheme.errors import Finding, OpenkpError, Refused
from openkp.scheme.words import Sentence


def openkp(*words, **environment):
    command = [sys.executable, "-m", "openkp", *words]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})


@pytest.fixture
def command(monkeypatch):
    """A command ``probe`` that does what the test gives it to do."""
    module = ModuleType("probe")
    module.HELP = "Probe."
    module.add_arguments = lambda parser: parser.add_argument("--word")
    monkeypatch.setattr(cli, "load", lambda name: module)
    monkeypatch.setattr(cli, "present", lambda: {"probe": "Probe."})
    return module


def raising(error):
    def run(arguments):
        raise error

    return run


def test_no_command_is_a_usage_error_that_shows_the_help(capsys):
    assert cli.main([]) == errors.Exit.USAGE
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "check" in shown.err


def test_help_names_every_command_with_its_sentence(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    for name, text in cli.present().items():
        assert f"{name} {text}" in shown


def test_help_imports_no_command():
    done = openkp("--help", PYTHONVERBOSE="1")
    assert done.returncode == 0
    for absent in ("import 'openkp.cli.test'", "import 'openkp.cli.check'", "import 'django'"):
        assert absent not in done.stderr


def test_version():
    from openkp import __version__

    assert openkp("--version").stdout == f"openkp {__version__}\n"


def test_unknown_command_is_a_usage_error():
    done = openkp("no-such-command")
    assert done.returncode == errors.Exit.USAGE
    assert done.stdout == ""


def test_the_table_of_commands_and_the_modules_agree():
    from openkp.cli.checks.house import commands_listed

    assert commands_listed() == []


@pytest.mark.parametrize("name", sorted(cli.present()))
def test_every_command_has_help(name, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([name, "--help"])
    assert ended.value.code == 0
    assert cli.COMMANDS[name].split()[0] in capsys.readouterr().out


def test_a_command_gets_its_arguments_and_gives_the_exit_code(command):
    command.run = lambda arguments: 7 if arguments.word == "a" else 0
    assert cli.main(["probe", "--word", "a"]) == 7


def test_a_command_that_passes_on_gets_what_it_does_not_know(command):
    seen = {}
    command.PASS_ON = True
    command.run = lambda arguments: seen.update(rest=arguments.rest) or 0
    assert cli.main(["probe", "--word", "a", "-k", "name", "path"]) == 0
    assert seen == {"rest": ["-k", "name", "path"]}


@pytest.mark.parametrize(
    ("kind", "code"),
    [("DocumentError", 8), ("Malformed", 8), ("BadSignature", 3), ("Untrusted", 3), ("PeerError", 5), ("Other", 1)],
)
def test_exit_codes_follow_the_class(kind, code):
    parents = (
        (type("DocumentError", (OpenkpError,), {}),)
        if kind in ("Malformed", "BadSignature", "Untrusted")
        else (OpenkpError,)
    )
    assert errors.exit_of(type(kind, parents, {})("x")) == code


def test_every_exit_code_has_a_meaning():
    assert set(errors.MEANINGS) == set(errors.Exit)


def test_a_refusal_lists_every_finding_and_what_to_do(command, capsys):
    findings = [
        Finding("EXP-01", "a", "lines.0.carats", Sentence("Too many.")),
        Finding("EXP-02", "b", "", Sentence("Too few.")),
    ]
    command.run = raising(Refused(findings))
    assert cli.main(["probe"]) == errors.Exit.FAILED
    said = capsys.readouterr().err
    assert "EXP-01  lines.0.carats: Too many." in said
    assert "EXP-02  Too few." in said
    assert str(Refused.advice) in said


def test_a_surprise_is_told_without_a_traceback(command, capsys):
    command.run = raising(ZeroDivisionError("by zero"))
    assert cli.main(["probe"]) == errors.Exit.FAILED
    said = capsys.readouterr().err
    assert "ZeroDivisionError: by zero" in said
    assert "Traceback" not in said


def test_debugging_shows_where_a_surprise_arose(command, capsys, monkeypatch):
    monkeypatch.setenv("OPENKP_DEBUG", "1")
    command.run = raising(ZeroDivisionError("by zero"))
    cli.main(["probe"])
    assert "Traceback" in capsys.readouterr().err


def test_a_missing_file_is_named(command, capsys):
    command.run = lambda arguments: open("/no/such/file").close()
    assert cli.main(["probe"]) == errors.Exit.FAILED
    assert "/no/such/file" in capsys.readouterr().err


def test_the_keyboard_stops_a_command(command, capsys):
    command.run = raising(KeyboardInterrupt())
    assert cli.main(["probe"]) == errors.Exit.STOPPED


LONG_OUTPUT = """
import sys, types
from openkp import cli
probe = types.ModuleType("probe")
probe.HELP, probe.add_arguments = "Probe.", lambda parser: None
probe.run = lambda arguments: print("x" * 10_000_000) or 0
cli.load, cli.present = lambda name: probe, lambda: {"probe": "Probe."}
sys.exit(cli.main(["probe"]))
"""


def test_a_reader_that_leaves_brings_no_complaint(tmp_path):
    script = tmp_path / "long.py"
    script.write_text(LONG_OUTPUT)
    done = subprocess.run(["sh", "-c", f"'{sys.executable}' '{script}' | true"], capture_output=True, text=True)
    assert done.stderr == ""


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_surprise_and_no_file_takes_its_place(tmp_path, closed):
    command = f"'{sys.executable}' -m openkp rules EXP-02 {closed} && '{sys.executable}' -m openkp verify - {closed}"
    home = {**os.environ, "OPENKP_HOME": str(tmp_path)}
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=home)
    assert done.returncode == errors.Exit.USAGE  # there is no trust bundle
    assert "inside OpenKP" not in done.stderr


def test_a_file_that_is_opened_never_becomes_a_standard_stream():
    script = "from openkp.cli.output import open_closed_streams as o; o(); import os; os._exit(os.open('/', 0))"
    command = f"'{sys.executable}' -c \"{script}\" <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", command]).returncode > 2


def test_talk_that_nobody_can_hear_stops_no_work(tmp_path, monkeypatch):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # Python tries again what it holds when it ends
    words = f"'{sys.executable}' -m openkp verify '{tmp_path}/none' 2>/dev/full"
    assert subprocess.run(["sh", "-c", words]).returncode == errors.Exit.USAGE


def test_the_language_of_the_terminal_is_used(tmp_path, monkeypatch):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    catalogue.append(polib.POEntry(msgid="Stopped.", msgstr="Arrêté."))
    catalogue.save_as_mofile(str(folder / f"{languages.DOMAIN}.mo"))
    monkeypatch.setattr(languages, "CATALOGUES", tmp_path)
    monkeypatch.setenv("LANGUAGE", "fr")
    try:
        languages.choose_language()
        assert gettext.gettext("Stopped.") == "Arrêté."
    finally:
        monkeypatch.undo()
        languages.choose_language()
