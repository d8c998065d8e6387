"""How each operation of the API is asked: whose object, which version, which body."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.factories import INSPECTION, RECEIPT
from tests.portal.matrix.world import CARATS, Side

REASON = {"reason": "The address is incomplete."}
Asked = Callable[[Side], dict[str, Any]]


def of_application(name: str, body: Any = None) -> Asked:
    """An operation on the application in this state."""
    return lambda side: {"path": getattr(side, name).reference, "row": getattr(side, name), "body": body}


def of_certificate(name: str, body: Any = None) -> Asked:
    """An operation on the certificate in this state."""
    return lambda side: {"path": getattr(side, name).number, "row": getattr(side, name), "body": body}


def of_arrival(name: str, body: Any = None) -> Asked:
    """An operation on the arrival in this state."""
    return lambda side: {"path": getattr(side, name).certificate.number, "row": getattr(side, name), "body": body}


def starting(side: Side) -> dict[str, Any]:
    """A new application for the company of a side."""
    body = {
        "authority": side.cast.sierra_leone.code,
        "company": side.cast.company.name,
        "fields": {"destination": "EU"},
    }
    return {"body": body}


def receiving(side: Side) -> dict[str, Any]:
    """A receipt of the goods that arrived."""
    body = {**RECEIPT, "lines": CARATS, "received_on": side.arrived.arrived_on.isoformat()}
    return {"path": side.arrived.certificate.number, "row": side.arrived, "body": body}


def arriving(side: Side) -> dict[str, Any]:
    """The goods came on the day after the notice."""
    body = {"arrived_on": (side.expected.noticed_at + timedelta(days=1)).date().isoformat()}
    return {"path": side.expected.certificate.number, "row": side.expected, "body": body}


def presenting(side: Side) -> dict[str, Any]:
    """A certificate in somebody's hand."""
    return {"data": bytes(side.issued.document.data)}


def filed(side: Side) -> dict[str, Any]:
    """The return that was filed."""
    return {"path": str(side.returns.filed.pk)}


INSPECTED = {**INSPECTION, "lines": CARATS}

OPERATIONS: dict[tuple[str, str], Asked] = {
    ("GET", "/api/v1/applications"): lambda side: {},
    ("POST", "/api/v1/applications"): starting,
    ("GET", "/api/v1/applications/{reference}"): of_application("applied"),
    ("PATCH", "/api/v1/applications/{reference}"): of_application("draft", {"remarks": "Handle with care."}),
    ("POST", "/api/v1/applications/{reference}/submit"): of_application("draft"),
    ("POST", "/api/v1/applications/{reference}/withdraw"): of_application("applied"),
    ("POST", "/api/v1/applications/{reference}/return"): of_application("applied", REASON),
    ("POST", "/api/v1/applications/{reference}/reject"): of_application("applied", REASON),
    ("POST", "/api/v1/applications/{reference}/send-back"): of_application("prepared", REASON),
    ("POST", "/api/v1/applications/{reference}/prepare"): of_application("applied", INSPECTED),
    ("POST", "/api/v1/applications/{reference}/validate"): of_application("prepared"),
    ("GET", "/api/v1/certificates"): lambda side: {},
    ("GET", "/api/v1/certificates/{number}"): of_certificate("differing"),
    ("GET", "/api/v1/certificates/{number}/document"): of_certificate("differing"),
    ("POST", "/api/v1/certificates/{number}/void"): of_certificate("issued", {"reason": "printer_error"}),
    ("POST", "/api/v1/certificates/{number}/close"): of_certificate("differing", REASON),
    ("POST", "/api/v1/certificates/{number}/expire"): of_certificate("overdue"),
    ("GET", "/api/v1/arrivals"): lambda side: {},
    ("POST", "/api/v1/arrivals"): presenting,
    ("GET", "/api/v1/arrivals/{number}"): of_arrival("expected"),
    ("POST", "/api/v1/arrivals/{number}/arrival"): arriving,
    ("POST", "/api/v1/arrivals/{number}/confirmation"): receiving,
    ("GET", "/api/v1/statistics/filings"): lambda side: {},
    ("GET", "/api/v1/statistics/filings/{filing_id}"): filed,
    ("GET", "/api/v1/statistics/filings/{filing_id}/document"): filed,
    ("GET", "/api/v1/statistics/late"): lambda side: {},
    ("GET", "/api/v1/participants"): lambda side: {},
    ("GET", "/api/v1/rules"): lambda side: {},
    ("POST", "/api/v1/verify"): presenting,
}
