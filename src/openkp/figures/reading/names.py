"""Whose row it is: codes and names as published against those that the project knows."""

import re
import unicodedata
from collections import defaultdict
from functools import cache

from openkp.figures.reading.sheet import Row
from openkp.figures.reading.types import Notes
from openkp.scheme.amounts import shown
from openkp.scheme.countries import EUROPEAN_UNION, codes, country_name
from openkp.scheme.participation import load_participation
from openkp.scheme.words import N_

UNKNOWN = "ZZ"
"""The code of a row whose reporter is not known; ISO 3166 leaves it to its users."""
WORLD = "WORLD"
_CODE = re.compile(r"[A-Z0-9]{2,8}", re.ASCII)


@cache
def known_codes() -> frozenset[str]:
    """Countries, Participants and the Union."""
    return frozenset({*codes(), EUROPEAN_UNION, *(member.code for member in load_participation().members)})


@cache
def name_of(code: str) -> str:
    """The name that our lists of Participants give it, else the country's; the code itself where there is none."""
    names = {member.code: member.name for member in load_participation().members}
    return names.get(code) or country_name(code)


@cache
def plain(name: str) -> str:
    """A name without case, accents, signs, order, small words: ``Congo, Republic of`` is ``Republic of the Congo``."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in letters.replace("'", " ").replace("’", " ")).split()
    return " ".join(sorted(word for word in words if word not in ("the", "of", "and", "d", "de")))


@cache
def code_of(name: str) -> str:
    """The code of exactly this name, in English or French; "" where there is none or more than one."""
    wanted = plain(name)
    found = {
        code
        for code in known_codes()
        if wanted and wanted in (plain(name_of(code)), plain(country_name(code)), plain(country_name(code, "fr")))
    }
    return found.pop() if len(found) == 1 else ""


class Reporters:
    """The codes and names of a file: what is unknown is gathered and told once for all its rows."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._unknown: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        self._named: dict[tuple[str, str], list[int]] = defaultdict(list)

    def code(self, row: Row, code_column: str, name_column: str, *, also: tuple[str, ...] = ()) -> str:
        """The code of the row, in capitals; by its name where it has none; ``UNKNOWN`` where both say nothing.

        What has not the shape of a code is none: it would stand in other people's tables and run as a formula there.
        """
        typed, name = row.text(code_column).upper(), row.text(name_column)
        code = (typed if _CODE.fullmatch(typed) else "") or code_of(name) or _nobody(name, also)
        if code in also or (code_column not in row.cells and code != UNKNOWN):
            return code
        if not typed or typed not in known_codes():
            self._unknown[typed, name, code].append(row.number)
        elif name and name_column:
            self._named[code, name].append(row.number)
        return code

    def tell(self, *, names: bool = True) -> None:
        """Write down what was gathered."""
        for (typed, name, code), rows in self._unknown.items():
            values = {"code": shown(typed) or "–", "name": shown(name), "kept": shown(code)}
            self._notes.add("unknown-name", rows, _unknown_words(typed, code), **values)
        for (code, name), rows in self._named.items() if names else ():
            if plain(name) not in (plain(name_of(code)), plain(country_name(code)), plain(country_name(code, "fr"))):
                sentence = N_("%(code)s is named “%(name)s” here, and %(ours)s in our lists.")
                self._notes.add("name-changed", rows, sentence, code=code, name=shown(name), ours=name_of(code))


def _nobody(name: str, also: tuple[str, ...]) -> str:
    """The code of a name that is no country's: the world's where that is allowed."""
    return WORLD if plain(name) == "world" and WORLD in also else UNKNOWN


def _unknown_words(typed: str, code: str) -> str:
    if not typed and code != UNKNOWN:
        return N_("“%(name)s” has no code here; by its name it is %(kept)s.")
    return N_("%(code)s, “%(name)s”, is in no list of Participants or countries. It is kept as %(kept)s.")
