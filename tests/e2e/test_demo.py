"""The demonstration in a real browser: one certificate crosses the border, at the desks of both countries.

The pictures of the README are made on the way: OPENKP_PICTURES=docs/pictures ./openkp test tests/e2e/test_demo.py
"""

import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

SRC = Path(__file__).resolve().parents[2] / "src"
LARGEST_PICTURE = 150_000
pytestmark = pytest.mark.browser


class Demo:
    """A demonstration at work: its addresses, and the way in for each of its people."""

    def __init__(self, directory: Path, browser) -> None:
        self.directory = directory
        self.browser = browser
        self.notes = json.loads((directory / "demo.json").read_text())
        self.people = {person["username"]: person for person in self.notes["people"]}
        self.complaints: list[str] = []

    def visitor(self) -> Page:
        """A window of somebody who has never been here; what the browser complains of is kept."""
        page = self.browser.new_context(viewport={"width": 1180, "height": 860}).new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("response", lambda answer: answer.status >= 400 and self.complaints.append(answer.url))
        return page

    def signed_in(self, who: str, page: Page | None = None) -> Page:
        """The window of one of the people, signed in as a person would."""
        page, person = page or self.visitor(), self.people[who]
        page.goto(f"{self.address(person['node'])}/sign-in/")
        page.get_by_label("User name").fill(who)
        page.get_by_label("Password").fill(person["password"])
        page.get_by_role("button", name="Sign in").click()
        if person["telephone"]:
            page.get_by_label("Code").fill(self.code(who))
            page.locator("main button").click()
        expect(page.get_by_text(f"Signed in as {person['name']}")).to_be_visible()
        return page

    def code(self, who: str) -> str:
        """What ``openkp demo --code`` says."""
        words = [sys.executable, "-m", "openkp", "demo", "--keep", str(self.directory), "--code", who]
        return subprocess.run(words, env=environment(), capture_output=True, text=True, check=True).stdout.strip()

    def address(self, node: str) -> str:
        return self.notes["addresses"][node]


def environment():
    return {**os.environ, "PYTHONPATH": str(SRC)}


@pytest.fixture(scope="module")
def demo(browser, demonstration):
    """The demonstration, once it is ready."""
    directory, process = demonstration
    for line in process.stdout:
        if line == "}\n":
            return Demo(directory, browser)
    pytest.fail(f"the demonstration ended with {process.wait()}")


def picture(page: Page, name: str, *, top: str = "") -> None:
    """What the window shows, from ``top`` on, as a small file, where pictures are asked for."""
    if "OPENKP_PICTURES" not in os.environ:
        return
    if top:
        page.locator(top).first.evaluate("e => e.scrollIntoView()")
    folder = Path(os.environ["OPENKP_PICTURES"])
    folder.mkdir(parents=True, exist_ok=True)
    shown = Image.open(io.BytesIO(page.screenshot()))
    shown.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(folder / f"{name}.png", optimize=True)
    assert (folder / f"{name}.png").stat().st_size <= LARGEST_PICTURE


def until_shown(page: Page, text: str) -> None:
    """Reload until the post has brought it."""
    for _ in range(60):
        if page.locator("main").get_by_text(text).count():
            return
        time.sleep(0.5)
        page.reload()
    pytest.fail(f"{text} did not come to {page.url}")


def test_one_certificate_crosses_the_border(demo):
    officer = demo.signed_in("mariama")
    officer.locator("main table a").click()
    officer.get_by_role("link", name="Validate").or_(officer.get_by_role("button", name="Validate")).first.click()
    expect(officer.get_by_role("heading", level=1)).to_have_text("This is what will be signed")
    picture(officer, "validate")
    officer.get_by_role("button", name="Validate and sign").click()
    officer.wait_for_url("**/certificates/*/")
    number = officer.url.rstrip("/").rpartition("/")[2]
    certificate = officer.url
    until_shown(officer, "Delivered")

    importer = demo.signed_in("an")
    until_shown(importer, number)
    picture(importer, "arrivals")
    importer.get_by_role("link", name=number).click()
    importer.get_by_role("button", name="The goods are here").click()
    importer.goto(f"{demo.address('antwerp')}/arrivals/{number}/receive/")
    importer.locator("#id_original_present").check()
    importer.locator("#id_seals_intact").check()
    for place, seal in enumerate(("SL-881800", "SL-881801")):
        importer.locator(f"#id_seals-{place}").fill(seal)
    for field, value in (("carats", "865.20"), ("value_usd", "190344.00"), ("parcels", "2")):
        importer.locator(f"#id_lines-2-{field}").fill(value)
    importer.locator("#id_outcome").check()
    picture(importer, "receive")
    importer.get_by_role("button", name="Decide and sign").click()
    importer.wait_for_url("**/confirmed/")

    officer.goto(certificate)
    until_shown(officer, "Import confirmation received")
    expect(officer.locator("main")).to_contain_text("Closed")
    picture(officer, "certificate")
    assert demo.complaints == []


def test_two_countries_in_one_window(demo):
    page = demo.signed_in("ibrahim")
    demo.signed_in("lotte", page)
    page.goto(f"{demo.address('sierra-leone')}/queue/")
    expect(page.get_by_text("Signed in as Ibrahim Sesay")).to_be_visible()
    assert demo.complaints == []


def test_anyone_verifies_what_is_under_way_and_what_was_received(demo, tmp_path):
    officer = demo.signed_in("aminata")
    home = demo.address("sierra-leone")
    anyone = demo.visitor()
    for status, words in (("delivered", "SPECIMEN"), ("void", "SPECIMEN")):
        officer.goto(f"{home}/certificates/?status={status}")
        path = officer.locator("main table a").first.get_attribute("href")
        paper = tmp_path / f"{status}.pdf"
        paper.write_bytes(officer.request.get(f"{home}{path}certificate.pdf").body())
        anyone.goto(f"{demo.address('secretariat')}/verify/")
        anyone.locator("#id_file").set_input_files(paper)
        anyone.get_by_role("button", name="Verify").click()
        expect(anyone.locator("main")).to_contain_text(words)
        picture(anyone, "verdict" if status == "delivered" else "verdict-void")
    assert demo.complaints == []


def test_each_node_says_whose_it_is(demo):
    anyone = demo.visitor()
    for node, name in (("sierra-leone", "Sierra Leone"), ("antwerp", "European Union"), ("secretariat", "Secretariat")):
        anyone.goto(demo.address(node))
        expect(anyone.locator("header")).to_contain_text(name)
        if node == "sierra-leone":
            picture(anyone, "node")
    assert demo.complaints == []


def test_a_draft_and_a_returned_application_wait_at_the_exporter(demo):
    exporter = demo.signed_in("fatmata")
    expect(exporter.locator("main")).to_contain_text("Draft")
    expect(exporter.locator("main")).to_contain_text("Returned to the applicant")
    assert demo.complaints == []


def test_anyone_reads_the_figures_of_the_scheme(demo):
    reader, secretariat = demo.visitor(), demo.address("secretariat")
    reader.goto(f"{secretariat}/figures/")
    expect(reader.locator("h1")).to_have_text("Rough diamond figures of the world")
    picture(reader, "figures")
    assert {"2003", "2008", "2022"} <= set(reader.locator("main table th a").all_inner_texts())
    reader.get_by_role("link", name="2022", exact=True).click()
    reader.locator("a[href*='/2022/CD/production']").click()
    expect(reader.locator("main")).to_contain_text("kp_production_half_yearly.csv")
    reader.goto(f"{secretariat}/figures/asymmetry/2024/?world=synthetic")
    expect(reader.locator("main")).to_contain_text("This is the synthetic world")
    picture(reader, "asymmetry", top="h1")
    reader.goto(f"{secretariat}/figures/proven/")
    reader.locator("main table a").first.click()
    expect(reader.get_by_role("heading", name="The total fits")).to_be_visible()
    picture(reader, "proven")
    assert demo.complaints == []


def test_a_questionnaire_is_answered_and_a_return_is_filed_by_the_second_person(demo):
    analyst = demo.signed_in("naledi")
    analyst.goto(f"{demo.address('secretariat')}/statistics/anomalies/")
    analyst.locator("main table a").first.click()
    expect(analyst.get_by_role("heading", name="Why it may be innocent")).to_be_visible()
    picture(analyst, "anomaly", top="h1")

    statistician = demo.signed_in("hawa")
    statistician.goto(f"{demo.address('sierra-leone')}/statistics/")
    picture(statistician, "statistics")
    reference = statistician.locator("main a[href*='SECRETARIAT-SL']").first.inner_text()
    statistician.get_by_role("link", name=reference).click()
    statistician.get_by_role("link", name="Answer").or_(statistician.get_by_role("button", name="Answer")).first.click()
    for box in statistician.locator("input[type=radio][value=explained]").all():
        box.check()
    for words in statistician.locator("textarea").all():
        words.fill("The shipments of the quarter before waited for a buyer.")
    statistician.get_by_role("button", name="Sign and send the answers").click()
    expect(statistician.locator("main")).to_contain_text("waited for a buyer")
    analyst.goto(f"{demo.address('secretariat')}/statistics/questionnaires/{reference}/")
    until_shown(analyst, "The shipments of the quarter before waited for a buyer.")

    second = demo.signed_in("foday")
    second.goto(f"{demo.address('sierra-leone')}/statistics/")
    second.locator("main a[href*='/statistics/drafts/']").first.click()
    second.get_by_role("link", name="Read it and file it").or_(
        second.get_by_role("button", name="Read it and file it")
    ).first.click()
    second.get_by_role("button", name="File and sign").click()
    expect(second).to_have_url(re.compile("/statistics/filings/"))
    assert demo.complaints == []
