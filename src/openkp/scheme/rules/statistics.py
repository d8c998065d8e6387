"""The rules of statistics, by the moment at which they are asked."""

from openkp.scheme.rules.questionnaires import QUESTIONNAIRE_RULES, QuestionnaireCase
from openkp.scheme.rules.returns import RETURN_RULES, FilingCase

FILING_RULES = RETURN_RULES

__all__ = ["FILING_RULES", "QUESTIONNAIRE_RULES", "FilingCase", "QuestionnaireCase"]
