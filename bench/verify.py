"""Offline verification of a whole certificate against the raw signature check of the same bytes.

Ours: strict decoding, trusted key, signature, every committed field against the signed root, dated rules of
participation, status list. Baseline: ECDSA P-256 over the very bytes that were signed, with the key loaded.
Each round times both, in turns; the medians are compared.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from openkp.documents.canonical import decode, encode
from openkp.documents.certificate_v1 import read_certificate
from openkp.documents.envelope import open_envelope
from openkp.documents.keys import KeyUse
from openkp.documents.verdicts import Answer
from openkp.documents.verify import verify_document
from tests.unit.documents import verify_world as world
from tests.unit.documents.trust_world import NOON, use_signer

ROUNDS = 400
BATCH = 20


def measure(*, rounds: int, rows: int) -> dict[str, Any]:
    """Microseconds of one verification, and of the baseline."""
    document, bundle = world.certificate_document(), world.bundle()
    subjects: dict[str, Callable[[], Any]] = {
        "baseline": raw_verification(document),
        "envelope": lambda: open_envelope(document, bundle.keyring, typ="kpc"),
        "document": lambda: read_certificate(open_envelope(document, bundle.keyring, typ="kpc")),
        "verdict": lambda: verify_document(document, bundle, at=NOON, participation=world.PARTICIPATION),
    }
    assert subjects["verdict"]().verdict is Answer.GENUINE_OPEN
    times: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds or ROUNDS):
        for name, subject in subjects.items():
            times[name].append(timed(subject))
    median = {name: statistics.median(values) for name, values in times.items()}
    return {
        "ratio": round(median["baseline"] / median["verdict"], 3),
        "aim": 0.8,
        "unit": "us",
        "ours": round(median["verdict"], 1),
        "ours_name": "verify_document: full form, commitments, dated rules, status list",
        "baseline": round(median["baseline"], 1),
        "baseline_name": "raw ECDSA P-256 SHA-256 verification of the same bytes",
        "bytes": len(document),
        "rows": [
            {"step": name, "us": round(value, 1), "of_raw": round(value / median["baseline"], 2)}
            for name, value in median.items()
        ],
    }


def raw_verification(document: bytes) -> Callable[[], None]:
    """The signature check alone, everything prepared."""
    protected, _, payload, signature = decode(document).value
    message = encode(["Signature1", protected, b"", payload])
    point = use_signer("SL", KeyUse.CERTIFICATE).key.raw
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    der = utils.encode_dss_signature(*(int.from_bytes(half, "big") for half in (signature[:32], signature[32:])))
    algorithm = ec.ECDSA(hashes.SHA256())
    return lambda: key.verify(der, message, algorithm)


def timed(subject: Callable[[], Any]) -> float:
    """Microseconds of one call, over a batch."""
    began = time.perf_counter()
    for _ in range(BATCH):
        subject()
    return (time.perf_counter() - began) / BATCH * 1e6
