"""The address of the database: read, or refused before anything is done with it, without a word of its password."""

import pytest

from openkp.project.addresses import read_address
from openkp.project.errors import BadSetting


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://kp:secret@db.example:5433/node",
        "postgres://db.example/node?sslmode=require",
        "postgresql://postgres:@/postgres?host=/run/postgresql",
        "postgresql://kp@[::1]/node",
    ],
)
def test_an_address_is_read(address):
    assert read_address(address).path in ("/node", "/postgres")


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "mysql://kp:secret@db.example/node",
        "postgresql://kp:secret@db.example",
        "postgresql://kp:secret@db.example:99999/node",
        "postgresql://kp:secret@db.example:port/node",
        "postgresql://kp:secret@[::1/node",
        "sqlite:///node.sqlite3",
    ],
)
def test_what_is_none_is_refused_and_its_password_not_repeated(address):
    with pytest.raises(BadSetting) as told:
        read_address(address)
    assert "secret" not in f"{told.value} {told.value.advice}"
