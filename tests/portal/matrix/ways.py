"""How each address is knocked at: whose object it names, and a request that someone with the right role may make."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from openkp.project import clock
from openkp.registry.accounts.operations.tokens import make_token
from openkp.registry.certificates.models import Application, Arrival, Certificate
from openkp.registry.statistics.models import AnomalyFound, Draft, Questionnaire, Release
from openkp.scheme.periods import Period
from tests.factories import INSPECTION, PASSWORD, RECEIPT
from tests.portal.matrix.world import CARATS, Side

Names = dict[str, Any]


@dataclass(frozen=True)
class Way:
    """``names`` gives the parts of the address on a side, ``sent`` what is posted there, ``asked`` what is asked."""

    names: Callable[[Side], Names] | None = None
    sent: Callable[[Side], Names] = field(default=lambda side: {})
    asked: str = ""


def flat(lines: list[dict[str, str]]) -> Names:
    """The lines as the boxes of a form: the third row is HS 7102.31."""
    return {f"lines-2-{name}": lines[0][name] for name in ("carats", "value_usd", "parcels")}


Versioned = Application | Certificate | Arrival | Draft | AnomalyFound | Questionnaire | Release


def versioned(row: Versioned, **fields: Any) -> Names:
    """What every form sends besides its own fields."""
    return {"key": "k" * 20, "version": row.version, **fields}


FOUND = {**flat(CARATS), "seals-0": "SL-884201", "seals-1": "SL-884202"}
INSPECTED = {
    **FOUND,
    **{
        name: INSPECTION[name]
        for name in ("container", "blank_serial", "parcel_reference", "certificate_location", "goods_presented")
    },
}
REASON = {"reason": "The address is incomplete."}


def application(name: str, **fields: Any) -> Way:
    """A page of the application in this state."""
    return Way(
        lambda side: {"reference": getattr(side, name).reference},
        lambda side: versioned(getattr(side, name), **fields),
    )


def certificate(name: str, **fields: Any) -> Way:
    """A page of the certificate in this state."""
    return Way(
        lambda side: {"number": getattr(side, name).number}, lambda side: versioned(getattr(side, name), **fields)
    )


def arrival(name: str, **fields: Any) -> Way:
    """A page of the arrival in this state."""
    return Way(
        lambda side: {"number": getattr(side, name).certificate.number},
        lambda side: versioned(getattr(side, name), **fields),
    )


def more(way: Way, **names: Any) -> Way:
    """The same with another part in its address."""
    assert way.names is not None
    inner = way.names
    return Way(lambda side: {**inner(side), **names}, way.sent)


def person(role: str) -> Callable[[Side], Names]:
    """The page of someone on a side."""
    return lambda side: {"username": getattr(side.cast, role).username}


def membership(side: Side) -> Names:
    """A role of the auditor on a side."""
    held = side.cast.auditor.memberships.get()
    return {"username": side.cast.auditor.username, "membership_id": held.pk}


def token_of(side: Side) -> int:
    """The exporter's own token; nobody else's."""
    if not side.cast.exporter.tokens.exists():
        make_token("of the exporter", actor=side.cast.actor("exporter"), at=clock.now())
    return side.cast.exporter.tokens.order_by("pk").first().pk


def presented(side: Side) -> Names:
    """A certificate in somebody's hand, before its notice came."""
    data = bytes(side.issued.document.data)
    return {"key": "k" * 20, "file": SimpleUploadedFile("paper.kpc", data)}


def figures() -> dict[str, Way]:
    """The public figures: each page, and the same as a file."""
    year, code, flow = {"year": 2024}, {"code": "AO"}, {"flow": "production"}
    parts = {"front": {}, "late": {}, "year": year, "participant": code, "asymmetry": year, "map": year}
    parts["cell"] = year | code | flow
    ways = {f"figures:{page}": Way(lambda side, named=named: named) for page, named in parts.items()}
    ways |= {
        f"figures:{page}-as": Way(lambda side, named=named: {**named, "form": "json"}) for page, named in parts.items()
    }
    ways |= {"figures:proven": Way(), "figures:proven-as": Way(lambda side: {"form": "json"})}
    total: Callable[[Side], Names] = lambda side: {"total_id": side.returns.total.pk}  # noqa: E731
    ways |= {f"figures:{name}": Way(total) for name in ("total", "total-document", "total-proof")}
    ways["figures:total-as"] = Way(lambda side: {**total(side), "form": "json"})
    return ways | {"figures:download": Way(), "figures:whole": Way(lambda side: {"form": "csv"})}


KEYED: Callable[[Side], Names] = lambda side: {"key": "k" * 20}  # noqa: E731
RECEIVED = {**FOUND, **{n: RECEIPT[n] for n in ("outcome", "seals_intact", "original_present")}}


def receipt(side: Side) -> Names:
    """A receipt of the goods that arrived."""
    return versioned(side.arrived, **RECEIVED, received_on=side.arrived.arrived_on.isoformat())


def arriving(side: Side) -> Names:
    """The goods came on the day after the notice."""
    return versioned(side.expected, arrived_on=(side.expected.noticed_at + timedelta(days=1)).date().isoformat())


def draft(name: str, **fields: Any) -> Way:
    """A page of the draft in this state."""
    return Way(
        lambda side: {"draft_id": getattr(side.returns, name).pk},
        lambda side: versioned(getattr(side.returns, name), **fields),
    )


def filed(**fields: Any) -> Way:
    """A page of what was filed."""
    return Way(lambda side: {"filing_id": side.returns.filed.pk}, lambda side: {**KEYED(side), **fields})


def anomaly(**fields: Any) -> Way:
    """A page of the anomaly of a side."""
    return Way(lambda side: {"key": side.returns.anomaly.key}, lambda side: versioned(side.returns.anomaly, **fields))


def case(at_stage: str, **fields: Any) -> Way:
    """A page of the questionnaire in this stage."""
    return Way(
        lambda side: {"reference": side.returns.about(at_stage).reference},
        lambda side: versioned(side.returns.about(at_stage), **fields),
    )


def edition(**fields: Any) -> Way:
    """A page of an edition that waits to be published."""
    return Way(
        lambda side: {"release_id": side.returns.release.pk}, lambda side: versioned(side.returns.release, **fields)
    )


def beginning(side: Side) -> Names:
    """The return of a quarter that nobody has begun."""
    period = Period.parse(side.returns.filed.period).previous
    return {"code": side.returns.authority.code, "kind": "trade", "period": str(period)}


def statistics() -> dict[str, Way]:
    """The desk of statistics."""
    names = {
        **dict.fromkeys(
            ("home", "filings", "anomalies", "ran", "questionnaires", "late", "late-csv", "allocations", "releases"),
            Way(),
        ),
        "start": Way(beginning, lambda side: {**KEYED(side), "empty": "1"}),
        "template": Way(lambda side: {"kind": "trade"}),
        "draft": draft("draft"),
        "edit": draft("draft", nature="nil", visibility="participant_private"),
        "upload": draft("draft"),
        "file": draft("prepared"),
        "send-back": draft("prepared", **REASON),
        "drop": draft("draft"),
        "filing": filed(),
        "filing-document": filed(),
        "correct": filed(**REASON),
        "prove": filed(flow="export"),
        "run": Way(sent=lambda side: {**KEYED(side), "year": "2024"}),
        "anomaly": anomaly(),
        "picture": anomaly(),
        "evidence": anomaly(),
        "dismiss": anomaly(**REASON),
        "ask": Way(sent=KEYED),
        "questionnaire": case("sent"),
        "case-send": case("computed"),
        "case-answer": case("sent", **{"questions-Q1-kind": "explained", "questions-Q1-answer": "One tender."}),
        "case-judge": case("answered", stage="explained", text="Plausible."),
        "case-close": case("explained", text="Plausible."),
        "share-out": Way(sent=lambda side: {**KEYED(side), "year": "2025"}),
        "build": Way(
            sent=lambda side: {
                **KEYED(side),
                "year": side.returns.filed.period[:4],
                "world": "real",
                "reading": "resolved",
            }
        ),
        "release": edition(),
        "release-content": edition(),
        "release-check": edition(),
        "release-publish": edition(),
        "release-drop": edition(),
    }
    return {f"statistics:{name}": way for name, way in names.items()}


PAGES: dict[str, Way] = {
    "api": Way(),
    "api:api-root": Way(),
    "api:openapi-json": Way(),
    "mailbox": Way(lambda side: {"to": side.cast.antwerp.participant}),
    "bundle": Way(),
    "trust-list": Way(),
    "manifest": Way(lambda side: {"code": side.cast.antwerp.participant}),
    "status-list": Way(lambda side: {"authority": side.cast.sierra_leone.code, "year": f"{side.issued.issued_on:%y}"}),
    "checkpoint": Way(lambda side: {"participant": side.cast.sierra_leone.participant}),
    "consistency": Way(lambda side: {"participant": side.cast.sierra_leone.participant}, asked="?old=1&new=2"),
    "inclusion": Way(lambda side: {"participant": side.cast.sierra_leone.participant}, asked="?index=0&size=2"),
    "tile": Way(
        lambda side: {"participant": side.cast.sierra_leone.participant, "level": 0, "place": "000", "width": 3}
    ),
    "language": Way(lambda side: {"code": "fr"}),
    "accounts:sign-in": Way(sent=lambda side: {"username": side.cast.exporter.username, "password": PASSWORD}),
    "accounts:sign-out": Way(),
    "accounts:desk": Way(),
    "accounts:second-factor": Way(sent=lambda side: {"token": "000000"}),
    "accounts:enrol": Way(sent=lambda side: {"token": "000000"}),
    "accounts:account": Way(sent=lambda side: {**KEYED(side), "old": PASSWORD, "new": "another horse battery 8"}),
    "accounts:tokens": Way(sent=lambda side: {"label": "my program"}),
    "accounts:withdraw-token": Way(lambda side: {"token_id": token_of(side)}),
    "accounts:people": Way(),
    "accounts:add-person": Way(
        sent=lambda side: {**KEYED(side), "name": "New", "username": "new-one", "password": PASSWORD}
    ),
    "accounts:person": Way(
        person("preparing"),
        lambda side: {**KEYED(side), "authority": side.cast.sierra_leone.code, "role": "auditor"},
    ),
    "accounts:withdraw-role": Way(membership, KEYED),
    "accounts:close-account": Way(person("preparing"), KEYED),
    "certificates:applications": Way(),
    "certificates:start": Way(lambda side: {"company_id": side.cast.company.pk}, KEYED),
    "certificates:application": application("applied"),
    "certificates:part": more(application("draft", **flat(CARATS)), name="goods"),
    "certificates:check": application("draft"),
    "certificates:sent": application("applied"),
    "certificates:withdraw": application("applied"),
    "certificates:queue": Way(),
    "certificates:prepare": application("applied", **INSPECTED),
    "certificates:prepare-guided": application("applied", **INSPECTED),
    "certificates:prepare-check": application("applied", **INSPECTED),
    "certificates:prepare-step": more(application("applied", **INSPECTED), step="seals"),
    "certificates:validate": application("prepared"),
    "certificates:return": application("applied", **REASON),
    "certificates:reject": application("applied", **REASON),
    "certificates:send-back": application("prepared", **REASON),
    "certificates:certificates": Way(),
    "certificates:export": Way(),
    "certificates:extract": Way(),
    "certificates:extracts": Way(),
    "certificates:certificate": certificate("differing"),
    "certificates:document": certificate("differing"),
    "certificates:paper": certificate("differing"),
    "certificates:code": certificate("differing"),
    "certificates:confirmation-document": certificate("differing"),
    "certificates:confirmation-paper": certificate("differing"),
    "certificates:void": certificate("issued", reason="printer_error"),
    "certificates:close": certificate("differing", **REASON),
    "certificates:expire": certificate("overdue"),
    "certificates:arrivals": Way(),
    "certificates:present": Way(sent=presented),
    "certificates:arrival": Way(lambda side: {"number": side.expected.certificate.number}, arriving),
    "certificates:receive": Way(lambda side: {"number": side.arrived.certificate.number}, receipt),
    "certificates:confirmed": arrival("received"),
    "verification:verify": Way(sent=presented),
    "verification:scanned": Way(),
    **figures(),
    **statistics(),
    "node:home": Way(),
    "node:rules": Way(),
    "node:rule": Way(lambda side: {"rule_id": "EXP-02"}),
    "node:participants": Way(),
    "node:help": Way(),
    "node:accessibility": Way(),
    "node:journal": Way(),
}
