"""The node's secret key: made once, whole, and also where a directory knows no hard links."""

import errno
import os

import pytest

from openkp.project.secret import secret_key


@pytest.fixture(params=[True, False], ids=["links", "no links"])
def links(request, monkeypatch):
    def refused(old, new):
        raise PermissionError(errno.EPERM, "no hard links here", new)

    if not request.param:
        monkeypatch.setattr(os, "link", refused)


def test_the_key_is_made_once_and_is_its_owners_only(links, tmp_path):
    key = secret_key(tmp_path / "home")
    assert len(key) == 64 and secret_key(tmp_path / "home") == key
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["secret-key"]
    assert (tmp_path / "home" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_of_two_that_begin_at_once_one_key_holds(links, tmp_path, monkeypatch):
    monkeypatch.setattr("secrets.token_urlsafe", lambda size: (tmp_path / "secret-key").write_text("theirs") and "ours")
    assert secret_key(tmp_path) == "theirs"
