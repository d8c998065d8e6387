"""From a line of the specification to the case that it describes.

The tables are in ``openkp/scheme/data/spec``: they are printed in the manual and usable from any language.
"""

from dataclasses import replace
from datetime import date

import pytest

from openkp.scheme.applications import APPLICATION_FIELDS
from openkp.scheme.filings import read_return
from openkp.scheme.life import Status
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.participation import load_participation
from openkp.scheme.periods import Period
from openkp.scheme.questionnaires import Answer, AnswerKind
from openkp.scheme.returns import ReturnKind
from openkp.scheme.rules import (
    applications,
    arrivals,
    certificates,
    confirmations,
    inspections,
    questionnaires,
    returns,
)
from openkp.scheme.rules.base import check
from openkp.scheme.rules.manual import chapter
from tests import cast

MODULES = {
    each.__name__.rsplit(".", 1)[1]: each
    for each in (applications, arrivals, certificates, confirmations, inspections, returns, questionnaires)
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


TRADE = {
    "nature": "figures",
    "value_basis": "FOB",
    "certificates_issued": "4",
    "certificates_received": "1",
    "trade": [
        {
            "flow": "export",
            "partner": "EU",
            "hs": "7102.31",
            "carats": "900",
            "value_usd": "250000",
            "certificates": "3",
        },
        {"flow": "export", "partner": "AE", "hs": "7102.31", "carats": "80", "value_usd": "9000", "certificates": "1"},
        {"flow": "import", "partner": "EU", "hs": "7102.10", "carats": "2", "value_usd": "300", "certificates": "1"},
    ],
}
PRODUCTION = {
    "nature": "figures",
    "production": [
        {"mining": "ASM", "carats": "1000", "value_usd": "200000"},
        {"mining": "LSM", "carats": "500", "value_usd": "150000"},
    ],
}


def filing_case(facts):
    """The return that a line describes: a quarter's trade, or a half-year's production where it says so."""
    kind = ReturnKind(facts.get("kind", "trade"))
    typed = TRADE if kind is ReturnKind.TRADE else PRODUCTION
    period = facts.get("period", "2026-Q1" if kind is ReturnKind.TRADE else "2025-H2")
    value = _return(typed, facts, kind, period, facts.get("version", 1))
    earlier = [_return(typed, was, kind, period, number) for number, was in enumerate(facts.get("earlier", []), 1)]
    on = date.fromisoformat(facts.get("on", "2026-05-05"))
    return returns.FilingCase(
        statistical_return=value, on=on, participation=load_participation(), earlier=tuple(earlier)
    )


def _return(typed, facts, kind, period, version):
    """The usual return, changed: ``lines`` change or (null) take away lines by place, ``more`` adds some."""
    said = {name: facts[name] for name in (*typed, "note", "reason") if name in facts}
    if "lines" in facts or "more" in facts:
        lines = dict(enumerate(typed[kind]))
        for place, change in facts.get("lines", {}).items():
            lines[place] = None if change is None else lines[place] | change
        said[str(kind)] = [line for line in lines.values() if line] + facts.get("more", [])
    participant = facts.get("participant", "SL")
    value, findings = read_return(
        typed | said,
        kind=kind,
        period=Period.parse(period),
        participant=participant,
        authority=f"{participant}-ANY",
        version=version,
    )
    assert not findings, [f.text() for f in findings]
    return value


def questionnaire_case(facts):
    """The answers that a line describes; two questions were asked."""
    answers = facts.get("answers", {"Q1": ["explained", "A new mine opened."], "Q2": ["explained", "A late parcel."]})
    return questionnaires.QuestionnaireCase(
        asked=("Q1", "Q2"),
        answers=tuple(
            Answer(question=name, kind=AnswerKind(kind) if kind else None, text=text)
            for name, (kind, text) in answers.items()
        ),
        has_correction=facts.get("correction", False),
    )


def _found(facts):
    """The lines as found: those of the cast, changed or (null) left out."""
    if "found" not in facts:
        return {}
    lines = dict(enumerate(cast.goods()))
    for place, change in facts["found"].items():
        lines[place] = None if change is None else lines[place] | change
    return {"lines": [line for line in lines.values() if line]}
