"""The chapter "inspections" of the specification."""

from tests.spec.facts import export_case, finds, table


@table("inspections")
def test_rule(rule, facts, finds_expected):
    """What a rule finds in the facts of one line."""
    assert finds(rule, export_case(facts)) == finds_expected
