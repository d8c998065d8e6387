"""Checkpoints: what a log states about itself, as a C2SP signed note (c2sp.org/tlog-checkpoint).

    kp.gov.sl/log
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
    time 1790000000

    — kp.gov.sl/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

Our profile has exactly one signature line, by the log's own Ed25519 key, and one extension line with the time.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from openkp.documents.errors import Malformed, Unsupported, Untrusted
from openkp.documents.keys import ED25519, PublicKey, Signer
from openkp.documents.log import LARGEST
from openkp.scheme.words import N_

LIMIT = 1_000
ED25519_NOTE = b"\x01"  # c2sp.org/signed-note, signature types

_ORIGIN = re.compile(r"[!-*,-~]{1,120}", re.ASCII)
_NOTE = re.compile(
    "(?P<origin>[!-*,-~]{1,120})\n(?P<size>[0-9]{1,16})\n(?P<root>[A-Za-z0-9+/]{43}=)\ntime (?P<time>[0-9]{1,12})\n"
    "\n— (?P<name>[!-*,-~]{1,120}) (?P<signature>[A-Za-z0-9+/]{91}=)\n"
)


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """The statement that the log ``origin`` had ``size`` entries and this root at the instant ``at`` (UTC seconds)."""

    origin: str
    size: int
    root: bytes
    at: datetime

    def __post_init__(self) -> None:
        if not _ORIGIN.fullmatch(self.origin):
            raise ValueError("an origin is ASCII without spaces or plus signs")
        if not 0 <= self.size <= LARGEST or len(self.root) != 32:
            raise ValueError("not the size and root of a log")
        if self.at.utcoffset() != timedelta(0) or self.at.microsecond or self.at.year < 1970:
            raise ValueError("a checkpoint's time is in UTC and in whole seconds")

    @property
    def text(self) -> bytes:
        """The note's text, which is what is signed."""
        root = b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\ntime {int(self.at.timestamp())}\n".encode()


def note_key_id(origin: str, key: PublicKey) -> bytes:
    """The four bytes by which a signature line names its key (c2sp.org/signed-note). Raises ``Unsupported``."""
    if key.algorithm != ED25519:
        raise Unsupported(N_("Checkpoints are signed with Ed25519."), code="algorithm")
    return sha256(origin.encode() + b"\n" + ED25519_NOTE + key.raw).digest()[:4]


def verifier_key(origin: str, key: PublicKey) -> str:
    """The key as C2SP tools take it: ``origin+hash+base64``."""
    return f"{origin}+{note_key_id(origin, key).hex()}+{b64encode(ED25519_NOTE + key.raw).decode()}"


def sign_checkpoint(origin: str, size: int, root: bytes, signer: Signer, at: datetime) -> bytes:
    """The signed note. Raises ``ValueError`` for what no log can state, ``BadSignature`` for a faulty signer."""
    checkpoint = Checkpoint(origin=origin, size=size, root=root, at=at)
    named = note_key_id(origin, signer.key)
    signature = signer.sign(checkpoint.text)
    signer.key.verify(signature, checkpoint.text)
    return _printed(checkpoint, named + signature)


def open_checkpoint(note: bytes, key: PublicKey, *, origin: str | None = None) -> Checkpoint:
    """The checkpoint that ``key`` signed, for the log ``origin`` if it is given. Raises a ``DocumentError``."""
    checkpoint, signature = _parsed(note)
    if origin is not None and checkpoint.origin != origin:
        raise Untrusted(N_("This is the checkpoint of another log."), code="wrong_origin")
    if signature[:4] != note_key_id(checkpoint.origin, key):
        raise Untrusted(N_("Another key than the log's signed this checkpoint."), code="unknown_key")
    key.verify(signature[4:], checkpoint.text)
    return checkpoint


def _printed(checkpoint: Checkpoint, signature: bytes) -> bytes:
    line = f"\n— {checkpoint.origin} {b64encode(signature).decode()}\n"
    return checkpoint.text + line.encode()


def _parsed(note: bytes) -> tuple[Checkpoint, bytes]:
    """Read the note; what does not print back to the same bytes is refused."""
    if len(note) > LIMIT:
        raise _malformed()
    try:
        found = _NOTE.fullmatch(note.decode())
    except UnicodeDecodeError:
        raise _malformed() from None
    if found is None:
        raise _malformed()
    try:
        checkpoint = Checkpoint(
            origin=found["origin"],
            size=int(found["size"]),
            root=b64decode(found["root"]),
            at=datetime.fromtimestamp(int(found["time"]), UTC),
        )
    except ValueError:
        raise _malformed() from None
    signature = b64decode(found["signature"])
    if _printed(checkpoint, signature) != note:
        raise _malformed()
    return checkpoint, signature


def _malformed() -> Malformed:
    return Malformed(N_("This is not a checkpoint."), code="checkpoint")
