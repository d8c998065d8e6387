"""The browser, and the gallery served to it. Where no Chromium is present, browser tests are skipped and say so."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from binascii import unhexlify
from collections.abc import Iterator
from pathlib import Path

import pytest
from django_otp.oath import totp
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.serve_counter import SECRET

PASSWORD = "correct horse battery 7"
ROOT = Path(__file__).resolve().parent.parent.parent
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def last(item: pytest.Item) -> bool:
    """The demonstration tells its past while the browser is at other pages."""
    return item.path.name == "test_demo.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What must wait comes last."""
    items.sort(key=last)


@pytest.fixture(scope="session", autouse=True)
def begun_early(request: pytest.FixtureRequest) -> None:
    """Whoever will need the demonstration has it started now."""
    if any(last(item) for item in request.session.items):
        request.getfixturevalue("demonstration")


@pytest.fixture(scope="session")
def demonstration(built_assets: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple]:
    """A fresh demonstration: its directory and its process, which tells when it is ready."""
    directory = tmp_path_factory.mktemp("stage") / "demo"
    words = [sys.executable, "-m", "openkp", "demo", "--keep", str(directory), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield directory, process
        finally:
            process.terminate()
            process.stdout.read()
            assert process.wait(30) == 0


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


def wait_for(address: str, server: subprocess.Popen, *, seconds: int = 15) -> None:
    """Until the server answers; at once if it has died."""
    for _ in range(10 * seconds):
        if server.poll() is not None:
            pytest.fail(f"the server ended with code {server.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not answer within {seconds} s")


class Counter:
    """A node with work at every desk, and the way in for each of its people.

    A code of the second factor opens once only, so whoever came in before is let in again by the same session.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.sessions: dict[str, list] = {}

    def sign_in(self, page: Page, who: str) -> None:
        """With the password, and for officers with the telephone."""
        if who in self.sessions:
            page.context.add_cookies(self.sessions[who])
            page.goto(f"{self.address}/desk/")
            return
        page.goto(f"{self.address}/sign-in/")
        page.fill("#id_username", who)
        page.fill("#id_password", PASSWORD)
        page.click("main button")
        if "/second-factor/" in page.url:
            page.fill("#id_token", f"{totp(unhexlify(SECRET)):06d}")
            page.click("main button")
        assert "/second-factor/" not in page.url, f"{who} could not sign in"
        self.sessions[who] = page.context.cookies()


@pytest.fixture(scope="session")
def counter(built_assets: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    """A furnished node on loopback, in a process of its own with a directory of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "OPENKP_HOME": str(tmp_path_factory.mktemp("node")),
        "OPENKP_PROFILE": "specimen",
        "OPENKP_INSECURE_HTTP": "1",
        "DJANGO_SETTINGS_MODULE": "openkp.project.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    command = [sys.executable, "-m", "tests.e2e.serve_counter", str(port)]
    server = subprocess.Popen(command, env=environment, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/help/", server, seconds=60)
        yield Counter(address)
    finally:
        server.terminate()
        server.wait(10)
