"""Returns as filers write them: read whole, or refused with everything that is wrong, at its field."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkp.scheme.filings import read_return
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow, Nature, ReturnKind, ValueBasis

LINE = {"flow": "export", "partner": "NA", "hs": "710210", "carats": "1,234.50", "value_usd": "1 000,50"}
TRADE = {"nature": "figures", "value_basis": "FOB", "trade": [LINE | {"certificates": "3"}]}


def read(fields, kind=ReturnKind.TRADE, **other):
    period = Period.parse("2024-Q1" if kind is ReturnKind.TRADE else "2024-H1")
    return read_return(fields, kind=kind, period=period, participant="SL", authority="SL-NMA", **other)


def test_namibia_is_a_partner_and_not_an_empty_cell():
    value, findings = read(TRADE | {"certificates_issued": "3", "certificates_received": "0"})
    assert findings == ()
    line = value.trade[0]
    assert (line.partner, line.flow, line.carats.amount) == ("NA", Flow.EXPORT, Decimal("1234.50"))
    assert (value.certificates_issued, value.certificates_received) == (3, 0)
    assert value.value_basis is ValueBasis.FOB


def test_all_findings_at_once_each_at_its_field():
    bad = {"flow": "x", "partner": "ZZ", "origin": "QQ", "hs": "1", "carats": "5 kg", "value_usd": "€1"}
    value, findings = read({"nature": "some", "more": "1", "trade": [LINE | {"certificates": "3"}, bad]})
    assert value is None
    assert {(f.field, f.code) for f in findings} == {
        ("nature", "nature_unknown"),
        ("more", "unknown_field"),
        ("trade.1.flow", "flow_unknown"),
        ("trade.1.partner", "partner_not_a_country"),
        ("trade.1.origin", "origin_not_a_country"),
        ("trade.1.hs", "hs_unknown"),
        ("trade.1.carats", "carats_weight"),
        ("trade.1.value_usd", "value_usd_currency"),
        ("trade.1.certificates", "certificates_missing"),
    }


@pytest.mark.parametrize(
    ("field", "typed"),
    [("carats", "10000000000.00"), ("value_usd", "9" * 27), ("value_usd", "1e9"), ("certificates", "10000000")],
)
def test_what_is_too_large_is_told_at_its_own_field(field, typed):
    line = LINE | {"certificates": "3"} | {field: typed}
    value, findings = read({"nature": "figures", "value_basis": "FOB", "trade": [line]})
    assert value is None and [each.field for each in findings] == [f"trade.0.{field}"]
    if field != "certificates":
        mined = {"carats": "1", "value_usd": "1"} | {field: typed}
        value, findings = read({"nature": "figures", "production": [mined]}, ReturnKind.PRODUCTION)
        assert value is None and [each.field for each in findings] == [f"production.0.{field}"]


@pytest.mark.parametrize("name", ["certificates_issued", "certificates_received"])
def test_a_count_of_certificates_that_no_document_holds_is_told(name):
    value, findings = read(TRADE | {name: "9" * 30})
    assert value is None and [each.code for each in findings] == [f"{name}_too_large"]


def test_a_nil_return_has_no_lines():
    value, findings = read({"nature": "nil"}, ReturnKind.PRODUCTION)
    assert findings == ()
    assert value.nature is Nature.NIL
    lines = {"nature": "nil", "production": [{"carats": "1", "value_usd": "1"}]}
    assert [f.code for f in read(lines, ReturnKind.PRODUCTION)[1]] == ["lines_beside_nil"]


def test_lines_of_the_other_kind_are_not_lost_in_silence():
    assert [f.code for f in read({"nature": "figures", "production": []})[1]] == ["unknown_field"]


def test_a_quarter_of_many_lines_is_read():
    lines = [LINE | {"certificates": "1", "partner": code} for code in ("NA", "EU", "AE") * 3_000]
    value, findings = read({"nature": "figures", "value_basis": "CIF", "trade": lines})
    assert findings == ()
    assert len(value.trade) == 9_000


def test_the_marks_of_the_file_are_used():
    line = LINE | {"certificates": "1", "carats": "1.234", "value_usd": "2.000,00"}
    assert read({"nature": "figures", "trade": [line]})[0] is None
    value, _ = read({"nature": "figures", "trade": [line]}, decimal=",")
    assert value.trade[0].carats.amount == Decimal("1234.00")


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["nature", "trade", "production", "note", "value_basis", "certificates_issued", "visibility"])


@given(st.dictionaries(names, json_like), st.sampled_from(list(ReturnKind)))
def test_nothing_sent_stumbles(fields, kind):
    value, findings = read(fields, kind)
    assert (value is None) == bool(findings)


@pytest.mark.parametrize("kind", list(ReturnKind))
def test_a_notice_says_nothing_in_figures(kind):
    value, findings = read({"nature": "cannot_publish", "note": "The archive burnt."}, kind)
    assert findings == ()
    assert value.nature is Nature.CANNOT_PUBLISH
