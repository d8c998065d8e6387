"""``openkp participants`` and ``openkp rules``: the contract that other tools rely on."""

import argparse
import json

import pytest

from openkp.cli import participants, rules
from openkp.cli.errors import UsageProblem


def run(command, *words):
    """Read the arguments as the command line does, and run."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words))


def test_participants_json(capsys):
    """Counts and rows; nothing else on stdout."""
    assert run(participants, "--on", "2013-12-18", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["participants"], answer["countries"], answer["on"]) == (54, 81, "2013-12-18")
    rows = {row["code"]: row for row in answer["rows"]}
    assert rows["NA"]["name"] == "Namibia"
    assert rows["BE"]["participant"] == "EU"
    assert rows["CF"]["measures"][0]["kind"] == "suspended"
    assert rows["TW"]["standing"] == "trading_entity"


def test_participants_for_a_person(capsys):
    """A line with the counts, then a table."""
    assert run(participants, "--on", "2016-06-01") == 0
    out, err = capsys.readouterr()
    assert out.startswith("2016-06-01: 54 Participants, 81 countries\n")
    assert "zone_limited (export)" in out
    assert err == ""


@pytest.mark.parametrize("day", ["1066-10-14", "2003-01-01", "2003-07-30", "9999-12-31"])
def test_days_outside_the_data_are_answered_with_a_word(day, capsys):
    """The answer is true as far as the data go, and says how far they go."""
    assert run(participants, "--on", day, "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["participants"] == (60 if day.startswith("9") else 0)
    assert err


@pytest.mark.parametrize(
    "day", ["", "today", "2013", "2013-13-01", "2013-02-29", "18.12.2013", "-1", "2013-12-18T00:00"]
)
def test_what_is_no_day_is_a_usage_problem(day):
    """What, why, what next; the command line makes it exit code 2."""
    with pytest.raises(UsageProblem) as problem:
        participants.day_of(day)
    assert problem.value.code == "not_a_day"
    assert "YYYY-MM-DD" in str(problem.value.advice)


def test_rules_json(capsys):
    """The whole catalogue."""
    assert run(rules, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert len(answer) == 256
    assert all({"id", "text", "source", "state", "where", "tests"} <= set(each) for each in answer)
    assert {each["state"] for each in answer} <= {"enforced", "configurable", "recorded", "not_yet"}


def test_one_rule(capsys):
    """By its id, in any case."""
    assert run(rules, "exp-02", "--json") == 0
    (each,) = json.loads(capsys.readouterr().out)
    assert each["id"] == "EXP-02"
    assert each["state"] == "enforced"
    assert "src/openkp/scheme/rules/applications.py:only_participants_trade" in each["where"]
    assert each["tests"] == ["tests/spec/test_applications.py"]


def test_rules_for_a_person(capsys):
    """A table of all, or one with its reason."""
    assert run(rules) == 0
    assert "CERT-01" in capsys.readouterr().out
    assert run(rules, "EXP-05") == 0
    out = capsys.readouterr().out
    assert "State: configurable" in out
    assert "Why: " in out
    assert run(rules, "EXP-02") == 0
    assert "Why: " not in capsys.readouterr().out


@pytest.mark.parametrize("rule_id", ["EXP-99", "", "EXP", "x" * 500])
def test_an_unknown_rule_is_a_usage_problem(rule_id):
    """And says how ids look."""
    with pytest.raises(UsageProblem) as problem:
        run(rules, rule_id)
    assert problem.value.code == "no_such_rule"
