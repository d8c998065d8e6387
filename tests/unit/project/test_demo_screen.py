"""What the demonstration says on the terminal can be typed as it stands."""

from argparse import Namespace
from pathlib import Path

import pytest

from openkp.cli.demo import _command
from openkp.project.demo.cast import PARTS
from openkp.project.demo.screen import put_summary

NOTES = {
    "addresses": {part.name: f"http://127.0.0.1:{part.port}" for part in PARTS},
    "people": [
        {
            "node": part.name,
            "username": player.username,
            "name": player.name,
            "role": player.role,
            "authority": player.office,
            "password": "kono-sewa",
        }
        for part in PARTS
        for player in part.players
    ],
    "fingerprint": "aa bb",
}


@pytest.mark.parametrize(
    ("keep", "command"),
    [(None, "./openkp demo"), (Path("/tmp/my demo"), "./openkp demo --keep '/tmp/my demo'")],
)
def test_the_commands_name_the_directory_of_this_demonstration(capsys, keep, command):
    put_summary(NOTES, {"mariama": "123456"}, _command(Namespace(keep=keep)))
    said = capsys.readouterr().out
    assert f"{command} --code NAME\n" in said
    assert f"{command} --continue\n" in said
    assert "mariama" in said and "123456" in said
