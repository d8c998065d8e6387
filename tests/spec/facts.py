"""From a line of the specification to the case that it describes.

The tables are in ``openkp/scheme/data/spec``: they are printed in the manual and usable from any language.
"""

from dataclasses import replace
from datetime import date

import pytest

from openkp.scheme.applications import APPLICATION_FIELDS
from openkp.scheme.life import Status
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.rules import applications, arrivals, certificates, confirmations, inspections
from openkp.scheme.rules.base import check
from openkp.scheme.rules.manual import chapter
from tests import cast

MODULES = {
    each.__name__.rsplit(".", 1)[1]: each for each in (applications, arrivals, certificates, confirmations, inspections)
}


def table(name):
    """Every line of a chapter as a test: rule, facts, expected findings."""
    lines = [(rule, line) for rule, lines in chapter(name)["rules"].items() for line in lines]
    names = [f"{rule}-{place}" for place, (rule, _) in enumerate(lines)]
    return pytest.mark.parametrize(
        ("rule", "facts", "finds_expected"),
        [(getattr(MODULES[name], rule), line["facts"], line["finds"]) for rule, line in lines],
        ids=names,
    )


def finds(rule, case):
    """The codes that one rule finds; each finding has a sentence and bears the rule's id."""
    findings = check([rule], case)
    assert all(f.text() and f.rule == rule.id for f in findings)
    return [f.code for f in findings]


def export_case(facts):
    """The export that a line describes."""
    other = {name: facts[name] for name in ("participant", "authority") if name in facts}
    other |= {n: facts[n] for n in ("applicant", "preparing_officer", "validating_officer") if n in facts}
    if "on" in facts:
        other["on"] = date.fromisoformat(facts["on"])
    if facts.get("participant") not in (None, "SL", "US"):
        other.setdefault("authority", f"{facts['participant']}-ANY")
    typed = {name: facts[name] for name in APPLICATION_FIELDS if name in facts}
    inspection = facts.get("inspection") or {}
    case = cast.export_case(typed, inspection | _found(facts), facts.get("policy"), **other)
    if facts.get("inspection", {}) is None:
        case = replace(case, inspection=None)
    if facts.get("line_twice"):
        lines = case.application.lines
        case = replace(case, application=replace(case.application, lines=(*lines, lines[0])))
    return case


def import_case(facts):
    """The import that a line describes."""
    other = {}
    for name, field in (("on", "on"), ("arrived_on", "arrived_on"), ("noticed_on", "notice_received_on")):
        if name in facts:
            other[field] = date.fromisoformat(facts[name]) if facts[name] else None
    if "status" in facts:
        other["status"] = Status(facts["status"])
    if "participant" in facts:
        other["participant"] = facts["participant"]
    known = {name: facts[name] for name in ("destination",) if name in facts}
    if "provenance" in facts:
        known |= {"participant": facts["provenance"], "number": CertificateNumber(facts["provenance"], "2")}
    if "issued_on" in facts:
        known["issued_on"] = date.fromisoformat(facts["issued_on"])
    receipt = facts["receipt"] | _found(facts) if "receipt" in facts else _found(facts) or False
    case = cast.import_case(receipt, known, facts.get("policy"), **other)
    return replace(case, certificate=None) if facts.get("certificate", ...) is None else case


def _found(facts):
    """The lines as found: those of the cast, changed or (null) left out."""
    if "found" not in facts:
        return {}
    lines = dict(enumerate(cast.goods()))
    for place, change in facts["found"].items():
        lines[place] = None if change is None else lines[place] | change
    return {"lines": [line for line in lines.values() if line]}
