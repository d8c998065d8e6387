"""A program that uses a node's API as any other program would: over HTTP, with a token."""

import time
from typing import Any

import httpx

from openkp.project.demo.errors import DemoError
from openkp.scheme.words import N_, Sentence

PATIENCE = 30.0


class Api:
    """One person's token at one node. Every refusal is a ``DemoError`` that names the address and the problem."""

    def __init__(self, address: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=f"{address}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=30,
        )
        self._address = address

    def get(self, path: str) -> Any:
        """What is there now."""
        return self._answered("GET", path).json()

    def document(self, number: str) -> bytes:
        """The signed bytes of a certificate."""
        return self._answered("GET", f"/certificates/{number}/document").content

    def post(self, path: str, body: object = None, *, version: int | None = None, key: str = "") -> Any:
        """Change something: of the version that was read, or once for a key."""
        headers = {"If-Match": f'"{version}"'} if version is not None else {}
        headers |= {"Idempotency-Key": key} if key else {}
        return self._answered("POST", path, json=body, headers=headers).json()

    def until(self, path: str, **wanted: object) -> Any:
        """What is there once it has these values; the post takes its time."""
        until, seen = time.monotonic() + PATIENCE, None
        while time.monotonic() < until:
            answer = self._client.get(path)
            seen = answer.json() if answer.status_code == httpx.codes.OK else {"status": answer.status_code}
            if all(seen.get(name) == value for name, value in wanted.items()):
                return seen
            time.sleep(0.1)
        values = {"address": self._address + path, "wanted": str(wanted), "seen": str(seen)[:300]}
        raise DemoError(
            Sentence(N_("%(address)s did not come to %(wanted)s; it is %(seen)s"), values), code="demo-late"
        )

    def _answered(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = self._client.request(method, path, **more)
        if answer.is_success:
            return answer
        values = {"path": f"{method} {self._address}{path}", "status": answer.status_code, "why": answer.text[:500]}
        raise DemoError(Sentence(N_("%(path)s answered %(status)s: %(why)s"), values), code="demo-refused")

    def close(self) -> None:
        """Hang up."""
        self._client.close()
