"""Random histories: whatever people and peers try in whatever order, no path leaves the life of a certificate.

``OPENKP_WALKS`` sets how many (default 6); a failing one names its seed, which alone makes it again.
"""

import json
import os
import random
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest

from openkp.registry.accounts.actors import NODE, Actor
from openkp.registry.certificates.models import Application, Arrival, Certificate, Confirmation
from openkp.registry.certificates.operations.record_confirmation import record_confirmation
from openkp.registry.certificates.operations.record_delivery import record_delivery
from openkp.registry.certificates.operations.record_notice import record_notice
from openkp.registry.certificates.operations.record_status import record_status
from openkp.registry.certificates.operations.start import start
from openkp.registry.certificates.operations.validate import recover
from openkp.registry.errors import Conflict, NotAllowed, NotFound
from openkp.registry.journal.audit import audit
from openkp.registry.journal.models import Entry, Head
from openkp.registry.journal.rebuild import rebuild
from openkp.registry.participation.operations.publish import publish
from openkp.scheme.errors import Refused
from openkp.scheme.life import LIFE, Status
from tests.factories import APPLICATION, NOW
from tests.registry.deeds import DEEDS

STEPS = 250
MODELS = {
    "certificates.application": Application,
    "certificates.certificate": Certificate,
    "certificates.arrival": Arrival,
}
BORN = {"draft", "validated", "expected"}

PEERS = ("notice", "confirmation", "statement", "delivery", "start", "recover", "publish")
FORWARD = ("start", "apply", "prepare", "validate", "notice", "record_arrival", "confirm", "confirmation")


@pytest.mark.parametrize("seed", range(int(os.environ.get("OPENKP_WALKS", "6"))))
def test_no_path_leaves_the_table_of_life(stage, seed):
    walk = Walk(stage, random.Random(seed))
    for _ in range(STEPS):
        walk.step()
    assert all(walk.done[name] for name in FORWARD[:5]), walk.done
    assert audit().broken == ()
    assert rebuild() == []
    assert_each_status_change_has_one_entry()


class Walk:
    """One history. Its clock only goes forward."""

    def __init__(self, stage, chance):
        self.stage, self.chance, self.at, self.done = stage, chance, NOW, Counter()

    def step(self):
        self.at += timedelta(minutes=self.chance.choice((0, 1, 5)))
        name = self.chance.choice((*DEEDS, *PEERS, *FORWARD * 3))
        before, size = statuses(), Head.objects.get(pk=1).size
        try:
            (self.deed if name in DEEDS else self.peer)(name)
        except (NotAllowed, Conflict, NotFound, Refused):
            assert (statuses(), Head.objects.get(pk=1).size) == (before, size), "what was refused was written"
        else:
            self.done[name] += 1

    def deed(self, name):
        deed = DEEDS[name]
        rows = list(deed.model.objects.order_by("pk").values_list("pk", "version", "status"))
        rows = [row for row in rows if row[2] in deed.open_from or self.chance.random() < 0.2]
        if not rows:
            raise NotFound("nothing here yet")
        key, version, _ = self.chance.choice(rows)
        who = self.chance.choice(deed.allowed if self.chance.random() < 0.8 else self.stage.everybody)
        deed.act(key, self.stage.who(who) if who != "exporter" else self.stage.node.actor("exporter"), version=version)

    def peer(self, name):
        return getattr(self, f"_{name}")()

    def _start(self):
        here = self.stage
        start(here.sl.pk, here.node.company.pk, actor=here.who("applicant@SL"), at=self.at, fields=APPLICATION)

    def _recover(self):
        recover(at=self.at)

    def _publish(self):
        publish(at=self.at)

    def _notice(self):
        record_notice(self._some(Certificate), actor=Actor.peer("SL"), at=self.at)

    def _confirmation(self):
        record_confirmation(self._some(Confirmation), actor=Actor.peer("EU"), at=self.at)

    def _statement(self):
        voided = Certificate.objects.filter(statements__isnull=False)
        if not voided:
            raise NotFound("nothing here yet")
        statement = self.chance.choice(voided).statements.first()
        record_status(bytes(statement.document.data), actor=Actor.peer("SL"), at=self.at)

    def _delivery(self):
        numbers = list(Certificate.objects.values_list("number", flat=True)) or ["SL0"]
        record_delivery(self.chance.choice(numbers), actor=NODE, at=self.at)

    def _some(self, model):
        rows = list(model.objects.order_by("pk").select_related("document"))
        if not rows:
            raise NotFound("nothing here yet")
        return bytes(self.chance.choice(rows).document.data)


def statuses():
    """Where everything stands."""
    return {label: dict(model.objects.values_list("pk", "status")) for label, model in MODELS.items()}


def assert_each_status_change_has_one_entry():
    """The statuses that the journal tells of a row are a walk through the table, and end where the row stands."""
    walks = defaultdict(list)
    for entry in Entry.objects.order_by("seq"):
        for label, key, columns in json.loads(entry.data)["rows"]:
            if label in MODELS and "status" in columns:
                walks[label, key].append((columns["status"], entry.event))
    for (label, key), walk in walks.items():
        assert walk[0][0] in BORN
        for (was, _), (became, event) in pairwise(walk):
            told = LIFE[Status(was)].to[Status(became)]
            assert event in (told, "status.recorded"), (label, key, walk)
    ends = {place: walk[-1][0] for place, walk in walks.items()}
    assert ends == {(label, key): status for label, rows in statuses().items() for key, status in rows.items()}
