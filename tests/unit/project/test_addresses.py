"""The address of the database: read, or refused before anything is done with it, without a word of its password."""

import pytest

from openkp.project.addresses import read_address
from openkp.project.errors import BadSetting


@pytest.mark.parametrize(
    ("address", "host", "name"),
    [
        ("postgresql://kp:secret@db.example:5433/node", "db.example", "/node"),
        ("postgres://db.example/node?sslmode=require", "db.example", "/node"),
        ("postgresql://postgres:@/postgres?host=/run/postgresql", None, "/postgres"),
        ("postgresql://kp@[::1]/node", "::1", "/node"),
        ("postgresql:///?service=kp", None, "/"),
    ],
)
def test_an_address_is_read(address, host, name):
    parts = read_address(address)
    assert (parts.hostname, parts.path) == (host, name)


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
