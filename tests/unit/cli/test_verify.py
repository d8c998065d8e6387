"""``openkp verify``: exit codes, JSON, words, and that it needs no network, no database and no Django."""

import io
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from openkp.cli import main
from openkp.cli.verdicts import span
from openkp.documents.envelope import public_form
from openkp.documents.qr import qr_png, qr_text
from tests.unit.documents.trust_world import DAY, HOUR, signer, trust_list
from tests.unit.documents.verify_world import (
    bundle_bytes,
    certificate_document,
    confirmation_document,
    logged,
    statement_document,
)

AT = "2026-03-01T12:00:00Z"
GOOD = certificate_document()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A node's directory with a trust bundle and documents."""
    monkeypatch.setenv("OPENKP_HOME", str(tmp_path))
    monkeypatch.setenv("NO_COLOR", "1")
    (tmp_path / "trust.bundle").write_bytes(bundle_bytes())
    (tmp_path / "trust.pin").write_text(trust_list().fingerprint)
    return tmp_path


def verify(home, data: bytes, *options: str) -> int:
    file = home / "document"
    file.write_bytes(data)
    return main(["verify", str(file), "--at", AT, *options])


def as_json(capsys) -> dict:
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("data", "exit_code", "verdict"),
    [
        (GOOD, 0, "genuine_open"),
        (logged(GOOD), 0, "genuine_open"),
        (public_form(GOOD), 0, "genuine_open"),
        (confirmation_document(), 0, "genuine_open"),
        (statement_document(), 0, "genuine_open"),
        (certificate_document(signer=signer("stranger")), 3, "not_genuine"),
        (GOOD.replace(b"Koidu", b"Kaidu"), 3, "not_genuine"),
        (certificate_document(index=2), 4, "status_unknown"),
        (certificate_document(index=1), 7, "genuine_closed"),
        (certificate_document(index=3), 7, "genuine_closed"),
        (GOOD[:-1], 8, "unreadable"),
        (b"%PDF-1.7 rubbish", 8, "unreadable"),
        (b"", 8, "unreadable"),
        (qr_text(GOOD, "https://kp.example.sl").encode(), 0, "genuine_open"),
        (qr_png(qr_text(GOOD, "https://kp.example.sl")), 0, "genuine_open"),
    ],
)
def test_each_verdict_has_its_exit_code(home, capsys, data, exit_code, verdict):
    assert verify(home, data, "--json") == exit_code
    told = as_json(capsys)
    assert told["verdict"] == verdict
    assert {"issuer", "number", "facts", "checks", "bundle_age_seconds"} <= told.keys()
    assert all({"id", "outcome", "text"} <= check.keys() for check in told["checks"])
    assert verify(home, data) == exit_code
    assert told["headline"] in capsys.readouterr().out


def test_the_json_of_an_open_certificate(home, capsys):
    verify(home, GOOD, "--json")
    told = as_json(capsys)
    assert (told["issuer"], told["number"], told["bundle_age_seconds"]) == ("SL", "SL004911", 3600)
    assert told["facts"]["carats"] == "1234.56"
    assert told["trust_list"]["pinned"] is True
    assert told["documents"] == []


def test_a_person_is_told_what_to_compare(home, capsys):
    verify(home, GOOD)
    page = " ".join(capsys.readouterr().out.split())
    for words in ("SPECIMEN", "Republic of Sierra Leone (SL, SL-GGDO)", "1234.56", "SL-88341, SL-88342", "1 hour old"):
        assert words in page
    assert "\x1b" not in page


def test_a_terminal_gets_colour(home, capsys, monkeypatch):
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    verify(home, GOOD)
    assert "\x1b[32mGenuine" in capsys.readouterr().out


def test_it_reads_stdin(home, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(GOOD)))
    assert main(["verify", "-", "--at", AT]) == 0


def test_a_bundle_may_be_named(home, tmp_path):
    other = tmp_path / "other.bundle"
    (home / "trust.bundle").rename(other)
    assert verify(home, GOOD, "--bundle", str(other)) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.kpc"], "nowhere.kpc cannot be read"),
        (["."], "cannot be read"),
        (["trust.bundle", "--at", "yesterday"], "is not a time"),
        (["trust.bundle", "--at", "2026-03-01T12:00:00"], "is not a time"),
        (["trust.bundle", "--at", ""], "is not a time"),
        (["trust.bundle", "--at", "0001-01-01T00:00:00+14:00"], "is not a time"),
        (["trust.bundle", "--bundle", "nowhere.bundle"], "nowhere.bundle cannot be read"),
        (["trust.bundle", "--bundle", "trust.pin"], "cannot be used"),
        (["trust.bundle", "--pin", "12"], "A pin is"),
        (["trust.bundle", "--pin", "no hex"], "A pin is"),
        (["trust.bundle", "--pin", "00" * 32], "cannot be used: This trust list does not descend"),
    ],
)
def test_a_mistake_is_said_in_one_sentence(home, capsys, monkeypatch, arguments, words):
    monkeypatch.chdir(home)
    assert main(["verify", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_no_bundle_is_a_mistake_too(home, capsys):
    (home / "trust.bundle").unlink()
    assert verify(home, GOOD) == 2
    assert "There is no trust bundle at" in capsys.readouterr().err


def test_without_a_pin_it_warns(home, capsys):
    (home / "trust.pin").unlink()
    assert verify(home, GOOD, "--json") == 0
    check = next(each for each in as_json(capsys)["checks"] if each["id"] == "trust.list")
    assert (check["outcome"], check["code"]) == ("warn", "not_pinned")
    assert trust_list().fingerprint in check["text"]


def test_national_decisions_are_shown(home, capsys):
    (home / "overlay.json").write_text('{"country": "CH", "decisions": {"SL": "distrust"}}')
    assert verify(home, GOOD) == 3
    assert "National decision of CH" in capsys.readouterr().out
    (home / "overlay.json").write_text("{}")
    assert verify(home, GOOD) == 2
    told = capsys.readouterr().err
    assert "national decisions" in told
    assert "bundle" not in told


@pytest.mark.parametrize("name", ["trust.pin", "overlay.json"])
def test_a_file_of_the_node_that_cannot_be_read_is_said_and_not_passed_over(home, capsys, name):
    (home / name).unlink(missing_ok=True)
    (home / name).mkdir()
    assert verify(home, GOOD) == 2
    assert f"{name} cannot be read" in capsys.readouterr().err


def test_a_terminal_of_one_column_gets_its_verdict_too(home, monkeypatch):
    monkeypatch.setenv("COLUMNS", "1")
    assert verify(home, GOOD) == 0


def test_a_date_is_a_time(home):
    file = home / "document"
    file.write_bytes(GOOD)
    assert main(["verify", str(file), "--at", "2026-03-02"]) == 0


def test_the_clock_is_asked_where_no_time_is_given(home):
    file = home / "document"
    file.write_bytes(GOOD)
    assert main(["verify", str(file)]) in (4, 7)


def test_the_worst_of_several_documents_counts(home, capsys, monkeypatch):
    both = [GOOD, certificate_document(index=1)]
    monkeypatch.setattr("openkp.documents.scan.find_documents", lambda data: both)
    assert verify(home, b"a picture with two codes", "--json") == 7
    told = as_json(capsys)
    assert [told["verdict"], told["documents"][0]["verdict"]] == ["genuine_closed", "genuine_open"]
    assert verify(home, b"a picture with two codes") == 7


@pytest.mark.parametrize(
    ("age", "words"),
    [(-HOUR, "0 hours"), (HOUR, "1 hour"), (47 * HOUR, "47 hours"), (2 * DAY, "2 days"), (9 * DAY, "9 days")],
)
def test_ages_in_words(age, words):
    assert span(age) == words


ALONE = """
import socket, sys
def refused(*arguments, **named):
    raise OSError("no network here")
class Closed(socket.socket):
    __init__ = refused
socket.socket = Closed
socket.create_connection = socket.getaddrinfo = refused
from openkp.cli import main
code = main(sys.argv[1:])
bad = sorted({name.split(".")[0] for name in sys.modules} & {"django", "sqlite3", "psycopg", "httpx", "requests"})
print("IMPORTED", bad, file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("as_picture", [False, True])
def test_it_stands_alone(home, as_picture):
    file = home / "document"
    file.write_bytes(qr_png(qr_text(GOOD, "https://kp.example.sl")) if as_picture else GOOD)
    environment = {"OPENKP_HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", ALONE, "verify", str(file), "--at", AT],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "IMPORTED []" in done.stderr
