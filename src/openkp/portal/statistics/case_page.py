"""One questionnaire as its page shows it, to who asks and to who is asked."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from openkp.portal.site.formats import country, instant, iso, lines, number
from openkp.portal.site.posting import Request
from openkp.portal.site.shapes import Answer, Answers, Deadline, DocumentShown, Link, Shown
from openkp.portal.statistics.chasing import on_day
from openkp.portal.statistics.shown import timeline
from openkp.portal.statistics.words import ANSWERS, VISIBILITIES, period_words, stage_tag
from openkp.project.clock import now
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.permissions import allows
from openkp.registry.journal.queries import history
from openkp.registry.statistics.models import Questionnaire
from openkp.registry.statistics.permissions import check_may_answer, check_may_judge, offices_of
from openkp.registry.statistics.questionnaires import steps_without_answer
from openkp.scheme.questionnaires import MOVES, Stage
from openkp.scheme.returns import Visibility


def of_case(request: Request, row: Questionnaire) -> dict[str, Any]:
    """The page of one case."""
    it = DocumentShown(
        title=gettext("Data Anomaly Questionnaire"),
        number=row.reference,
        status=stage_tag(row.stage),
        deadline=Deadline(row.due_on, now().date()) if row.due_on and waits(row) else None,
        facts=(head(row),),
        events=timeline(history(f"questionnaire:{row.reference}")),
        actions=actions(request.actor, row),
    )
    return {
        "it": it,
        "case": row,
        "participant": country(row.participant),
        "questions": questions(request.actor, row),
    }


def waits(row: Questionnaire) -> bool:
    """Whether it waits for answers."""
    return Stage.ANSWERED in MOVES[Stage(row.stage)]


def follows(row: Questionnaire) -> Shown:
    """What comes next while no answer comes; the same on both sides."""
    today = now().date()
    steps = steps_without_answer(row, today) if row.due_on and waits(row) else ()
    return next((on_day(stage_tag(stage).text, day) for stage, day in steps if day > today), "")


def head(row: Questionnaire) -> Answers:
    """Whom it asks, about what, until when, and how it ended."""
    correction = row.correction
    rows: tuple[tuple[str, Shown], ...] = (
        (gettext("Participant"), country(row.participant)),
        (gettext("Asked by"), row.asked_by),
        (gettext("Period"), period_words(row.period)),
        (gettext("Sent"), instant(row.sent_at) if row.sent_at else ""),
        (gettext("Answers due"), number(iso(row.due_on)) if row.due_on else ""),
        (gettext("If no answer comes"), follows(row)),
        (gettext("Answered"), instant(row.answered_at) if row.answered_at else ""),
        (gettext("Corrected return"), number(f"{correction.period} v{correction.number}") if correction else ""),
        (gettext("Verdict"), lines(row.verdict) if row.verdict else ""),
        (gettext("Closed"), instant(row.closed_at) if row.closed_at else ""),
        (gettext("Who may read it"), visibility(row.visibility)),
    )
    return Answers(gettext("The case"), tuple(Answer(name, value) for name, value in rows if value))


def visibility(value: str) -> str:
    """Who may read it, in words."""
    known = {each.value: words for each, words in VISIBILITIES.items()}
    return gettext(known.get(value, VISIBILITIES[Visibility.KP_ONLY]))


def questions(actor: Actor, row: Questionnaire) -> list[dict[str, Any]]:
    """Each question with its answer; for an analyst the way to the evidence."""
    analyst = bool(offices_of(actor))
    return [
        {
            "id": str(question.get("id", place)),
            "place": place,
            "text": str(question.get("text", "")),
            "kind": gettext(ANSWERS[str(question["kind"])]) if question.get("kind") in ANSWERS else "",
            "answer": lines(str(question["answer"])) if question.get("answer") else "",
            "evidence": evidence_of(question) if analyst else "",
        }
        for place, question in enumerate(row.questions, start=1)
    ]


def evidence_of(question: dict[str, Any]) -> str:
    """The page of the anomaly that a question is about."""
    key = str(question.get("anomaly") or "")
    return reverse("statistics:anomaly", args=[key]) if key.isalnum() and key.isascii() else ""


def actions(actor: Actor, row: Questionnaire) -> tuple[Link, ...]:
    """What this person may do with it now."""
    to = MOVES[Stage(row.stage)]
    analyses, answers = allows(check_may_judge, actor, row), allows(check_may_answer, actor, row)
    again = row.stage == Stage.UNSATISFACTORY
    offered = (
        (Stage.SENT in to and analyses, "send", gettext("Send it again") if again else gettext("Send it")),
        (Stage.ANSWERED in to and answers, "answer", gettext("Answer")),
        (Stage.EXPLAINED in to and analyses, "judge", gettext("Judge the answers")),
        (Stage.CLOSED in to and analyses, "close", gettext("Close the case")),
    )
    return tuple(
        Link(words, reverse(f"statistics:case-{page}", args=[row.reference]))
        for is_open, page, words in offered
        if is_open
    )
