"""Status lists, made from the statuses of certificates. The journal says which of them changed since the last list."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet

from openkp.documents.policy import policy_on
from openkp.documents.status import StatusValue, allowed_change, open_status_list, pack, seal_status_list
from openkp.registry.certificates.models import Certificate
from openkp.registry.errors import BrokenRecord
from openkp.registry.journal import statements
from openkp.registry.journal.models import Entry, Head
from openkp.registry.participation.models import Authority, Publication
from openkp.registry.participation.operations.receive_publication import STATUS, keep, newest
from openkp.registry.participation.queries import active_key
from openkp.registry.participation.trust import is_specimen, own_keys
from openkp.registry.signers import signer_at
from openkp.scheme.certificates import Outcome
from openkp.scheme.life import Status
from openkp.scheme.words import N_, Sentence

MARKER = "status-marker"
"""The row that says how far into the journal the lists of a Participant have looked."""
CHUNK = 500

OF_STATUS = {
    Status.VALIDATED: StatusValue.VALID,
    Status.DELIVERED: StatusValue.VALID,
    Status.VOID: StatusValue.INVALID,
    Status.EXPIRED_UNUSED: StatusValue.INVALID,
}
OF_OUTCOME = {
    Outcome.ACCEPTED: StatusValue.USED,
    Outcome.ACCEPTED_WITH_DISCREPANCY: StatusValue.USED,
    Outcome.REFUSED: StatusValue.INVALID,
    Outcome.DETAINED: StatusValue.SUSPENDED,
}
Changes = dict[str, dict[int, StatusValue]]


def status_value(status: str, outcome: str | None) -> StatusValue:
    """What the list says of a certificate: by its status, and once it was received by what the importer found."""
    if Status(status) in OF_STATUS:
        return OF_STATUS[Status(status)]
    return OF_OUTCOME[Outcome(outcome or "")]


@transaction.atomic
def publish_status_lists(participant: str, *, at: datetime) -> int:
    """Sign anew each list whose certificates changed, or of whose time to live half has passed; how many."""
    marker = Publication.objects.select_for_update().filter(kind=MARKER, issuer=participant).first()
    seen, size = marker.journal_size if marker else 0, Head.objects.get(pk=1).size
    changes = _changes(participant, seen, size) if size > seen else {}
    renewed = set(renewals(at).filter(issuer=participant).values_list("name", flat=True))
    made = sum(
        _publish(participant, uri, changes.get(uri, {}), renew=uri in renewed, at=at)
        for uri in sorted(renewed | set(changes))
    )
    if size > seen:
        keep(MARKER, participant, "", b"", content=bytes(32), journal_size=size, at=at)
    return made


def renewals(at: datetime) -> QuerySet[Publication, Publication]:
    """Our status lists of whose time to live half has passed."""
    own = Authority.objects.values("participant")
    half = policy_on(at.date()).fresh / 4
    return Publication.objects.filter(kind=STATUS, issuer__in=own, at__lte=at - half)


def _publish(participant: str, uri: str, changes: dict[int, StatusValue], *, renew: bool, at: datetime) -> int:
    held = newest(STATUS, participant, uri)
    values = open_status_list(held, own_keys(), uri=uri).values if held else []
    before = list(values)
    values += [StatusValue.VALID] * (max(changes, default=-1) + 1 - len(values))
    for index, value in changes.items():
        if not allowed_change(values[index], value):
            raise BrokenRecord(
                Sentence(N_("The status of certificate %(index)s in %(uri)s went back."), {"index": index, "uri": uri}),
                code="status-undone",
            )
        values[index] = value
    if values == before and not renew:
        return 0
    at, policy = at.replace(microsecond=0), policy_on(at.date())
    data = seal_status_list(
        values,
        signer_at(active_key(participant, "status", at).uri),
        uri=uri,
        issuer=participant,
        at=at,
        expires=at + policy.noted,
        ttl=policy.fresh / 2,
        specimen=is_specimen(),
    )
    statements.append(participant, "kpl", data)
    keep(STATUS, participant, uri, data, content=sha256(pack(values)).digest(), at=at)
    return 1


def _changes(participant: str, seen: int, size: int) -> Changes:
    """The statuses that changed between two sizes of the journal, by list and place."""
    issued = Certificate.objects.filter(authority__participant=participant)
    found: Changes = defaultdict(dict)
    for rows in [issued] if seen == 0 else _touched(issued, seen, size):
        wanted = rows.values_list("status_uri", "status_index", "status", "confirmation__outcome")
        for uri, index, status, outcome in wanted.iterator(chunk_size=2000):
            found[uri][index] = status_value(status, outcome)
    return found


def _touched(
    issued: QuerySet[Certificate, Certificate], seen: int, size: int
) -> Iterator[QuerySet[Certificate, Certificate]]:
    """The certificates that these journal entries wrote."""
    entries = Entry.objects.filter(seq__gte=seen, seq__lt=size, data__contains="certificates.certificate")
    written = sorted({pk for data in entries.values_list("data", flat=True) for pk in _certificates_in(data)})
    for start in range(0, len(written), CHUNK):
        yield issued.filter(pk__in=written[start : start + CHUNK])


def _certificates_in(data: str) -> Iterable[int]:
    return [pk for label, pk, _ in json.loads(data)["rows"] if label == "certificates.certificate"]
