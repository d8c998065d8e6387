"""The node that is killed: its work, its memory of what it acknowledged, and what must hold after each restart."""

import contextlib
import json
import os
import sqlite3
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from django.db import connection, connections
from django.test import Client

from openkp.documents.sealing import X25519
from openkp.documents.trust import Member, Profile, TrustList, seal_trust_list
from openkp.project import start as starting
from openkp.registry import faults
from openkp.registry.accounts.actors import Actor
from openkp.registry.accounts.operations.tokens import make_token
from openkp.registry.certificates.models import Application, Arrival, Certificate, Intent
from openkp.registry.certificates.operations.record_notice import record_notice
from openkp.registry.certificates.operations.validate import recover, validate
from openkp.registry.journal.audit import audit
from openkp.registry.journal.models import LogEntry
from openkp.registry.journal.rebuild import rebuild
from openkp.registry.participation.models import NodeKey
from openkp.registry.participation.operations.host import add_key, add_sealing_key
from openkp.registry.participation.operations.make_manifest import make_manifest
from openkp.registry.participation.operations.publish import log_origin, publish
from openkp.registry.participation.operations.trust import receive_list
from openkp.registry.participation.queries import public_key
from openkp.registry.post.models import Outgoing
from openkp.registry.signers import signer_at
from openkp.registry.statistics.models import Draft, Filing
from openkp.registry.statistics.operations.file import file_return
from openkp.scheme.life import Status
from openkp.scheme.periods import Period
from tests.factories import APPLICATION, FILING_DAY, NOW, application_at, draft_at, node, statistics

API = "/api/v1/applications"


class Node:
    """One directory with one database; every method opens its own connection and leaves none open."""

    def __init__(self, folder, kills):
        self.notes = Path(folder, "acknowledged")
        self.migrated = Path(folder, "empty.sqlite3")
        began = time.perf_counter()
        starting.migrate()
        self.migration_took = time.perf_counter() - began
        connections.close_all()
        self.here = node()
        self.desk = statistics(self.here)
        for participant in ("SL", "EU"):
            add_sealing_key(participant, suite=X25519, at=NOW - timedelta(days=30))
        self._trust()
        self.officer = self.here.actor("validating")
        self.token = make_token("killing", actor=self.here.actor("exporter"), at=starting_clock(), days=3650)
        for _ in range(kills * 3):
            application_at(Status.PREPARED, self.here)
        connections.close_all()

    def _trust(self):
        """A trust list by both Participants, so that manifests are taken in."""
        members, roots = [], []
        for code in ("SL", "EU"):
            rows = {row.use: row for row in NodeKey.objects.filter(participant=code, authority=None)}
            roots.append(signer_at(rows["root"].uri))
            members.append(
                Member(
                    code=code,
                    name=f"Participant {code}",
                    roots=(public_key(rows["root"]),),
                    since=date(2003, 7, 31),
                    log_origin=log_origin(code),
                    log_key=public_key(rows["log"]),
                    endpoint="https://kp.example",
                )
            )
        trust = TrustList(
            version=1,
            previous=b"",
            profile=Profile.SPECIMEN,
            threshold=2,
            made_at=NOW - timedelta(days=30),
            valid_until=NOW + timedelta(days=365),
            members=tuple(sorted(members, key=lambda member: member.code)),
        )
        receive_list(seal_trust_list(trust, roots), at=NOW)

    # What the child does.

    def work(self, point, before):
        """Validate ``before`` applications in peace, then be killed at ``point``."""
        for _ in range(before):
            self.validate()
        if point == "during-migration":
            self._new_database()
            self._point_at_new_database()
        os.environ |= {"OPENKP_FAULT": point, "OPENKP_FAULT_KEY": faults._KEY}
        acts = {
            "before-response": self.ask,
            "during-checkpoint": lambda: publish(at=NOW),
            "during-inbox": self.take_in,
            "during-filing": self.file,
            "during-migration": starting.migrate,
            "during-import": lambda: make_manifest("SL", at=NOW),
            "during-key-rotation": lambda: add_key(
                "SL", "certificate", "ESP256", authority=self.here.sierra_leone, at=NOW
            ),
        }
        acts.get(point, self.validate)()

    def validate(self):
        """Validate one application and note the number: it was acknowledged."""
        waiting = Application.objects.filter(status=Status.PREPARED).order_by("pk").first()
        self.note(validate(waiting.pk, actor=self.officer, at=NOW).number)

    def ask(self, key="k-" + "0" * 10):
        """A program asks over HTTP, with the same key each time."""
        body = {"authority": "SL-NMA", "company": APPLICATION["exporter_name"], "fields": APPLICATION}
        answer = Client().post(
            API,
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", "Idempotency-Key": key},
        )
        assert answer.status_code == 201, answer.content
        return answer.json()["reference"]

    def take_in(self):
        """A notice comes in for a certificate that was issued here."""
        certificate = Certificate.objects.filter(arrival=None).order_by("pk").first()
        record_notice(bytes(certificate.document.data), actor=Actor.peer("SL"), at=NOW)

    def file(self):
        """A statistician files the return that waits, or that of the next quarter."""
        waiting = Draft.objects.filter(status="prepared").first()
        if waiting is None:
            quarter = Period(2015 + Filing.objects.count() // 4, "Q", Filing.objects.count() % 4 + 1)
            waiting = draft_at("prepared", self.here, self.desk, period=quarter)
        file_return(waiting.pk, actor=self.desk.actor("filer"), at=FILING_DAY)

    def note(self, number):
        with self.notes.open("a") as file:
            file.write(f"{number}\n")
            file.flush()
            os.fsync(file.fileno())

    def acknowledged(self):
        return self.notes.read_text().split() if self.notes.exists() else []

    # What happens after.

    def restart(self):
        """As a node starts: finish what was intended, then go on with the day's work, one certificate at the least."""
        recover(at=NOW)
        self.validate()
        if Draft.objects.filter(status="prepared").exists():
            self.file()
        connections.close_all()

    def look(self):
        """Everything that is not as it must be; empty if all is well."""
        found = [f"{each.record} {each.entry} {each.code}" for each in (*audit().broken, *rebuild())]
        issued = Counter(Certificate.objects.values_list("number", flat=True))
        intents = Counter(Intent.objects.values_list("number", flat=True))
        found += [f"lost: {number}" for number in self.acknowledged() if number not in issued]
        found += [f"twice: {number}" for number, times in (issued + Counter()).items() if times > 1]
        found += [f"never finished: {number}" for number in intents - issued]
        notices = Counter(Outgoing.objects.filter(typ="notice").values_list("subject", flat=True))
        found += [f"told {notices[f'certificate:{n}']} times: {n}" for n in issued if notices[f"certificate:{n}"] != 1]
        found += [f"told of nothing: {subject}" for subject in notices if subject.partition(":")[2] not in issued]
        logged = LogEntry.objects.filter(participant="SL", typ="kpc").count()
        found += [f"{logged} logged, {len(issued)} issued"] if logged != len(issued) else []
        serials = sorted(Certificate.objects.values_list("status_index", flat=True))
        found += ["a number was left out"] if serials != list(range(len(serials))) else []
        found += ["an application is stuck"] if Application.objects.filter(status=Status.SIGNING).exists() else []
        filed, returns = LogEntry.objects.filter(participant="SL", typ="kpf").count(), Draft.objects.count()
        found += [f"{filed} logged, {returns} returns"] if not filed == Filing.objects.count() == returns else []
        found += ["an arrival was expected twice"] if Arrival.objects.count() != len(set(self._arrivals())) else []
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            found += [] if cursor.fetchone()[0] == "ok" else ["the file is damaged"]
        connections.close_all()
        return found

    def _arrivals(self):
        return Arrival.objects.values_list("certificate_id", flat=True)

    def migration_killed(self, *, after):
        """Kill a migration after so many seconds and run it again; what is wrong then."""
        from tests.faults.killing import ended_by_kill

        self._new_database()

        def act():
            self._point_at_new_database()
            starting.migrate()

        ended_by_kill(act, after=after)
        if ended_by_kill(act):
            return ["killed without being asked"]
        with contextlib.closing(sqlite3.connect(self.migrated)) as database:
            triggers = database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()[0]
            heads = database.execute("SELECT count(*) FROM journal_head").fetchone()[0]
        return [] if (triggers, heads) == (12, 1) else [f"{triggers} triggers, {heads} heads"]

    def _new_database(self):
        for left in self.migrated.parent.glob("empty.sqlite3*"):
            left.unlink()

    def _point_at_new_database(self):
        connections.close_all()
        connection.settings_dict["NAME"] = str(self.migrated)


def starting_clock():
    """The API asks the real clock."""
    from openkp.project.clock import now

    return now() - timedelta(days=1)
