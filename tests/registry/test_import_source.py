"""Imported files: kept byte for byte, once; the last one speaks; who may."""

import zlib
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from openkp.figures.reading import UnreadableSource
from openkp.registry.accounts.actors import ANYONE, NODE, Actor, Held
from openkp.registry.accounts.roles import Role
from openkp.registry.errors import Conflict, NotAllowed
from openkp.registry.journal.models import Entry, Head
from openkp.registry.statistics.models import SourceFile
from openkp.registry.statistics.operations.import_source import import_source
from openkp.registry.statistics.source_facts import source_facts, stored
from tests.unit.figures.sources import file_of, line

AT = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
PUBLISHED = (
    b"year,participant,flow,measure,value,precision,note,publisher,published,source_url\n"
    b"2011,AO,production,carats,20,exact,,Press,2012,\n"
)


@pytest.fixture
def database(own_database, django_db_blocker):
    with django_db_blocker.unblock():
        yield own_database


def imported(data, kind="production", name="figures.csv", actor=NODE):
    return import_source(data, name, kind=kind, actor=actor, at=AT)


def carats(facts):
    rows = facts["production"].to_pylist()
    return {(row["participant"], row["year"], row["half"], row["mining"]): row["carats"] for row in rows}


def test_the_bytes_are_kept_as_they_came(database):
    data = file_of(line(), line(half=2))
    file, created = imported(data, name="/home/somebody/kp production.csv")
    again = SourceFile.objects.get()
    assert created and zlib.decompress(bytes(again.data)) == data
    assert (again.name, again.records, again.size) == ("kp production.csv", 2, len(data))
    entry = Entry.objects.get(event="source.imported")
    assert entry.subject == f"source:{bytes(file.sha256).hex()}" and "somebody" not in entry.data
    assert stored(again).records == 2


def test_the_same_file_again_changes_nothing(database):
    data = file_of(line(), line(half=2))
    first, _ = imported(data)
    size = Head.objects.get().size
    second, created = imported(data, name="another name.csv")
    assert not created and second.pk == first.pk
    assert Head.objects.get().size == size and SourceFile.objects.count() == 1


def test_the_same_bytes_are_not_of_two_kinds(database):
    imported(PUBLISHED, "published")
    with pytest.raises(Conflict) as caught:
        imported(PUBLISHED, "production")
    assert caught.value.code == "imported-as-another-kind"


def test_a_file_that_is_none_leaves_nothing(database):
    size = Head.objects.get().size
    with pytest.raises(UnreadableSource):
        imported(b"no,table\n")
    assert not SourceFile.objects.exists() and Head.objects.get().size == size


def test_a_file_of_other_years_adds_and_a_newer_download_replaces(database):
    imported(file_of(line("AO", 2011, 1, carats="1.00"), line("NA", 2011, 1, carats="2.00")))
    imported(file_of(line("AO", 2012, 1, carats="3.00")))
    imported(file_of(line("AO", 2011, 1, carats="4.00", kind="ASM"), line("AO", 2011, 1, carats="5.00", kind="LSM")))
    assert carats(source_facts()) == {
        ("NA", 2011, 1, ""): Decimal("2.00"),
        ("AO", 2012, 1, ""): Decimal("3.00"),
        ("AO", 2011, 1, "ASM"): Decimal("4.00"),
        ("AO", 2011, 1, "LSM"): Decimal("5.00"),
    }


def test_repeats_within_one_file_stay(database):
    imported(file_of(line(carats="1.00"), line(carats="1.00")))
    imported(file_of(line("NA")))
    assert source_facts()["production"].num_rows == 3


def test_facts_of_named_files_only(database):
    first, _ = imported(file_of(line("AO", carats="1.00")))
    imported(file_of(line("AO", carats="4.00")))
    facts = source_facts(inputs=[bytes(first.sha256).hex()])
    assert carats(facts) == {("AO", 2011, 1, ""): Decimal("1.00")}


def test_kinds_lie_side_by_side(database):
    imported(file_of(line()))
    imported(PUBLISHED, "published")
    assert {name: table.num_rows for name, table in source_facts().items()} == {"production": 1, "published": 1}


def test_nothing_imported_is_no_facts(database):
    assert source_facts() == {}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("place", ["SECRETARIAT", "ZA"])
def test_only_the_secretariats_analysts_and_the_node_import(database, role, place):
    actor = Actor("person:7", 7, "Ada", (Held(role, 1, place),))
    if (role, place) == (Role.ANALYST, "SECRETARIAT"):
        assert imported(file_of(line()), actor=actor)[1]
    else:
        with pytest.raises(NotAllowed):
            imported(file_of(line()), actor=actor)


def test_anyone_may_not(database):
    with pytest.raises(NotAllowed):
        imported(file_of(line()), actor=ANYONE)


def test_a_name_that_is_no_text(database):
    file, _ = imported(file_of(line()), name="/tmp/figures\udce9.csv")
    assert file.name == "figures?.csv"
