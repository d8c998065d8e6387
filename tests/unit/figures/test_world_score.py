"""Scoring: a stand-in detector whose score is known; and the project's own tests on a small world."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from openkp.cli import main
from openkp.figures.anomalies.base import Anomaly, Scope
from openkp.figures.world.making import make_world, write_world
from openkp.figures.world.score import score_world, together
from openkp.figures.world.truth import Fraud, Kind
from openkp.scheme.periods import Period
from openkp.scheme.words import Sentence


def anomaly(test: str, participant: str, period: str, *records: str, measure: str = "carats") -> Anomaly:
    return Anomaly(
        test=test,
        participant=participant,
        period=Period.parse(period),
        measure=measure,
        observed=Decimal(2),
        expected=Decimal(1),
        severity=Decimal(1),
        what=Sentence("it"),
        innocent=(),
        records=records,
    )


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world")
    write_world(make_world(21, certificates=2000), path)
    return path


@pytest.fixture(scope="module")
def frauds(directory: Path) -> list[Fraud]:
    return [Fraud.from_json(each) for each in json.loads((directory / "truth.json").read_text())["frauds"]]


def saying(*found: Anomaly) -> Callable[..., Sequence[Anomaly]]:
    def find(_engine: Any, *, scope: Scope, on: date, only: Sequence[str] = ()) -> list[Anomaly]:
        assert scope.year == 2024
        assert scope.last_day == on
        return [each for each in found if each.test in only]

    return find


def test_who_says_nothing_finds_nothing_and_alarms_nobody(directory: Path, frauds: list[Fraud]) -> None:
    scores = score_world(directory, find=saying())
    for kind, score in scores.items():
        assert score.seeded == sum(fraud.kind is kind for fraud in frauds)
        assert (score.found, score.recall, score.false_alarms, score.false_alarm_rate) == (0, 0.0, 0, 0.0)
        assert len(score.missed) == score.seeded


def test_who_knows_everything_finds_everything(directory: Path, frauds: list[Fraud]) -> None:
    tests = {
        Kind.SMUGGLING: "capacity",
        Kind.ROUND_TRIPPING: "circles",
        Kind.UNDER_VALUATION: "resale-price",
        Kind.FAKES: "altered",
        Kind.DOUBLE_FILING: "duplicate",
        Kind.SILENCE: "late",
    }
    told = []
    for fraud in frauds:
        by_certificate = fraud.unit[0] in ("loop", "pair", "parcel", "certificate")
        records = [f"certificate:{number}" for number in fraud.certificates] if by_certificate else []
        test = "unconfirmed" if fraud.unit[0] == "receiver_quarter" else tests[fraud.kind]
        told.append(anomaly(test, fraud.participant, fraud.period, *records))
    scores = score_world(directory, find=saying(*told))
    for score in scores.values():
        assert score.recall == 1.0
        assert score.false_alarms == 0
        assert score.unfounded == 0


def test_an_honest_unit_that_is_flagged_counts(directory: Path, frauds: list[Fraud]) -> None:
    crooked = {unit[1] for fraud in frauds for unit in (fraud.unit, *fraud.touches) if unit[0] == "participant_year"}
    honest = next(code for code in ("NZ", "NO", "PA", "KG", "SZ") if code not in crooked)
    score = score_world(directory, find=saying(anomaly("capacity", honest, "2024")))[Kind.SMUGGLING]
    tested = score.units["participant_year"]["tested"]
    assert 30 <= tested <= 61
    assert (score.false_alarms, score.unfounded, score.anomalies) == (1, 1, 1)
    assert score.false_alarm_rate == pytest.approx(1 / tested)


def test_a_test_that_does_not_count_for_a_kind_changes_nothing(directory: Path) -> None:
    late = anomaly("late", "AO", "2024-Q2", measure="trade_days")
    scores = score_world(directory, find=saying(late, anomaly("swing", "AO", "2024-Q2")))
    assert all(score.anomalies == 0 for score in scores.values())


def test_one_certificate_of_many_does_not_flag_a_pair(directory: Path, frauds: list[Fraud]) -> None:
    loop = next(fraud for fraud in frauds if fraud.kind is Kind.ROUND_TRIPPING)
    records = [f"certificate:{number}" for number in loop.certificates]
    for cited, found in ((1, 0), (len(records), 1)):
        one = anomaly("circles", loop.participant, "2024", *records[:cited])
        assert score_world(directory, find=saying(one))[Kind.ROUND_TRIPPING].found == found


def test_several_worlds_are_added_up(directory: Path) -> None:
    score = score_world(directory, find=saying())
    joined = together([score, score])
    assert joined["fakes"]["seeded"] == 2 * score[Kind.FAKES].seeded
    assert joined["fakes"]["recall_range"] == [0.0, 0.0]
    assert set(joined) == {kind.value for kind in Kind}


def test_the_command_makes_and_scores_a_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Loose bounds: a small world has few certificates to a trader, and few instances of each kind."""
    assert main(["world", "--seed", "21", "--certificates", "2000", "--out", str(tmp_path / "w"), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["rows"]["issued"] >= 2000
    assert main(["world", "score", str(tmp_path / "w"), "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)
    for kind in Kind:
        assert {"seeded", "found", "recall", "false_alarms", "false_alarm_rate"} <= set(scores[kind.value])
    assert sum(scores[kind.value]["recall"] >= 0.5 for kind in Kind) >= 4
    assert all(scores[kind.value]["false_alarm_rate"] <= 0.2 for kind in Kind)


@pytest.mark.parametrize(
    "words",
    [
        ["world"],
        ["world", "--seed", "1"],
        ["world", "--seed", "-1", "--out", "x"],
        ["world", "--seed", "1", "--out", "x", "--certificates", "5"],
        ["world", "--seed", "1", "--out", "x", "--until", "2024-06-01"],
        ["world", "score"],
        ["world", "score", "nowhere"],
        ["world", "score", "--seeds", "one,two"],
    ],
)
def test_what_cannot_be_meant_is_refused(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert capsys.readouterr().err
    assert not list(tmp_path.iterdir())
