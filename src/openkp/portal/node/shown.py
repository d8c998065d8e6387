"""What the node's pages show."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext

from openkp.portal.certificates.shown import said, who
from openkp.portal.certificates.status import older
from openkp.portal.certificates.words import event_words
from openkp.portal.site.formats import country, full_day, instant, lines, number
from openkp.portal.site.posting import Request
from openkp.portal.site.shapes import Choice, Colour, Column, Facet, KeyShown, Link, Listing, Tag
from openkp.registry.journal.queries import Moment
from openkp.registry.participation.models import NodeKey
from openkp.registry.participation.node import About
from openkp.scheme.members import Kind, Standing
from openkp.scheme.participation import Participation
from openkp.scheme.rules.base import FORCES
from openkp.scheme.rules.catalogue import Entry, State, functions
from openkp.scheme.words import N_

USES = {
    "root": N_("signs the list of its keys"),
    "certificate": N_("signs certificates"),
    "confirmation": N_("signs import confirmations"),
    "status": N_("signs status statements and lists"),
    "log": N_("signs the statement log"),
    "message": N_("signs messages to other nodes"),
    "sealing": N_("opens messages from other nodes"),
}
STATES: dict[State, tuple[str, Colour]] = {
    State.ENFORCED: (N_("Enforced"), Colour.GREEN),
    State.CONFIGURABLE: (N_("Configurable"), Colour.BLUE),
    State.RECORDED: (N_("Recorded"), Colour.YELLOW),
    State.NOT_YET: (N_("Not yet"), Colour.GREY),
}
STANDINGS = {
    Standing.ACTIVE: N_("Participant"),
    Standing.VIA_REIO: N_("In the Participant %(of)s"),
    Standing.VIA_PARTICIPANT: N_("Part of %(of)s"),
    Standing.TRADING_ENTITY: N_("Trades as a Participant, not counted"),
}
KINDS = {
    Kind.STATE: N_("State"),
    Kind.REIO: N_("Regional organisation"),
    Kind.CUSTOMS_TERRITORY: N_("Customs territory"),
}


def home(node: About, at: datetime) -> dict[str, Any]:
    """The node page."""
    return {
        "authorities": [(authority, country(authority.participant)) for authority in node.authorities],
        "keys": [key_shown(key) for key in node.keys],
        "logs": [(log, country(log.participant), at - log.signed_at) for log in node.checkpoints],
        "statuses": [(status, status.name.rpartition("/status/")[2], at - status.at) for status in node.statuses],
        "participants": sorted({authority.participant for authority in node.authorities}),
        "trusted": node.trust_version,
    }


def key_shown(key: NodeKey) -> KeyShown:
    """A key as people compare it: the SHA-256 thumbprint of RFC 9679."""
    from hashlib import sha256

    holder = key.authority.name if key.authority else country(key.participant)
    until = gettext("in use until %(day)s") % {"day": f"{key.signs_until:%Y-%m-%d}"}
    print_ = sha256(bytes(key.public_key)).hexdigest()
    return KeyShown(holder, gettext(USES.get(key.use, key.use)), key.algorithm, print_, until)


def rules(entries: tuple[Entry, ...], state: str) -> dict[str, Any]:
    """The catalogue, by chapter, whole or one state."""
    wanted = [entry for entry in entries if not state or entry.state == state]
    chapters: dict[str, list[tuple[Entry, Tag]]] = {}
    for entry in wanted:
        chapters.setdefault(entry.chapter, []).append((entry, state_tag(entry.state)))
    counted = {each: sum(entry.state is each for entry in entries) for each in State}
    choices = tuple(
        Choice(gettext(words), f"?state={each.value}", counted[each], state == each.value)
        for each, (words, _) in STATES.items()
    )
    return {"chapters": chapters, "facet_shown": Facet(gettext("How far kept"), choices), "chosen": state}


def rule(entry: Entry) -> dict[str, Any]:
    """One requirement."""
    force = gettext(FORCES[entry.force])
    return {"entry": entry, "state": state_tag(entry.state), "force": force, "functions": functions(entry.id)}


def state_tag(state: State) -> Tag:
    """How far a rule is kept."""
    words, colour = STATES[state]
    return Tag(gettext(words), colour)


def participants(law: Participation, day: date) -> dict[str, Any]:
    """The list of a day."""
    rows = law.rows_on(day)
    listing = Listing(
        caption=gettext("Participants"),
        columns=tuple(
            Column(title)
            for title in (gettext("Name"), gettext("Code"), gettext("Standing"), gettext("Since"), gettext("Measures"))
        ),
        rows=tuple(
            (
                country(row.code),
                number(row.code),
                gettext(STANDINGS[row.standing]) % {"of": country(row.participant)}
                if "%(" in STANDINGS[row.standing]
                else gettext(STANDINGS[row.standing]),
                number(row.since.isoformat()),
                lines("\n".join(measure.text for measure in row.measures)),
            )
            for row in rows
        ),
        nothing=gettext("The Scheme began on 1 January 2003."),
    )
    return {"listing": listing, "counts": law.counts_on(day), "day": full_day(day), "typed": day.isoformat()}


def about(moment: Moment) -> Link:
    """What an entry is about, and the way to all that is about it; of a paper the number says enough."""
    kind, _, name = moment.subject.partition(":")
    words = number(name) if kind in ("application", "certificate") else moment.subject
    return Link(words, f"?{urlencode({'subject': moment.subject})}")


def journal(request: Request, entries: list[Moment], more: int | None, subject: str) -> dict[str, Any]:
    """The journal as a list."""
    titles = (gettext("Entry"), gettext("When"), gettext("What"), gettext("About"), gettext("By"), gettext("Note"))
    listing = Listing(
        caption=gettext("Journal"),
        columns=tuple(Column(title) for title in titles),
        rows=tuple(
            (
                number(moment.seq),
                instant(moment.at),
                event_words(moment.event),
                about(moment),
                who(moment.by),
                said(moment),
            )
            for moment in entries
        ),
        page=older(request, str(more) if more is not None else None),
        nothing=gettext("The journal has no entry here."),
    )
    return {"listing": listing, "subject": subject}
