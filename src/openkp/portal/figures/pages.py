"""What the templates of the public figures are given, besides the topic itself."""

from typing import Any

from django.utils.translation import gettext

from openkp.portal.figures import cells, downloads
from openkp.portal.figures.asked import Asked
from openkp.portal.figures.columns import DIFFERENCE_WORDS, FLOW_WORDS, READING_WORDS, REASON_WORDS
from openkp.portal.figures.licences import licence_of
from openkp.portal.figures.topics import Topic, drawn, listing, period_words, who
from openkp.portal.site.shapes import Choice, Download, Facet, Link

PAGES = {
    "world": "front",
    "summary": "year",
    "participant": "participant",
    "asymmetry": "asymmetry",
    "map": "map",
    "late": "late",
    "cell": "cell",
    "proven": "proven",
    "total": "total",
}
FORMS = {"csv": "CSV", "json": "JSON", "svg": "SVG", "metadata.json": "metadata.json"}


def context(topic: Topic, state: Asked, named: dict[str, Any]) -> dict[str, Any]:
    """The page: the topic, its pictures drawn, its table, its files, and the ways onward."""
    page = PAGES.get(topic.name.partition("-")[0], "")
    parts = list(named.values())
    return {
        "topic": topic,
        "state": state,
        "charts": [(drawn(name, chart), picture(page, parts, state, name)) for name, chart in topic.charts.items()],
        "table": listing(topic),
        "files": files(topic, page, parts, state) if page else (),
        "source": downloads.source_words(topic),
        "other_world": other_world(state),
        **EXTRAS.get(page or topic.name.partition("-")[0], nothing)(topic, state),
    }


def files(topic: Topic, page: str, parts: list[Any], state: Asked) -> list[Link]:
    """The same address with other endings."""
    endings = [form for form in FORMS if form != "svg" or topic.charts]
    return [Link(FORMS[form], state.href(page, *parts, form=form), topic.title) for form in endings]


def picture(page: str, parts: list[Any], state: Asked, name: str) -> list[Link]:
    """One picture as a file."""
    return [Link("SVG", state.href(page, *parts, form="svg", chart=name), name)]


def other_world(state: Asked) -> Link:
    """The way from the real figures to the synthetic ones, and back."""
    if state.world == "real":
        return Link(gettext("Synthetic world, for practice"), Asked(world="synthetic").href("front"))
    return Link(gettext("Real figures"), Asked().href("front"))


def nothing(topic: Topic, state: Asked) -> dict[str, Any]:
    """A page that needs no more."""
    return {}


def front(topic: Topic, state: Asked) -> dict[str, Any]:
    """The last whole year, what came after it, and Participants as a list of links."""
    newest = topic.more["whole"] or next(reversed(topic.editions), None)
    return {
        "newest": newest and newest.year,
        "later": [each.year for each in topic.editions if newest and each.year > newest.year],
        "people": [Link(words, state.href("participant", code)) for words, code in topic.more["people"]],
    }


def year(topic: Topic, state: Asked) -> dict[str, Any]:
    """Readings, editions, differences, what is missing, what is not shown."""
    content, edition = topic.more["content"], topic.editions[0]
    readings = tuple(
        Choice(
            gettext(words), state.href("year", edition.year, reading=reading), None, reading == topic.more["reading"]
        )
        for reading, words in READING_WORDS.items()
    )
    known = tuple(
        Choice(
            gettext("Edition %(number)s, %(day)s") % {"number": each.edition, "day": each.public_since.date()},
            state.href("year", edition.year, edition=each.edition),
            None,
            each is edition,
        )
        for each in topic.more["known"]
    )
    return {
        "facets": (Facet(gettext("Reading"), readings), Facet(gettext("Editions"), known)),
        "edition": edition,
        "rule": content.get("rule") or {},
        "differences": [difference(each) for each in content.get("differences", ())],
        "missing": [(who(each["participant"]), period_words(each["period"])) for each in missing(content)],
        "hidden": [hidden(each) for each in content.get("suppressed", ())],
    }


def missing(content: cells.Content) -> list[dict[str, str]]:
    """Returns that were not in when the edition was built."""
    return list(content.get("missing", ()))


def difference(each: dict[str, Any]) -> dict[str, Any]:
    """One thing that separates the two readings."""
    flow = str(each.get("flow") or "production")
    plural = flow if flow in FLOW_WORDS else f"{flow}s"
    why = DIFFERENCE_WORDS.get(str(each.get("code")))
    return {
        **each,
        "name": who(str(each.get("participant") or "")),
        "period": period_words(str(each.get("period") or "")),
        "what": gettext(FLOW_WORDS.get(plural, flow)),
        "why": gettext(why) if why else each.get("text", ""),
    }


def hidden(each: dict[str, str]) -> tuple[str, str, str]:
    """One cell that is not shown, and why."""
    whose = gettext("World") if each["participant"] == cells.SUM else who(each["participant"])
    reason = REASON_WORDS.get(each.get("reason", ""), REASON_WORDS["small"])
    return whose, gettext(FLOW_WORDS.get(each["flow"], each["flow"])), gettext(reason)


def worldmap(topic: Topic, state: Asked) -> dict[str, Any]:
    """The other flows of the year."""
    edition = topic.editions[0]
    choices = tuple(
        Choice(gettext(FLOW_WORDS[flow]), state.href("map", edition.year, flow=flow), None, flow == state.flow)
        for flow in topic.more["flows"]
    )
    return {"edition": edition, "facets": (Facet(gettext("Flow"), choices),)}


def one_edition(topic: Topic, state: Asked) -> dict[str, Any]:
    """A page about one edition."""
    return {"edition": topic.editions[0]}


def cell(topic: Topic, state: Asked) -> dict[str, Any]:
    """What the cell says, and its sources."""
    return {"edition": topic.editions[0], **topic.more}


def download(topic: Topic, state: Asked) -> dict[str, Any]:
    """The forms, and the data dictionary."""
    offered = [
        Download(gettext("Every published figure"), state.href("whole", form.ending), form.ending.upper(), None, words)
        for form in downloads.FORMS.values()
        for words in [gettext(form.words)]
    ]
    return {
        "offered": offered,
        "metadata": state.href("whole", "metadata.json"),
        "dictionary": [downloads.dictionary(each) for each in topic.columns],
        "licence": licence_of(state.world),
    }


EXTRAS = {
    "front": front,
    "year": year,
    "map": worldmap,
    "asymmetry": one_edition,
    "cell": cell,
    "all": download,
}
