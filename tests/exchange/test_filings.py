"""Returns and questionnaires in bad weather: everybody ends with the same versions, and every case is closed on both
sides.

Three Participants file, the Secretariat asks one of them about an anomaly, the answer brings a corrected return, and
the case is closed; meanwhile envelopes are lost, doubled and overtaken, and nodes die at any statement.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from openkp.cli.checks.scratch import in_memory
from openkp.documents.total_v1 import Scope
from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.models import Person
from openkp.registry.accounts.roles import Role
from openkp.registry.journal.rebuild import rebuild
from openkp.registry.participation.models import Authority
from openkp.registry.statistics.models import (
    AnomalyFound,
    Draft,
    Filing,
    ProvenTotal,
    Questionnaire,
    QuestionnaireStatement,
)
from openkp.registry.statistics.operations.answer import answer_questionnaire
from openkp.registry.statistics.operations.ask import (
    close_questionnaire,
    judge_questionnaire,
    open_questionnaire,
    send_questionnaire,
)
from openkp.registry.statistics.operations.draft import correct_return, save_draft, start_draft
from openkp.registry.statistics.operations.file import file_return, prepare_return
from openkp.registry.statistics.operations.prove_total import prove_total
from openkp.scheme.periods import Period
from openkp.scheme.questionnaires import Stage
from openkp.scheme.returns import Flow, ReturnKind
from tests.exchange.convergence import check
from tests.exchange.simulator import CLEAR, MINUTE, STORM, Simulation, Weather
from tests.exchange.world import (
    CODES,
    OFFICE,
    START,
    actor,
    add_statisticians,
    connected,
    database,
    make_templates,
    on_postgresql,
    removed,
)
from tests.factories import TRADE, anomaly_row

pytestmark = pytest.mark.usefixtures("open_database")

SEEDS = 2 if on_postgresql() else max(2, int(os.environ.get("OPENKP_SEEDS", "50")) // 10)
QUARTER = Period(2025, "Q", 4)
QUARTERLY = Scope(participant="BW", flow=Flow.EXPORT, period=QUARTER)
LATEST_LOOK = START + STORM + 55 * MINUTE
VISIBLE = {"BW": "public", "EU": "wgs", "SL": "kp_only"}


@pytest.fixture(scope="module")
def offices(django_db_blocker):
    """Templates of three Participants with statisticians, and of the Secretariat with an anomaly on its desk."""
    folder = Path(tempfile.mkdtemp(prefix="openkp-sim-", dir=in_memory()))
    with django_db_blocker.unblock():
        made = make_templates(folder, tuple(sorted((*CODES, OFFICE))))
        for template in made:
            connection = database(template.path)
            with connected(connection):
                anomaly_row("SL", at=START) if template.code == OFFICE else add_statisticians()
            connection.close()
        yield made, folder
        for path in (folder / "empty.sqlite3", *(each.path for each in made)):
            removed(path)
    shutil.rmtree(folder)


class Story(Simulation):
    """The same clockwork and wire; the officers are statisticians and an analyst. Every act can be tried again."""

    def _plan(self):
        self.begin()
        for code in CODES:
            node = self.nodes[code]
            self._officer(self.dice.uniform(0, 10) * MINUTE, node, lambda n=node: self._file(n))
        office = self.nodes[OFFICE]
        self._officer(self.dice.uniform(0, 10) * MINUTE, office, lambda: self._ask(office))
        for node, act in ((self.nodes["SL"], self._answer), (office, self._judge)):
            self._desk_of(node, act)
        for _ in range(self.weather.cuts):
            self.after(self.dice.uniform(0, 25) * MINUTE, self._cut)
        self.after(STORM, self._heal)

    def _desk_of(self, node, act):
        def look():
            if self.now < LATEST_LOOK:
                self.after(self.dice.uniform(1, 4) * MINUTE, look)
                node.work(lambda: act(node))

        self.after(self.dice.uniform(1, 4) * MINUTE, look)

    def _quiet(self):
        """The story goes on until the case is closed where it was answered: three messages, one after the other."""
        with connected(self.nodes["SL"].connection):
            closed = self.nodes["SL"].up and Questionnaire.objects.filter(stage=Stage.CLOSED).exists()
        return closed and super()._quiet()

    def _file(self, node):
        if node.code == "BW":
            prove_total(QUARTERLY, actor=who("writer"), at=node.clock())
        if Filing.objects.filter(participant=node.code).exists():
            return
        line = {**TRADE["trade"][0], "partner": "SL" if node.code != "SL" else "EU", "origin": node.code[:2]}
        fields = {**TRADE, "visibility": VISIBLE[node.code], "trade": [line]}
        authority = Authority.objects.get().pk
        draft = start_draft(authority, ReturnKind.TRADE, QUARTER, actor=who("writer"), at=node.clock())
        self._to_file(node, draft, fields)
        self.tell("filed", node.code)

    def _to_file(self, node, draft, fields):
        at = node.clock()
        if draft.status == "draft":
            save_draft(draft.pk, fields, actor=who("writer"), at=at)
            prepare_return(draft.pk, explanation="No certificate of that quarter is here.", actor=who("writer"), at=at)
        return file_return(draft.pk, actor=who("filer"), at=at)

    def _ask(self, node):
        analyst = actor(Role.ANALYST)
        row = Questionnaire.objects.first()
        if row is None:
            ids = list(AnomalyFound.objects.values_list("pk", flat=True))
            row = open_questionnaire(ids, actor=analyst, at=node.clock())
        if row.stage == Stage.COMPUTED:
            send_questionnaire(row.pk, actor=analyst, at=node.clock())
            self.tell("asked", row.reference)

    def _answer(self, node):
        row = Questionnaire.objects.filter(stage=Stage.SENT).first()
        first = Filing.objects.filter(participant="SL").order_by("number").last()
        if row is None or first is None:
            return
        if first.number == 1:
            draft = Draft.objects.filter(status__in=("draft", "prepared")).first() or correct_return(
                first.pk, reason="A shipment was counted twice.", actor=who("writer"), at=node.clock()
            )
            line = {**TRADE["trade"][0], "carats": "1000.00"}
            first = self._to_file(node, draft, {"trade": [line]})
        answers = {"Q1": {"kind": "corrected", "answer": "A shipment was counted twice."}}
        answer_questionnaire(row.pk, answers, first.pk, actor=who("writer"), at=node.clock())
        self.tell("answered", row.reference)

    def _judge(self, node):
        row = Questionnaire.objects.filter(stage__in=(Stage.ANSWERED, Stage.CORRECTED)).first()
        if row is None:
            return
        analyst, at = actor(Role.ANALYST), node.clock()
        if row.stage == Stage.ANSWERED:
            judge_questionnaire(row.pk, Stage.CORRECTED, "The new version fits.", actor=analyst, at=at)
        close_questionnaire(row.pk, actor=analyst, at=at)
        self.tell("closed", row.reference)


def who(username):
    return Actor.of(Person.objects.get(username=username))


def told(seed, templates, weather=None):
    made, folder = templates
    story = Story(seed, made, folder, weather)
    try:
        story.run()
        check(story)
        agree({code: seen(node) for code, node in story.nodes.items()})
    except BaseException as error:
        error.add_note("\n".join(story.trace[-40:]))
        raise
    finally:
        for node in story.nodes.values():
            node.stop()
            removed(node.path)
    return story


def seen(node):
    with connected(node.connection):
        assert rebuild() == []
        filings = Filing.objects.select_related("document")
        case = Questionnaire.objects.select_related("correction").first()
        return {
            "filings": {(row.participant, row.number): bytes(row.document.data) for row in filings},
            "totals": [bytes(row.document.data) for row in ProvenTotal.objects.select_related("document")],
            "case": case,
            "statements": [bytes(row.document.data) for row in QuestionnaireStatement.objects.order_by("pk")],
            "settled": list(AnomalyFound.objects.values_list("state", flat=True)),
        }


def agree(nodes):
    """Each filing is where its class lets it be, the same bytes; the case is closed on both sides."""
    office, sl = nodes[OFFICE], nodes["SL"]
    everything = {("BW", 1), ("EU", 1), ("SL", 1), ("SL", 2)}
    assert set(office["filings"]) == everything
    for code in CODES:
        hidden = set() if code == "EU" else {("EU", 1)}
        assert nodes[code]["filings"] == {key: data for key, data in office["filings"].items() if key not in hidden}
    assert office["case"].stage == sl["case"].stage == "closed"
    assert office["case"].correction.number == sl["case"].correction.number == 2
    assert office["statements"] == sl["statements"] and len(sl["statements"]) == 3
    assert office["settled"] == ["settled"]
    assert len(office["totals"]) == 1 and office["totals"] == nodes["BW"]["totals"] and nodes["SL"]["totals"] == []
    assert nodes["EU"]["case"] is nodes["BW"]["case"] is None


@pytest.mark.parametrize("seed", range(SEEDS))
def test_returns_and_questionnaires_come_through_the_storm(seed, offices):
    told(seed, offices)


def test_in_clear_weather_each_is_sent_once(offices):
    words = [line.split()[1] for line in told(1, offices, CLEAR).trace]
    assert words.count("filed") == 3 and words.count("asked") == words.count("answered") == words.count("closed") == 1
    # BW, SL twice: to three each; EU to the Secretariat only; the three statements of the case; the total of BW.
    assert words.count("receipted") == 3 * 3 + 1 + 3 + 1


def test_the_worst_weather(offices):
    storm = Weather(loss=0.3, answer_loss=0.3, late=0.2, twice=0.3, spoilt=0.3, crash=0.005, cuts=8)
    words = {line.split()[1] for seed in (3, 4, 5, 6) for line in told(seed, offices, storm).trace}
    assert {"lost", "late", "answer-lost", "crash", "refused", "cut"} <= words
