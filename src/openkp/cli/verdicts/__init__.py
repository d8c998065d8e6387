"""A verdict for a person at a terminal: the answer first, then what to compare, why, and what to do."""

from collections.abc import Mapping
from datetime import timedelta
from gettext import gettext as _
from gettext import ngettext
from shutil import get_terminal_size
from textwrap import wrap

from openkp.cli.output import painted, put
from openkp.documents.bundle import Bundle
from openkp.documents.verdicts import Answer, Outcome, Verdict
from openkp.scheme.words import N_

COLOURS = {
    Answer.GENUINE_OPEN: "green",
    Answer.GENUINE_CLOSED: "red",
    Answer.STATUS_UNKNOWN: "yellow",
    Answer.NOT_GENUINE: "red",
    Answer.UNREADABLE: "yellow",
}
MARKS = {
    Outcome.PASS: ("✓", "green"),
    Outcome.FAIL: ("✗", "red"),
    Outcome.WARN: ("!", "yellow"),
    Outcome.UNKNOWN: ("?", "yellow"),
    Outcome.SKIPPED: ("·", "bold"),
}
#: No terminal is taken for narrower: beside what is indented there must be place for a word.
NARROWEST = 40
KINDS = {
    "certificate": N_("Kimberley Process Certificate"),
    "confirmation": N_("Import confirmation"),
    "statement": N_("Status statement"),
    "filing": N_("Statistical return"),
    "questionnaire": N_("Data Anomaly Questionnaire"),
    "total": N_("Proven total"),
}
#: The five facts first, then the others; a fact that a document does not have is left out.
COMPARED = {
    "number": N_("Number"),
    "carats": N_("Carats"),
    "value_usd": N_("US dollars"),
    "seals": N_("Seals"),
    "exporter": N_("Exporter"),
    "importer": N_("Importer"),
    "reference": N_("Reference"),
    "stage": N_("Stage"),
    "return": N_("Return"),
    "flow": N_("Flow"),
    "period": N_("Period"),
    "total_carats": N_("Carats"),
    "total_usd": N_("US dollars"),
    "certificates": N_("Certificates"),
}
ALSO = {
    "parcels": N_("Parcels"),
    "origin": N_("Origin"),
    "destination": N_("Destination"),
    "issued_on": N_("Issued on"),
    "expires_on": N_("Last day"),
    "blank_serial": N_("Paper"),
    "predecessors": N_("Predecessors"),
    "outcome": N_("Outcome"),
    "received_on": N_("Received on"),
    "states": N_("States"),
    "version": N_("Version"),
    "nature": N_("Nature"),
    "lines_filed": N_("Lines"),
    "visibility": N_("Visibility"),
    "due_on": N_("Due on"),
    "questions": N_("Questions"),
    "answers": N_("Answers"),
    "verdict": N_("Verdict"),
    "reason": N_("Reason"),
    "note": N_("Note"),
    "remarks": N_("Remarks"),
}


def put_verdict(verdict: Verdict, bundle: Bundle) -> None:
    """Print the verdict on stdout."""
    put(painted(verdict.headline.text(_), COLOURS[verdict.verdict]))
    for check in verdict.reasons:
        put_wrapped("  ", check.text(_))
    put()
    if verdict.issuer:
        put_document(verdict)
    put(painted(_("What was checked"), "bold"))
    for check in verdict.checks:
        mark, colour = MARKS[check.outcome]
        put_wrapped(f"  {painted(mark, colour)} ", check.text(_), f"  ({check.rule})", indent=4)
    put()
    put_wrapped("", age(verdict, bundle), indent=0)
    what_to_do = _("What to do: ")
    put_wrapped(painted(what_to_do, "bold"), verdict.advice.text(_), indent=len(what_to_do))


def put_document(verdict: Verdict) -> None:
    if verdict.specimen:
        put(painted(_("SPECIMEN"), "yellow"))
    authority = verdict.facts.get("authority")
    named = f"{verdict.issuer_name} ({verdict.issuer}{f', {authority}' if authority else ''})"
    put(_("%(kind)s, signed by %(issuer)s") % {"kind": _(KINDS[verdict.kind]), "issuer": named})
    put()
    put(painted(_("Compare with the paper and the parcel"), "bold"))
    whole = verdict.kind == "certificate"
    always = list(COMPARED)[:6] if whole else ()
    chosen = {name: label for name, label in COMPARED.items() if name in always or name in verdict.facts}
    put_facts(verdict.facts, chosen)
    rest = {name: label for name, label in ALSO.items() if verdict.facts.get(name)}
    if rest:
        put(painted(_("Also signed"), "bold"))
        put_facts(verdict.facts, rest)


def put_facts(facts: Mapping[str, object], labels: Mapping[str, str]) -> None:
    for name, label in labels.items():
        shown = fact(facts[name]) if name in facts else _("not stated in this form")
        put_wrapped(f"  {_(label):<13} ", shown, indent=16)
    put()


def fact(value: object) -> str:
    """A fact in one line: a list with commas, a party with its address."""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values())
    return str(value)


def age(verdict: Verdict, bundle: Bundle) -> str:
    """The age of what was known, and of which trust list."""
    trust_list = bundle.trust_list
    values = {
        "version": trust_list.version,
        "profile": trust_list.profile,
        "until": trust_list.valid_until.date(),
        "age": span(verdict.bundle_age or timedelta(0)),
    }
    return _("Trust list version %(version)s (%(profile)s, until %(until)s); what is known is %(age)s old.") % values


def span(age: timedelta) -> str:
    """An age in whole hours, or in days from two days on."""
    hours = max(age // timedelta(hours=1), 0)
    if hours < 48:
        return ngettext("%d hour", "%d hours", hours) % hours
    return ngettext("%d day", "%d days", hours // 24) % (hours // 24)


def put_wrapped(before: str, text: str, after: str = "", *, indent: int = 2) -> None:
    width = min(max(get_terminal_size().columns, NARROWEST), 100)
    lines = wrap(text + after, width - indent) or [""]
    put(before + lines[0])
    for line in lines[1:]:
        put(" " * indent + line)
