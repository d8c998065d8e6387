"""How a command speaks."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from openkp.cli import output
from openkp.cli.errors import Exit
from openkp.scheme.words import Sentence


@dataclass(frozen=True)
class Stone:
    carats: Decimal
    found: date


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_json_has_one_form_for_each_kind_of_value(capsys):
    noon = datetime(2024, 1, 2, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    output.put_json({"stone": Stone(Decimal("1.20"), date(2024, 1, 2)), "at": noon, "said": Sentence("é"), "of": {3}})
    assert json.loads(capsys.readouterr().out) == {
        "stone": {"carats": "1.20", "found": "2024-01-02"},
        "at": "2024-01-02T10:00:00Z",
        "said": "é",
        "of": [3],
    }


def test_json_refuses_what_has_no_form():
    with pytest.raises(TypeError):
        output.as_json(object())


def test_an_enum_is_its_value():
    assert output.as_json(Exit.BROKEN) == 6


def test_talk_goes_to_stderr_and_data_to_stdout(capsys):
    output.say("talk")
    output.put("data")
    assert capsys.readouterr() == ("data\n", "talk\n")


def test_a_table_is_aligned(capsys):
    output.put_table([("a", "long word"), ("bcd", "x")], ("id", "text"))
    assert capsys.readouterr().out == "id   text\na    long word\nbcd  x\n"


def test_colour_is_for_terminals_that_want_it(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert output.painted("x", "red", stream=Terminal()) == "\033[31mx\033[0m"
    assert output.painted("x", "red", stream=io.StringIO()) == "x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert output.painted("x", "red", stream=Terminal()) == "x"


def test_instants_are_utc():
    assert output.as_json(datetime(2024, 1, 2, tzinfo=UTC)) == "2024-01-02T00:00:00Z"
