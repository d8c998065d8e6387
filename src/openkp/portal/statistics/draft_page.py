"""A draft as its pages show it: what it says, generated beside filed, and what may be done with it."""

from typing import Any

from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils.translation import gettext

from openkp.portal.site.posting import Request
from openkp.portal.site.shapes import Deadline, DocumentShown, Link
from openkp.portal.statistics import shown
from openkp.portal.statistics.forms import WINDOW, ReturnForm
from openkp.portal.statistics.words import CAME, draft_tag, kind_words, period_words
from openkp.project.clock import now
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.permissions import allows
from openkp.registry.journal.queries import history
from openkp.registry.statistics.drafts import differences, judged, read_draft
from openkp.registry.statistics.models import Draft
from openkp.registry.statistics.permissions import check_may_file, check_may_write
from openkp.registry.statistics.steps import return_subject
from openkp.scheme.deadlines import due_on
from openkp.scheme.errors import Finding
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind

NEXT = ("edit", "file")
"""What is usually done next; everything else is a quieter button."""


def window_of(request: Request) -> int:
    """From which line on the page edits a long return."""
    value = request.GET.get("from", "0")
    if not value.isascii() or not value.isdigit() or len(value) > 6:
        raise BadRequest("no such line")
    return int(value) // WINDOW * WINDOW


def of_draft(request: Request, row: Draft) -> dict[str, Any]:
    """The page of a draft."""
    at, due = now(), due_on(ReturnKind(row.kind), Period.parse(row.period))
    is_open = row.status in ("draft", "prepared")
    it = DocumentShown(
        title=kind_words(row.kind),
        number=period_words(row.period),
        status=draft_tag(row.status),
        deadline=Deadline(due, at.date()) if is_open else None,
        facts=(shown.head_answers(row.fields, ReturnKind(row.kind)),),
        events=shown.timeline(history(subject_of(row))),
        actions=actions(request.actor, row),
        findings=findings_of(row) if row.status == "draft" else (),
    )
    second = row.status == "prepared" and row.prepared_by_id == request.actor.person_id
    return {"it": it, "second_person": second, **told(row)}


def told(row: Draft) -> dict[str, Any]:
    """A draft to read: its lines, and where it differs from the node's own documents."""
    kind = ReturnKind(row.kind)
    found = differences(row)
    nothing = "" if found or read_draft(row)[0] else gettext("It is compared once all of it can be read.")
    return {
        "draft": row,
        "title": kind_words(row.kind),
        "period": period_words(row.period),
        "came": gettext(CAME.get(row.came, row.came)),
        "head": shown.head_answers(row.fields, kind),
        "lines": shown.lines_listing(row.fields, kind),
        "more_lines": shown.more_lines(row.fields, kind),
        "generated": bool(row.generated),
        "differences": shown.differences_listing(found, nothing) if row.generated else None,
        "differs": bool(found),
    }


def of_form(row: Draft, form: ReturnForm) -> dict[str, Any]:
    """What the page that writes a draft shows besides its form."""
    whole, address = len(form.saved_lines), reverse("statistics:edit", args=[row.pk])
    windows = [
        (f"{first + 1}–{min(first + WINDOW, whole)}", f"{address}?from={first}", first == form.start)
        for first in range(0, whole, WINDOW)
    ]
    return {**told(row), "windows": windows if whole > WINDOW else []}


def findings_of(row: Draft) -> tuple[Finding, ...]:
    """What is wrong with a draft as it stands; of one that nobody wrote in yet nothing is said."""
    if row.version == 1 and row.came == "typed":
        return ()
    at = now()
    return judged(row, on=at.date(), at=at)[1]


def subject_of(row: Draft) -> str:
    """What the journal calls the return of this draft."""
    return return_subject(row.authority.code, row.kind, row.period)


def actions(actor: Actor, row: Draft) -> tuple[Link, ...]:
    """What this person may do with it now: the button asks what the door asks."""
    writes = allows(check_may_write, actor, row.authority_id)
    files = allows(check_may_file, actor, row)
    offered = (
        (row.status == "draft" and writes, "edit", gettext("Write")),
        (row.status == "draft" and writes, "upload", gettext("Upload a file")),
        (row.status == "prepared" and files, "file", gettext("Read it and file it")),
        (row.status == "prepared" and writes, "send-back", gettext("Send back") if files else gettext("Take it back")),
        (row.status in ("draft", "prepared") and writes, "drop", gettext("Drop")),
    )
    return tuple(
        Link(words, reverse(f"statistics:{page}", args=[row.pk]), quiet=page not in NEXT)
        for is_open, page, words in offered
        if is_open
    )
