"""A database administrator as the attacker: every column of every record, changed behind our back.

The triggers are taken off first, as they would do. A sample of places in a run; ``OPENKP_TAMPER=all`` takes every byte.
"""

import os
import random
from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from openkp.documents.checkpoint import Checkpoint, sign_checkpoint
from openkp.documents.keys import SoftSigner, new_private_key
from openkp.documents.log import Frontier, leaf_hash
from openkp.registry.certificates.models import Document
from openkp.registry.journal.audit import audit
from openkp.registry.journal.models import (
    Entry,
    Head,
    JournalCheckpoint,
    Journaled,
    LogCheckpoint,
    LogEntry,
    LogHead,
    LogNode,
)
from openkp.registry.journal.rebuild import rebuild
from openkp.registry.journal.record import entry_bytes
from openkp.registry.participation.models import NodeKey
from openkp.registry.participation.operations.publish import publish
from openkp.scheme.life import Status
from tests import factories
from tests.factories import NOW, application_at, arrival_at, certificate_at
from tests.registry.forgery import take_triggers_off

EVERYTHING = os.environ.get("OPENKP_TAMPER") == "all"
PROOF = (Entry, Head, LogHead, LogEntry, LogNode, JournalCheckpoint, LogCheckpoint, Document)
#: Keys that mean nothing: nobody refers to these rows by them.
MEANINGLESS = {(LogEntry, "id"), (LogNode, "id"), (LogCheckpoint, "id")}
TABLES = [model for model in apps.get_models() if issubclass(model, Journaled)]
#: A checkpoint that nobody kept can be taken away: what matters is the one kept outside.
MISSED = [model for model in (*PROOF, *TABLES) if model not in (JournalCheckpoint, LogCheckpoint)]


@pytest.fixture(scope="module")
def node(module_database):
    """A node with a little of everything, its logs and its journal stated in two signed checkpoints."""
    here = factories.node()
    certificate_at(Status.CLOSED, here)
    publish(at=NOW)
    for status in (Status.CONFIRMED, Status.VOID):
        certificate_at(status, here)
    arrival_at(Status.CANCELLED, here)
    application_at(Status.PREPARED, here)
    publish(at=NOW)
    take_triggers_off()
    assert (audit().broken, rebuild()) == ((), [])
    return here


@pytest.fixture(autouse=True)
def undone(node, django_db_blocker):
    """Whatever a test breaks is whole again for the next."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows(model, *columns):
    """The rows as the database keeps them."""
    key = model._meta.pk.column
    names = ", ".join(f'"{name}"' for name in (key, *columns))
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {names} FROM {model._meta.db_table} ORDER BY "{key}"')
        return cursor.fetchall()


def put(model, key, column, value):
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE {model._meta.db_table} SET "{column}" = %s WHERE "{model._meta.pk.column}" = %s', [value, key]
        )


def meaning(model, key, field):
    """What a cell means, however it is spelled; the exception where it means nothing."""
    try:
        return next(iter(model._base_manager.filter(pk=key).values_list(field.attname, flat=True)), "gone")
    except Exception as error:
        return error


def alterations(field, value, chance):
    """Other values of a cell: one changed byte, or every byte in turn; another of its type where it has no bytes."""
    if value is None:
        return [1 if isinstance(field, models.ForeignKey | models.IntegerField) else "2026-03-02"]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1_000_003, 0 if isinstance(field, models.BooleanField) else value ^ 1]
    if not isinstance(value, str | bytes | memoryview):
        return [value.replace(day=value.day % 28 + 1) if hasattr(value, "day") else value + 1]
    if not value:
        return ["x" if isinstance(value, str) else b"x"]
    places = range(len(value)) if EVERYTHING else [chance.randrange(len(value))]
    return [flipped(value, place, chance) for place in places]


def flipped(value, place, chance):
    if isinstance(value, str):
        return value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
    raw = bytearray(value)
    raw[place] ^= 1 << chance.randrange(8)
    return bytes(raw)


def attempts(model, look, skip=()):
    """What ``look`` answers to each change of each cell: pairs of what was changed and the answer."""
    chance = random.Random(model._meta.label)
    for field in model._meta.concrete_fields:
        if field.name in skip or (model, field.name) in MEANINGLESS:
            continue
        for key, value in some(rows(model, field.column), chance):
            for other in alterations(field, value, chance):
                with transaction.atomic():
                    if alter(model, key, field, other):
                        yield (key, field.name, other), look()
                    transaction.set_rollback(True)


def some(cells, chance):
    """A few of them, or all."""
    return cells if EVERYTHING else chance.sample(cells, min(6, len(cells)))


def alter(model, key, field, other):
    """Change a cell; whether it means something else now. The database may refuse a value too."""
    before = meaning(model, key, field)
    try:
        with transaction.atomic():
            put(model, key, field.column, other)
    except (DatabaseError, ValueError):
        return False
    return meaning(model, key, field) != before


class Undo(Exception):
    """Takes a change back."""


@pytest.mark.parametrize("model", PROOF, ids=lambda model: model.__name__)
def test_audit_finds_every_change_of_what_proves(model):
    tried = 0
    for what, answer in attempts(model, lambda: audit().broken):
        tried += 1
        assert answer, what
        assert named(model, what, answer[0]), (what, answer)
    assert tried >= min(model._base_manager.count(), 3)


def named(model, what, first):
    """Whether the audit names the very entry that was changed."""
    key, column, _ = what
    if model is Entry:
        return (first.record, first.entry) == ("journal", key)
    if model is LogEntry and column in ("typ", "data"):
        entry = rows_by_key(LogEntry, "participant", "index")[key]
        return (first.record, first.entry) == (f"log:{entry[0]}", entry[1])
    if model is LogNode and column == "hash":
        participant, level, index = rows_by_key(LogNode, "participant", "level", "index")[key]
        return (first.record, first.entry) == (f"log:{participant}", (index + 1 << level) - 1)
    if model is Document and column == "data":
        return (first.record, first.entry) == ("documents", key)
    return True


@pytest.mark.parametrize("data", ["", "{}", "[]", '{"rows":1}', '{"rows":[1]}', '{"rows":[["a",1]]}', "nonsense"])
def test_an_entry_that_is_no_entry_any_more_is_told(data):
    put(Entry, 20, "data", data)
    assert (audit().broken[0].record, audit().broken[0].entry) == ("journal", 20)
    assert rebuild()


def rows_by_key(model, *columns):
    return {key: rest for key, *rest in rows(model, *columns)}


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_rebuild_finds_every_change_of_the_tables(model):
    tried = 0
    label = model._meta.label_lower
    for what, answer in attempts(model, rebuild, skip=model.secret_fields):
        tried += 1
        assert any(each.record == label for each in answer), (what, answer)
    assert tried or not model._base_manager.exists()


@pytest.mark.parametrize("model", MISSED, ids=lambda model: model.__name__)
def test_a_row_that_is_taken_away_is_missed(model):
    keys = [key for (key,) in rows(model)]
    for key in keys if EVERYTHING else keys[:: max(1, len(keys) // 8)]:
        with transaction.atomic():
            assert not delete(model, key) or audit().broken or rebuild(), key
            transaction.set_rollback(True)


def delete(model, key):
    """Take a row away; whether the database let us, for others may refer to it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'DELETE FROM {model._meta.db_table} WHERE "{model._meta.pk.column}" = %s', [key])
    except DatabaseError:
        return False
    return True


def recomputed():
    """The journal made consistent again, as somebody would who knows how it is built but holds no key."""
    frontier, chain = Frontier(), bytes(32)
    for entry in Entry.objects.order_by("seq"):
        leaf = leaf_hash(entry_bytes(entry))
        chain = sha256(chain + leaf).digest()
        put(Entry, entry.seq, "leaf", leaf)
        put(Entry, entry.seq, "chain", chain)
        frontier = frontier.append(leaf)
    for column, value in (("size", frontier.size), ("chain", chain), ("frontier", b"".join(frontier.hashes))):
        put(Head, 1, column, value)


def test_rewriting_the_journal_consistently_contradicts_a_signed_checkpoint():
    first, second = JournalCheckpoint.objects.order_by("size").values_list("size", flat=True)
    for seq in (0, first - 1, first, second - 1):
        with pytest.raises(Undo), transaction.atomic():
            put(Entry, seq, "note", "as I would have it")
            recomputed()
            found = audit().broken[0]
            assert (found.record, found.code) == ("journal", "root-differs-from-checkpoint")
            assert found.entry == (0 if seq < first else first), "the first that no earlier checkpoint proves"
            raise Undo


def test_cutting_off_the_end_is_found_by_checkpoint_by_documents_and_by_one_kept_outside():
    kept = bytes(JournalCheckpoint.objects.order_by("-size").first().note)
    for entry in list(Entry.objects.order_by("-seq")[:8]):
        delete(Entry, entry.seq)
    recomputed()
    assert audit().broken[0].code == "entries-cut-off"
    delete(JournalCheckpoint, JournalCheckpoint.objects.order_by("-size").first().pk)
    assert audit().broken[0].code == "document-without-entry"
    assert rebuild()
    assert [each.code for each in audit(kept).broken][-1] == "rolled-back"


def test_an_older_copy_of_the_whole_database_is_found_by_a_newer_checkpoint(node):
    """Everything in an older copy fits; only what was kept elsewhere knows better."""
    try:
        with transaction.atomic():
            certificate_at(Status.VALIDATED, node)
            publish(at=NOW)
            journal = bytes(JournalCheckpoint.objects.order_by("-size").first().note)
            log = bytes(LogCheckpoint.objects.filter(participant="SL").order_by("-size").first().note)
            assert audit(journal).sound and audit(log).sound
            raise Undo
    except Undo:
        pass
    assert audit().sound and rebuild() == []
    for note in (journal, log):
        assert [each.code for each in audit(note).broken] == ["rolled-back"]
    certificate_at(Status.VOID, node)
    publish(at=NOW)
    assert audit().sound
    for note in (journal, log):
        assert [each.code for each in audit(note).broken] == ["another-history"]


def test_a_kept_checkpoint_must_be_of_this_node():
    kept = bytes(JournalCheckpoint.objects.order_by("-size").first().note)
    assert audit(kept).sound
    for other in (b"", b"nonsense", kept.replace(b"time 1", b"time 2", 1)):
        assert [each.code for each in audit(other).broken] == ["checkpoint-not-ours"]


def test_another_key_in_the_table_signs_no_checkpoint_of_ours(node):
    """Whoever may write the tables can put a key of their own there and sign anew; the journal names the real one."""
    signer = SoftSigner.from_pem(new_private_key("Ed25519", b"k" * 32))
    for key in NodeKey.objects.filter(use="log"):
        put(NodeKey, key.pk, "public_key", signer.key.cose_key)
    for row in JournalCheckpoint.objects.all():
        stated = note_text(row.note)
        note = sign_checkpoint(stated.origin, stated.size, stated.root, signer, stated.at)
        put(JournalCheckpoint, row.pk, "note", note)
    assert any(each.record == "participation.nodekey" for each in rebuild())


def note_text(note):
    origin, size, root, time, *_ = bytes(note).decode().split("\n")
    at = datetime.fromtimestamp(int(time.removeprefix("time ")), UTC)
    return Checkpoint(origin=origin, size=int(size), root=b64decode(root), at=at)
