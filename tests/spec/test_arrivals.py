"""The chapter "arrivals" of the specification."""

from tests.spec.facts import finds, import_case, table


@table("arrivals")
def test_rule(rule, facts, finds_expected):
    """What a rule finds in the facts of one line."""
    assert finds(rule, import_case(facts)) == finds_expected
