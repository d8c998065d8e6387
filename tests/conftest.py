"""What every test may rely on: settings, and a node's directory of its own that vanishes with the process."""

import atexit
import gc
import os
import shutil
import tempfile

import django
import django.conf
import pytest

from openkp.cli.doctor import chromium

HOME = tempfile.mkdtemp(prefix="openkp-test-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

# Always our own, so that no test can reach a real node; each side-by-side worker has another.
os.environ["OPENKP_HOME"] = HOME
os.environ["OPENKP_PROFILE"] = "specimen"
os.environ["DJANGO_SETTINGS_MODULE"] = "openkp.project.settings"
for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "OPENKP_CLOCK_OFFSET", "OPENKP_DEBUG"):
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"
os.environ.setdefault("OPENKP_INSECURE_HTTP", "1")

django.setup()
# Passwords are not what is tested here, and a good hash is slow on purpose.
django.conf.settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_finish():
    """All that was imported and collected stays for the run: nobody needs to look for garbage in it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)


def pytest_collection_modifyitems(items):
    """Skip what needs a browser where there is none, and say so."""
    if chromium() is None:
        reason = "no browser: install Chromium or set OPENKP_CHROMIUM"
        for item in items:
            if "/e2e/" in str(item.path) or item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """How pytest-playwright starts the machine's own Chromium; its sandbox cannot start as root."""
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync"]
    return {"executable_path": chromium(), "args": [*quiet, "--no-sandbox"] if os.geteuid() == 0 else quiet}
