"""Who takes part on which day: published totals, and every membership that began, ended or moved."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkp.scheme.countries import codes, country_name, is_country
from openkp.scheme.dated import read_data
from openkp.scheme.members import Flow, Kind, MeasureKind, Role, Standing, first_list
from openkp.scheme.participation import Counts, load_participation

LAW = load_participation()
DAYS = st.dates(date(2002, 1, 1), date(2030, 12, 31))

#: Section J: the day that was taken for each publication, Participants, countries where they were published.
PUBLISHED = [
    ("2003-10-31", 45, None),  # list of 31 October 2003
    ("2004-10-29", 43, None),  # Gatineau communiqué: 42 governments and the European Community
    ("2007-11-30", 48, 74),  # Brussels plenary, Congo readmitted
    ("2009-11-30", 49, None),  # Swakopmund plenary
    ("2012-12-31", 54, 80),  # after the Washington plenary
    ("2013-12-18", 54, 81),  # A/RES/68/128
    ("2019-06-30", 55, 82),
    ("2021-12-31", 59, 85),
    ("2025-06-30", 60, 86),
]


@pytest.mark.parametrize(("day", "participants", "countries"), PUBLISHED)
def test_published_totals(day, participants, countries):
    """Nine totals that the Scheme published."""
    counts = LAW.counts_on(date.fromisoformat(day))
    assert counts.participants == participants
    assert countries in (None, counts.countries)


#: First day of each stretch of taking part and, if it ended, the first day without: own participation only.
OWN = [
    ("AO", "2003-07-31", None),
    ("BR", "2003-10-01", None),
    ("MY", "2003-10-31", None),
    ("GH", "2004-06-30", None),
    ("NO", "2004-06-30", None),
    ("SG", "2004-06-30", None),
    ("ID", "2005-06-30", None),
    ("BD", "2006-06-30", None),
    ("NZ", "2006-06-30", None),
    ("LR", "2007-05-04", None),
    ("TR", "2007-06-30", None),
    ("MX", "2008-11-01", None),
    ("SZ", "2011-06-30", None),
    ("CM", "2012-08-14", None),
    ("KH", "2012-11-30", None),
    ("KZ", "2012-11-30", None),
    ("PA", "2012-11-30", None),
    ("ML", "2013-06-01", None),
    ("GA", "2018-11-01", None),
    ("GB", "2021-01-01", None),
    ("KG", "2021-11-12", None),
    ("MZ", "2021-11-12", None),
    ("QA", "2021-11-12", None),
    ("UZ", "2024-11-15", None),
    ("CG", "2003-07-31", "2004-07-09"),
    ("CG", "2007-11-08", None),
    ("LB", "2003-07-31", "2004-04-01"),
    ("LB", "2005-09-01", None),
    ("HU", "2003-07-31", "2004-05-01"),
    ("PL", "2003-07-31", "2004-05-01"),
    ("SI", "2003-07-31", "2004-05-01"),
    ("BG", "2003-10-31", "2007-01-01"),
    ("RO", "2003-10-01", "2007-01-01"),
    ("HR", "2003-07-31", "2013-07-01"),
]


@pytest.mark.parametrize(("code", "first", "ended"), OWN)
def test_own_participation(code, first, ended):
    """It holds from the first day to the day before the end, and on no day around that."""
    first = date.fromisoformat(first)
    last = date.fromisoformat(ended) - timedelta(days=1) if ended else date(2029, 12, 31)
    own = [p.code for day in (first, last) for p in LAW.participants_on(day) if p.code == code]
    assert own == [code, code]
    assert code not in [p.code for p in LAW.participants_on(first - timedelta(days=1))]
    if ended:
        assert code not in [p.code for p in LAW.participants_on(date.fromisoformat(ended))]


FOUNDING = ("AT", "BE", "DE", "DK", "ES", "FI", "FR", "GR", "IE", "IT", "LU", "NL", "PT", "SE")
OF_2004 = ("CY", "CZ", "EE", "HU", "LT", "LV", "MT", "PL", "SI", "SK")
UNION = [
    *((code, "2003-07-31", None) for code in FOUNDING),
    *((code, "2004-05-01", None) for code in OF_2004),
    *((code, "2007-01-01", None) for code in ("BG", "RO")),
    ("HR", "2013-07-01", None),
    ("GB", "2003-07-31", "2021-01-01"),
]


@pytest.mark.parametrize(("code", "first", "ended"), UNION)
def test_members_of_the_union(code, first, ended):
    """Each country answers under EU from its first day; before, on its own or not at all."""
    first = date.fromisoformat(first)
    assert LAW.participant_of(code, first).code == "EU"
    before = LAW.participant_of(code, first - timedelta(days=1))
    assert before is None or before.code == code
    after = LAW.participant_of(code, date.fromisoformat(ended) if ended else date(2029, 1, 1))
    assert after.code == (code if ended else "EU")


def test_the_union_has_27_members():
    """Twenty-eight until the end of 2020."""
    union = [code for code in LAW.members_of("EU", date(2026, 1, 1)) if code != "GL"]
    assert len(union) == 27
    assert len([code for code in LAW.members_of("EU", date(2020, 12, 31)) if code != "GL"]) == 28


@pytest.mark.parametrize(
    ("country", "day", "participant", "trader"),
    [
        ("HK", "2010-01-01", "CN", "HK"),
        ("HK", "2003-07-30", None, None),  # China itself was not confirmed yet
        ("MO", "2019-09-30", None, None),
        ("MO", "2019-10-01", "CN", "MO"),
        ("GL", "2014-06-29", None, None),
        ("GL", "2014-06-30", "EU", "EU"),
        ("TW", "2020-01-01", "TW", "TW"),
        ("BE", "2020-01-01", "EU", "EU"),
        ("NA", "2020-01-01", "NA", "NA"),
        ("EU", "2020-01-01", "EU", "EU"),
        ("KE", "2020-01-01", None, None),
        ("XX", "2020-01-01", None, None),
        ("", "2020-01-01", None, None),
    ],
)
def test_who_answers_for_a_country(country, day, participant, trader):
    """The Participant of a country, and whose certificates it uses."""
    day = date.fromisoformat(day)
    found = LAW.participant_of(country, day)
    assert (found.code if found else None) == participant
    assert LAW.trader_of(country, day) == trader


def test_chinese_taipei_is_not_counted():
    """It trades, and is no Participant."""
    day = date(2024, 12, 1)
    taipei = LAW.participant_of("TW", day)
    assert not taipei.counted
    assert "TW" not in [p.code for p in LAW.participants_on(day)]
    assert [row.standing for row in LAW.rows_on(day) if row.code == "TW"] == [Standing.TRADING_ENTITY]


def test_suspended_participants_are_counted():
    """Participation and trade are two things."""
    codes_then = [p.code for p in LAW.participants_on(date(2013, 12, 18))]
    assert {"CF", "VE", "CI"} <= set(codes_then)


@given(DAYS)
def test_counts_agree_with_rows(day):
    """Every count can be opened into its rows; nobody appears twice; who covers another is there."""
    rows, counts = LAW.rows_on(day), LAW.counts_on(day)
    assert len({row.code for row in rows}) == len(rows)
    own = [row for row in rows if row.standing is Standing.ACTIVE]
    members = [row for row in rows if row.standing is Standing.VIA_REIO]
    assert counts == Counts(len(own), len(own) - sum(row.kind is Kind.REIO for row in own) + len(members))
    assert counts.participants == len(LAW.participants_on(day))
    assert {row.participant for row in rows} <= {row.code for row in rows}
    if day < first_list():
        assert counts == Counts(0, 0)


TRADE = [
    ("SL", "BE", "2026-01-01", []),
    ("SL", "EU", "2026-01-01", []),
    ("SL", "KE", "2026-01-01", ["destination_not_participant"]),
    ("KE", "SL", "2026-01-01", ["exporter_not_participant"]),
    ("KE", "PH", "2026-01-01", ["exporter_not_participant", "destination_not_participant"]),
    ("BE", "DE", "2026-01-01", ["destination_same_participant"]),
    ("GB", "BE", "2020-12-31", ["destination_same_participant"]),
    ("GB", "BE", "2021-01-01", []),
    ("PL", "DE", "2004-04-30", []),
    ("CN", "HK", "2026-01-01", []),
    ("TW", "HK", "2026-01-01", []),
    ("CG", "BE", "2005-06-01", ["exporter_not_participant"]),
    ("LB", "AE", "2005-08-31", ["exporter_not_participant"]),
    ("LB", "AE", "2005-09-01", []),
    ("CI", "BE", "2005-12-14", []),
    ("CI", "BE", "2005-12-15", ["exports_barred"]),
    ("CI", "BE", "2014-04-28", ["exports_barred"]),
    ("CI", "BE", "2014-04-29", []),
    ("BE", "CI", "2010-01-01", []),
    ("VE", "BR", "2008-06-29", []),
    ("VE", "BR", "2008-06-30", ["exports_barred"]),
    ("BR", "VE", "2013-12-18", ["imports_barred"]),
    ("VE", "BR", "2016-10-31", ["exports_barred"]),
    ("VE", "BR", "2016-11-01", []),
    ("CF", "AE", "2013-05-22", []),
    ("CF", "AE", "2013-05-23", ["exports_barred"]),
    ("AE", "CF", "2014-01-01", ["imports_barred"]),
    ("CF", "AE", "2015-07-16", ["exports_barred"]),
    ("CF", "AE", "2015-07-17", ["zone_missing"]),
    ("AE", "CF", "2020-01-01", ["imports_barred"]),
    ("CF", "AE", "2024-11-14", ["zone_missing"]),
    ("CF", "AE", "2024-11-15", []),
    ("ZW", "AE", "2010-06-01", []),
    ("GH", "BE", "2007-01-10", []),
]


@pytest.mark.parametrize(("exporter", "importer", "day", "expected"), TRADE)
def test_may_trade(exporter, importer, day, expected):
    """Who may trade with whom."""
    findings = LAW.may_trade(exporter, importer, date.fromisoformat(day))
    assert [f.code for f in findings] == expected
    assert all(f.text() for f in findings)


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Berberati", "2016-04-30", ["zone_not_compliant"]),
        ("Berberati", "2016-05-01", []),
        ("berbérati", "2016-05-01", []),
        ("Carnot", "2016-09-18", ["zone_not_compliant"]),
        ("Carnot", "2016-09-19", []),
        ("Gadzi", "2019-10-31", ["zone_not_compliant"]),
        ("Gadzi", "2019-11-01", []),
        ("Bria", "2020-01-01", ["zone_not_compliant"]),
        ("Bria", "2024-11-15", []),
    ],
)
def test_compliant_zones(zone, day, expected):
    """The Central African Republic exports from the zones that were compliant on the day."""
    findings = LAW.may_trade("CF", "AE", date.fromisoformat(day), zone=zone)
    assert [f.code for f in findings] == expected


def test_measures_name_their_flow():
    """What is asked for one flow is not mixed with the other."""
    day = date(2016, 1, 1)
    assert [m.kind for m in LAW.measures_on("CF", day, Flow.EXPORT)] == [MeasureKind.ZONE_LIMITED]
    assert [m.kind for m in LAW.measures_on("CF", day, Flow.IMPORT)] == [MeasureKind.SUSPENDED]
    assert len(LAW.measures_on("CF", day)) == 2
    assert all(m.source and m.text for m in LAW.measures)


def test_prefixes_that_can_exist():
    """A former Participant's certificates may still be named; those of a member never existed."""
    day = date(2026, 1, 1)
    can = {code: LAW.has_issued(code, day) for code in ("HR", "HK", "TW", "SL", "EU", "BE", "GL", "KE", "ZZ")}
    assert can == {
        "HR": True,
        "HK": True,
        "TW": True,
        "SL": True,
        "EU": True,
        "BE": False,
        "GL": False,
        "KE": False,
        "ZZ": False,
    }
    assert not LAW.has_issued("UZ", date(2024, 11, 14))


def test_seven_authorities_of_the_union():
    """Antwerp, Prague, Idar-Oberstein, Dublin, Turin, Lisbon, Bucharest; Dublin since 2019."""
    now = [a.place for a in LAW.authorities_of("EU", date(2026, 1, 1))]
    assert now == ["Antwerp", "Prague", "Idar-Oberstein", "Dublin", "Turin", "Lisbon", "Bucharest"]
    assert "EU-DUB" not in [a.code for a in LAW.authorities_of("EU", date(2019, 6, 30))]
    assert LAW.authority("US-CBP").role is Role.IMPORTING
    assert LAW.authority("XX") is None


def test_every_entry_has_a_source():
    """No date without where it comes from; codes are countries or EU, and no two entries share one."""
    assert len({member.code for member in LAW.members}) == len(LAW.members) == 97
    for member in LAW.members:
        assert is_country(member.code) or member.code == "EU"
        assert all(spell.source for spell in member.spells)
        assert all(spell.last is None or spell.first <= spell.last for spell in member.spells)
    assert len({a.code for a in LAW.authorities}) == len(LAW.authorities)


def test_countries_have_names_in_two_languages():
    """Every code is text, Namibia's and Norway's too."""
    assert len(codes()) == 249
    assert all(isinstance(code, str) for code in read_data("countries.yaml")["countries"])
    assert (country_name("NA"), country_name("NA", "fr")) == ("Namibia", "Namibie")
    assert country_name("EU", "fr") == "Union européenne"
    assert country_name("SL", "kri") == "Sierra Leone"
    assert country_name("ZZ") == "ZZ"
    assert not is_country("EU")
