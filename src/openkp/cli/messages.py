"""`openkp messages`: gather the sentences that people read, and check their translations."""

import argparse
import json
import sys

from openkp.cli.wording import catalogues
from openkp.scheme.words import N_

HELP = N_("Gather the sentences that people read, and check their translations.")

SOUND, FAULTY = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`openkp messages extract|check [--json]`."""
    parser.add_argument("action", choices=["extract", "check"])
    parser.add_argument("--json", action="store_true")


def run(arguments: argparse.Namespace) -> int:
    """Bring the catalogues up to date, or say what is wrong with them."""
    if arguments.action == "extract":
        extract()
    report = {language: check(language) for language in catalogues.languages()}
    if arguments.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        for language, found in report.items():
            tell(language, found)
    return FAULTY if any(found["faults"] for found in report.values()) else SOUND


def extract() -> None:
    """Write the sentences of the sources into every catalogue."""
    template = catalogues.gathered()
    for language in catalogues.languages():
        catalogues.save(language, catalogues.brought_up_to_date(language, template))


def check(language: str) -> dict[str, object]:
    """Whether a catalogue lists what the sources say, and its translations keep the gaps."""
    entries = catalogues.load(language)
    wanted = {message.id for message in catalogues.gathered() if message.id}
    have = {message.id for message in entries if message.id}
    faults = (
        [f"{len(wanted ^ have)} sentences are not those of the sources: run `openkp messages extract`"]
        if wanted ^ have
        else []
    )
    faults += [fault for message in entries for fault in catalogues.wrong_gaps(message)]
    done = sum(1 for message in entries if message.id and is_done(message.string))
    return {
        "sentences": len(have),
        "translated": len(have) if language == catalogues.SOURCE else done,
        "faults": faults,
    }


def is_done(string: object) -> bool:
    """Whether every form of a translation is filled."""
    return all(string) if isinstance(string, tuple | list) else bool(string)


def tell(language: str, found: dict[str, object]) -> None:
    """One line a language, and one a fault."""
    print(f"{language}: {found['translated']} of {found['sentences']}", file=sys.stderr)
    for fault in found["faults"] if isinstance(found["faults"], list) else []:
        print(f"  {fault}", file=sys.stderr)
