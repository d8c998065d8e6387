"""Every sample is a whole, well-made page in every language."""

import re
from html.parser import HTMLParser

import pytest

from openkp.portal.site.gallery.samples import SAMPLES

VOID = {"meta", "link", "input", "br", "hr", "img"}
FORBIDDEN = re.compile(r"GDS Transport|crown|crest|gov\.uk", re.IGNORECASE)


class Nesting(HTMLParser):
    """Fails on a tag that closes what is not open, an id used twice, a label without its control."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.wanted: set[str] = set()
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        self.wanted |= {given["for"] or ""} if tag == "label" else set()
        self.wanted |= set((given.get("aria-describedby") or "").split())
        self.wanted |= set((given.get("aria-labelledby") or "").split())
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag in ("script", "style"):
            self.inline.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "fr", "ar", "en-xa"])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_well_made(visitor, name, language):
    page = visitor.get(f"/design-system/{name}/", headers={"accept-language": language})

    text = page.content.decode()
    nesting = Nesting()
    nesting.feed(text)
    assert page.status_code == 200
    assert nesting.open == []
    assert sorted(set(nesting.ids)) == sorted(nesting.ids)
    assert nesting.wanted <= set(nesting.ids)
    assert nesting.inline == []
    assert "Undefined" not in text and "None" not in text
    assert not FORBIDDEN.search(text)


def test_the_frame_says_language_and_direction(visitor):
    for language, tag, direction in (("fr", "fr", "ltr"), ("ar", "ar", "rtl"), ("en-xa", "en-x-pseudo", "ltr")):
        page = visitor.get("/design-system/", headers={"accept-language": language}).content.decode()
        assert f'<html lang="{tag}" dir="{direction}"' in page
        assert ("openkp-rtl" in page) == (direction == "rtl")


def test_the_pseudo_language_leaves_no_sentence_of_ours_unmarked(visitor):
    page = visitor.get("/design-system/verdict-status-unknown/", headers={"accept-language": "en-xa"}).content.decode()
    for sentence in ("Skip to main", "Compare with", "What to do", "Signed by", "trust list is"):
        assert sentence not in page


def test_pages_forbid_everything_inline_and_everything_foreign(visitor):
    policy = visitor.get("/design-system/").headers["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy and "http" not in policy


def test_a_language_is_chosen_by_a_plain_link(visitor):
    answer = visitor.get("/language/fr/?next=/design-system/")
    assert answer.status_code == 302 and answer["Location"] == "/design-system/"
    assert '<html lang="fr"' in visitor.get("/design-system/").content.decode()


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"])
def test_the_choice_of_a_language_leads_nowhere_else(visitor, back):
    assert visitor.get("/language/fr/", {"next": back})["Location"] == "/"


def test_an_unknown_language_is_no_page(visitor):
    assert visitor.get("/language/xx/").status_code == 404
