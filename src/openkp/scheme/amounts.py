"""Numbers as people type them: one plain spelling is read, every other gets its own words.

A comma means thousands in one country and decimals in the next; so it is refused, never guessed.
"""

import re
from decimal import Decimal

from openkp.scheme.goods import LARGEST
from openkp.scheme.rules.base import Problem, problem
from openkp.scheme.words import N_, Sentence

_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_EXPONENT = re.compile(r"[+-]?[0-9.]+e[+-]?[0-9]+", re.ASCII | re.IGNORECASE)
_SEPARATED = re.compile(r"[0-9][0-9.,'’_  ٬٫·]*[0-9]?", re.ASCII)
_SIGNS = ("-", "\u2212", "\u2013")
LARGEST_COUNT = 99_999
_LONGEST_SHOWN = 40


def shown(text: object) -> str:
    """What was typed, short and harmless enough to stand in a sentence."""
    plain = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(text)[: _LONGEST_SHOWN + 1])
    return plain if len(plain) <= _LONGEST_SHOWN else f"{plain[:_LONGEST_SHOWN]}…"


def amount(name: str, field: str, what: Sentence, typed: str) -> Decimal | Problem:
    """An amount above zero with at most two decimals, or what is wrong with it (codes ``<name>_…``)."""
    wrong = _misspelt(name, field, what, typed)
    if wrong:
        return wrong
    whole, _, decimals = typed.partition(".")
    if len(decimals) > 2:
        return problem(
            f"{name}_decimals",
            field,
            N_("Write %(what)s with at most two decimals. %(typed)s has more than a certificate can carry."),
            what=what,
            typed=shown(typed),
        )
    if len(whole.lstrip("0")) > len(str(int(LARGEST))):
        return _too_large(name, field, what, f"{LARGEST:f}")
    return Decimal(typed) if Decimal(typed) else _zero(name, field, what)


def count(name: str, field: str, what: Sentence, typed: str) -> int | Problem:
    """A whole number above zero, or what is wrong with it (codes ``<name>_…``)."""
    wrong = _misspelt(name, field, what, typed)
    if wrong:
        return wrong
    if "." in typed:
        return problem(
            f"{name}_decimals",
            field,
            N_("Write %(what)s as a whole number. %(typed)s counts a part of a parcel."),
            what=what,
            typed=shown(typed),
        )
    if len(typed.lstrip("0")) > len(str(LARGEST_COUNT)):
        return _too_large(name, field, what, str(LARGEST_COUNT))
    return int(typed) or _zero(name, field, what)


def _misspelt(name: str, field: str, what: Sentence, typed: str) -> Problem | None:
    """The first thing that keeps ``typed`` from being plain digits with at most one point."""
    if _PLAIN.fullmatch(typed):
        return None
    tests = (
        (not typed, "missing", N_("Enter %(what)s. No document is complete without.")),
        (
            any(c.isnumeric() and not c.isascii() for c in typed),
            "digits",
            N_("Write %(what)s with the digits 0 to 9. %(typed)s uses others, which cannot be compared abroad."),
        ),
        (
            typed.startswith(_SIGNS),
            "negative",
            N_("Write %(what)s without a minus sign. %(typed)s is below zero; no goods are."),
        ),
        (
            _EXPONENT.fullmatch(typed),
            "exponent",
            N_("Write out %(what)s in full, such as 100000.00. %(typed)s is a shorthand that is easy to misread."),
        ),
        (
            _SEPARATED.fullmatch(typed),
            "separators",
            N_(
                "Write %(what)s with a point before the decimals and nothing between the thousands, such as 1234.56. "
                "%(typed)s means different amounts in different countries."
            ),
        ),
    )
    for wrong, kind, sentence in tests:
        if wrong:
            return problem(f"{name}_{kind}", field, sentence, what=what, typed=shown(typed))
    return problem(
        f"{name}_not_a_number",
        field,
        N_("Write %(what)s as a plain number such as 1234.56. %(typed)s is not a number."),
        what=what,
        typed=shown(typed),
    )


def _too_large(name: str, field: str, what: Sentence, largest: str) -> Problem:
    sentence = N_(
        "Check %(what)s: the largest that a certificate can carry is %(largest)s. Split the shipment if it is right."
    )
    return problem(f"{name}_too_large", field, sentence, what=what, largest=largest)


def _zero(name: str, field: str, what: Sentence) -> Problem:
    sentence = N_("Enter %(what)s above zero, or leave the whole line out if there are no such goods.")
    return problem(f"{name}_zero", field, sentence, what=what)
