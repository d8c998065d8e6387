"""The samples: what each component is given. Names and numbers are invented; the days are fixed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from openkp.portal.site import shapes
from openkp.portal.site.formats import age, amount, carats, dollars, full_day, lines, number
from openkp.portal.site.gallery import forms
from openkp.portal.site.outcomes import OUTCOMES
from openkp.portal.site.problems import TITLES, Answer
from openkp.portal.site.shapes import Colour, Fact, Link, Tag
from openkp.scheme.errors import Finding
from openkp.scheme.words import Sentence

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)

FINDINGS = (
    Finding("CERT-04", "no-participant", "destination", Sentence("Kenya was no Participant on 2026-11-23.")),
    Finding(
        "EXP-05", "sum-differs", "lines", Sentence("The lines add up to 889.50 ct, the certificate says 890.00 ct.")
    ),
)


@dataclass(frozen=True)
class Sample:
    """A page of the gallery."""

    title: str
    context: Callable[[], Mapping[str, Any]] = dict
    template: str = ""


def queue() -> dict[str, object]:
    """A work queue in use."""
    columns = [
        ("Reference", False),
        ("Exporter", False),
        ("Carats", True),
        ("Waiting", False),
        ("Due", False),
        ("Status", False),
    ]
    return {
        "queue": shapes.Listing(
            caption="Applications to prepare",
            columns=tuple(shapes.Column(*column) for column in columns),
            rows=tuple(queue_row(i) for i in range(8)),
            facets=(
                shapes.Facet(
                    "Status",
                    (
                        shapes.Choice("To prepare", "?status=applied", 41, chosen=True),
                        shapes.Choice("To validate", "?status=prepared", 7),
                        shapes.Choice("Returned", "?status=returned", 1203),
                    ),
                ),
                shapes.Facet(
                    "Destination", (shapes.Choice("European Union", "?to=EU", 30), shapes.Choice("India", "?to=IN", 11))
                ),
            ),
            page=shapes.Page(older="?after=A-00071", newer="?before=A-00064", count=41),
            downloads=(Link("CSV", "?format=csv", "of the whole list"),),
        )
    }


def queue_row(i: int) -> tuple[shapes.Cell, ...]:
    """One row; the later, the less urgent."""
    states = [Tag("Returned", Colour.ORANGE), Tag("To prepare", Colour.BLUE), Tag("Checked", Colour.GREEN)]
    names = ["Sewa River Mining", "Kono Alluvial Co-operative Society of Koidu and Tongo Fields", "Bo Trading"]
    return (
        Link(f"A-000{64 + i}", "#", "Sewa River Mining"),
        names[i % 3],
        amount(f"{812.4 * (i + 1):.2f}"),
        age(timedelta(hours=[216, 120, 23][i % 3])),
        shapes.Deadline(TODAY + timedelta(days=i * 2 - 3), TODAY),
        states[i % 3],
    )


def empty_queue() -> dict[str, object]:
    """The same with nothing to do."""
    return {
        "queue": shapes.Listing(
            "Applications to prepare", (shapes.Column("Reference"),), (), nothing="No application waits for you."
        )
    }


def document() -> dict[str, object]:
    """A certificate on its way."""
    shipment = (
        shapes.Answer("Carat weight", carats("889.50")),
        shapes.Answer("Value", dollars("166150.00")),
        shapes.Answer("Country of mining origin", "Sierra Leone"),
        shapes.Answer("Seals", number("SL-88 120, SL-88 121")),
        shapes.Answer("Expires", full_day(date(2027, 1, 22))),
    )
    parties = (
        shapes.Answer("Exporter", lines("Sewa River Mining\n12 Siaka Stevens Street\nFreetown, Sierra Leone")),
        shapes.Answer("Importer", lines("Scheldt Rough NV\nHoveniersstraat 2\n2018 Antwerp, Belgium")),
        shapes.Answer("Remarks", ""),
    )
    return {
        "it": shapes.DocumentShown(
            title="Kimberley Process Certificate",
            number="SL-004211",
            status=Tag("Delivered", Colour.BLUE),
            deadline=shapes.Deadline(date(2026, 11, 25), TODAY),
            actions=(Link("Confirm receipt", "#"), Link("Void", "#", "this certificate")),
            facts=(shapes.Answers("The shipment", shipment), shapes.Answers("The parties", parties)),
            events=events(),
            downloads=downloads()["files"],
            proofs=(
                Fact("Statement log", number("entry 4 211 of 4 398")),
                Fact("Tree head", number("d" * 32 + "…")),  # as wide as a hash can be
            ),
        )
    }


def events() -> tuple[shapes.Event, ...]:
    """A life so far, and what is ahead."""
    return (
        shapes.Event("Confirmation due", NOW + timedelta(days=2), ahead=True),
        shapes.Event("Delivered to the European Union", NOW, "node", links=(Link("Receipt", "#", "of the delivery"),)),
        shapes.Event("Validated and signed", NOW - timedelta(hours=1), "Mariatu Kamara"),
        shapes.Event("Prepared", NOW - timedelta(hours=6), "Ibrahim Sesay", "Weighed 889.50 ct in two parcels."),
        shapes.Event("Applied", NOW - timedelta(days=3), "Sewa River Mining"),
    )


def downloads() -> dict[str, tuple[shapes.Download, ...]]:
    """The files of a certificate."""
    return {
        "files": (
            shapes.Download(
                "Certificate to print", "#", "PDF", 184_320, "English and French, with the signed document inside", "en"
            ),
            shapes.Download("Signed document", "#", "KPC", 402, "For offline verification"),
        )
    }


def tasks() -> dict[str, object]:
    """An application half done."""
    done, todo, later = "Completed", Tag("To do", Colour.BLUE), "Cannot start yet"
    return {
        "groups": (
            shapes.Tasks("The shipment", (
                shapes.Task("Exporter and importer", "#", done),
                shapes.Task("What is in the parcel", "#", Tag("Two mistakes", Colour.RED), "Carats, value, subheading"),
                shapes.Task("Where the diamonds come from", "#", todo),
            )),
            shapes.Tasks("Send it", (shapes.Task("Check your answers", status=later),)),
        )
    }  # fmt: skip


def check_answers() -> dict[str, object]:
    """All answers with their way to change."""
    return {
        "groups": (
            shapes.Answers(
                "Exporter",
                (
                    shapes.Answer("Name", "Sewa River Mining", "#"),
                    shapes.Answer("Licence", number("EXP-2026-014"), "#"),
                ),
            ),
            shapes.Answers(
                "The parcel", (shapes.Answer("Carat weight", carats("889.50"), "#"), shapes.Answer("Remarks", "", "#"))
            ),
        )
    }


def verdict_of(outcome: str) -> dict[str, object]:
    """One of the five outcomes with what belongs to it."""
    facts = (
        Fact("Number", number("SL-004211")),
        Fact("Carats", carats("889.50")),
        Fact("Value", dollars("166150.00"), dollars("161650.00") if outcome == "genuine_closed" else ""),
        Fact("Seals", number("SL-88 120, SL-88 121")),
        Fact("Parties", "Sewa River Mining to Scheldt Rough NV"),
    )
    status = {
        "genuine_closed": "Void since 14 November 2026: lost before shipment",
        "status_unknown": "Last known as open on 20 November 2026",
    }
    ages = {
        "genuine_open": timedelta(hours=3),
        "genuine_closed": timedelta(days=2),
        "status_unknown": timedelta(days=33),
    }
    checks = (
        shapes.Check("The bytes are one certificate and nothing else.", "pass", "DOC-01"),
        shapes.Check("The signature is the authority's.", "fail" if outcome == "not_genuine" else "pass", "DOC-04"),
        shapes.Check("The certificate is still open.", "unknown" if outcome == "status_unknown" else "pass", "IMP-02"),
    )
    told = outcome in ages
    shown = shapes.VerdictShown(
        outcome=outcome,
        number="SL-004211" if told else "",
        signed_by="National Minerals Agency of Sierra Leone" if told else "",
        status=status.get(outcome, ""),
        facts=facts if told else (),
        checks=checks if outcome != "unreadable" else (),
        trust_age=ages.get(outcome),
        specimen=told,
        links=(Link("Verify another", "#"),),
    )
    return {"verdict_shown": shown}


def small_parts() -> dict[str, object]:
    """Tags, deadlines, keys, downloads, findings, notices."""
    return {
        "tags": [Tag(colour.value.capitalize(), colour) for colour in Colour],
        "deadlines": [shapes.Deadline(TODAY + timedelta(days=days), TODAY) for days in (-12, 0, 2, 40)],
        "key": shapes.KeyShown(
            "National Minerals Agency of Sierra Leone",
            "signs certificates",
            "ESP256",
            "9f2c41d877ab0e653c1f52aa8d90e4b75b1d7c3388ef20a16ac94f0e7d25b311",
            "1 January 2026 to 31 December 2027",
        ),
        "findings": FINDINGS,
        "events": events(),
        **downloads(),
    }


def problem() -> dict[str, object]:
    """The answer to a refusal."""
    why = Sentence("This was refused for 2 reasons.")
    return {
        "answer": Answer(
            422, "refused", TITLES[422], why, Sentence("Correct what is listed and send it again."), FINDINGS
        )
    }


SAMPLES: dict[str, Sample] = {
    "queue": Sample("Work queue", queue),
    "queue-empty": Sample("Work queue with nothing to do", empty_queue, "queue"),
    "document": Sample("Document page", document),
    "tasks": Sample("Task list", tasks),
    "check-answers": Sample("Check your answers", check_answers),
    "confirmation": Sample("Confirmation"),
    "form": Sample("Every kind of field", forms.every_field),
    "form-mistakes": Sample("Every kind of field, with mistakes", forms.every_mistake, "form"),
    "expert": Sample("The expert's form", forms.expert),
    "parts": Sample("Small parts", small_parts),
    "problem": Sample("A problem page", problem),
    **{
        f"verdict-{outcome.replace('_', '-')}": Sample(
            f"Verdict: {told.title}", partial(verdict_of, outcome), "verdict"
        )
        for outcome, told in OUTCOMES.items()
    },
}
