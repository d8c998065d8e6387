"""Rules, tuples, the catalogue and the pages: whole, truthful and in order."""

from importlib.resources import files
from pathlib import Path

import pytest

from openkp.scheme.comparison import differences
from openkp.scheme.errors import Finding, OpenkpError, Refused
from openkp.scheme.rules import catalogue as book
from openkp.scheme.rules import manual
from openkp.scheme.rules.base import Rule, check, problem, rule
from openkp.scheme.rules.catalogue import State, catalogue, entry, functions
from openkp.scheme.rules.certificates import (
    APPLICATION_RULES,
    ARRIVAL_CAUTIONS,
    ARRIVAL_RULES,
    CONFIRMATION_RULES,
    EXPORT_RULES,
    IMPORT_RULES,
    PREPARATION_RULES,
    VALIDATION_RULES,
)
from openkp.scheme.rules.statistics import FILING_RULES, QUESTIONNAIRE_RULES
from openkp.scheme.words import N_, Sentence
from tests import cast

ROOT = Path(__file__).parents[3]
ALL = (*EXPORT_RULES, *IMPORT_RULES, *FILING_RULES, *QUESTIONNAIRE_RULES)
OUR_RING = ("src/openkp/scheme/", "tests/spec/", "tests/unit/scheme/")
OF_THIS_ISSUE = (
    *(f"CERT-{n:02d}" for n in range(1, 18)),
    *(f"CFLD-{n:02d}" for n in range(1, 17)),
    *(f"COPT-{n:02d}" for n in range(1, 5)),
    *(f"EXP-{n:02d}" for n in range(1, 9)),
    *(f"IMP-{n:02d}" for n in range(1, 11)),
    "TRN-01",
    "PART-05",
    *(f"STAT-{n:02d}" for n in range(1, 15)),
    "COOP-03",
)


def test_the_good_case_is_good():
    """The cast's shipment passes everything."""
    assert check(VALIDATION_RULES, cast.export_case()) == ()
    assert check(ARRIVAL_RULES, cast.import_case(False)) == ()
    assert check(ARRIVAL_CAUTIONS, cast.import_case(False)) == ()
    assert check(CONFIRMATION_RULES, cast.import_case()) == ()


def test_later_tuples_contain_earlier_ones():
    """What was true at the application must be true at validation."""
    assert set(APPLICATION_RULES) < set(PREPARATION_RULES) < set(VALIDATION_RULES)
    assert set(ARRIVAL_RULES) < set(CONFIRMATION_RULES)


def test_every_rule_is_in_the_catalogue_with_examples_of_both_kinds():
    """One id, one sentence, one source, and a table with facts that pass and facts that do not."""
    assert len({each.name for each in ALL}) == len(ALL)
    for each in ALL:
        assert entry(each.id), each.id
        module, name = each.name.split(":")
        examples = manual.chapter(module.rsplit(".", 1)[1])["rules"][name]
        assert any(line["finds"] for line in examples), name
        assert any(not line["finds"] for line in examples), name


def test_every_example_belongs_to_a_rule():
    """No table of a rule that is gone."""
    names = {each.name.rsplit(".", 1)[1].replace(":", ".") for each in ALL}
    tables = {f"{chapter}.{name}" for chapter in manual.CHAPTERS for name in manual.chapter(chapter)["rules"]}
    assert tables == names


def test_codes_are_names():
    """Small letters and underscores, so that machines can rely on them."""
    for chapter in manual.CHAPTERS:
        for lines in manual.chapter(chapter)["rules"].values():
            assert all(code.replace("_", "").isalpha() and code.islower() for line in lines for code in line["finds"])


def test_the_catalogue_is_whole():
    """Every id once, with text, source and force."""
    ids = [each.id for each in catalogue()]
    assert len(ids) == len(set(ids)) == 256
    assert all(each.text and each.source and each.force in "MORAN" for each in catalogue())
    assert entry(" exp-02 ").id == "EXP-02"
    assert entry("EXP-99") is None
    assert entry("") is None


@pytest.mark.parametrize("rule_id", OF_THIS_ISSUE)
def test_rules_of_the_certificate_are_kept(rule_id):
    """None is left for later by the law's own ring; other rings are named, and show as not yet until they exist."""
    each = entry(rule_id)
    assert each.where
    assert each.tests
    ours = [path for path in each.where if path.startswith(OUR_RING)]
    if ours == list(each.where):
        assert each.state is not State.NOT_YET
    if each.state in (State.CONFIGURABLE, State.RECORDED):
        assert each.why


def test_every_path_exists():
    """What keeps a rule is there, in whatever ring, and so are its tests."""
    for each in catalogue():
        for path in (*each.where, *each.tests):
            assert (ROOT / path.split(":")[0]).is_file(), (each.id, path)


def test_a_rule_that_nothing_keeps_is_not_yet():
    """And one whose keeper is missing as well."""
    assert entry("GOV-01").state is State.NOT_YET
    assert not functions("GOV-01")
    gone = {"where": ["src/openkp/nowhere.py"]}
    assert book._state(gone, enforced=True) is State.NOT_YET


def test_a_rule_needs_a_sentence():
    """No text, no source, no known force: no rule."""

    def silent(case):
        yield problem("x", "", N_("x"))

    with pytest.raises(ValueError):
        rule("X-01", source="x")(silent)
    silent.__doc__ = "A sentence\nover two lines.\n\nMore."
    for wrong in ({"source": ""}, {"source": "x", "force": "Z"}):
        with pytest.raises(ValueError):
            rule("X-01", **wrong)(silent)
    made = rule("X-01", source="x")(silent)
    assert isinstance(made, Rule)
    assert made.text == "A sentence over two lines."
    assert check([made, made], None) == (Finding("X-01", "x", "", Sentence("x")),)


def test_no_rules_is_no_check():
    """Doing nothing is never success."""
    with pytest.raises(ValueError):
        check([], cast.export_case())
    with pytest.raises(ValueError):
        Refused([])


def test_a_sentence_may_hold_sentences():
    """Both are translated."""
    sentence = Sentence("Enter %(what)s.", {"what": Sentence("the carats")})
    french = {"Enter %(what)s.": "Indiquez %(what)s.", "the carats": "les carats"}
    assert sentence.text(french.__getitem__) == "Indiquez les carats."
    assert hash(sentence) == hash(Sentence("Enter %(what)s.", {"what": Sentence("the carats")}))
    assert Sentence("100 % sure").text() == "100 % sure"


def test_errors_carry_code_sentence_and_advice():
    """Nobody reads the words of an error."""
    error = OpenkpError("It failed.", code="x", advice=Sentence("Try again."))
    assert (error.code, str(error.sentence), str(error.advice), error.text()) == (
        "x",
        "It failed.",
        "Try again.",
        "It failed.",
    )
    assert OpenkpError(Sentence("It failed.")).code == "error"
    finding = Finding("X-01", "x", "", Sentence("x"))
    assert finding.text() == "x"
    assert Refused([finding]).text() == "This was refused. Each reason is listed."


def test_nothing_differs_from_itself():
    """Found beside declared, in any order."""
    case = cast.export_case()
    lines = case.application.lines
    assert differences(lines, lines[::-1], case.policy) == ()


def test_the_pages():
    """Every requirement and every status stands in its page; tables are not broken by their contents."""
    rules, life = manual.rules_page(), manual.life_page()
    assert all(f"### {each.id}\n" in rules for each in catalogue())
    assert all(each.name.split(":")[1] in rules for each in ALL)
    assert "stateDiagram-v2" in life
    assert "applied --> prepared" in life
    assert rules == manual.rules_page()


def test_the_data_of_the_law_are_in_the_package():
    """They travel with an installation."""
    data = files("openkp.scheme") / "data"
    names = {each.name for each in data.iterdir()}
    assert {"participants.yaml", "measures.yaml", "authorities.yaml", "policies.yaml", "rulebook.yaml"} <= names
