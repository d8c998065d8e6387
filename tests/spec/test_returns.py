"""The chapter "returns" of the specification."""

from tests.spec.facts import filing_case, finds, table


@table("returns")
def test_rule(rule, facts, finds_expected):
    """What a rule finds in the facts of one line."""
    assert finds(rule, filing_case(facts)) == finds_expected
