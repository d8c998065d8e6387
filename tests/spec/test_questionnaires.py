"""The chapter "questionnaires" of the specification."""

from tests.spec.facts import finds, questionnaire_case, table


@table("questionnaires")
def test_rule(rule, facts, finds_expected):
    """What a rule finds in the facts of one line."""
    assert finds(rule, questionnaire_case(facts)) == finds_expected
