"""The browser, and the gallery served to it. Where no Chromium is present, browser tests are skipped and say so."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The machine's Chromium; playwright's own is never downloaded."""
    return os.environ.get("OPENKP_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    program = chromium()
    if program is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=[*as_root, *QUIET])
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor who has never been here."""
    visitor = browser.new_context()
    visitor.set_default_timeout(10_000)
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A window of theirs."""
    return context.new_page()


@pytest.fixture(scope="session")
def built_assets() -> None:
    """Style sheets and translations, built if they are not current."""
    from openkp.project.assets import AssetsError, build

    try:
        build()
    except AssetsError as error:
        pytest.skip(f"the style sheets could not be built: {error}")


@pytest.fixture(scope="session")
def gallery(built_assets: None) -> Iterator[str]:
    """The component gallery on loopback, in a process of its own; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.portal.site.settings_gallery",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.portal.site.serve_gallery", str(port)], env=environment, cwd=ROOT
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/design-system/", server)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def wait_for(address: str, server: subprocess.Popen) -> None:
    """Until the server answers; at once if it has died."""
    for _ in range(150):
        if server.poll() is not None:
            pytest.fail(f"the gallery's server ended with code {server.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the gallery's server did not answer within 15 s")
