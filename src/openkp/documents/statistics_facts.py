"""What a verified return, questionnaire or proven total says, as JSON values for people to read."""

from decimal import Decimal

from openkp.documents.filing_v1 import FilingDocument
from openkp.documents.questionnaire_v1 import QuestionnaireDocument
from openkp.documents.total_v1 import TotalDocument
from openkp.scheme.returns import ProductionLine, TradeLine

StatisticsDocument = FilingDocument | QuestionnaireDocument | TotalDocument


def statistics_facts(document: StatisticsDocument) -> dict[str, object]:
    """Amounts as text with two decimals, periods as ``2026-Q1``."""
    if isinstance(document, FilingDocument):
        return _filing_facts(document)
    if isinstance(document, QuestionnaireDocument):
        return _questionnaire_facts(document)
    return _total_facts(document)


def _filing_facts(document: FilingDocument) -> dict[str, object]:
    facts: dict[str, object] = {
        "return": str(document.kind),
        "period": str(document.period),
        "version": document.version,
        "nature": str(document.nature),
    }
    value = document.value
    if value is None:
        return facts
    lines: list[ProductionLine | TradeLine] = [*value.production, *value.trade]
    return facts | {
        "authority": value.authority,
        "lines_filed": len(lines),
        "total_carats": str(sum((line.carats.amount for line in lines), Decimal("0.00"))),
        "total_usd": str(sum((line.value.amount for line in lines), Decimal("0.00"))),
        "visibility": str(value.visibility),
        "value_basis": str(value.value_basis),
        "reason": value.reason,
        "note": value.note,
    }


def _questionnaire_facts(document: QuestionnaireDocument) -> dict[str, object]:
    return {
        "reference": document.reference,
        "stage": document.stage,
        "participant": document.participant,
        "asked_by": document.asked_by,
        "period": str(document.period),
        "due_on": document.due_on.isoformat(),
        "questions": [each.text for each in document.questions],
        "answers": [each.answer for each in document.questions if each.answer],
        "verdict": document.verdict,
    }


def _total_facts(document: TotalDocument) -> dict[str, object]:
    scope = document.scope
    return {
        "flow": str(scope.flow),
        "period": str(scope.period),
        "hs": str(scope.hs.value) if scope.hs else "",
        "origin": scope.origin,
        "total_carats": f"{document.carats:.2f}",
        "total_usd": f"{document.value:.2f}",
        "certificates": document.certificates,
        "void": document.void,
        "log": [document.checkpoint.origin, document.checkpoint.size],
    }
