"""The way of a certificate without a browser: every step by the API of the node whose step it is."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from openkp.documents.bundle import open_bundle
from openkp.documents.certificate_v1 import compose_certificate, finish_certificate, read_certificate
from openkp.documents.envelope import open_envelope
from openkp.documents.keys import ESP256, SoftSigner, new_private_key
from openkp.documents.qr import qr_png, qr_text
from openkp.project.demo import past
from openkp.project.demo.api import Api
from openkp.project.demo.cast import ANTWERP, SECRETARIAT, SIERRA_LEONE
from openkp.project.demo.founding import Hands
from openkp.project.demo.history import EXPORTERS
from openkp.project.demo.past import APPLICANTS, AS_DECLARED, PREPARING, RECEIVING, VALIDATING
from openkp.project.demo.stage import Stage


@dataclass(frozen=True)
class Desks:
    """The API as each of the people uses it."""

    applicant: Api
    preparing: Api
    validating: Api
    receiving: Api


@contextmanager
def desks_of(stage: Stage, hands: Hands, now: datetime) -> Iterator[Desks]:
    """A token for each desk."""
    at_home, abroad = (hands[part.code].ask("tokens", at=now) for part in (SIERRA_LEONE, ANTWERP))
    here, there = stage.address(SIERRA_LEONE), stage.address(ANTWERP)
    desks = Desks(
        applicant=Api(here, at_home[APPLICANTS[0]]),
        preparing=Api(here, at_home[PREPARING]),
        validating=Api(here, at_home[VALIDATING]),
        receiving=Api(there, abroad[RECEIVING]),
    )
    try:
        yield desks
    finally:
        for api in (desks.applicant, desks.preparing, desks.validating, desks.receiving):
            api.close()


def applied(desks: Desks, carats: str, dollars: str) -> dict[str, Any]:
    """An application, started and submitted."""
    fields = past.waiting_application(0, 0, carats, dollars)
    body = {"authority": SIERRA_LEONE.offices[0].code, "company": EXPORTERS[0][0], "fields": fields}
    draft = desks.applicant.post("/applications", body, key=secrets.token_hex(8))
    path = f"/applications/{draft['reference']}/submit"
    answer: dict[str, Any] = desks.applicant.post(path, version=draft["version"])
    return answer


def prepared(desks: Desks, application: dict[str, Any], number: int) -> dict[str, Any]:
    """Weighed, counted, sealed."""
    body = {"lines": application["fields"]["lines"], **past.found(number, f"DEMO/{number}")}
    path = f"/applications/{application['reference']}/prepare"
    answer: dict[str, Any] = desks.preparing.post(path, body, version=application["version"])
    return answer


def validated(desks: Desks, application: dict[str, Any]) -> str:
    """Issued; the certificate's number."""
    path = f"/applications/{application['reference']}/validate"
    return str(desks.validating.post(path, version=application["version"])["number"])


def issued(desks: Desks, number: int, carats: str, dollars: str) -> str:
    """The three steps at once."""
    return validated(desks, prepared(desks, applied(desks, carats, dollars), number))


def delivered(desks: Desks, number: str) -> None:
    """The notice is at the importer, and its receipt is back."""
    desks.validating.until(f"/certificates/{number}", status="delivered")


def arrived(desks: Desks, number: str, now: datetime) -> None:
    """Presented to the importing authority."""
    seen = desks.receiving.get(f"/arrivals/{number}")
    body = {"arrived_on": now.date().isoformat()}
    desks.receiving.post(f"/arrivals/{number}/arrival", body, version=seen["version"])


def confirmed(desks: Desks, number: str, now: datetime) -> None:
    """Found as declared; the confirmation comes back by the post and closes the certificate."""
    seen = desks.receiving.get(f"/arrivals/{number}")
    declared = desks.validating.get(f"/certificates/{number}")
    line = {"hs": "7102.31", "carats": declared["carats"], "value_usd": declared["value_usd"], "parcels": "2"}
    found = {"received_on": now.date().isoformat(), "lines": [line], "seals": declared["seals"], **AS_DECLARED}
    desks.receiving.post(f"/arrivals/{number}/confirmation", found, version=seen["version"])
    desks.validating.until(f"/certificates/{number}", status="closed")


def closed(desks: Desks) -> str:
    """A confirmation that differed is looked at, and its certificate closed."""
    waiting = desks.preparing.get("/certificates?status=confirmed")["rows"][0]
    path = f"/certificates/{waiting['number']}/close"
    desks.preparing.post(path, {"reason": "Weighed twice; the scales differ."}, version=waiting["version"])
    return str(waiting["number"])


def voided(desks: Desks, number: str) -> None:
    """Ended for ever, and told to the importer."""
    delivered(desks, number)
    seen = desks.validating.get(f"/certificates/{number}")
    body = {"reason": "customer_cancelled", "note": ""}
    desks.validating.post(f"/certificates/{number}/void", body, version=seen["version"])
    desks.receiving.until(f"/arrivals/{number}", status="cancelled")


def newest_bundle(stage: Stage, hands: Hands) -> bytes:
    """Both countries publish, the Secretariat asks both, and gives everything to anyone."""
    for part in (SIERRA_LEONE, ANTWERP, SECRETARIAT):
        hands[part.code].ask("turn")
    return httpx.get(f"{stage.address(SECRETARIAT)}/bundle", trust_env=False, timeout=30).raise_for_status().content


def stranger(document: bytes, bundle: bytes, now: datetime) -> bytes:
    """The same certificate, signed by somebody with a key that no list names."""
    keyring = open_bundle(bundle, at=now).keyring
    proven = read_certificate(open_envelope(document, keyring, typ="kpc"))
    assert proven.certificate is not None, "the full form was asked for"
    forger = SoftSigner.from_pem(new_private_key(ESP256, secrets.token_bytes(32)))
    draft = compose_certificate(
        proven.certificate, key=forger.key, seed16=secrets.token_bytes(16), status=proven.status
    )
    return finish_certificate(draft, forger.sign(draft.to_sign))


def picture(document: bytes, stage: Stage) -> bytes:
    """The QR code as it stands on the paper."""
    return qr_png(qr_text(document, stage.address(SIERRA_LEONE)))


def write(directory: Path, files: dict[str, bytes]) -> None:
    """Keep what was made."""
    for name, data in files.items():
        (directory / name).write_bytes(data)
