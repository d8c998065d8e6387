"""Amounts as filers of all countries write them in tables: 1,234.56, 1 234,56, 1.234,56, 1'234.56, 12,34,567.89.

On a certificate one spelling is read and every other refused (``amounts``). A return comes from a spreadsheet of the
filer's own country: what can mean one thing only is read; ``1.234`` can mean two, and is read only where the rest of
the file tells which mark it uses for decimals (``decimal_mark``). Units that are not carats or US dollars are refused.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from openkp.scheme.amounts import shown
from openkp.scheme.rules.base import Problem, problem
from openkp.scheme.words import N_, Sentence

CARATS, DOLLARS, COUNT = "carats", "usd", "count"
LARGEST = Decimal("999999999999.99")
_OWN_UNITS = {
    CARATS: re.compile(r"\s*(ct|cts|carats?|karat|quilates|карат)\.?$", re.IGNORECASE),
    DOLLARS: re.compile(r"\s*(usd|us\$|\$)$|^(usd|us\$|\$)\s*", re.IGNORECASE),
    COUNT: re.compile(r"$^"),
}
_WEIGHTS = re.compile(r"[0-9]\s*(kg|kgs|kilo\w*|g|gr|grams?|grammes?|t|tons?|tonnes?|oz|кг)\.?$", re.IGNORECASE)
_CURRENCIES = re.compile(
    r"€|£|¥|₹|₽|\b(eur|euros?|gbp|inr|rub|zar|bwp|aoa|xaf|xof|cad|aud|cny|aed|cdf)\b|^r\s?[0-9]", re.IGNORECASE
)
_SPACES = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u205f\u3000_]")
_APOSTROPHES = re.compile(r"['\u2019\u02bc]")
_WRITTEN = re.compile(r"[0-9][0-9.,']*", re.ASCII)
_PLAIN_GROUPS = re.compile(r"[0-9]{1,3}(G[0-9]{3})+", re.ASCII)
_INDIAN_GROUPS = re.compile(r"[0-9]{1,2}(G[0-9]{2})*G[0-9]{3}", re.ASCII)
_MINUS = ("-", "\u2212", "\u2013", "(")
_DASHES = "-\u2013\u2014\u2212"
_AMBIGUOUS = re.compile(r"[0-9]{1,3}[.,][0-9]{3}", re.ASCII)


def decimal_mark(texts: Iterable[str]) -> str:
    """The mark that a column or file uses before decimals, where its unambiguous amounts agree; else an empty text."""
    found = {mark for mark in map(_mark_of, texts) if mark}
    return found.pop() if len(found) == 1 else ""


def read_amount(
    name: str, field: str, what: Sentence, typed: str, *, unit: str, decimal: str = "", most: Decimal = LARGEST
) -> Decimal | Problem:
    """An amount of zero or more with at most two decimals (none for a count), or what is wrong with it.

    ``unit`` is ``CARATS``, ``DOLLARS`` or ``COUNT``; ``decimal`` the mark that the rest of the file uses, if known;
    ``most`` the largest that can be meant.
    Codes: ``<name>_missing, _formula, _negative, _weight, _currency, _ambiguous, _decimals, _too_large,
    _not_a_number``.
    """
    text = typed.strip()
    wrong = _unfit(name, field, what, text, unit)
    if wrong:
        return wrong
    digits = _plain(_OWN_UNITS[unit].sub("", text).strip(), decimal)
    if digits == _UNCLEAR:
        sentence = N_(
            "Write %(what)s so that it can mean one thing only: %(typed)s is 1234 to some and 1.234 to others."
        )
        return problem(f"{name}_ambiguous", field, sentence, what=what, typed=shown(typed))
    if not digits:
        sentence = N_("Write %(what)s as a number such as 1234.56. %(typed)s is none that can be read without doubt.")
        return problem(f"{name}_not_a_number", field, sentence, what=what, typed=shown(typed))
    value = Decimal(digits)
    if value > most:
        sentence = N_("Check %(what)s: %(typed)s is more than there ever was. The unit may be wrong.")
        return problem(f"{name}_too_large", field, sentence, what=what, typed=shown(typed))
    places = 0 if unit == COUNT else 2
    if value != round(value, places):
        sentence = N_("Write %(what)s with at most %(places)s decimals. %(typed)s has more.")
        return problem(f"{name}_decimals", field, sentence, what=what, places=places, typed=shown(typed))
    return value.quantize(Decimal("0.01")) if places else value


def _unfit(name: str, field: str, what: Sentence, text: str, unit: str) -> Problem | None:
    """What keeps a cell from being an amount at all."""
    weight = unit == CARATS and _WEIGHTS.search(text)
    tests = (
        (
            not text.strip(_DASHES),
            "missing",
            N_("Enter %(what)s: 0 where there was nothing, so that nobody must guess."),
        ),
        (
            text.startswith(("=", "+", "@")),
            "formula",
            N_("Send %(what)s as a value. %(typed)s is a formula, whose result nobody signed."),
        ),
        (
            text.startswith(_MINUS) or text.endswith("-"),
            "negative",
            N_("Write %(what)s without a minus sign or brackets. %(typed)s is below zero; correct the earlier return."),
        ),
        (
            weight,
            "weight",
            N_(
                "Write %(what)s in metric carats. %(typed)s is another unit: one carat is 0.2 g, one kilogram 5,000 ct."
            ),
        ),
        (
            unit == DOLLARS and bool(_CURRENCIES.search(text)),
            "currency",
            N_("Write %(what)s in US dollars. %(typed)s is another currency; say in the method which rate was used."),
        ),
    )
    for wrong, kind, sentence in tests:
        if wrong:
            return problem(f"{name}_{kind}", field, sentence, what=what, typed=shown(text))
    return None


_UNCLEAR = "?"


def _plain(text: str, decimal: str) -> str:
    """``text`` as plain digits with a point, ``_UNCLEAR`` where it can mean two amounts, or "" where it is none."""
    text = _APOSTROPHES.sub("'", _SPACES.sub("'", text))
    if not _WRITTEN.fullmatch(text):
        return ""
    if not decimal and _AMBIGUOUS.fullmatch(text) and not text.startswith("0"):
        return _UNCLEAR
    mark = _mark_of(text) or decimal
    whole, _, fraction = text.rpartition(mark) if mark and text.count(mark) == 1 else (text, "", "")
    whole, fraction = (whole, fraction) if whole or fraction else (text, "")
    if fraction and not fraction.isdigit():
        return ""
    joined = _ungrouped(whole)
    return f"{joined}.{fraction}" if joined and fraction else joined


def _ungrouped(whole: str) -> str:
    """The digits of a whole number whose groups are as one country or another writes them, else ""."""
    if whole.isdigit():
        return whole
    marks = {character for character in whole if not character.isdigit()}
    if len(marks) != 1:
        return ""
    shaped = whole.replace(marks.pop(), "G")
    return shaped.replace("G", "") if _PLAIN_GROUPS.fullmatch(shaped) or _INDIAN_GROUPS.fullmatch(shaped) else ""


def _mark_of(text: str) -> str:
    """The decimal mark of one amount, if it can only be that."""
    text = _APOSTROPHES.sub("'", _SPACES.sub("'", text.strip()))
    points, commas = text.count("."), text.count(",")
    if points and commas:
        last = "." if text.rindex(".") > text.rindex(",") else ","
        return last if text.count(last) == 1 else ""
    mark = "." if points else ","
    if points + commas != 1:
        # Several of one mark stand between thousands, so decimals would have the other.
        return {".": ",", ",": "."}[mark] if points + commas > 1 else ""
    whole, _, fraction = text.partition(mark)
    certain = len(fraction) != 3 or "'" in whole or len(whole) > 3 or whole in ("", "0")
    return mark if certain else ""
