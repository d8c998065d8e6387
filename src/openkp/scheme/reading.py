"""The strict reader behind ``applications``: it takes fields one by one and keeps every finding."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import TypeVar

from openkp.scheme.amounts import shown
from openkp.scheme.countries import EUROPEAN_UNION, is_country
from openkp.scheme.dated import plain_day
from openkp.scheme.errors import Finding
from openkp.scheme.goods import plain_text
from openkp.scheme.rules.base import Problem, problem
from openkp.scheme.words import N_, Sentence

_SPACES = re.compile(r"[ \t\r\n\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_FOREIGN_NUMBER = re.compile(r"[A-Z]{2}[A-Z0-9/]{1,24}", re.ASCII)
_NUMBER_SEPARATORS = str.maketrans("", "", " .-")
_MOST_ITEMS = 200
LONGEST_LOOKED_AT = 10_000
Choice = TypeVar("Choice", bound=StrEnum)


def tidy(text: str) -> str:
    """``text`` in NFC, with one space where there were several or a line break, and none around it."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


class Reader:
    """One mapping being read: ``findings`` grows with every field that is wrong."""

    def __init__(
        self, fields: object, *, prefix: str = "", findings: list[Finding] | None = None, most: int = _MOST_ITEMS
    ) -> None:
        self.findings: list[Finding] = [] if findings is None else findings
        self.prefix = prefix
        self.most = most
        self.is_object = isinstance(fields, Mapping)
        self._seen: set[str] = set()
        self._fields: Mapping[str, object] = fields if isinstance(fields, Mapping) else {}
        if not self.is_object:
            sentence = N_("Send named fields. What came is %(kind)s, in which nothing can be found.")
            self.add("CERT-08", problem("not_an_object", "", sentence, kind=type(fields).__name__))

    def add(self, rule: str, found: Problem) -> None:
        """Keep a finding; its field gets this reader's prefix."""
        field = f"{self.prefix}{found.field}" if found.field else self.prefix.rstrip(".")
        self.findings.append(Finding(rule, found.code, field, found.sentence))

    def done(self) -> bool:
        """Judge fields that nobody asked for; whether anything at all was wrong."""
        for name in [str(key) for key in self._fields if key not in self._seen][:_MOST_ITEMS]:
            sentence = N_("Leave out the field %(name)s: this form has none of that name, so it would be lost.")
            self.add("CERT-08", problem("unknown_field", shown(name), sentence, name=shown(name)))
        return bool(self.findings)

    def raw(self, name: str, what: Sentence, *, rule: str) -> str:
        """The text of a field, tidied; empty where it is absent or no text."""
        self._seen.add(name)
        value = self._fields.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.add(rule, _not_text(name, name, what, value))
            return ""
        return tidy(value[:LONGEST_LOOKED_AT])

    def text(self, name: str, what: Sentence, *, rule: str, longest: int, needed: bool = False) -> str:
        """A text in any script that a document can print."""
        before = len(self.findings)
        value = self.raw(name, what, rule=rule)
        if value:
            found = _unprintable(name, name, what, value, longest)
            if found:
                self.add(rule, found)
        elif needed and len(self.findings) == before:
            self.add(rule, missing(name, name, what))
        return value

    def country(self, name: str, what: Sentence, *, rule: str, union: bool = False) -> str:
        """An ISO 3166-1 code, or ``EU`` where ``union`` allows it; small letters will do."""
        before = len(self.findings)
        value = self.raw(name, what, rule=rule)
        if not value and len(self.findings) == before:
            self.add(rule, missing(name, name, what))
        elif value:
            found = not_a_country(name, name, what, value, union=union)
            if found:
                self.add(rule, found)
        return value.upper()

    def choice(
        self, name: str, what: Sentence, choices: type[Choice], *, rule: str, needed: bool = False
    ) -> Choice | None:
        """One of the words of ``choices``."""
        before = len(self.findings)
        value = self.raw(name, what, rule=rule)
        if value in list(choices):
            return choices(value)
        if value:
            sentence = N_("Choose %(what)s: one of %(choices)s. %(typed)s is none of them.")
            words = ", ".join(filter(None, choices))
            self.add(rule, problem(f"{name}_unknown", name, sentence, what=what, choices=words, typed=shown(value)))
        elif needed and len(self.findings) == before:
            self.add(rule, missing(name, name, what))
        return None

    def tick(self, name: str, *, rule: str) -> bool:
        """A box that was ticked (``"yes"``) or left (``""``)."""
        value = self.raw(name, Sentence(N_("this box")), rule=rule)
        if value not in ("", "yes"):
            sentence = N_("Tick the box or leave it: the value is yes, or nothing. %(typed)s is neither.")
            self.add(rule, problem(f"{name}_unknown", name, sentence, typed=shown(value)))
        return value == "yes"

    def yes_or_no(self, name: str, what: Sentence, *, rule: str) -> bool:
        """An answer that must be given, ``"yes"`` or ``"no"``."""
        before = len(self.findings)
        value = self.raw(name, what, rule=rule)
        if value not in ("yes", "no") and len(self.findings) == before:
            sentence = N_("Say %(what)s: yes or no. Without the answer the shipment cannot be judged.")
            self.add(rule, problem(f"{name}_unknown" if value else f"{name}_missing", name, sentence, what=what))
        return value == "yes"

    def day(self, name: str, what: Sentence, *, rule: str) -> date | None:
        """A day as ``YYYY-MM-DD``."""
        before = len(self.findings)
        value = self.raw(name, what, rule=rule)
        try:
            return plain_day(value)
        except ValueError:
            sentence = N_("Write %(what)s as year-month-day, such as 2026-03-31. %(typed)s is no such day.")
            if value:
                self.add(rule, problem(f"{name}_not_a_day", name, sentence, what=what, typed=shown(value)))
            elif len(self.findings) == before:
                self.add(rule, missing(name, name, what))
        return None

    def items(self, name: str, what: Sentence, *, rule: str) -> list[tuple[str, object]]:
        """The entries of a list with their dotted names; blank ones are left out."""
        self._seen.add(name)
        value = self._fields.get(name)
        if value is None or value == "":
            return []
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            sentence = N_("Send %(what)s as a list, one entry for each. What came is %(kind)s.")
            self.add(rule, problem(f"{name}_not_a_list", name, sentence, what=what, kind=type(value).__name__))
            return []
        if len(value) > self.most:
            sentence = N_("Shorten %(what)s to %(most)s entries. There are %(count)s, more than can be true of it.")
            self.add(rule, problem(f"{name}_too_many", name, sentence, what=what, most=self.most, count=len(value)))
            return []
        return [(f"{name}.{index}", item) for index, item in enumerate(value) if not _blank(item)]

    def texts(self, name: str, what: Sentence, *, rule: str, longest: int) -> list[tuple[str, str]]:
        """The texts of a list with their dotted names, tidied; what cannot be printed gives a finding."""
        good: list[tuple[str, str]] = []
        for field, item in self.items(name, what, rule=rule):
            if isinstance(item, str):
                value = tidy(item[:LONGEST_LOOKED_AT])
                found = _unprintable(name, field, what, value, longest)
            else:
                value, found = "", _not_text(name, field, what, item)
            if not found and value in [known for _, known in good]:
                sentence = N_("Name %(typed)s once. It stands twice in %(what)s.")
                found = problem(f"{name}_repeated", field, sentence, what=what, typed=shown(value))
            if found:
                self.add(rule, found)
            else:
                good.append((field, value))
        return good

    def seals(self) -> tuple[str, ...]:
        """The numbers of the seals."""
        what = Sentence(N_("the seal numbers"))
        return tuple(value for _, value in self.texts("seals", what, rule="EXP-03", longest=40))

    def numbers(self, name: str, what: Sentence, *, rule: str) -> tuple[str, ...]:
        """Certificate numbers of any issuer, as they are compared: capitals, no spaces, points or hyphens."""
        good: list[str] = []
        for field, typed in self.texts(name, what, rule=rule, longest=40):
            plain = typed.upper().translate(_NUMBER_SEPARATORS)
            if not _FOREIGN_NUMBER.fullmatch(plain):
                sentence = N_("Write the number as on the certificate, two letters first: SL004911. %(typed)s is none.")
                self.add(rule, problem(f"{name}_not_a_number", field, sentence, typed=shown(typed)))
            elif plain in good:
                sentence = N_("Name %(typed)s once. It stands twice in %(what)s.")
                self.add(rule, problem(f"{name}_repeated", field, sentence, what=what, typed=shown(typed)))
            else:
                good.append(plain)
        return tuple(good)


def _blank(item: object) -> bool:
    if isinstance(item, Mapping):
        return bool(item) and all(_blank(value) for value in item.values())
    return item is None or (isinstance(item, str) and not item.strip())


def missing(name: str, field: str, what: Sentence) -> Problem:
    """Something that must be given was not."""
    return problem(f"{name}_missing", field, N_("Enter %(what)s. No document is complete without."), what=what)


def _not_text(name: str, field: str, what: Sentence, value: object) -> Problem:
    sentence = N_("Send %(what)s as text, as it was typed. What came is %(kind)s, which may lose digits or letters.")
    return problem(f"{name}_not_text", field, sentence, what=what, kind=type(value).__name__)


def not_a_country(name: str, field: str, what: Sentence, typed: str, *, union: bool) -> Problem | None:
    """What is wrong with a country's code, if anything."""
    if is_country(typed.upper()) or (union and typed.upper() == EUROPEAN_UNION):
        return None
    sentence = N_("Choose %(what)s by its two-letter code, such as SL or BE. %(typed)s is no country's code.")
    return problem(f"{name}_not_a_country", field, sentence, what=what, typed=shown(typed))


def _unprintable(name: str, field: str, what: Sentence, value: str, longest: int) -> Problem | None:
    if len(value) > longest:
        sentence = N_("Shorten %(what)s to %(longest)s characters. It is longer than the document can show.")
        return problem(f"{name}_too_long", field, sentence, what=what, longest=longest)
    try:
        plain_text(value, longest=longest)
    except ValueError:
        sentence = N_(
            "Type %(what)s again. It holds invisible characters, which could make it read differently on paper."
        )
        return problem(f"{name}_characters", field, sentence, what=what)
    return None
