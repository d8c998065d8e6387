"""Publishing the annual global summary: built by one person, published by another, reproducible for ever."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Subquery

from openkp.figures.asymmetry import asymmetry, shown_sides
from openkp.figures.engines import duckdb_engine
from openkp.figures.summary import NoSuchYear, annual_summary
from openkp.figures.suppression import shown_cells, suppress
from openkp.registry.accounts.actors import Actor
from openkp.registry.certificates.steps import locked
from openkp.registry.errors import Conflict
from openkp.registry.journal.record import canonical_json, record
from openkp.registry.statistics.facts import node_facts, sources
from openkp.registry.statistics.models import Release
from openkp.registry.statistics.permissions import check_may_analyse, check_may_publish
from openkp.registry.statistics.steps import expect
from openkp.scheme.confidentiality import suppression_rule
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.reconciliation import reconciliation
from openkp.scheme.words import N_, Sentence

WORLDS, READINGS = ("real", "synthetic"), ("as_filed", "resolved")


def build_release(year: int, *, world: str = "real", reading: str = "resolved", actor: Actor, at: datetime) -> Release:
    """Make the next edition of a year from everything filed and imported until now, small cells suppressed.

    Asked again by the same person while nothing has changed, it gives the edition that waits to be published.
    """
    check_may_analyse(actor)
    if world not in WORLDS or reading not in READINGS:
        sentence = Sentence(N_("Choose one of the worlds and one of the readings."))
        raise Refused([Finding("STAT-10", "choice-unknown", "reading", sentence)])
    inputs = {"on": at.date().isoformat(), "sources": sources() if world == "real" else []}
    inputs["earlier"] = _published(year, world)
    try:
        content = made_from(inputs, year=year, world=world, reading=reading)
    except NoSuchYear as error:
        raise Refused([Finding("STAT-10", error.code, "year", error.sentence)]) from error
    release = Release(
        year=year,
        world=world,
        reading=reading,
        content=content.decode(),
        sha256=sha256(content).digest(),
        inputs=inputs,
        built_by_id=actor.person_id,
        built_at=at,
    )
    try:
        return _entered(release, actor=actor, at=at)
    except Conflict:
        if twin := _waiting_twin(release):
            return twin
        raise


def made_from(inputs: Mapping[str, Any], *, year: int, world: str, reading: str) -> bytes:
    """The content of an edition: canonical JSON of the summary and of what was withheld."""
    on = date.fromisoformat(inputs["on"])
    earlier = [json.loads(content) for content in _contents(inputs.get("earlier", ()))]
    cells = frozenset(cell for content in earlier for cell in shown_cells(content))
    sides = frozenset(side for content in earlier for side in shown_sides(content.get("asymmetry", ())))
    engine = duckdb_engine(node_facts(inputs["sources"], world))
    try:
        summary = annual_summary(engine, year)
        hiding = suppression_rule(on)
        public, suppressed = suppress(summary, rule=hiding, seen=cells)
        pairs = []
        if {"imports", "exports"} & set(summary["as_filed"]["world"]):
            rule = reconciliation(on)
            pairs = asymmetry(engine, year, rule=rule, withheld=suppressed, suppression=hiding, seen=sides)
    finally:
        engine.close()
    return canonical_json({**public, "reading": reading, "suppressed": suppressed, "asymmetry": pairs}).encode()


def _published(year: int, world: str) -> list[str]:
    """The editions that are out already, by the hash of their content: what they show stays known."""
    rows = Release.objects.filter(year=year, world=world, status="published").order_by("edition")
    return [bytes(hashed).hex() for hashed in rows.values_list("sha256", flat=True)]


def _contents(hashes: Iterable[str]) -> list[str]:
    wanted = [bytes.fromhex(each) for each in hashes]
    return list(Release.objects.filter(sha256__in=wanted).order_by("id").values_list("content", flat=True))


@transaction.atomic
def _entered(release: Release, *, actor: Actor, at: datetime) -> Release:
    if twin := _waiting_twin(release):
        return twin
    release.edition = Release.objects.filter(year=release.year, world=release.world).count() + 1
    try:
        record("release.built", actor=actor, at=at, subject=_subject(release), rows=[release])
    except IntegrityError as error:
        raise Conflict(N_("Another edition was built at this moment."), code="built-twice") from error
    return release


def _waiting_twin(release: Release) -> Release | None:
    """An edition that the same person made of the same inputs with the same content, not published and not dropped."""
    same = {name: getattr(release, name) for name in ("year", "world", "sha256", "built_by_id")}
    waiting = Release.objects.filter(**same, status="built").order_by("edition")
    return next((each for each in waiting if each.inputs == release.inputs), None)


@transaction.atomic
def publish_release(
    release_id: int,
    *,
    embargo_until: datetime | None = None,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Release:
    """Let the public read it, from the end of the embargo on. Another person than who built it.

    What it withholds was chosen beside the editions that were out when it was built. Beside one that came out since,
    a withheld cell could be calculated: it is refused, and built again.
    """
    _lock_editions(release_id)
    release = locked(Release, release_id, version=version)
    check_may_publish(actor, release)
    expect(release.status, ("built",))
    if release.inputs.get("earlier", []) != _published(release.year, release.world):
        raise Conflict(
            N_("Another edition of this year was published after this one was built."),
            code="built-before-another",
            advice=Sentence(N_("Build the edition again, so that it withholds what both together would tell.")),
        )
    release.status, release.published_by_id, release.published_at = "published", actor.person_id, at
    release.embargo_until = max(embargo_until or at, at)
    release.version += 1
    record("release.published", actor=actor, at=at, subject=_subject(release), rows=[release])
    return release


def _lock_editions(release_id: int) -> None:
    """Lock every edition of this one's year and world, always in one order, until the transaction ends."""
    named = Release.objects.filter(pk=release_id)
    same = {name: Subquery(named.values(name)[:1]) for name in ("year", "world")}
    list(Release.objects.select_for_update(no_key=True).filter(**same).order_by("pk").values_list("pk"))


@transaction.atomic
def drop_release(release_id: int, *, actor: Actor, at: datetime, version: int | None = None) -> Release:
    """Lay an edition aside that was never published."""
    release = locked(Release, release_id, version=version)
    check_may_analyse(actor)
    expect(release.status, ("built",))
    release.status = "dropped"
    release.version += 1
    record("release.dropped", actor=actor, at=at, subject=_subject(release), rows=[release])
    return release


def reproduce(release: Release) -> bytes:
    """The content made again from the inputs as they were then: the same bytes, whatever came later.

    A synthetic world is read from the lake, which a new run of the generator replaces.
    """
    return made_from(release.inputs, year=release.year, world=release.world, reading=release.reading)


def _subject(release: Release) -> str:
    return f"release:{release.world}/{release.year}/{release.edition}"
