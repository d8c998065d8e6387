"""The way of a certificate in a real browser without scripts: applied, prepared, validated, received, confirmed."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessible import violations

pytestmark = pytest.mark.browser

GOODS = {"lines-2-carats": "120.50", "lines-2-value_usd": "30125.00", "lines-2-parcels": "2"}
FIRST_WAY = 150_000
COVERED = """() => {
  const all = [...document.querySelectorAll("main input:not([type=hidden]), main textarea")]
  const boxes = all.map(e => e.getBoundingClientRect())
  return [...document.querySelectorAll(".okp-why summary")].map(e => [e.getBoundingClientRect(), e.innerText])
    .filter(([r]) => boxes.some(b => b.top < r.bottom && r.top < b.bottom && b.left < r.right && r.left < b.right))
    .map(([, words]) => words)
}"""
"""Every "Why?" that lies over a box."""


@pytest.fixture
def desk(browser: Browser, counter):
    """``desk("preparing")``: a window without scripts in which this person is signed in."""
    opened = []

    def sit(who: str, *, scripts: bool = False) -> Page:
        context = browser.new_context(java_script_enabled=scripts)
        context.set_default_timeout(10_000)
        opened.append(context)
        page = context.new_page()
        counter.sign_in(page, who)
        return page

    yield sit
    for context in opened:
        context.close()


def fill(page: Page, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        page.fill(f"#id_{name}", value)


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def applied(page: Page) -> str:
    """An application, sent; its reference. It begins with the last shipment's importer and origin."""
    page.get_by_role("button", name="Apply for a certificate").click()
    press(page, "Start now")
    page.get_by_role("link", name="Goods", exact=True).click()
    fill(page, GOODS)
    press(page, "Save and go on")
    page.check("#id_non_conflict_declared")
    press(page, "Save and go on")
    page.get_by_role("link", name="Check your answers and send").click()
    press(page, "Send the application")
    expect(page.get_by_role("heading", name="Application sent")).to_be_visible()
    return page.locator(".okp-panel strong").inner_text()


def prepared(page: Page, counter, reference: str, seal: str) -> None:
    page.goto(f"{counter.address}/applications/{reference}/")
    page.get_by_role("button", name="Prepare", exact=True).click()
    page.check("#id_goods_presented")
    fill(page, {**GOODS, "seals-0": seal, "container": "BOX-7"})
    page.check("#id_certificate_location")
    press(page, "Pass on for validation")
    expect(page.locator(".okp-document__status")).to_contain_text("Waits for validation")


def validated(page: Page, counter, reference: str) -> str:
    page.goto(f"{counter.address}/applications/{reference}/validate/")
    expect(page.get_by_role("heading", name="This is what will be signed")).to_be_visible()
    press(page, "Validate and sign")
    return page.locator(".okp-document__number").inner_text()


def test_a_certificate_crosses_the_border_without_scripts(desk, counter, tmp_path):
    exporter = desk("exporter")
    reference = applied(exporter)
    officer = desk("preparing")
    officer.goto(f"{counter.address}/queue/")
    expect(officer.get_by_role("link", name=reference)).to_be_visible()
    prepared(officer, counter, reference, "E2E-1")
    second = desk("validating")
    number = validated(second, counter, reference)
    with second.expect_download() as waiting:
        second.get_by_role("link", name=re.compile("Signed document")).click()
    paper = tmp_path / "certificate.kpc"
    waiting.value.save_as(paper)
    importer = desk("importing")
    importer.get_by_role("button", name="Read a certificate").click()
    importer.set_input_files("#id_file", paper)
    press(importer, "Read and verify it")
    press(importer, "The goods are here")
    importer.get_by_role("button", name="Open and receive").click()
    importer.locator("[name=original_present][value=yes]").check()
    importer.locator("[name=seals_intact][value=yes]").check()
    fill(importer, {"seals-0": "E2E-1", **GOODS})
    importer.locator("[name=outcome][value=accepted]").check()
    press(importer, "Decide and sign")
    expect(importer.get_by_role("heading", name="Import confirmation signed")).to_be_visible()
    expect(importer.locator(".okp-panel")).to_contain_text(number)
    verifier = exporter.context.new_page()
    verifier.goto(f"{counter.address}/verify/")
    verifier.set_input_files("#id_file", paper)
    press(verifier, "Verify")
    expect(verifier.get_by_role("heading", level=1)).to_contain_text("Signature good")


def test_an_exporter_goes_on_from_another_device(desk, counter):
    first, second = desk("exporter"), desk("exporter")
    first.get_by_role("button", name="Apply for a certificate").click()
    press(first, "Start now")
    home = first.url
    first.get_by_role("link", name="Goods", exact=True).click()
    fill(first, {**GOODS, "lines-2-carats": "12,5"})
    press(first, "Save and go on")
    expect(first.locator(".govuk-error-summary")).to_contain_text("12,5 means different amounts")
    second.goto(home)
    expect(second.get_by_text("1 thing to correct")).to_be_visible()
    second.get_by_role("link", name="Goods", exact=True).click()
    expect(second.locator("#id_lines-2-carats")).to_have_value("12,5")
    fill(second, GOODS)
    press(second, "Save and go on")
    expect(second.get_by_role("heading", name="Declaration")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_click_makes_one(desk, counter, scripts):
    page = desk("exporter", scripts=scripts)
    before = page.locator("tbody tr").count()
    page.get_by_role("button", name="Apply for a certificate").click()
    page.get_by_role("button", name="Start now").dblclick()
    page.wait_for_url(re.compile(r"/applications/SL-[^/]+/$"))
    page.wait_for_load_state("networkidle")
    page.goto(f"{counter.address}/applications/")
    assert page.locator("tbody tr").count() == before + 1


def test_back_and_send_again_validates_once(desk, counter):
    reference = applied(desk("exporter"))
    prepared(desk("preparing"), counter, reference, "E2E-2")
    page = desk("validating")
    number = validated(page, counter, reference)
    page.go_back()
    again = page.get_by_role("button", name="Validate and sign", exact=True)
    if again.count():  # a browser that kept the page sends the same form again
        again.click()
        assert page.locator(".okp-document__number").inner_text() == number
    page.goto(f"{counter.address}/applications/{reference}/")
    expect(page.locator("main")).to_contain_text(f"Certificate: {number}")
    expect(page.get_by_text("Validated and signed")).to_have_count(1)


def test_two_windows_at_once_the_second_is_told(desk, counter):
    reference = applied(desk("exporter"))
    one, other = desk("preparing"), desk("preparing")
    other.goto(f"{counter.address}/applications/{reference}/return/")
    prepared(one, counter, reference, "E2E-3")
    other.fill("#id_reason", "The invoice is missing.")
    press(other, "Return it")
    expect(other.get_by_role("heading", name="Someone was first").first).to_be_visible()
    expect(other.locator("main")).to_contain_text("Waits for validation")


PAGES = {
    "": [
        "/",
        "/verify/",
        "/v",
        "/rules/",
        "/rules/EXP-02/",
        "/participants/",
        "/help/",
        "/accessibility/",
        "/sign-in/",
        "/api/",
    ],
    "exporter": [
        "/applications/",
        "/applications/start/1/",
        "/applications/{draft}/",
        "/applications/{draft}/part/exporter/",
        "/applications/{draft}/part/importer/",
        "/applications/{draft}/part/origin/",
        "/applications/{draft}/part/goods/",
        "/applications/{draft}/part/declaration/",
        "/applications/{draft}/check/",
        "/applications/{applied}/",
        "/applications/{applied}/sent/",
        "/applications/{applied}/withdraw/",
        "/account/",
        "/account/tokens/",
    ],
    "preparing": [
        "/queue/",
        "/applications/{applied}/prepare/",
        "/applications/{applied}/prepare/goods/",
        "/applications/{applied}/prepare/seals/",
        "/applications/{applied}/prepare/paper/",
        "/applications/{applied}/prepare/check/",
        "/applications/{applied}/return/",
        "/certificates/",
        "/certificates/{differs}/close/",
    ],
    "validating": [
        "/applications/{prepared}/validate/",
        "/certificates/{valid}/",
        "/certificates/{valid}/void/",
        "/certificates/{valid}/expire/",
    ],
    "importing": [
        "/arrivals/",
        "/arrivals/present/",
        "/arrivals/{expected}/",
        "/arrivals/{arrived}/",
        "/arrivals/{arrived}/receive/",
        "/arrivals/{closed}/confirmed/",
    ],
    "administrator": ["/people/", "/people/add/", "/people/preparing/", "/people/preparing/close/", "/journal/"],
}
REFERENCES = {"draft": 1, "applied": 2, "prepared": 4}
NUMBERS = {"valid": 1, "differs": 3, "closed": 4, "expected": 5, "arrived": 6}
NAMES = {name: f"SL-NMA-{{year}}-{place:06d}" for name, place in REFERENCES.items()}
NAMES |= {name: f"SL{place:06d}" for name, place in NUMBERS.items()}


@pytest.mark.parametrize("who", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser: Browser, counter, who):
    context = browser.new_context()
    page = context.new_page()
    if who:
        counter.sign_in(page, who)
    year = page.evaluate("new Date(Date.now() - 6 * 86400e3).getUTCFullYear()")
    names = {name: text.format(year=year) for name, text in NAMES.items()}
    found, wide = [], {}
    for address in PAGES[who]:
        page.set_viewport_size({"width": 1280, "height": 900})
        assert page.goto(counter.address + address.format(**names)).status == 200, address
        found += [(address, *broken) for broken in violations(page)]
        page.set_viewport_size({"width": 320, "height": 640})
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
            wide[address] = width
    context.close()
    assert (found, wide) == ([], {})


def test_a_page_with_every_mistake_is_accessible_too(browser: Browser, counter):
    context = browser.new_context()
    page = context.new_page()
    counter.sign_in(page, "importing")
    page.goto(f"{counter.address}/arrivals/SL000006/receive/")
    page.fill("#id_lines-0-carats", "-1")
    press(page, "Decide and sign")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate(COVERED) == []
    page.locator(".govuk-error-summary a").first.click()
    assert page.evaluate("document.activeElement.tagName") in ("INPUT", "TEXTAREA")
    context.close()


def test_the_way_of_an_exporter_is_light(browser: Browser, counter):
    """Bytes on the line for a whole application, style sheet included, with a cache as browsers have."""
    context = browser.new_context(java_script_enabled=False)
    page, sizes = context.new_page(), []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(f"{counter.address}/sign-in/")
    counter.sign_in(page, "exporter")
    applied(page)
    context.close()
    assert sum(sizes) <= FIRST_WAY, sum(sizes)


def test_a_keyboard_alone_signs_in_and_starts(browser: Browser, counter):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{counter.address}/sign-in/")
    page.focus("#id_username")
    page.keyboard.type("exporter")
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse battery 7")
    page.keyboard.press("Enter")
    page.wait_for_url("**/applications/")
    page.get_by_role("button", name="Apply for a certificate").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/start/**")
    page.get_by_role("button", name="Start now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Apply for a certificate")).to_be_visible()
    context.close()
