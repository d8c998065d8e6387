"""The report of the whole way says no where anything is not right."""

import pytest

from openkp.cli.errors import Exit
from openkp.project.demo import proof
from openkp.project.demo.once import Report


@pytest.mark.parametrize(
    ("name", "code", "closed", "right"),
    [
        ("certificate.kpc", Exit.OK, None, True),
        ("certificate.kpc", Exit.CLOSED, "void", False),
        ("voided.kpc", Exit.CLOSED, "void", True),
        ("voided.kpc", Exit.CLOSED, "expired", False),  # refused, but not named as what it is
        ("stranger.kpc", Exit.UNREADABLE, None, False),
        ("altered-40", Exit.UNREADABLE, None, True),
        ("altered-40", Exit.NOT_GENUINE, None, True),
        ("altered-40", Exit.OK, None, False),
        ("altered-40", Exit.UNKNOWN, None, False),
    ],
)
def test_a_file_is_right_only_with_its_own_exit_code_and_name(name, code, closed, right):
    assert proof.judged(name, int(code), {"closed": closed}, "")["right"] is right


def test_a_command_that_says_nothing_is_not_right():
    assert proof.judged("voided.kpc", 7, None, "it died")["right"] is False


def test_a_command_heeds_no_python_settings_of_the_caller(tmp_path, strange_python):
    code, told, words = proof.run(["rules", "EXP-02"], tmp_path)
    assert (code, bool(told)) == (Exit.OK, True), words


def test_what_is_not_right_is_named_with_its_place():
    report = Report(say=lambda _: None)
    report.hold("audits", {"antwerp": {"right": False, "exit": 6}, "secretariat": {"right": True}})
    report.hold("published", {"2019-H1": {"equal": False}})
    report.hold("altered", {"altered": 800, "believed": [17], "right": False})
    told = report.as_data()
    assert told["ok"] is False
    assert [line.split(":")[:2] for line in told["wrong"]] == [
        ["audits", " antwerp"],
        ["published", " 2019-H1"],
        ["altered", " altered"],
    ]


def test_nothing_found_is_not_right():
    report = Report(say=lambda _: None)
    report.hold("verified", {})
    assert report.as_data()["ok"] is False


def test_a_step_that_fails_is_named():
    report = Report(say=lambda _: None)
    with pytest.raises(KeyError), report.step("prepare"):
        raise KeyError("rows")
    assert report.as_data()["wrong"] == ["prepare: KeyError: 'rows'"]


def test_every_bad_test_document_is_refused():
    found = proof.vectors()
    assert found["right"] and found["refused"] > 50
