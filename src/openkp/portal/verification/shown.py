"""A verdict as the verdict screen shows it."""

from collections.abc import Mapping

from django.utils.translation import gettext
from markupsafe import Markup

from openkp.documents.verdicts import Answer, Outcome, Verdict
from openkp.documents.verdicts import Check as Made
from openkp.portal.site.formats import bdi, carats, country, dollars, number, sentence
from openkp.portal.site.shapes import Check, Fact, Shown, VerdictShown

LOOKS = {Outcome.PASS: "pass", Outcome.FAIL: "fail"}


def verdict_shown(verdict: Verdict) -> VerdictShown:
    """Everything that the screen needs."""
    return VerdictShown(
        outcome=verdict.verdict.value,
        number=verdict.number or "",
        signed_by=signer(verdict),
        status=sentence(verdict.headline) if verdict.verdict is not Answer.GENUINE_OPEN else "",
        facts=facts(verdict),
        checks=tuple(check_shown(check) for check in verdict.checks if check.outcome is not Outcome.SKIPPED),
        trust_age=verdict.bundle_age,
        specimen=verdict.specimen,
    )


def signer(verdict: Verdict) -> str:
    """Who signed, only where a good signature says so."""
    if not verdict.issuer:
        return ""
    place = country(verdict.issuer)
    return place if verdict.issuer_name in ("", place) else f"{verdict.issuer_name}, {place}"


def check_shown(check: Made) -> Check:
    """One check; what could not be made and what is only a warning is not known to be good."""
    return Check(sentence(check.sentence), LOOKS.get(check.outcome, "unknown"), check.rule)


def facts(verdict: Verdict) -> tuple[Fact, ...]:
    """What to compare with the paper: number, weight, value, seals, parties; only what the signature covers."""
    found = verdict.facts
    rows: list[tuple[str, Shown]] = [(gettext("Number"), number(verdict.number) if verdict.number else "")]
    if "carats" in found:
        rows += [
            (gettext("Weight"), carats(found["carats"])),
            (gettext("Value"), dollars(found["value_usd"])),
            (gettext("Parcels"), number(found["parcels"])),
        ]
    rows += [
        (gettext("Seals"), seals(found)),
        (gettext("Exporter"), party(found.get("exporter"))),
        (gettext("Importer"), party(found.get("importer"))),
        (gettext("Expires"), number(found.get("expires_on", ""))),
    ]
    return tuple(Fact(name, value) for name, value in rows if value and value != number(""))


def seals(found: Mapping[str, object]) -> Shown:
    """The seals that are certified, or whether they were whole."""
    named = found.get("seals")
    return Markup(", ").join(number(seal) for seal in named) if isinstance(named, list) else ""


def party(value: object) -> Shown:
    """A party in its lines."""
    if not isinstance(value, Mapping):
        return ""
    parts = (value.get("name"), value.get("address"), country(str(value.get("country", ""))))
    return Markup("<br>").join(bdi(part) for part in parts if part)
