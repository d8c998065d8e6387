"""The catalogues: gathered from the sources, checked for gaps, compiled, stretched."""

import argparse
import gettext
import shutil

import pytest
from babel.messages.catalog import Message

from openkp.cli import messages
from openkp.cli.wording import catalogues


@pytest.fixture
def locales(tmp_path, monkeypatch):
    """A copy of our catalogues that a test may spoil."""
    copy = tmp_path / "locale"
    shutil.copytree(catalogues.LOCALES, copy)
    monkeypatch.setattr(catalogues, "LOCALES", copy)
    return copy


def run(action: str) -> int:
    return messages.run(argparse.Namespace(action=action, json=True))


def test_sentences_come_from_code_and_templates():
    gathered = {message.id for message in catalogues.gathered()}
    assert "Genuine and still open" in gathered
    assert "Skip to main content" in gathered
    assert ("%(count)s day", "%(count)s days") in gathered


def test_extract_twice_changes_nothing(locales):
    run("extract")
    first = catalogues.catalogue("fr").read_bytes()
    assert run("extract") == messages.SOUND
    assert catalogues.catalogue("fr").read_bytes() == first


def test_a_stale_catalogue_fails_the_check(locales, capsys):
    run("extract")
    path = catalogues.catalogue("fr")
    path.write_text(path.read_text().replace('msgid "Genuine and still open"', 'msgid "Genuine and wide open"'))
    assert run("check") == messages.FAULTY
    assert "are not those of the sources" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "translation", "faults"),
    [
        ("%(age)s old", "vieux de %(age)s", 0),
        ("%(age)s old", "vieux de %(ages)s", 1),
        ("%(age)s old", "vieux", 1),
        ("100 %% of <b>it</b>", "100 %% de <b>cela</b>", 0),
        ("<b>it</b>", "cela", 1),
        ("words", "", 0),
    ],
)
def test_a_translation_keeps_gaps_and_marks(source, translation, faults):
    assert len(list(catalogues.wrong_gaps(Message(source, translation)))) == faults


def test_every_translation_we_ship_keeps_its_gaps():
    for language in catalogues.languages():
        for message in catalogues.load(language):
            assert list(catalogues.wrong_gaps(message)) == []


def test_compiled_catalogues_speak(locales):
    catalogues.compile_all()
    french = gettext.translation("openkp", locales, ["fr"])
    assert french.gettext("Back") == "Retour"
    assert french.ngettext("%(count)s day", "%(count)s days", 2) == "%(count)s jours"


def test_the_pseudo_language_is_longer_and_keeps_its_gaps():
    stretched = catalogues.stretch("Signed in as %(name)s, 100 %% <b>sure</b>")
    assert stretched.startswith("[") and stretched.endswith("]")
    assert "%(name)s" in stretched and "%%" in stretched and "<b>" in stretched and "Signed" not in stretched
    words = "A sentence of some length, as they are on pages."
    assert len(catalogues.stretch(words)) >= 1.35 * len(words)
