"""Drafts: what the rules would say of one as it stands, and what a new one begins with."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from openkp.registry.accounts.models import Company
from openkp.registry.certificates.models import Application
from openkp.registry.participation.queries import participation, policy_of
from openkp.scheme.applications import APPLICATION_FIELDS, INSPECTION_FIELDS, read_application, read_inspection
from openkp.scheme.applications import Application as Facts
from openkp.scheme.cases import ExportCase
from openkp.scheme.errors import Finding
from openkp.scheme.rules.base import check
from openkp.scheme.rules.certificates import APPLICATION_RULES, PREPARATION_RULES

# What belongs together stands or falls together.
_TOGETHER = {"origin_mode": ("origin_countries",), "origin_countries": ("origin_mode",)}
# What no rule of preparing objects to, for fields that cannot be read.
_GOOD_INSPECTION: dict[str, Any] = {
    "seals": ["–"],
    "container": "–",
    "blank_serial": "–",
    "parcel_reference": "",
    "certificate_location": "inside",
    "goods_presented": "yes",
    "remarks": "",
}
_CARRIED_OVER = (
    "importer_name",
    "importer_address",
    "importer_country",
    "destination",
    "origin_mode",
    "origin_countries",
    "origin_zone",
)


def judged(application: Application, *, on: date) -> tuple[Finding, ...]:
    """Every finding of the draft as it stands, even of rules that need a field which cannot be read yet.

    Such a field is given a value that nobody can object to, and what is then found of it is left out.
    """
    facts, findings = read_application(application.fields)
    broken = _with_company({_top(finding) for finding in findings})
    if facts is None:
        neutral = _neutral(application.authority.participant)
        facts, _ = read_application({**application.fields, **{name: neutral[name] for name in broken}})
    if facts is None:
        return findings
    hidden = broken | ({"importer_country"} if "destination" in broken else set())
    found = check(APPLICATION_RULES, _case(application, facts, on))
    return findings + tuple(each for each in found if _top(each) not in hidden)


def judged_inspection(application: Application, *, on: date) -> tuple[Finding, ...]:
    """Every finding of an inspection as it was typed, in the same way: fields that cannot be read hide no others."""
    declared, unread = read_application(application.fields)
    if declared is None:
        return unread
    inspection, findings = read_inspection(application.inspection)
    broken = {_top(finding) for finding in findings} & set(INSPECTION_FIELDS)
    if inspection is None:
        neutral = {**_GOOD_INSPECTION, "lines": application.fields.get("lines")}
        kept = {name: value for name, value in application.inspection.items() if name in INSPECTION_FIELDS}
        inspection, _ = read_inspection({**kept, **{name: neutral[name] for name in broken}})
    if inspection is None:
        return findings
    case = replace(
        _case(application, declared, on),
        inspection=inspection,
        applicant=str(application.created_by_id),
        preparing_officer=str(application.prepared_by_id or ""),
    )
    return findings + tuple(each for each in check(PREPARATION_RULES, case) if _top(each) not in broken)


def _case(application: Application, facts: Facts, on: date) -> ExportCase:
    return ExportCase(
        application=facts,
        policy=policy_of(application.authority, on),
        participant=application.authority.participant,
        authority=application.authority.code,
        on=on,
        participation=participation(),
    )


def of_fields(findings: Iterable[Finding], names: Iterable[str]) -> tuple[Finding, ...]:
    """Those findings that speak of one of the fields ``names``."""
    wanted = set(names)
    return tuple(finding for finding in findings if _top(finding) in wanted)


def prefilled(company: Company, participant: str) -> dict[str, Any]:
    """What a new application begins with: the company as it is registered, and its last shipment's way."""
    last = Application.objects.filter(company=company).exclude(submitted_at=None).order_by("-id").first()
    carried = {name: last.fields[name] for name in _CARRIED_OVER if name in last.fields} if last else {}
    return {
        "exporter_name": company.name,
        "exporter_address": company.address,
        "exporter_country": company.country,
        "exporter_licence": company.licence,
        **(carried or {"origin_mode": "single", "origin_countries": [participant]}),
    }


def _top(finding: Finding) -> str:
    return finding.field.partition(".")[0]


def _with_company(broken: set[str]) -> set[str]:
    known = broken & set(APPLICATION_FIELDS)
    return known.union(*(_TOGETHER.get(name, ()) for name in known))


def _neutral(participant: str) -> dict[str, Any]:
    """A value for each field that no rule objects to for its own sake."""
    texts = dict.fromkeys(APPLICATION_FIELDS, "") | {"exporter_name": "–", "exporter_address": "–"}
    return texts | {
        "exporter_country": participant,
        "importer_name": "–",
        "importer_address": "–",
        "importer_country": "BE",
        "destination": "EU",
        "origin_mode": "single",
        "origin_countries": [participant],
        "lines": [{"hs": "7102.31", "carats": "1.00", "value_usd": "1.00", "parcels": "1"}],
        "predecessors": [],
    }
