"""One edition of the annual global summary as an analyst reads it before it is published."""

import json
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from markupsafe import Markup

from openkp.portal.figures import cells
from openkp.portal.figures.columns import FLOW_WORDS, REASON_WORDS
from openkp.portal.figures.pages import difference
from openkp.portal.site.formats import bdi, carats, country, dollars, instant, number
from openkp.portal.site.posting import Request
from openkp.portal.site.shapes import (
    Answer,
    Answers,
    Cell,
    Column,
    DocumentShown,
    Download,
    Fact,
    Link,
    Listing,
    Shown,
)
from openkp.portal.site.typed import as_list
from openkp.portal.statistics.evidence import figure, said
from openkp.portal.statistics.shown import timeline
from openkp.portal.statistics.words import FLOWS, KINDS, READINGS, WORLDS, period_words, release_tag
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.permissions import allows
from openkp.registry.journal.queries import history
from openkp.registry.statistics.models import Release
from openkp.registry.statistics.permissions import check_may_analyse, check_may_publish
from openkp.scheme.returns import Flow, ReturnKind

SHOWN_ROWS = 200


def of_edition(request: Request, row: Release) -> dict[str, Any]:
    """The page of an edition."""
    content: dict[str, Any] = json.loads(row.content)
    it = DocumentShown(
        title=gettext("Annual global summary, edition %(number)s") % {"number": row.edition},
        number=str(row.year),
        status=release_tag(row.status),
        lead=headline(content, row),
        facts=(head(row, content),),
        events=timeline(history(f"release:{row.world}/{row.year}/{row.edition}")),
        actions=actions(request.actor, row),
        downloads=(
            Download(gettext("The edition as it stands"), reverse("statistics:release-content", args=[row.pk]), "JSON"),
        ),
        proofs=(
            Fact(gettext("SHA-256 of the edition"), bdi(bytes(row.sha256).hex())),
            Fact(gettext("Files and filings behind it"), number(len(as_list(row.inputs.get("sources"))))),
        ),
    )
    return {
        "it": it,
        "release": row,
        "own": row.built_by_id == request.actor.person_id and row.status == "built",
        "differences": differences(content),
        "suppressed": suppressed(content),
        "missing": missing(content),
        "table": table(content, row.reading),
    }


def headline(content: Mapping[str, Any], row: Release) -> Shown:
    """World production in one sentence."""
    world = _at(content, row.reading, "world", "production")
    if not world:
        return gettext("No production was filed for this year.")
    if "carats" not in world or "usd" not in world:
        return gettext("World production is withheld.")
    words = gettext("World production was %(carats)s worth %(usd)s.")
    return Markup(words) % {"carats": carats(world["carats"]), "usd": dollars(world["usd"])}


def _at(content: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    found: Any = content
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def head(row: Release, content: Mapping[str, Any]) -> Answers:
    """How it was made."""
    rule = _at(content, "rule")
    rows: tuple[tuple[str, Shown], ...] = (
        (gettext("Figures"), gettext(WORLDS[row.world])),
        (gettext("Reading"), gettext(READINGS[row.reading])),
        (gettext("Rule of the reading"), said(rule.get("text")) if rule else ""),
        (gettext("Built"), instant(row.built_at)),
        (gettext("Built by"), bdi(row.built_by.name) if row.built_by else ""),
        (gettext("Published"), instant(row.published_at) if row.published_at else ""),
        (gettext("Published by"), bdi(row.published_by.name) if row.published_by else ""),
        (gettext("Embargo until"), instant(row.embargo_until) if row.embargo_until else ""),
    )
    return Answers(gettext("How it was made"), tuple(Answer(name, value) for name, value in rows if value))


def table(content: Mapping[str, Any], reading: str) -> Listing:
    """The summary itself: one row a Participant, the world last."""
    columns = [Column(gettext("Participant"))]
    flows = [flow for flow in cells.FLOWS if _at(content, reading, "world", flow)]
    for flow in flows:
        title = gettext(FLOW_WORDS[flow])
        columns += [
            Column(f"{title}, {gettext('carats')}", numeric=True),
            Column(f"{title}, {gettext('US$')}", numeric=True),
            Column(f"{title}, {gettext('US$/ct')}", numeric=True),
        ]
    participants = _at(content, reading, "participants")
    rows = [_row(country(code), _at(participants, code), flows) for code in sorted(participants, key=country)]
    world = _at(content, reading, "world")
    return Listing(
        caption=gettext("The summary"),
        columns=tuple(columns),
        rows=(*rows, _row(gettext("World"), world, flows)) if rows else (),
        nothing=gettext("Nothing was filed for this year."),
    )


def _row(name: str, values: Mapping[str, Any], flows: list[str]) -> tuple[Cell, ...]:
    row: list[Cell] = [name]
    for flow in flows:
        cell = _at(values, flow)
        row += [_cell(cell, measure) for measure in ("carats", "usd", "usd_per_carat")]
    return tuple(row)


def _cell(values: Mapping[str, Any], measure: str) -> Shown:
    if "suppressed" in values:
        return gettext("withheld")
    return figure(values[measure]) if values.get(measure) is not None else "–"


def differences(content: Mapping[str, Any]) -> Listing:
    """What separates the two readings."""
    rows = [difference(dict(row)) for row in as_list(content.get("differences")) if isinstance(row, Mapping)]
    return Listing(
        caption=gettext("What separates the two readings"),
        columns=(
            Column(gettext("Participant")),
            Column(gettext("Period")),
            Column(gettext("Flow")),
            Column(gettext("Why")),
            Column(gettext("As filed"), numeric=True),
            Column(gettext("Resolved"), numeric=True),
        ),
        rows=tuple(
            (
                row["name"],
                row["period"],
                row["what"],
                row["why"] or str(row.get("code") or ""),
                _carats(row.get("as_filed")),
                _carats(row.get("resolved")),
            )
            for row in rows[:SHOWN_ROWS]
        ),
        nothing=gettext("Both readings say the same."),
    )


def _carats(value: object) -> Shown:
    if isinstance(value, Mapping):
        return figure(value.get("carats"))
    return figure(value)


def suppressed(content: Mapping[str, Any]) -> Listing:
    """Which cells are withheld, and why."""
    rows = [row for row in as_list(content.get("suppressed")) if isinstance(row, Mapping)]
    return Listing(
        caption=gettext("What is withheld, and why"),
        columns=(Column(gettext("Participant")), Column(gettext("Flow")), Column(gettext("Why"))),
        rows=tuple(
            (
                gettext("World") if row.get("participant") == "world" else country(str(row.get("participant") or "")),
                flow_words(str(row.get("flow") or "")),
                reason_words(str(row.get("reason") or "")),
            )
            for row in rows[:SHOWN_ROWS]
        ),
        nothing=gettext("Nothing is withheld."),
    )


def reason_words(reason: str) -> str:
    """Why a cell is withheld."""
    return gettext(REASON_WORDS[reason]) if reason in REASON_WORDS else reason


def flow_words(flow: str) -> str:
    """Production, imports or exports, however the edition names them."""
    if flow in FLOW_WORDS:
        return gettext(FLOW_WORDS[flow])
    return gettext(FLOWS[Flow(flow)]) if flow in list(Flow) else flow


def missing(content: Mapping[str, Any]) -> Listing:
    """Which returns were not there when it was built."""
    rows = [row for row in as_list(content.get("missing")) if isinstance(row, Mapping)]
    return Listing(
        caption=gettext("Returns that were missing"),
        columns=(Column(gettext("Participant")), Column(gettext("Return")), Column(gettext("Period"))),
        rows=tuple(
            (
                country(str(row.get("participant") or "")),
                _kind(row.get("kind")),
                period_words(str(row.get("period") or "")),
            )
            for row in rows[:SHOWN_ROWS]
        ),
        nothing=gettext("No return was missing."),
    )


def _kind(value: object) -> str:
    return gettext(KINDS[ReturnKind(str(value))]) if value in list(ReturnKind) else str(value or "")


def actions(actor: Actor, row: Release) -> tuple[Link, ...]:
    """What this person may do with it now."""
    is_open, analyses = row.status == "built", allows(check_may_analyse, actor)
    offered = (
        (is_open and allows(check_may_publish, actor, row), "publish", gettext("Publish")),
        (analyses, "check", gettext("Make it again and compare")),
        (is_open and analyses, "drop", gettext("Drop")),
    )
    return tuple(
        Link(words, reverse(f"statistics:release-{page}", args=[row.pk]), quiet=page != "publish")
        for may, page, words in offered
        if may
    )
