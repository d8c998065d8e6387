"""The public figures in a real browser: accessible, in place from right to left, usable on a small screen."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.e2e.accessible import violations
from tests.e2e.conftest import ROOT, wait_for
from tests.e2e.test_gallery import SMALL_TARGETS, box, speak

pytestmark = pytest.mark.browser

PAGES = [
    "/figures/",
    "/figures/2019/",
    "/figures/participants/AO/",
    "/figures/map/2019/",
    "/figures/2022/CD/production/",
    "/figures/late/",
    "/figures/download/",
    "/figures/proven/",
    "/figures/2025/?world=synthetic",
    "/figures/asymmetry/2025/?world=synthetic",
    "/figures/2025/NA/exports/?world=synthetic",
]
WORDS_OUTSIDE = """() => [...document.querySelectorAll('svg.okp-chart')].filter(s => s.getBoundingClientRect().width)
  .flatMap(s => [...s.querySelectorAll('text')].map(t => [t.textContent, t.getBBox(), s.viewBox.baseVal]))
  .filter(([, b, v]) => b.x < -1 || b.x + b.width > v.width + 1 || b.y < -1 || b.y + b.height > v.height + 1)
  .map(([words]) => words)"""
WORDS_ON_WORDS = """() => [...document.querySelectorAll('svg.okp-chart')].filter(s => s.getBoundingClientRect().width)
  .flatMap(s => { const t = [...s.querySelectorAll('text')].map(e => [e.textContent, e.getBBox()]);
    return t.flatMap(([a, p], i) => t.slice(i + 1).filter(([, q]) =>
      Math.min(p.x + p.width, q.x + q.width) - Math.max(p.x, q.x) > 1 &&
      Math.min(p.y + p.height, q.y + q.height) - Math.max(p.y, q.y) > 5).map(([b]) => `${a} | ${b}`)) })"""

HOW_CHARTS_STAND = """() => [...document.querySelectorAll('figure')].map(f => {
  const shown = [...f.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width);
  const style = getComputedStyle(f);
  const room = f.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return [shown.length, shown[0].getBoundingClientRect().width / room, 12 * shown[0].getScreenCTM().a]; })"""


@pytest.fixture(scope="module")
def figures(built_assets: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A node with published figures on loopback; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "OPENKP_HOME": str(tmp_path_factory.mktemp("figures")),
        "OPENKP_PROFILE": "specimen",
        "OPENKP_INSECURE_HTTP": "1",
        "OPENKP_GALLERY": "1",
        "DJANGO_SETTINGS_MODULE": "openkp.project.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    server = subprocess.Popen([sys.executable, "-m", "tests.e2e.serve_figures", str(port)], env=environment, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/figures/", server, seconds=90)
        yield address
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.parametrize("language", ["en", "fr", "ar", "en-xa"])
@pytest.mark.parametrize("width", [320, 1280])
def test_a_page_is_accessible_and_in_its_place(page, figures, language, width):
    speak(page.context, figures, language)
    page.set_viewport_size({"width": width, "height": 900})
    wrong = {}
    for address in PAGES:
        page.goto(f"{figures}{address}")
        found = violations(page)
        found += [("sideways", w) for w in [page.evaluate("document.documentElement.scrollWidth")] if w > width]
        found += [("outside", words) for words in page.evaluate(WORDS_OUTSIDE)]
        found += [("over", words) for words in page.evaluate(WORDS_ON_WORDS)]
        found += [("small", target) for target in page.evaluate(SMALL_TARGETS)]
        if found:
            wrong[address] = found
    assert wrong == {}


@pytest.mark.parametrize("width", [320, 480, 481, 768, 769, 1280])
def test_one_drawing_of_a_chart_fills_its_figure_in_letters_that_can_be_read(page, figures, width):
    page.set_viewport_size({"width": width, "height": 900})
    for address in ("/figures/", "/figures/2019/", "/figures/map/2019/", "/figures/asymmetry/2025/?world=synthetic"):
        page.goto(f"{figures}{address}")
        for drawings, share, letters in page.evaluate(HOW_CHARTS_STAND):
            assert drawings == 1 and share > 0.99 and letters > 9.5, (address, drawings, share, letters)


@pytest.mark.parametrize(("language", "to_the_right"), [("en", False), ("ar", True)])
def test_bars_begin_where_reading_begins(page, figures, language, to_the_right):
    speak(page.context, figures, language)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{figures}/figures/2019/")
    bar, name = box(page, ".okp-chart--wide > rect"), box(page, ".okp-chart--wide > text:nth-of-type(2)")
    assert (name["x"] > bar["right"]) == to_the_right
    assert (name["right"] < bar["x"]) != to_the_right


def test_a_wide_table_scrolls_in_its_own_box_and_the_keyboard_reaches_it(page, figures):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{figures}/figures/2025/?world=synthetic")
    scroll = page.locator(".okp-scroll").first
    assert scroll.evaluate("e => e.scrollWidth > e.clientWidth")
    name = page.locator(".okp-data tbody th").first
    before = name.bounding_box()["x"]
    scroll.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    assert scroll.evaluate("e => e.scrollLeft") > 0
    assert abs(name.bounding_box()["x"] - before) < 2, "the name stays"


def test_two_clicks_from_a_figure_to_what_it_is_made_of(page, figures):
    page.goto(f"{figures}/figures/")
    page.click("main table >> text=2022")
    page.click("main table a[href='/figures/2022/CD/production/']")
    assert "No: replaced by what was filed later" in page.inner_text("main")
    assert page.context.cookies() == []
