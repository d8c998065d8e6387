"""The synthetic year: the same from the same seed, balanced where honest, and its truth refers to what is there."""

import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pytest

from openkp.figures import balance
from openkp.figures.engines import duckdb_engine, duckdb_lake
from openkp.figures.world.making import NotAWorld, World, make_world, write_world
from openkp.figures.world.parameters import levels_for, read_world_data
from openkp.figures.world.truth import Fraud, Kind

SMALL = 600


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(3, certificates=SMALL)


@pytest.fixture(scope="module")
def larger() -> World:
    return make_world(5, certificates=4000)


def digests(directory: Path) -> dict[str, str]:
    files = sorted(each for each in directory.rglob("*") if each.is_file())
    return {str(each.relative_to(directory)): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_world(make_world(11, certificates=SMALL), tmp_path / name)
    one = digests(tmp_path / "one")
    assert one == digests(tmp_path / "two")
    assert {"truth.json", "world.json", "README", "issued/2024.parquet"} <= set(one)


def test_a_world_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    write_world(make_world(11, year=2023, certificates=SMALL), tmp_path / "one")
    for name in ("one", "two"):
        write_world(make_world(11, certificates=SMALL), tmp_path / name)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, world: World) -> None:
    theirs = tmp_path / "issued" / "2024.parquet"
    theirs.parent.mkdir()
    theirs.write_bytes(b"mine")
    with pytest.raises(NotAWorld):
        write_world(world, tmp_path)
    assert set(digests(tmp_path)) == {"issued/2024.parquet"} and theirs.read_bytes() == b"mine"


def test_another_seed_makes_another_year(tmp_path: Path, world: World) -> None:
    other = make_world(4, certificates=SMALL)
    for name in ("issued", "confirmed", "production", "trade", "stocks", "capacity", "customs"):
        assert not other.facts[name].equals(world.facts[name]), name


def test_the_lake_is_read_back_equal(tmp_path: Path, world: World) -> None:
    write_world(world, tmp_path)
    engine = duckdb_lake(tmp_path)
    for name, facts in world.facts.items():
        assert engine.arrow(engine.tables[name].count().as_table()).to_pylist()[0] == {"CountStar()": facts.num_rows}
    sums = engine.rows(engine.tables["issued"].aggregate(carats=engine.tables["issued"].carats.sum()))
    assert sums[0]["carats"] == pc.sum(world.facts["issued"]["carats"]).as_py()
    engine.close()


def test_everything_says_that_it_is_a_specimen(tmp_path: Path, world: World) -> None:
    write_world(world, tmp_path)
    assert (tmp_path / "README").read_text().startswith("SPECIMEN")
    assert json.loads((tmp_path / "world.json").read_text())["specimen"] is True
    for name, facts in world.facts.items():
        assert all(source.startswith("specimen:") for source in facts["source"].to_pylist()), name


def test_everybody_of_the_year_files(world: World) -> None:
    levels = levels_for(2024)
    assert len(levels) == 61  # 60 Participants and Chinese Taipei
    assert set(world.facts["trade"]["reporter"].to_pylist()) == set(levels.codes)
    known = read_world_data("participants")["participants"]
    assert set(levels.codes) == set(known)
    assert levels.carats.sum() > 100e6


@pytest.mark.parametrize("seed", [1, 2])
def test_honest_participants_have_what_they_send(seed: int) -> None:
    """Production + imports + opening stock - polished - exports = closing stock, to the hundredth of a carat."""
    world = make_world(seed, certificates=SMALL, honest=True)
    assert world.frauds == ()
    engine = duckdb_engine(world.facts)
    filed = {(row["participant"], row["year"]): row for row in engine.rows(balance.national(engine))}
    returns = {
        (row["reporter"], row["year"])
        for row in world.facts["trade"].group_by(["reporter", "year", "quarter"]).aggregate([]).to_pylist()
    }
    engine.close()
    late = read_world_data("noise")["filing"]["error_share"]
    exact = total = 0
    for code, years in world.closing.items():
        for year, closing in years.items():
            assert closing >= 0, (code, year)
            if (code, year) in returns:
                total += 1
                exact += filed[code, year]["closing"] == Decimal(closing).scaleb(-2)
    assert exact / total > 1 - late - 0.25  # the others miss a late return or kept a typing error


def test_smugglers_send_what_they_never_had(larger: World) -> None:
    """The truth says so, and the stocks they state do not explain it."""
    hidden = [each for each in larger.frauds if each.variant == "exports_without_production"]
    assert hidden
    assert all(each.certificates for each in hidden)


def test_every_kind_is_seeded_several_times(larger: World) -> None:
    for kind in Kind:
        assert sum(fraud.kind is kind for fraud in larger.frauds) >= 3, kind


def test_the_truth_refers_to_what_is_there(larger: World) -> None:
    issued = set(larger.facts["issued"]["number"].to_pylist())
    confirmed = set(larger.facts["confirmed"]["number"].to_pylist())
    codes = set(levels_for(2024).codes)
    for fraud in larger.frauds:
        assert fraud.participant in codes
        assert fraud.partner in codes | {""}
        assert set(fraud.certificates) <= issued | confirmed
        if fraud.variant == "never_issued":
            assert not set(fraud.certificates) & issued
            assert set(fraud.certificates) <= confirmed
        if fraud.kind in (Kind.SMUGGLING, Kind.ROUND_TRIPPING, Kind.UNDER_VALUATION):
            assert fraud.certificates


def test_the_truth_is_read_back(larger: World) -> None:
    for fraud in larger.frauds:
        assert Fraud.from_json(json.loads(json.dumps(fraud.as_json()))) == fraud


def test_withheld_returns_are_nowhere(larger: World) -> None:
    trade = {(r["reporter"], r["year"], r["quarter"]) for r in larger.facts["trade"].to_pylist()}
    made = {(r["participant"], r["year"], r["half"]) for r in larger.facts["production"].to_pylist()}
    for fraud in larger.frauds:
        year, part = int(fraud.period[:4]), int(fraud.period[-1])
        if fraud.variant == "trade_return_withheld":
            assert (fraud.participant, year, part) not in trade
        if fraud.variant == "production_return_withheld":
            assert (fraud.participant, year, part) not in made


def test_double_returns_stand_twice_in_one_version(larger: World) -> None:
    for fraud in larger.frauds:
        if fraud.variant == "production_return_twice":
            rows = [
                row
                for row in larger.facts["production"].to_pylist()
                if row["participant"] == fraud.participant and f"{row['year']}-H{row['half']}" == fraud.period
            ]
            last = max(row["version"] for row in rows)
            assert len({row["source"] for row in rows if row["version"] == last}) == 2


def test_goods_sent_on_under_a_predecessor_are_not_more_than_came_in(world: World) -> None:
    """Each certificate is the source of one other at most, of no more carats."""
    honest = make_world(9, certificates=2000, honest=True)
    totals: dict[str, Decimal] = {}
    before: dict[str, str] = {}
    for row in honest.facts["issued"].to_pylist():
        totals[row["number"]] = totals.get(row["number"], Decimal(0)) + row["carats"]
        before[row["number"]] = row["predecessor"]
    linked = {after: source for after, source in before.items() if source in totals}
    assert len(linked) > 100
    assert all(totals[after] <= totals[source] for after, source in linked.items())


def test_a_world_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="100"):
        make_world(1, certificates=20)
