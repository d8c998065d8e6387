"""Every field wrong, missing, huge, of another kind or script: its own code, and all findings at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkp.scheme.applications import (
    APPLICATION_FIELDS,
    INSPECTION_FIELDS,
    LINE_FIELDS,
    RECEIPT_FIELDS,
    CertificateLocation,
    read_application,
    read_inspection,
    read_receipt,
)
from openkp.scheme.certificates import Outcome
from openkp.scheme.goods import OriginMode
from tests import cast


def codes(reader, fields):
    """(code, field) of every finding; a value comes only without findings."""
    value, findings = reader(fields)
    assert (value is None) == bool(findings)
    for finding in findings:
        assert finding.text() and "%(" not in finding.text()
        assert finding.rule
    return [(f.code, f.field) for f in findings]


def line(**other):
    """The lines of the cast, the first one changed."""
    lines = cast.goods()
    return [lines[0] | other, lines[1]]


APPLICATION = [
    ({"exporter_name": ""}, "exporter_name_missing", "exporter_name"),
    ({"exporter_name": None}, "exporter_name_missing", "exporter_name"),
    ({"exporter_name": "   "}, "exporter_name_missing", "exporter_name"),
    ({"exporter_name": "x" * 121}, "exporter_name_too_long", "exporter_name"),
    ({"exporter_name": "x" * 1_000_000}, "exporter_name_too_long", "exporter_name"),
    ({"exporter_name": "Kam\u202eara"}, "exporter_name_characters", "exporter_name"),
    ({"exporter_name": "Kam\x00ara"}, "exporter_name_characters", "exporter_name"),
    ({"exporter_name": 12}, "exporter_name_not_text", "exporter_name"),
    ({"exporter_name": ["a"]}, "exporter_name_not_text", "exporter_name"),
    ({"exporter_address": ""}, "exporter_address_missing", "exporter_address"),
    ({"exporter_address": "x" * 241}, "exporter_address_too_long", "exporter_address"),
    ({"exporter_country": ""}, "exporter_country_missing", "exporter_country"),
    ({"exporter_country": "XX"}, "exporter_country_not_a_country", "exporter_country"),
    ({"exporter_country": "EU"}, "exporter_country_not_a_country", "exporter_country"),
    ({"exporter_country": "ЅL"}, "exporter_country_not_a_country", "exporter_country"),
    ({"exporter_country": 7}, "exporter_country_not_text", "exporter_country"),
    ({"exporter_licence": "x" * 61}, "exporter_licence_too_long", "exporter_licence"),
    ({"importer_name": ""}, "importer_name_missing", "importer_name"),
    ({"importer_address": "\u200b"}, "importer_address_characters", "importer_address"),
    ({"importer_country": "Belgium"}, "importer_country_not_a_country", "importer_country"),
    ({"destination": ""}, "destination_missing", "destination"),
    ({"destination": "ZZ"}, "destination_not_a_country", "destination"),
    ({"origin_mode": ""}, "origin_mode_missing", "origin_mode"),
    ({"origin_mode": 1}, "origin_mode_not_text", "origin_mode"),
    ({"origin_mode": "both"}, "origin_mode_unknown", "origin_mode"),
    ({"origin_countries": []}, "origin_single_needs_one", "origin_countries"),
    ({"origin_countries": ["SL", "AO"]}, "origin_single_needs_one", "origin_countries"),
    ({"origin_mode": "mixed"}, "origin_mixed_names_countries", "origin_countries"),
    ({"origin_mode": "mixed_listed"}, "origin_listed_needs_two", "origin_countries"),
    ({"origin_countries": "SL"}, "origin_countries_not_a_list", "origin_countries"),
    ({"origin_countries": ["SL", "SL"]}, "origin_countries_repeated", "origin_countries.1"),
    ({"origin_countries": ["XX"]}, "origin_countries_not_a_country", "origin_countries.0"),
    ({"origin_countries": [3]}, "origin_countries_not_text", "origin_countries.0"),
    ({"origin_countries": ["SL"] * 201}, "origin_countries_too_many", "origin_countries"),
    ({"origin_zone": "x" * 81}, "origin_zone_too_long", "origin_zone"),
    ({"lines": None}, "lines_missing", "lines"),
    ({"lines": []}, "lines_missing", "lines"),
    ({"lines": {"hs": "7102.10"}}, "lines_not_a_list", "lines"),
    ({"lines": ["7102.10"]}, "not_an_object", "lines.0"),
    ({"lines": line(hs="")}, "hs_missing", "lines.0.hs"),
    ({"lines": line(hs=710221)}, "hs_not_text", "lines.0.hs"),
    ({"lines": line(hs="7102.39")}, "hs_not_rough", "lines.0.hs"),
    ({"lines": line(hs="7102.31")}, "hs_repeated", "lines.1.hs"),
    ({"lines": line(carats="")}, "carats_missing", "lines.0.carats"),
    ({"lines": line(carats=80.25)}, "carats_not_text", "lines.0.carats"),
    ({"lines": line(carats="-1")}, "carats_negative", "lines.0.carats"),
    ({"lines": line(carats="80,25")}, "carats_separators", "lines.0.carats"),
    ({"lines": line(carats="80.255")}, "carats_decimals", "lines.0.carats"),
    ({"lines": line(value_usd="1e5")}, "value_usd_exponent", "lines.0.value_usd"),
    ({"lines": line(value_usd="0")}, "value_usd_zero", "lines.0.value_usd"),
    ({"lines": line(value_usd="9" * 50)}, "value_usd_too_large", "lines.0.value_usd"),
    ({"lines": line(parcels="NaN")}, "parcels_not_a_number", "lines.0.parcels"),
    ({"lines": line(parcels="٣")}, "parcels_digits", "lines.0.parcels"),
    ({"lines": line(parcels=1)}, "parcels_not_text", "lines.0.parcels"),
    ({"lines": line(colour="D")}, "unknown_field", "lines.0.colour"),
    ({"predecessors": ["12345"]}, "predecessors_not_a_number", "predecessors.0"),
    ({"predecessors": ["AO1", "ao 1"]}, "predecessors_repeated", "predecessors.1"),
    ({"predecessors": ["AO1", "AO1"]}, "predecessors_repeated", "predecessors.1"),
    ({"predecessors": ["AO" + "1" * 50]}, "predecessors_too_long", "predecessors.0"),
    ({"predecessors": "AO1"}, "predecessors_not_a_list", "predecessors"),
    ({"non_conflict_declared": "on"}, "non_conflict_declared_unknown", "non_conflict_declared"),
    ({"non_conflict_declared": True}, "non_conflict_declared_not_text", "non_conflict_declared"),
    ({"remarks": "x" * 1001}, "remarks_too_long", "remarks"),
    ({"exporter": "Kamara"}, "unknown_field", "exporter"),
]


@pytest.mark.parametrize(("change", "code", "field"), APPLICATION)
def test_each_wrong_field_has_its_code(change, code, field):
    """One thing wrong, one finding."""
    assert codes(read_application, cast.application_fields(**change)) == [(code, field)]


def test_a_good_application():
    """What is typed comes out as values."""
    application = cast.read(read_application, cast.application_fields())
    assert str(application.carats) == "200.75"
    assert str(application.value) == "31730.00"
    assert application.parcels == 3
    assert application.non_conflict_declared
    assert application.origin.mode is OriginMode.SINGLE


def test_nothing_at_all():
    """An empty form gives a finding for each field that must be given."""
    found = [field for _, field in codes(read_application, {})]
    assert found == [
        "exporter_name",
        "exporter_address",
        "exporter_country",
        "importer_name",
        "importer_address",
        "importer_country",
        "destination",
        "origin_mode",
        "lines",
    ]


def test_what_is_no_form():
    """A list or a text instead of named fields."""
    assert codes(read_application, ["a"])[0] == ("not_an_object", "")


def test_typing_is_mended():
    """Spaces, line breaks, decomposed letters, small letters, blank rows and entries."""
    fields = cast.application_fields(
        exporter_name="  Étienne   Kone ",
        exporter_address="12 Rue\r\nFelix Faure",
        exporter_country="sl",
        origin_countries=["sl", "", None],
        predecessors=["ao 12-3.4"],
        lines=[*cast.goods(), {"hs": "", "carats": " ", "value_usd": None, "parcels": ""}],
    )
    application = cast.read(read_application, fields)
    assert application.exporter.name == "Étienne Kone"
    assert application.exporter.address == "12 Rue Felix Faure"
    assert application.exporter.country == "SL"
    assert application.origin.countries == ("SL",)
    assert application.predecessors == ("AO1234",)
    assert len(application.lines) == 2


def test_origins_are_sorted():
    """However they were typed."""
    fields = cast.application_fields(origin_mode="mixed_listed", origin_countries=["ZW", "AO"])
    assert cast.read(read_application, fields).origin.countries == ("AO", "ZW")


def test_namibia_is_a_country():
    """Its code survives every file on the way."""
    fields = cast.application_fields(origin_countries=["NA"], exporter_country="NA")
    assert cast.read(read_application, fields).origin.countries == ("NA",)


INSPECTION = [
    ({"lines": []}, "lines_missing", "lines"),
    ({"seals": "SL-1"}, "seals_not_a_list", "seals"),
    ({"seals": ["A", "A"]}, "seals_repeated", "seals.1"),
    ({"seals": ["x" * 41]}, "seals_too_long", "seals.0"),
    ({"seals": ["A\tB\x07"]}, "seals_characters", "seals.0"),
    ({"seals": [{"number": "A"}]}, "seals_not_text", "seals.0"),
    ({"container": "x" * 61}, "container_too_long", "container"),
    ({"blank_serial": "x" * 41}, "blank_serial_too_long", "blank_serial"),
    ({"parcel_reference": "x" * 61}, "parcel_reference_too_long", "parcel_reference"),
    ({"certificate_location": "pocket"}, "certificate_location_unknown", "certificate_location"),
    ({"goods_presented": "no"}, "goods_presented_unknown", "goods_presented"),
    ({"remarks": "\u2066x"}, "remarks_characters", "remarks"),
    ({"seal": "A"}, "unknown_field", "seal"),
]


@pytest.mark.parametrize(("change", "code", "field"), INSPECTION)
def test_each_wrong_field_of_an_inspection(change, code, field):
    """One thing wrong, one finding."""
    assert codes(read_inspection, cast.inspection_fields(**change)) == [(code, field)]


def test_a_good_inspection():
    """What the law asks for beyond reading is left to the rules."""
    inspection = cast.read(read_inspection, cast.inspection_fields())
    assert inspection.seals == ("SL-88121", "SL-88122")
    assert inspection.certificate_location is CertificateLocation.INSIDE
    bare = cast.read(read_inspection, {"lines": cast.goods()})
    assert bare.certificate_location is None
    assert not bare.goods_presented


RECEIPT = [
    ({"received_on": ""}, "received_on_missing", "received_on"),
    ({"received_on": 20260305}, "received_on_not_text", "received_on"),
    ({"received_on": "05/03/2026"}, "received_on_not_a_day", "received_on"),
    ({"received_on": "2026-02-30"}, "received_on_not_a_day", "received_on"),
    ({"received_on": "٢٠٢٦-٠٣-٠٥"}, "received_on_not_a_day", "received_on"),
    ({"outcome": ""}, "outcome_missing", "outcome"),
    ({"outcome": "fine"}, "outcome_unknown", "outcome"),
    ({"seals_intact": ""}, "seals_intact_missing", "seals_intact"),
    ({"seals_intact": "maybe"}, "seals_intact_unknown", "seals_intact"),
    ({"original_present": None}, "original_present_missing", "original_present"),
    ({"original_present": 1}, "original_present_not_text", "original_present"),
    ({"lines": "none"}, "lines_not_a_list", "lines"),
    ({"certificate": "SL004911"}, "unknown_field", "certificate"),
]


@pytest.mark.parametrize(("change", "code", "field"), RECEIPT)
def test_each_wrong_field_of_a_receipt(change, code, field):
    """One thing wrong, one finding."""
    assert codes(read_receipt, cast.receipt_fields(**change)) == [(code, field)]


def test_a_good_receipt():
    """A refused shipment need not be opened."""
    receipt = cast.read(read_receipt, cast.receipt_fields(outcome="refused", lines=[]))
    assert receipt.outcome is Outcome.REFUSED
    assert receipt.lines == ()


@pytest.mark.parametrize(
    ("reader", "names"),
    [(read_application, APPLICATION_FIELDS), (read_inspection, INSPECTION_FIELDS), (read_receipt, RECEIPT_FIELDS)],
)
def test_the_named_fields_are_those_read(reader, names):
    """No field of the list is unknown to its reader, and no other is known."""
    _, findings = reader(dict.fromkeys((*names, "other"), ""))
    assert [f.field for f in findings if f.code == "unknown_field"] == ["other"]


def test_many_unknown_fields_are_bounded():
    """A form of a million fields does not become a million findings."""
    assert len(codes(read_application, {f"f{n}": "" for n in range(5000)})) < 300


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([*APPLICATION_FIELDS, *INSPECTION_FIELDS, *RECEIPT_FIELDS])
LINES = st.lists(st.dictionaries(st.sampled_from(LINE_FIELDS), JUNK, max_size=4), max_size=3)


@settings(max_examples=150)
@given(st.dictionaries(NAMES, JUNK | LINES))
def test_junk_gives_findings_and_nothing_else(fields):
    """No value from outside can raise."""
    for reader in (read_application, read_inspection, read_receipt):
        codes(reader, fields)
