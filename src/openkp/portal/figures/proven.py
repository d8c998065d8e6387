"""Proven totals: all of them, and one with our own check of it and the return that was filed for the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext
from markupsafe import Markup

from openkp.documents.keys import Keys
from openkp.documents.total_check import Report
from openkp.documents.total_proof import Grade
from openkp.documents.verdicts import Outcome
from openkp.portal.figures.columns import AMOUNT_CT, AMOUNT_USD, CODE, FLOW_WORDS, PERIOD, REASON_WORDS, Column, column
from openkp.portal.figures.proven_words import filed_words, filing_link
from openkp.portal.figures.topics import Row, Topic, Value, who
from openkp.portal.site.formats import bdi, carats, dollars, figures, grouped, instant, number
from openkp.portal.site.shapes import Check, Download, Fact, Link
from openkp.portal.statistics.words import period_words
from openkp.registry.accounts.actors import ANYONE, Actor
from openkp.registry.errors import NotFound
from openkp.registry.participation.queries import hosted_participants
from openkp.registry.participation.trust import keyring
from openkp.registry.statistics import totals
from openkp.registry.statistics.editions import hidden_cells
from openkp.registry.statistics.growth import seen
from openkp.registry.statistics.models import ProvenTotal
from openkp.registry.statistics.proofs import proof_of
from openkp.scheme.periods import Period
from openkp.scheme.words import N_

FLOWS = {"import": "imports", "export": "exports"}
MOST_SHOWN = 200
"""Totals on the page; the files have all."""
OURS = N_("Proven totals, signed by the Participant that each is about.")
NAME = column("name", N_("Participant"), N_("Name of the Participant whose log it is"))
FLOW = column("flow", N_("Flow"), N_("exports: certificates signed in the period; imports: confirmations signed in it"))
HS = column("hs", N_("Heading"), N_("HS subheading; empty for all"), kind="code")
ORIGIN = column("origin", N_("Origin"), N_("Country of origin; empty for all"), kind="code")
COUNT = column("certificates", N_("Certificates"), N_("How many certificates are counted in it"), kind="count")
SIZE = column("log_size", N_("Log entries"), N_("Size of the log at the checkpoint that it is bound to"), kind="count")
ROOT = column("log_root", N_("Root of the log"), N_("The log's root at that checkpoint, SHA-256"), kind="code")
SIGNED = column("signed", N_("Signed"), N_("When the Participant signed it, UTC"))
STATE = column(
    "state",
    N_("State"),
    N_("fits, replaced (a newer one of the same scope stands), not_shown, or does_not_fit: found when this was asked"),
)
NUMBER = column("id", N_("Number"), N_("The number of the total on this node"), on_page=False)
STATE_WORDS = {
    "fits": N_("Fits"),
    "replaced": N_("Replaced"),
    "not_shown": N_("Not shown"),
    "does_not_fit": N_("Does not fit"),
}
COLUMNS = [NAME, FLOW, PERIOD, HS, ORIGIN, AMOUNT_CT, AMOUNT_USD, COUNT, SIZE, ROOT, SIGNED, STATE]


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The totals as one reader may know them: those ``kept`` back, and the ``standing`` one of each scope."""

    rows: tuple[ProvenTotal, ...]
    kept: dict[int, str]
    standing: frozenset[int]
    keys: Keys = field(repr=False)

    def find(self, total_id: int) -> ProvenTotal:
        """The total of this number. Raises ``NotFound``."""
        for row in self.rows:
            if row.pk == total_id:
                return row
        raise NotFound(N_("There is no proven total under this number."))

    def kept_back(self, row: ProvenTotal) -> str:
        """Why a total is not shown; empty where it is."""
        return self.kept.get(row.pk, "")


def shelf(actor: Actor, at: datetime, found: Iterable[ProvenTotal]) -> Shelf:
    """These totals, all of their Participants, the newest first."""
    rows = tuple(found)
    years = {Period.parse(row.period).year for row in rows}
    kept = totals.kept_back(rows, hidden_cells(years, at), at.date())
    theirs = {row.pk for row in rows if totals.may_see_all(actor, row.participant)}
    standing = {totals.scope_of(row): row.pk for row in reversed(rows)}
    return Shelf(
        rows=rows,
        kept={pk: reason for pk, reason in kept.items() if pk not in theirs},
        standing=frozenset(standing.values()),
        keys=keyring(at),
    )


def front(actor: Actor, at: datetime, bundle: str) -> Topic:
    """Every proven total; ``bundle`` is where the trust bundle of this node is."""
    held = shelf(actor, at, totals.totals())
    rows = [listed(held, row) for row in held.rows]
    return Topic(
        name="proven",
        title=gettext("Proven totals"),
        headline=headline(held),
        columns=[*shown_columns(COLUMNS, rows), replace(CODE, on_page=False), NUMBER],
        rows=rows,
        more={
            "source": gettext(OURS),
            "commands": commands("total.kpp", bundle),
            "logs": logs({row.participant for row in held.rows}),
            "most": MOST_SHOWN,
        },
    )


def headline(held: Shelf) -> str:
    """How many totals of how many Participants."""
    if not held.rows:
        return gettext("No total has been proven here yet.")
    names = {"count": len(held.standing), "participants": len({row.participant for row in held.rows})}
    return gettext("Totals in force: %(count)s. Participants: %(participants)s.") % names


def shown_columns(columns: Iterable[Column], rows: list[Row]) -> list[Column]:
    """Heading and origin are on the page where some total has one."""
    scoped = (HS.name, ORIGIN.name)
    return [
        replace(each, on_page=each.name not in scoped or any(row.values.get(each.name) for row in rows))
        for each in columns
    ]


def listed(held: Shelf, row: ProvenTotal) -> Row:
    """One total in the list, as our check finds it now."""
    report = totals.check_total(row, held.keys)
    state = state_of(held, row, report)
    values: dict[str, Value] = {"id": row.pk, "participant": row.participant, "name": who(row.participant)}
    values |= {"flow": FLOWS[row.flow], "period": row.period, "hs": row.hs, "origin": row.origin, "state": state}
    values |= {"signed": row.at.isoformat(timespec="seconds")}
    if state in ("fits", "replaced"):
        values |= {"carats": row.carats, "usd": row.usd, "certificates": row.certificates}
    shown: dict[str, str | Markup] = {"flow": gettext(FLOW_WORDS[FLOWS[row.flow]]), "signed": instant(row.at)}
    shown |= {"state": gettext(STATE_WORDS[state])}
    if report.total is not None:
        log = report.total.checkpoint
        values |= {"log_size": log.size, "log_root": log.root.hex()}
        shown |= {"log_root": number(f"{log.root.hex()[:12]}…")}
    return Row(values=values, links={"name": address(row)}, shown=shown)


def state_of(held: Shelf, row: ProvenTotal, report: Report) -> str:
    """The one word for a total; what does not fit comes first."""
    if not report.fits:
        return "does_not_fit"
    if held.kept_back(row):
        return "not_shown"
    return "fits" if row.pk in held.standing else "replaced"


def address(row: ProvenTotal) -> str:
    """The page of a total."""
    return reverse("figures:total", args=[row.pk])


def commands(file: str, bundle: str) -> tuple[str, str]:
    """How anybody checks it at home: who to trust, then the file."""
    return f"curl -o trust.bundle {bundle}", f"openkp statistics check {file} --bundle trust.bundle"


def logs(participants: set[str]) -> list[Link]:
    """The newest checkpoints of the logs that this node hosts."""
    hosted = sorted(participants & hosted_participants())
    return [Link(who(code), reverse("checkpoint", args=[code])) for code in hosted]


def one(total_id: int, actor: Actor, at: datetime, bundle: str) -> Topic:
    """One total. Raises ``NotFound``."""
    held = shelf(actor, at, totals.totals_with(total_id))
    row = held.find(total_id)
    here = logs({row.participant})
    newer_one, known = (None, None) if here else seen(row, held.keys)  # our own log agrees with itself
    report = totals.check_total(row, held.keys, newer=newer_one, known=known)
    line, kept = listed(held, row), held.kept_back(row)
    open_ = report.fits and not kept
    filed = totals.filed_for(row, held.keys, actor=actor, on=at.date()) if open_ else None
    return Topic(
        name=f"total-{stem(row)}",
        title=title(row),
        headline=total_words(row, report, kept),
        columns=[NUMBER, *shown_columns(COLUMNS, [line]), replace(CODE, on_page=False)],
        rows=[line],
        more={
            "source": gettext(OURS),
            "row": row,
            "report": report,
            "open": open_,
            "checks": checks(report),
            "facts": facts(report, row) if open_ else (),
            "newer": newer(held, row),
            "files": files(row) if open_ else (),
            "filed": filed_words(row, filed) if filed else "",
            "filings": tuple(filing_link(each) for each in filed.filings) if filed and actor.person_id else (),
            "commands": commands(f"{stem(row)}.kpp", bundle),
            "logs": here,
        },
    )


def stem(row: ProvenTotal) -> str:
    """``SL-export-2026-Q1``, with heading and origin where there are any: the name of its files."""
    return "-".join(part for part in (row.participant, row.flow, row.period, row.hs, row.origin) if part)


def title(row: ProvenTotal) -> str:
    """``Exports of Sierra Leone, 2026 (first quarter): proven total``."""
    names = {"flow": gettext(FLOW_WORDS[FLOWS[row.flow]]), "name": who(row.participant)}
    names["period"] = period_words(row.period)
    scope = ", ".join(part for part in (row.hs, who(row.origin) if row.origin else "") if part)
    words = gettext("%(flow)s of %(name)s, %(period)s: proven total") % names
    return f"{words} ({scope})" if scope else words


def total_words(row: ProvenTotal, report: Report, kept: str) -> str:
    """The figure in one sentence, or why there is none."""
    if not report.fits:
        return gettext("What was signed does not fit, so no figure is shown.")
    if kept:
        return gettext(REASON_WORDS.get(kept, REASON_WORDS["small"]))
    names = {"carats": figures(row.carats), "dollars": figures(row.usd), "count": figures(row.certificates)}
    return gettext("%(carats)s carats worth US$ %(dollars)s. Certificates counted: %(count)s.") % names


def checks(report: Report) -> tuple[Check, ...]:
    """What was looked at, and how it came out. Of a log that is here, a newer checkpoint is looked at with the file."""
    outcomes = {Outcome.PASS: "pass", Outcome.FAIL: "fail"}
    looked = (each for each in report.checks if each.id != "log.newer" or each.outcome is not Outcome.SKIPPED)
    return tuple(Check(each.text(gettext), outcomes.get(each.outcome, "unknown")) for each in looked)


def facts(report: Report, row: ProvenTotal) -> tuple[Fact, ...]:
    """What the signed document says."""
    total = report.total
    assert total is not None, "what fits was read"
    return (
        Fact(gettext("Carats"), carats(total.carats)),
        Fact(gettext("US dollars"), dollars(total.value)),
        Fact(gettext("Certificates counted"), number(figures(total.certificates))),
        Fact(gettext("Void, not counted"), number(figures(total.void))),
        Fact(gettext("Others of the period, not counted"), number(figures(total.other))),
        Fact(gettext("All that the log holds of the period"), number(figures(total.logged_in_period))),
        Fact(gettext("Log"), bdi(total.checkpoint.origin)),
        Fact(gettext("Log entries"), number(figures(total.checkpoint.size))),
        Fact(gettext("Root of the log"), print_of(total.checkpoint.root)),
        Fact(gettext("Root of the tree of sums"), print_of(total.tree.hash)),
        Fact(gettext("Signed"), instant(row.at)),
    )


def print_of(hashed: bytes) -> Markup:
    """A hash in groups that an eye can compare."""
    return Markup('<span class="okp-print" dir="ltr">{}</span>').format(grouped(hashed.hex()))


def newer(held: Shelf, row: ProvenTotal) -> Link | None:
    """The total that stands where this one is replaced."""
    scope = totals.scope_of(row)
    stands = next((each for each in held.rows if totals.scope_of(each) == scope), row)
    return None if stands.pk == row.pk else Link(gettext("The newer total"), address(stands))


def files(row: ProvenTotal) -> tuple[Download, ...]:
    """The proof for the command, and the signed document by itself."""
    size = len(row.document.data)
    return (
        Download(
            gettext("Public proof"),
            reverse("figures:total-proof", args=[row.pk]),
            "KPP",
            hint=gettext("For openkp statistics check; where the log is here, with its newest checkpoint"),
        ),
        Download(
            gettext("Signed total"),
            reverse("figures:total-document", args=[row.pk]),
            "KPN",
            size,
            gettext("The document alone, for openkp verify"),
        ),
    )


def taken(total_id: int, kind: str, actor: Actor, at: datetime) -> tuple[bytes, str]:
    """A file of a total and its name. Raises ``NotFound`` also where the total is not shown."""
    held = shelf(actor, at, totals.totals_with(total_id))
    row = held.find(total_id)
    if held.kept_back(row) or not totals.check_total(row, held.keys).fits:
        raise NotFound(N_("This total is not shown, so its document is not given out here."))
    data = bytes(row.document.data) if kind == "kpn" else proof_of(row, Grade.PUBLIC, actor=ANYONE, at=at)
    return data, f"{stem(row)}.{kind}"
