"""What axe finds wrong with a page: of what it checked, only that is told in full, in half the time."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """The rules that the page breaks, each with the beginnings of where."""
    broken = Axe().run(page, options=OPTIONS).response["violations"]
    return [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in broken]
