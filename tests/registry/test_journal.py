"""The one door: rows are written by the journal only, the database itself refuses the rest, and secrets stay out."""

import json

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from openkp.registry.accounts.actors import NODE, Actor
from openkp.registry.accounts.models import Company, Person
from openkp.registry.accounts.operations.password import change_password
from openkp.registry.certificates.models import Application, Document
from openkp.registry.certificates.operations.validate import recover, validate
from openkp.registry.errors import BrokenRecord
from openkp.registry.journal.models import Entry, Journaled
from openkp.registry.journal.record import record
from openkp.registry.participation.models import NodeKey
from openkp.registry.participation.operations.host import add_key
from openkp.registry.participation.operations.publish import publish
from openkp.registry.signers import key_path
from openkp.scheme.life import Status
from tests.factories import NOW, PASSWORD, application_at, certificate_at
from tests.registry.stage import held

JOURNALED = [model for model in apps.get_models() if issubclass(model, Journaled)]
APPEND_ONLY = (
    "journal_entry",
    "journal_logentry",
    "journal_lognode",
    "journal_journalcheckpoint",
    "journal_logcheckpoint",
    "certificates_document",
)


@pytest.mark.parametrize("model", JOURNALED, ids=lambda model: model.__name__)
def test_rows_cannot_be_written_around_the_journal(stage, model):
    for write in ("create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update", "delete"):
        with pytest.raises(RuntimeError):
            getattr(model.objects, write)()
    for write in (model().save, model().delete):
        with pytest.raises(RuntimeError):
            write()
    with pytest.raises(RuntimeError):
        model.objects.filter(pk=1).update(pk=2)


def test_every_model_of_the_registry_is_journaled_or_known_not_to_be():
    """A new model is journaled, or its reason not to be is written here."""
    plain = {
        *("Entry", "Head", "JournalCheckpoint", "LogHead", "LogEntry", "LogNode", "LogCheckpoint"),  # the proof itself
        "IdempotencyKey",  # in the transaction of what it answers
        *("Sent", "Heard", "Outgoing", "Incoming", "Fork"),  # the post: signed messages, chained to each other
        "Publication",  # made again from the rest at any time
    }
    ours = {m.__name__ for m in apps.get_models() if m.__module__.startswith("openkp.registry")}
    assert ours - {model.__name__ for model in JOURNALED} == plain


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_database_itself_refuses_to_change_or_delete(stage, table):
    certificate_at(Status.VALIDATED, stage.node)
    publish(at=NOW)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] > 0
        column = {"journal_entry": "seq", "journal_journalcheckpoint": "size"}.get(table, "id")
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute(statement)


def test_secrets_are_not_in_the_journal(stage):
    before = Person.objects.get(username="exporter").password
    person = stage.node.exporter
    change_password(person.pk, PASSWORD, "another battery 8 staple", actor=Actor.of(person), at=NOW)
    after = Person.objects.get(username="exporter").password
    assert before != after
    document = certificate_at(Status.VALIDATED, stage.node).document
    everything = "\n".join(Entry.objects.values_list("data", flat=True))
    assert "password" not in everything
    for secret in (before, after, PASSWORD, bytes(document.data).hex()):
        assert secret not in everything
    # Their change is an event all the same, and what stands for the document is there.
    assert Entry.objects.filter(event="password.changed").count() == 1
    assert bytes(document.sha256).hex() in everything


def test_the_journal_is_written_inside_a_transaction_only(own_database):
    with pytest.raises(RuntimeError):
        record("nothing.happened", actor=NODE, at=NOW, subject="x")
    assert Entry.objects.count() == 0


def test_what_fails_after_its_entry_leaves_neither(stage):
    before = held()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        company = Company(authority=stage.sl, name="Gone Ltd", address="x", country="SL")
        record("company.added", actor=NODE, at=NOW, subject="company:x", rows=[company])
        raise ZeroDivisionError
    assert held() == before


def test_an_entry_names_only_the_columns_that_changed(stage):
    application = application_at(Status.DRAFT, stage.node)
    application.fields["remarks"] = "typed into the same dictionary"
    record("application.saved", actor=NODE, at=NOW, subject="x", rows=[application])
    (label, key, changes), *_ = json.loads(Entry.objects.order_by("-seq").first().data)["rows"]
    assert (label, key, list(changes)) == ("certificates.application", application.pk, ["fields"])
    record("application.saved", actor=NODE, at=NOW, subject="x", rows=[Application.objects.get(pk=application.pk)])
    assert json.loads(Entry.objects.order_by("-seq").first().data)["rows"][0][2] == {}


def test_a_node_whose_key_is_missing_says_so_and_goes_on_with_the_same_number(stage):
    application = application_at(Status.PREPARED, stage.node)
    path = key_path(NodeKey.objects.get(use="certificate", authority=stage.sl).uri)
    away = path.rename(path.with_suffix(".away"))
    try:
        with pytest.raises(BrokenRecord) as caught:
            validate(application.pk, actor=stage.who("validating_officer@SL"), at=NOW)
        assert caught.value.code == "key-missing"
        application.refresh_from_db()
        assert application.status == "signing"
    finally:
        away.rename(path)
    # The key is changed before anybody looks again: what was intended is signed with the one it was written for.
    add_key("SL", "certificate", "ESP256", authority=stage.sl, at=NOW)
    certificate, *_ = recover(at=NOW)
    assert certificate.number == application.intent.number
    assert recover(at=NOW) == []
    assert Document.objects.count() == 1


@pytest.mark.parametrize("years", [3, -1])
def test_a_node_without_a_key_that_may_sign_now_writes_nothing(stage, years):
    application = application_at(Status.PREPARED, stage.node)
    before = held()
    with pytest.raises(BrokenRecord) as caught:
        validate(application.pk, actor=stage.who("validating_officer@SL"), at=NOW.replace(year=NOW.year + years))
    assert caught.value.code == "no-active-key"
    assert held() == before
