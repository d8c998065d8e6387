"""Over HTTPS: one POST an envelope, one GET a publication. What comes back is bounded, and believed for nothing.

Messages are sealed and signed by themselves; TLS hides who writes to whom, and how much. Plain HTTP leaves this
machine never: it is for nodes side by side on loopback.
"""

import json
import re
import time
from datetime import timedelta
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

import httpx

from openkp.documents.bundle import LIMIT
from openkp.documents.canonical import decode
from openkp.documents.errors import DocumentError
from openkp.exchange.answers import Answer, Held, Receipted
from openkp.exchange.errors import PeerError
from openkp.scheme.words import N_, Sentence

TIMEOUT = httpx.Timeout(15.0, connect=5.0)
PATIENCE, SLOWEST = 20.0, 4_000.0
"""Seconds for an answer, and bytes a second beyond: a bad line is borne, a peer that drips bytes stops no loop."""
_CODE = re.compile(r"[a-z0-9_-]{1,60}", re.ASCII)


class Https:
    """Two clients: the outside world may be reached through a proxy of the environment, loopback never is."""

    def __init__(self) -> None:
        self._outside = httpx.Client(timeout=TIMEOUT, follow_redirects=False)
        self._inside = httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._outside.close()
        self._inside.close()

    def push(self, envelope: bytes, endpoint: str, *, to: str) -> Answer:
        """Hand over one envelope. Raises ``PeerError`` for anything but a receipt or "held"."""
        status, body = self._exchanged("POST", f"{endpoint}/mbx/{to}", envelope)
        if status == httpx.codes.OK:
            return Receipted(body)
        return _held(body)

    def fetch(self, endpoint: str, path: str) -> bytes:
        """What the node publishes at ``path``. Raises ``PeerError``."""
        return self._exchanged("GET", endpoint + path, b"")[1]

    def _exchanged(self, method: str, url: str, content: bytes) -> tuple[int, bytes]:
        client = self._inside if on_loopback(url) else self._outside
        headers = {"Content-Type": "application/cbor"} if content else {}
        try:
            with client.stream(method, url, content=content or None, headers=headers) as response:
                body = _bounded(response)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PeerError(
                Sentence(N_("%(url)s did not answer: %(why)s."), {"url": url, "why": type(error).__name__}),
                code="no-answer",
            ) from error
        if response.status_code not in (httpx.codes.OK, httpx.codes.ACCEPTED):
            raise _refusal(url, response, body)
        return response.status_code, body


def on_loopback(url: str) -> bool:
    """Whether the address is this machine. Raises ``PeerError`` for one that must not or cannot be used."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    inside = host == "localhost" or _is_loopback(host)
    if not host or parts.scheme not in ("https", "http") or (parts.scheme == "http" and not inside):
        raise PeerError(
            Sentence(N_("%(url)s is not an https address; plain http is for this machine only."), {"url": url}),
            code="insecure-address",
        )
    return inside


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _bounded(response: httpx.Response) -> bytes:
    body, end = bytearray(), time.monotonic() + PATIENCE
    for chunk in response.iter_bytes():
        body += chunk
        if time.monotonic() > end + len(body) / SLOWEST:
            raise PeerError(N_("The answer took longer than an answer may take."), code="answer-too-slow")
        if len(body) > LIMIT:
            raise PeerError(N_("The answer is larger than an answer may be."), code="answer-too-large")
    return bytes(body)


def _held(body: bytes) -> Held:
    try:
        match decode(body):
            case {"waiting_for": seq} if type(seq) is int and seq > 0:
                return Held(seq)
    except DocumentError:
        pass
    raise PeerError(N_("The answer is neither a receipt nor a place in the chain."), code="answer")


def _refusal(url: str, response: httpx.Response, body: bytes) -> PeerError:
    """What the other node says is a hint for people: it is signed by nobody, so the message is tried again."""
    try:
        said = json.loads(body)
        code = str(said["code"])
    except (ValueError, TypeError, KeyError, RecursionError):
        code = ""
    code = code if _CODE.fullmatch(code) else f"http-{response.status_code}"
    seconds = response.headers.get("Retry-After", "")
    return PeerError(
        Sentence(N_("%(url)s answered %(status)s."), {"url": url, "status": response.status_code}),
        code=code,
        retry_after=timedelta(seconds=int(seconds[:6])) if seconds.isascii() and seconds.isdigit() else timedelta(),
    )
