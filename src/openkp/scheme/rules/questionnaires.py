"""What the answer to a Data Anomaly Questionnaire must satisfy: every question, and a return for every correction."""

from collections.abc import Iterator
from dataclasses import dataclass

from openkp.scheme.questionnaires import Answer, AnswerKind
from openkp.scheme.rules.base import Problem, problem, rule
from openkp.scheme.words import N_

_SOURCE = "Administrative Decision on the Data Anomaly Questionnaire, Annex I; scheme-rules A.5 no. 4"


@dataclass(frozen=True, kw_only=True)
class QuestionnaireCase:
    """The answers about to be sent to the questions asked, and whether a corrected return is attached."""

    asked: tuple[str, ...]
    answers: tuple[Answer, ...]
    has_correction: bool = False


@rule("STAT-12", source=_SOURCE, force="A")
def every_question_is_answered(case: QuestionnaireCase) -> Iterator[Problem]:
    """The Participant answers every question, in words."""
    given = {answer.question: answer for answer in case.answers}
    for place, question in enumerate(case.asked):
        answer = given.get(question)
        if answer is None or answer.kind is None:
            sentence = N_("Say whether the figure of question %(question)s is right or corrected.")
            yield problem("kind_missing", f"answers.{place}.kind", sentence, question=question)
        if answer is None or len(answer.text.strip()) < 3:
            sentence = N_("Answer question %(question)s in words: every question must be answered.")
            yield problem("answer_missing", f"answers.{place}.text", sentence, question=question)


@rule("STAT-12", source=_SOURCE, force="A")
def a_corrected_figure_comes_with_a_return(case: QuestionnaireCase) -> Iterator[Problem]:
    """Where a figure was wrong, the corrected return is attached."""
    if not case.has_correction and any(answer.kind is AnswerKind.CORRECTED for answer in case.answers):
        sentence = N_("Attach the corrected return: an answer says that a figure was corrected.")
        yield problem("correction_missing", "correction", sentence)


QUESTIONNAIRE_RULES = (every_question_is_answered, a_corrected_figure_comes_with_a_return)
