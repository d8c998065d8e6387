"""The directory and the ports of the demonstration: only its own is touched, and every trouble is said."""

import json
import os
import socket
from pathlib import Path

import pytest

from openkp.project.demo import stage as stages
from openkp.project.demo.cast import ANTWERP, PARTS, SIERRA_LEONE
from openkp.project.demo.errors import DemoError
from openkp.project.demo.house import Child, House
from openkp.project.demo.stage import NOTES, empty_stage, kept_stage, reserved, stage_again


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def refused(call, code):
    with pytest.raises(DemoError) as caught, call:
        pass
    assert caught.value.code == code
    assert str(caught.value.advice)


def test_each_node_has_its_own_directory_port_and_cookies(tmp_path):
    with empty_stage(tmp_path / "new" / "demo") as stage:
        assert len(set(stage.ports.values())) == 3
        assert len({str(stage.home(part)) for part in PARTS}) == 3
        prefixes = {json.loads((stage.home(part) / "node.json").read_text())["cookie_prefix"] for part in PARTS}
        assert len(prefixes) == 3
        assert all(stage.address(part).startswith("http://127.0.0.1:") for part in PARTS)


def test_nothing_that_names_another_node_reaches_a_child(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENKP_DATABASE_URL", "postgresql:///live")
    monkeypatch.setenv("OPENKP_HOME", "/srv/live")
    monkeypatch.setenv("OPENKP_PROFILE", "live")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "somewhere.else")
    with empty_stage(tmp_path) as stage:
        environment = stage.environment(ANTWERP)
    assert environment["OPENKP_HOME"] == str(tmp_path / "antwerp")
    assert environment["OPENKP_PROFILE"] == "specimen"
    assert not {"OPENKP_DATABASE_URL", "DJANGO_SETTINGS_MODULE"} & environment.keys()


def test_a_child_heeds_no_python_settings_of_the_caller(tmp_path, strange_python):
    with empty_stage(tmp_path) as stage:
        child = Child(ANTWERP, "help", ("--help",), tmp_path / "help.log")
        child.start(stage.environment(ANTWERP))
        assert child.process.wait(30) == 0, child.log.read_text()


def test_a_strangers_directory_is_refused_and_left_alone(tmp_path):
    (tmp_path / "letters.txt").write_text("mine")
    refused(empty_stage(tmp_path), "demo-not-empty")
    assert (tmp_path / "letters.txt").read_text() == "mine"


def test_a_file_in_the_place_of_the_directory(tmp_path):
    (tmp_path / "file").write_text("")
    refused(empty_stage(tmp_path / "file"), "demo-directory")


def test_a_directory_that_cannot_be_made():
    refused(empty_stage(Path("/proc/demo")), "demo-directory")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_may_not_be_written(tmp_path):
    tmp_path.chmod(0o500)
    refused(empty_stage(tmp_path), "demo-directory")


def test_an_earlier_demonstration_is_replaced(tmp_path):
    with empty_stage(tmp_path) as stage:
        stage.write_notes({"ports": stage.ports})
        (stage.home(SIERRA_LEONE) / "node.sqlite3").write_text("old")
    with empty_stage(tmp_path) as stage:
        assert not (stage.home(SIERRA_LEONE) / "node.sqlite3").exists()
        assert not (tmp_path / NOTES).exists()


def test_two_demonstrations_do_not_share_a_directory(tmp_path):
    with empty_stage(tmp_path):
        refused(empty_stage(tmp_path), "demo-running")


def test_a_port_in_use_is_avoided(taken_port):
    with reserved(taken_port) as keeper:
        assert keeper.getsockname()[1] not in (0, taken_port)


def test_two_demonstrations_at_once_have_ports_of_their_own_and_their_servers_can_listen_there(tmp_path):
    with empty_stage(tmp_path / "one") as one, empty_stage(tmp_path / "two") as two:
        assert not set(one.ports.values()) & set(two.ports.values())
        with socket.socket() as server, socket.socket() as visitor:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            server.bind(("127.0.0.1", one.ports["antwerp"]))
            server.listen()
            visitor.connect(server.getsockname())
            with server.accept()[0] as heard:
                assert heard.getpeername() == visitor.getsockname()


def test_the_ports_of_an_earlier_demonstration_are_kept_or_the_trouble_is_said(tmp_path, taken_port, monkeypatch):
    # Not the usual ports: a test at our side wants those too, and may take them while we hold none.
    monkeypatch.setattr(stages, "reserved", lambda usual: reserved(0))
    with empty_stage(tmp_path) as stage:
        stage.write_notes({"ports": stage.ports})
        before = stage.ports
    with stage_again(tmp_path) as again:
        assert again.ports == before
    again.write_notes({"ports": before | {"antwerp": taken_port}})
    refused(stage_again(tmp_path), "demo-port")


@pytest.mark.parametrize("notes", [None, "{", "{}", '{"ports": {"antwerp": "x"}}'])
def test_going_on_where_nothing_was(tmp_path, notes):
    if notes is not None:
        (tmp_path / NOTES).write_text(notes)
    refused(stage_again(tmp_path), "demo-none")
    with pytest.raises(DemoError):
        kept_stage(tmp_path)


def test_only_we_may_read_the_notes(tmp_path):
    with empty_stage(tmp_path) as stage:
        stage.write_notes({"password": "x"})
        assert (tmp_path / NOTES).stat().st_mode & 0o077 == 0


def test_what_one_node_publishes_the_others_know_while_the_visitor_still_looks(tmp_path):
    with empty_stage(tmp_path) as stage:
        loops = [child.words for child in House(stage).children if child.name == "work"]
    assert len(loops) == len(PARTS)
    assert all(float(words[words.index("--ask") + 1]) <= 30 for words in loops)
