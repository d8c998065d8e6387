"""Importing a file of figures: its bytes are kept as they came, and read again whenever they are asked for."""

import zlib
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath

from django.db import IntegrityError, transaction

from openkp.registry.accounts.actors import NODE, Actor
from openkp.registry.errors import Conflict
from openkp.registry.journal.record import record
from openkp.registry.statistics.models import SourceFile
from openkp.registry.statistics.permissions import check_may_analyse
from openkp.registry.statistics.source_facts import read_bytes
from openkp.scheme.words import N_, Sentence

_LONGEST_NAME = 200


def import_source(data: bytes, name: str, *, kind: str, actor: Actor, at: datetime) -> tuple[SourceFile, bool]:
    """Keep a file; False where these bytes were imported before, and then nothing changes.

    Raises ``UnreadableSource`` for a file that is not of the layout, ``Conflict`` for one imported as another kind.
    """
    if actor is not NODE:
        check_may_analyse(actor)
    known = _known(data, kind)
    if known:
        return known, False
    records = read_bytes(data, kind).records
    try:
        return _keep(data, name, kind=kind, records=records, actor=actor, at=at), True
    except IntegrityError:  # somebody imported the same bytes at the same moment
        known = _known(data, kind)
        if known is None:
            raise
        return known, False


def _known(data: bytes, kind: str) -> SourceFile | None:
    known = SourceFile.objects.filter(sha256=sha256(data).digest()).defer("data").first()
    if known and known.kind != kind:
        sentence = N_("This file was imported as %(known)s on %(day)s. It cannot be %(kind)s as well.")
        values = {"known": known.kind, "day": known.imported_at.date(), "kind": kind}
        raise Conflict(Sentence(sentence, values), code="imported-as-another-kind", advice=Sentence(""))
    return known


@transaction.atomic
def _keep(data: bytes, name: str, *, kind: str, records: int, actor: Actor, at: datetime) -> SourceFile:
    file = SourceFile(
        sha256=sha256(data).digest(),
        kind=kind,
        name=_plain(name),
        size=len(data),
        records=records,
        data=zlib.compress(data, 9),
        imported_at=at,
    )
    subject = f"source:{file.sha256.hex()}"
    record("source.imported", actor=actor, at=at, subject=subject, rows=[file], note=f"{kind} {file.name}")
    return file


def _plain(name: str) -> str:
    """The file's own name, without its place; a byte of it that is no text becomes a mark."""
    return PurePath(name).name.encode("utf-8", "replace").decode()[:_LONGEST_NAME]
