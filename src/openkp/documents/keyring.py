"""The keyring: every key that may be believed on a day, made of one trust list, its manifests and a national overlay.

``find`` is what ``open_envelope`` asks. It gives the time in which the key could sign already cut to the time in which
its Participant was one and was not suspended, so that no caller can forget to ask.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from openkp.documents.errors import Malformed, Untrusted
from openkp.documents.keys import KeyRecord, KeyUse
from openkp.documents.manifest import KeyManifest, ManifestKey, midnight, root_records
from openkp.documents.trust import Member, TrustList
from openkp.scheme.words import N_, Sentence

#: What a suspended Participant may no longer sign. It may still cancel, report and write messages.
SUSPENDED_USES = (KeyUse.CERTIFICATE, KeyUse.CONFIRMATION)
_DECIDED = re.compile(r"[A-Z]{2,12}|[0-9a-f]{16}", re.ASCII)


class Decision(StrEnum):
    """What a state decides for its own officers, whatever the list says."""

    TRUST = "trust"
    DISTRUST = "distrust"


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """The national decisions of ``country``: a Participant's code or a key id in hex, and the decision about it.

    ``distrust`` refuses what it signed, at any time. ``trust`` of a Participant sets its suspension and its end
    aside. Nothing here adds a key: trust in a key always comes from a signed list and a signed manifest.
    """

    country: str
    decisions: Mapping[str, Decision]

    def about(self, code: str) -> Decision | None:
        """The decision about this Participant or key id."""
        return self.decisions.get(code)


def read_overlay(text: str) -> Overlay:
    """Read ``{"country": "CH", "decisions": {"XX": "distrust"}}``. Raises ``Malformed``.

    A name that can be no code and no key id is refused: whoever mistyped it would believe it decided.
    """
    try:
        match json.loads(text):
            case {"country": str() as country, "decisions": dict() as decisions, **rest} if not rest:
                if not all(map(_DECIDED.fullmatch, decisions)):
                    raise ValueError("a name that is no code and no key id")
                return Overlay(country=country, decisions={name: Decision(word) for name, word in decisions.items()})
    except (ValueError, RecursionError):
        pass
    raise Malformed(N_("The file of national decisions cannot be read."), code="overlay")


class Keyring:
    """Keys by key id as of ``at`` (an aware UTC instant). Raises ``ValueError`` for a manifest of a stranger."""

    def __init__(
        self,
        trust_list: TrustList,
        manifests: Iterable[KeyManifest] = (),
        *,
        at: datetime,
        overlay: Overlay | None = None,
    ) -> None:
        self.trust_list = trust_list
        self.overlay = overlay
        self.manifests = {manifest.participant: manifest for manifest in manifests}
        self._at = at
        self._members = {member.code: self._as_decided(member) for member in trust_list.members}
        if not self._members.keys() >= self.manifests.keys():
            raise ValueError("a manifest of somebody who is not on the list")
        self._records: dict[bytes, KeyRecord] = {}
        self._keys: dict[bytes, ManifestKey] = {}
        self._claimed_twice: set[bytes] = set()
        self._fill()

    def _as_decided(self, member: Member) -> Member:
        if self.overlay and self.overlay.about(member.code) is Decision.TRUST:
            return replace(member, until=None, suspended_on=None)
        return member

    def _fill(self) -> None:
        for member in self._members.values():
            for record in root_records(member, self.trust_list):
                self._records[record.key.kid] = record
            manifest = self.manifests.get(member.code)
            for key in manifest.keys if manifest else ():
                if key.key.kid in self._records:
                    self._claimed_twice.add(key.key.kid)
                self._records[key.key.kid] = self._record(member, key)
                self._keys[key.key.kid] = key

    def _record(self, member: Member, key: ManifestKey) -> KeyRecord:
        ends = [key.signs_until]
        ends += [midnight(member.until)] if member.until else []
        ends += [midnight(member.suspended_on)] if member.suspended_on and key.use in SUSPENDED_USES else []
        return KeyRecord(
            key=key.key,
            participant=member.code,
            authority=key.authority,
            use=key.use,
            valid_from=max(key.valid_from, midnight(member.since)),
            valid_until=min(ends),
            revoked_from_log_size=key.revoked_from_log_size,
            specimen=self.trust_list.specimen,
        )

    def member(self, code: str) -> Member | None:
        """The member with this code, as the national overlay leaves it."""
        return self._members.get(code)

    def find(self, kid: bytes) -> KeyRecord:
        """The record of the key with this ``kid``. Raises ``Untrusted``, with a code for each reason."""
        record = self._records.get(kid)
        if record is None:
            raise Untrusted(N_("No trusted key has this key id: the signer is unknown."), code="unknown_key")
        if kid in self._claimed_twice:
            raise Untrusted(N_("Two Participants name this key as theirs."), code="key_claimed_twice")
        if self.overlay and Decision.DISTRUST in (
            self.overlay.about(kid.hex()),
            self.overlay.about(record.participant),
        ):
            values = {"country": self.overlay.country, "participant": record.participant}
            raise Untrusted(
                Sentence(N_("National decision of %(country)s: this key of %(participant)s is not trusted."), values),
                code="national_decision",
            )
        if kid in self._keys and self._at >= self._keys[kid].valid_until:
            raise Untrusted(N_("The key has ended: what it signed can no longer be verified."), code="key_expired")
        return record

    def why_outside(self, kid: bytes, signed_at: datetime) -> Untrusted:
        """Why a key could not sign at ``signed_at``, in the most useful words: for a reader, after ``key_life``."""
        record = self.find(kid)
        reason = self._why_member(self._members[record.participant], signed_at.date(), record)
        if reason:
            return reason
        if signed_at < record.valid_from:
            return Untrusted(N_("It is dated before its key could sign."), code="key_not_yet_valid")
        return Untrusted(N_("It is dated after its key ceased to sign."), code="signed_after_key")

    def _why_member(self, member: Member, day: date, record: KeyRecord) -> Untrusted | None:
        values = {"code": member.code, "name": member.name, "day": day.isoformat()}
        if not member.in_force(day):
            sentence = N_("%(name)s (%(code)s) is not on the trust list for %(day)s.")
            return Untrusted(Sentence(sentence, values), code="not_a_participant")
        if member.suspended(day) and record.use in SUSPENDED_USES:
            sentence = N_("%(name)s (%(code)s) was suspended on %(day)s and could not sign this.")
            return Untrusted(Sentence(sentence, values), code="participant_suspended")
        return None
