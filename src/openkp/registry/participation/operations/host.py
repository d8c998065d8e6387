"""Setting a node up: the authorities it hosts and the keys it signs with."""

import os
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from openkp.documents.keys import SoftSigner, new_private_key
from openkp.documents.sealing import PREFERRED, MessageKey
from openkp.registry import faults
from openkp.registry.accounts.actors import NODE, Actor
from openkp.registry.accounts.operations.people import check_may_administer
from openkp.registry.certificates.models import NumberSeries
from openkp.registry.entropy import random_bytes
from openkp.registry.errors import Conflict
from openkp.registry.journal.models import Journaled
from openkp.registry.journal.record import record
from openkp.registry.participation.models import Authority, NodeKey
from openkp.registry.participation.queries import policy_of
from openkp.registry.signers import key_path
from openkp.scheme.words import N_, Sentence

NO_AUTHORITY = 0  # which nobody administers: only the node's operator passes


@transaction.atomic
def host_authority(*, at: datetime, actor: Actor = NODE, **columns: Any) -> Authority:
    """Host an authority: its name, code, roles and the settings that differ from the defaults."""
    check_may_administer(actor, NO_AUTHORITY)
    authority = Authority(**columns)
    rows: list[Journaled] = [authority]
    if not authority.is_office:
        _check_numbers(authority, at)
        last = policy_of(authority, at.date()).number_format.first - 1
        rows.append(NumberSeries(authority=authority, last=last))
    record("authority.hosted", actor=actor, at=at, subject=f"authority:{authority.code}", rows=rows)
    return authority


@transaction.atomic
def change_settings(authority: Authority, settings: dict[str, Any], *, actor: Actor, at: datetime) -> Authority:
    """Change what a state may change: tolerances, validity, deadlines."""
    check_may_administer(actor, authority.pk)
    authority.settings = {**authority.settings, **settings}
    if not authority.is_office:
        _check_numbers(authority, at)
    record("authority.settings_changed", actor=actor, at=at, subject=f"authority:{authority.code}", rows=[authority])
    return authority


def _check_numbers(authority: Authority, at: datetime) -> None:
    """No number can be given twice: two Exporting Authorities of one Participant have ranges apart. Source: CERT-04."""
    others = Authority.objects.filter(participant=authority.participant, exporting=True).exclude(code=authority.code)
    mine = policy_of(authority, at.date()).number_format
    for other in others if authority.exporting else ():
        theirs = policy_of(other, at.date()).number_format
        if mine.first <= theirs.last and theirs.first <= mine.last:
            raise Conflict(
                Sentence(N_("Its certificate numbers would also be those of %(other)s."), {"other": other.code}),
                code="numbers-overlap",
                advice=Sentence(N_("Give each Exporting Authority of a Participant a range of numbers of its own.")),
            )


@transaction.atomic
def add_key(
    participant: str,
    use: str,
    algorithm: str,
    *,
    at: datetime,
    authority: Authority | None = None,
    actor: Actor = NODE,
    years: int = 2,
) -> NodeKey:
    """Make a key in the node's key directory and write down its public half. Earlier keys of the use stop signing."""
    pem = new_private_key(algorithm, random_bytes(32))
    public = SoftSigner.from_pem(pem).key
    key = NodeKey(
        participant=participant,
        authority=authority,
        use=use,
        algorithm=algorithm,
        public_key=public.cose_key,
        kid=public.kid,
        valid_from=at.replace(microsecond=0) - timedelta(seconds=1),
        signs_until=at.replace(microsecond=0) + timedelta(days=365 * years),
    )
    return _enter(key, pem, actor=actor, at=at)


@transaction.atomic
def add_sealing_key(
    participant: str, *, at: datetime, suite: str = PREFERRED, actor: Actor = NODE, years: int = 2
) -> NodeKey:
    """Make the key that others seal messages to ``participant`` with. Earlier ones still open what they sealed."""
    made = MessageKey.new(random_bytes(32), suite)
    key = NodeKey(
        participant=participant,
        use="sealing",
        algorithm=suite,
        public_key=made.public,
        kid=made.id,
        valid_from=at.replace(microsecond=0) - timedelta(seconds=1),
        signs_until=at.replace(microsecond=0) + timedelta(days=365 * years),
    )
    return _enter(key, made.to_pem(), actor=actor, at=at)


def _enter(key: NodeKey, pem: bytes, *, actor: Actor, at: datetime) -> NodeKey:
    """Keep the private half in the key directory, the public half here; earlier keys of the use step back."""
    check_may_administer(actor, key.authority_id or NO_AUTHORITY)
    owner = key.authority.code if key.authority else "all"
    key.uri = f"file:{key.participant}-{owner}-{key.use}-{bytes(key.kid).hex()}.pem"
    _write_private(key.uri, pem)
    faults.point("during-key-rotation")
    same = NodeKey.objects.filter(participant=key.participant, use=key.use, authority=key.authority, is_active=True)
    earlier = list(same)
    for old in earlier:
        old.is_active = False
    record("key.added", actor=actor, at=at, subject=f"key:{bytes(key.kid).hex()}", rows=[*earlier, key])
    return key


def _write_private(uri: str, pem: bytes) -> None:
    path = key_path(uri)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
