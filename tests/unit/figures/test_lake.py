"""The lake: written as Parquet, read back equal, replaced whole, and the same for both engines."""

import pytest

from openkp.figures import lake, mirror
from openkp.figures.engines import duckdb_engine, duckdb_lake, spark_lake
from openkp.figures.tables import TABLES, table
from openkp.scheme.reconciliation import reconciliation
from tests.unit.figures.awkward import facts
from tests.unit.figures.test_engines import ON, same

RULE = reconciliation(ON)


def arrow(seed=3):
    return {name: table(name, rows) for name, rows in facts(seed).items()}


def as_set(data):
    return sorted(map(repr, data.to_pylist()))


def test_every_table_is_read_back_equal(tmp_path):
    written = arrow()
    counts = lake.write(written, tmp_path)
    assert counts == {name: data.num_rows for name, data in written.items()}
    engine = duckdb_lake(tmp_path)
    for name, schema in TABLES.items():
        back = engine.arrow(engine.tables[name])
        assert back.schema.names == schema.names
        assert as_set(back) == as_set(written.get(name, schema.empty_table())), name


def test_folders_are_years_and_participants_and_namibia_is_no_null(tmp_path):
    lake.write(arrow(), tmp_path)
    assert (tmp_path / "production" / "year=2024" / "participant=NA").is_dir()
    assert (tmp_path / "trade" / "year=2024" / "participant=NA").is_dir()
    assert (tmp_path / "customs" / "year=2023").is_dir()
    engine = duckdb_lake(tmp_path)
    made = engine.tables["production"]
    rows = engine.rows(made.filter((made.year == 2024) & (made.participant == "NA")))
    assert rows and {(row["year"], row["participant"]) for row in rows} == {(2024, "NA")}


def test_a_lake_that_is_written_again_holds_only_what_was_written_last(tmp_path):
    lake.write(arrow(3), tmp_path)
    fresh = {"trade": arrow(4)["trade"]}
    lake.write(fresh, tmp_path)
    engine = duckdb_lake(tmp_path)
    assert as_set(engine.arrow(engine.tables["trade"])) == as_set(fresh["trade"])
    assert engine.rows(engine.tables["issued"]) == []
    assert [path.name for path in tmp_path.iterdir()] == ["trade"]


def test_every_table_has_a_place_in_the_lake(tmp_path):
    assert set(lake.PARTITIONS) == set(TABLES)
    mine = {"participant": "BW", "mine": "Jwaneng", "year": 2024, "carats": 5, "source": "m", "record": 1}
    lake.write({"mines": table("mines", [mine])}, tmp_path)
    engine = duckdb_lake(tmp_path)
    assert [row["mine"] for row in engine.rows(engine.tables["mines"])] == ["Jwaneng"]


def test_a_lake_that_cannot_be_written_whole_stays_as_it_was(tmp_path, monkeypatch):
    lake.write(arrow(3), tmp_path)
    monkeypatch.delitem(lake.PARTITIONS, "customs")
    with pytest.raises(KeyError):
        lake.write(arrow(4), tmp_path)
    engine = duckdb_lake(tmp_path)
    for name, data in arrow(3).items():
        assert as_set(engine.arrow(engine.tables[name])) == as_set(data), name


def test_what_somebody_else_keeps_in_the_folder_is_not_touched(tmp_path):
    theirs = tmp_path / "trade" / "notes.txt"
    theirs.parent.mkdir()
    theirs.write_text("mine")
    with pytest.raises(lake.NotALake) as told:
        lake.write(arrow(), tmp_path)
    assert told.value.code == "not-a-lake" and theirs.read_text() == "mine"
    assert not (tmp_path / "issued").exists()


def test_a_folder_with_a_quote_in_its_name(tmp_path):
    place = tmp_path / "l'eau"
    lake.write(arrow(), place)
    engine = duckdb_lake(place)
    assert engine.tables["trade"].count().execute() == arrow()["trade"].num_rows


def test_spark_reads_the_lake_that_duckdb_wrote(spark, tmp_path):
    written = arrow()
    lake.write(written, tmp_path)
    engine, memory = spark_lake(tmp_path), duckdb_engine(written)
    assert engine.name == "spark"
    same(engine.rows(mirror.pairs(engine, rule=RULE)), memory.rows(mirror.pairs(memory, rule=RULE)))


def test_memory_is_bounded_and_what_does_not_fit_goes_to_disk(tmp_path):
    lake.write(arrow(), tmp_path / "lake")
    engine = duckdb_lake(tmp_path / "lake", memory="200MB", threads=1, spill=tmp_path / "spill")
    settings = engine.backend.con.execute(
        "SELECT current_setting('memory_limit'), current_setting('temp_directory'), current_setting('threads')"
    ).fetchone()
    assert settings == ("190.7 MiB", str(tmp_path / "spill"), 1)
