"""Returns and questionnaires for the tests of this folder."""

from dataclasses import replace
from datetime import date

from openkp.documents.filing_v1 import compose_filing, finish_filing
from openkp.documents.questionnaire_v1 import (
    Question,
    QuestionnaireStatement,
    compose_questionnaire,
    finish_questionnaire,
)
from openkp.scheme.goods import Carats, HsSubheading, USDollars
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow, Mining, Nature, ProductionLine, ReturnKind, StatisticalReturn, TradeLine
from tests.unit.documents.makers import AT, SECRETARIAT, SEED, SL_MESSAGE, SL_STATUS


def trade_line(**changes) -> TradeLine:
    values = {
        "flow": Flow.EXPORT,
        "partner": "EU",
        "hs": HsSubheading.NON_INDUSTRIAL,
        "carats": Carats.of("1234.56"),
        "value": USDollars.of("308640.00"),
        "certificates": 3,
    }
    return TradeLine(**(values | changes))


def trade(**changes) -> StatisticalReturn:
    values = {
        "participant": "SL",
        "authority": "NMA",
        "kind": ReturnKind.TRADE,
        "nature": Nature.FIGURES,
        "period": Period.parse("2025-Q4"),
        "trade": (trade_line(), trade_line(flow=Flow.IMPORT, partner="NA", origin="***")),
        "certificates_issued": 3,
    }
    return StatisticalReturn(**(values | changes))


def production(**changes) -> StatisticalReturn:
    lines = (
        ProductionLine(mining=Mining.ARTISANAL, carats=Carats.of("80250.41"), value=USDollars.of("0.00")),
        ProductionLine(carats=Carats.of("0.01"), value=USDollars.of("9999999999.99")),
    )
    values = {"kind": ReturnKind.PRODUCTION, "period": Period.parse("2025-H2"), "production": lines, "trade": ()}
    return trade(**(values | {"certificates_issued": None} | changes))


def filing_document(value: StatisticalReturn | None = None, *, by=SL_STATUS, specimen=False) -> bytes:
    draft = compose_filing(value or trade(), key=by.key, seed16=SEED, at=AT, specimen=specimen)
    return finish_filing(draft, by.sign(draft.to_sign))


QUESTION = Question(id="1", anomaly="a1b2", text="Why did exports double?", evidence_hash=bytes(range(32)))
ANSWERED = replace(QUESTION, kind="explained", answer="A mine opened in May.")


def questionnaire(**changes) -> QuestionnaireStatement:
    values = {
        "reference": "DAQ-2026-014",
        "stage": "asked",
        "participant": "SL",
        "asked_by": "SECRETARIAT",
        "period": Period.parse("2025"),
        "questions": (QUESTION,),
        "due_on": date(2026, 4, 15),
        "at": AT,
    }
    return QuestionnaireStatement(**(values | changes))


def questionnaire_document(value: QuestionnaireStatement | None = None, *, by=None) -> bytes:
    value = value or questionnaire()
    signer = by or {"SL": SL_MESSAGE}.get(value.signer, SECRETARIAT)
    draft = compose_questionnaire(value, key=signer.key)
    return finish_questionnaire(draft, signer.sign(draft.to_sign))
