"""Data Anomaly Questionnaires on both sides: asked by an analyst, answered by a statistician, judged, closed."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from openkp.portal.certificates import asked
from openkp.portal.certificates.forms import EmptyForm
from openkp.portal.certificates.status import older
from openkp.portal.site.formats import country, iso, number
from openkp.portal.site.posting import FormPage, Request, acting, acting_on, form_page, given
from openkp.portal.site.shapes import Column, Deadline, Link, Listing
from openkp.portal.statistics import case_page, evidence
from openkp.portal.statistics.forms import AnswersForm, ClosingForm, QuestionsForm, VerdictForm
from openkp.portal.statistics.words import kind_words, period_words, stage_tag
from openkp.project.clock import now
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.queries import PAGE
from openkp.registry.statistics import lists, queries
from openkp.registry.statistics.models import AnomalyFound, Questionnaire
from openkp.registry.statistics.operations import ask as asking
from openkp.registry.statistics.operations.answer import answer_questionnaire
from openkp.registry.statistics.permissions import check_may_analyse, check_may_answer, check_may_judge
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.questionnaires import MOVES, Stage
from openkp.scheme.words import N_, Sentence


@require_safe
def questionnaires(request: Request) -> HttpResponse:
    """The cases that this person may read, the newest first."""
    lists.check_may_watch(request.actor)
    rows = queries.questionnaires(request.actor).order_by("-id")
    if after := asked.after(request):
        rows = rows.filter(id__lt=int(after))
    found = list(rows[: PAGE + 1])
    listing = listing_of(found[:PAGE], now())
    page = older(request, str(found[PAGE - 1].pk) if len(found) > PAGE else None)
    return render(request, "statistics/questionnaires.html", {"listing": listing, "page": page})


def listing_of(rows: Iterable[Questionnaire], at: datetime) -> Listing:
    """Cases as a list."""
    columns = (gettext("Reference"), gettext("Participant"), gettext("Period"), gettext("Questions"))
    return Listing(
        caption=gettext("Questionnaires"),
        columns=tuple(Column(title) for title in (*columns, gettext("Due"), gettext("Stands"))),
        rows=tuple(
            (
                Link(row.reference, page_of(row)),
                country(row.participant),
                period_words(row.period),
                number(len(row.questions)),
                due_of(row, at),
                stage_tag(row.stage),
            )
            for row in rows
        ),
        nothing=gettext("No questionnaire is here."),
    )


def due_of(row: Questionnaire, at: datetime) -> Any:
    """The clock, while it runs; the day when it does not."""
    if row.due_on is None:
        return ""
    return Deadline(row.due_on, at.date()) if case_page.waits(row) else number(iso(row.due_on))


@require_safe
def questionnaire(request: Request, reference: str) -> HttpResponse:
    """One case: its questions and answers, its clock, its verdict, what happened."""
    row = queries.questionnaire(request.actor, reference)
    return render(request, "statistics/questionnaire.html", case_page.of_case(request, row))


@form_page
def ask(request: Request) -> FormPage:
    """Word the questions about the anomalies that were chosen, all of one Participant."""
    check_may_analyse(request.actor)
    rows = chosen(request)
    words = {str(row.pk): question_about(row) for row in rows}
    form = QuestionsForm(given(request), questions=words)

    def act() -> str:
        made = asking.open_questionnaire([row.pk for row in rows], form.worded(), **acting(request))
        return page_of(made)

    def show() -> dict[str, Any]:
        asked_about = [(evidence.row_of(row, now()), form[f"question-{row.pk}"]) for row in rows]
        return {"asked_about": asked_about}

    return FormPage(template="statistics/ask.html", form=form, act=act, show=show)


def chosen(request: Request) -> list[AnomalyFound]:
    """The anomalies that were ticked. Raises ``Refused`` where there is none, too many, or of several Participants."""
    keys = list(dict.fromkeys(request.GET.getlist("anomaly")))
    if not 1 <= len(keys) <= asking.MOST:
        raise refused(N_("Choose 1 to %(most)s anomalies to ask about."), most=asking.MOST)
    rows = lists.anomalies_named(request.actor, keys)
    if len({row.participant for row in rows}) > 1:
        raise refused(N_("A questionnaire asks one Participant. Choose anomalies of one Participant only."))
    return rows


def refused(sentence: str, **gaps: object) -> Refused:
    """What is wrong with what was chosen."""
    return Refused([Finding("STAT-12", "anomalies-wrong", "anomaly", Sentence(sentence, gaps))])


def question_about(row: AnomalyFound) -> str:
    """A first wording, for the analyst to change."""
    return gettext("%(what)s Please say why, or correct the return.") % {"what": evidence.what_of(row)}


@form_page
def send(request: Request, reference: str) -> FormPage:
    """Sign it and send it; its clock starts."""
    row = queries.questionnaire(request.actor, reference)
    check_may_judge(request.actor, row)

    def act() -> str:
        return page_of(asking.send_questionnaire(row.pk, **acting_on(request)))

    return moving(request, row, Stage.SENT, "send", EmptyForm(given(request)), act)


@form_page
def answer(request: Request, reference: str) -> FormPage:
    """Answer every question, and attach the corrected return where there is one."""
    row = queries.questionnaire(request.actor, reference)
    check_may_answer(request.actor, row)
    form = AnswersForm(given(request), questions=row.questions, filings=corrections(request.actor, row))

    def act() -> str:
        return page_of(answer_questionnaire(row.pk, form.answers(), form.correction(), **acting_on(request)))

    return moving(request, row, Stage.ANSWERED, "answer", form, act)


def corrections(actor: Actor, row: Questionnaire) -> list[tuple[str, str]]:
    """The corrected returns that could be attached: later versions of this Participant's returns."""
    words = N_("%(kind)s, %(period)s, version %(number)s, filed %(day)s")
    return [
        (
            str(filing.pk),
            gettext(words)
            % {
                "kind": kind_words(filing.kind),
                "period": period_words(filing.period),
                "number": filing.number,
                "day": iso(filing.filed_at),
            },
        )
        for filing in lists.corrections(actor, row.participant)
    ]


@form_page
def judge(request: Request, reference: str) -> FormPage:
    """Say what the answers are worth."""
    row = queries.questionnaire(request.actor, reference)
    check_may_judge(request.actor, row)
    form = VerdictForm(given(request))

    def act() -> str:
        typed = form.typed()
        if typed["stage"] not in (Stage.EXPLAINED, Stage.CORRECTED, Stage.UNSATISFACTORY):
            sentence = Sentence(N_("Choose a verdict."))
            raise Refused([Finding("STAT-12", "verdict-missing", "stage", sentence)])
        stage = Stage(typed["stage"])
        return page_of(asking.judge_questionnaire(row.pk, stage, typed["text"], **acting_on(request)))

    return moving(request, row, Stage.EXPLAINED, "judge", form, act)


@form_page
def close(request: Request, reference: str) -> FormPage:
    """End the case; the Participant is told the verdict."""
    row = queries.questionnaire(request.actor, reference)
    check_may_judge(request.actor, row)
    form = ClosingForm(given(request), saved={"text": row.verdict})

    def act() -> str:
        return page_of(asking.close_questionnaire(row.pk, form.typed()["text"], **acting_on(request)))

    return moving(request, row, Stage.CLOSED, "close", form, act)


def moving(request: Request, row: Questionnaire, to: Stage, name: str, form: Any, act: Callable[[], str]) -> FormPage:
    """A page on which a case moves on."""
    return FormPage(
        template=f"statistics/case_{name}.html",
        form=form,
        act=act,
        row=row,
        home=page_of(row),
        is_open=to in MOVES[Stage(row.stage)],
        stands=stage_tag(row.stage).text,
        show=lambda: case_page.of_case(request, row),
    )


def page_of(row: Questionnaire) -> str:
    """A case's own page."""
    return reverse("statistics:questionnaire", args=[row.reference])
