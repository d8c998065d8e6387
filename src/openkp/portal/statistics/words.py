"""What returns, anomalies, questionnaires and releases are called."""

from django.utils.translation import gettext

from openkp.portal.certificates.words import hs_words
from openkp.portal.figures.columns import STEP_WORDS
from openkp.portal.figures.topics import period_words
from openkp.portal.site.formats import country
from openkp.portal.site.shapes import Colour, Tag
from openkp.scheme.questionnaires import Stage
from openkp.scheme.returns import MIXED, Flow, Mining, Nature, ReturnKind, ValueBasis, Visibility
from openkp.scheme.words import N_

__all__ = ["hs_words", "period_words"]

KINDS: dict[ReturnKind, str] = {
    ReturnKind.PRODUCTION: N_("Production return"),
    ReturnKind.TRADE: N_("Trade return"),
}
NATURES: dict[Nature, str] = {
    Nature.FIGURES: N_("Figures"),
    Nature.NIL: N_("Nothing to report: there was none in this period"),
    Nature.CANNOT_PUBLISH: N_("The figures cannot be published in time"),
}
BASES: dict[ValueBasis, str] = {
    ValueBasis.FOB: N_("FOB: free on board, without freight and insurance"),
    ValueBasis.CIF: N_("CIF: with freight and insurance"),
    ValueBasis.UNSTATED: N_("Not stated"),
}
VISIBILITIES: dict[Visibility, str] = {
    Visibility.PRIVATE: N_("This Participant only"),
    Visibility.WGS: N_("Working Group on Statistics"),
    Visibility.KP_ONLY: N_("KP only: every Participant"),
    Visibility.PUBLIC: N_("Public after the release delay"),
}
FLOWS: dict[Flow, str] = {Flow.IMPORT: N_("Import"), Flow.EXPORT: N_("Export")}
MININGS: dict[Mining, str] = {
    Mining.ALL: N_("Not told apart"),
    Mining.ARTISANAL: N_("Artisanal and small-scale"),
    Mining.LARGE_SCALE: N_("Large-scale"),
}
DRAFTS: dict[str, tuple[str, Colour]] = {
    "draft": (N_("Being written"), Colour.BLUE),
    "prepared": (N_("Waits for the second person"), Colour.YELLOW),
    "filed": (N_("Filed"), Colour.GREEN),
    "dropped": (N_("Dropped"), Colour.GREY),
}
CAME: dict[str, str] = {
    "typed": N_("typed in"),
    "uploaded": N_("uploaded"),
    "generated": N_("generated from this node's documents"),
}
ANOMALIES: dict[str, tuple[str, Colour]] = {
    "computed": (N_("To be looked at"), Colour.ORANGE),
    "asked": (N_("Asked about"), Colour.BLUE),
    "dismissed": (N_("Dismissed"), Colour.GREY),
    "settled": (N_("Settled"), Colour.GREEN),
}
STAGES: dict[Stage, tuple[str, Colour]] = {
    Stage.COMPUTED: (N_("Drawn up, not sent"), Colour.GREY),
    Stage.DISMISSED: (N_("Dismissed"), Colour.GREY),
    Stage.SENT: (N_("Sent, waits for answers"), Colour.BLUE),
    Stage.ANSWERED: (N_("Answered, waits for the verdict"), Colour.YELLOW),
    Stage.EXPLAINED: (N_("Explained"), Colour.GREEN),
    Stage.CORRECTED: (N_("Corrected"), Colour.GREEN),
    Stage.UNSATISFACTORY: (N_("Not satisfactory"), Colour.ORANGE),
    Stage.OVERDUE: (N_("Overdue"), Colour.ORANGE),
    Stage.ESCALATED: (N_("Escalated to the Chair"), Colour.RED),
    Stage.LISTED: (N_("Listed as unanswered"), Colour.RED),
    Stage.CLOSED: (N_("Closed"), Colour.GREEN),
}
ANSWERS: dict[str, str] = {
    "explained": N_("The figure is right, and here is why"),
    "corrected": N_("The figure was wrong and is corrected"),
}
VERDICTS: dict[Stage, str] = {
    Stage.EXPLAINED: N_("Explained: the figure stands"),
    Stage.CORRECTED: N_("Corrected: a new version of the return was filed"),
    Stage.UNSATISFACTORY: N_("Not satisfactory: the answers do not settle it"),
}
RELEASES: dict[str, tuple[str, Colour]] = {
    "built": (N_("Built, not published"), Colour.YELLOW),
    "published": (N_("Published"), Colour.GREEN),
    "dropped": (N_("Dropped"), Colour.GREY),
}
WORLDS: dict[str, str] = {"real": N_("Real figures"), "synthetic": N_("Synthetic world, for practice")}
READINGS: dict[str, str] = {
    "resolved": N_("Resolved: what was filed twice counts once"),
    "as_filed": N_("As filed: every record counts"),
}
STEPS: dict[str, tuple[str, Colour]] = {
    "reminder": (N_("Reminded"), Colour.YELLOW),
    "escalated": (N_("Escalated to the Chair"), Colour.ORANGE),
    "listed": (N_("Listed"), Colour.RED),
}
MEASURES: dict[str, str] = {
    "carats": N_("Carats"),
    "usd": N_("Value in US$"),
    "value_usd": N_("Value in US$"),
    "usd_per_carat": N_("US$ per carat"),
    "certificates": N_("Certificates"),
    "certificates_issued": N_("Certificates issued"),
    "certificates_received": N_("Certificates received"),
    "days": N_("Days"),
    "value": N_("Value"),
    "year": N_("Year"),
    "half": N_("Half"),
    "quarter": N_("Quarter"),
    "flow": N_("Flow"),
    "partner": N_("Partner"),
    "hs": N_("HS subheading"),
    "mining": N_("Mining"),
    "issuer": N_("Issuer"),
    "destination": N_("Destination"),
    "receiver": N_("Receiver"),
    "issued_on": N_("Issued on"),
    "arrived_on": N_("Arrived on"),
    "origin": N_("Origin"),
    "status": N_("Status"),
}
EVENTS: dict[str, str] = {
    "return.started": N_("Draft begun"),
    "return.generated": N_("Generated from this node's documents"),
    "return.saved": N_("Saved"),
    "return.prepared": N_("Passed on to the second person"),
    "return.sent_back": N_("Sent back"),
    "return.filed": N_("Filed and signed"),
    "return.dropped": N_("Dropped"),
    "return.chased": N_("Reminded"),
    "filing.received": N_("Filing received"),
    "anomaly.dismissed": N_("Dismissed"),
    "release.built": N_("Built"),
    "release.published": N_("Published"),
    "release.dropped": N_("Dropped"),
    "questionnaire.opened": N_("Questions drawn up"),
    "questionnaire.sent": N_("Sent"),
    "questionnaire.received": N_("Received"),
    "questionnaire.answered": N_("Answered"),
    "questionnaire.explained": N_("Judged: explained"),
    "questionnaire.corrected": N_("Judged: corrected"),
    "questionnaire.unsatisfactory": N_("Judged: not satisfactory"),
    "questionnaire.overdue": N_("Overdue"),
    "questionnaire.escalated": N_("Escalated to the Chair"),
    "questionnaire.listed": N_("Listed as unanswered"),
    "questionnaire.closed": N_("Closed"),
}


def kind_words(kind: str) -> str:
    """Which of the two returns."""
    return gettext(KINDS[ReturnKind(kind)])


def draft_tag(status: str) -> Tag:
    """Where a draft stands."""
    return _tag(DRAFTS[status])


def anomaly_tag(state: str) -> Tag:
    """What became of an anomaly."""
    return _tag(ANOMALIES[state])


def stage_tag(stage: str) -> Tag:
    """Where a questionnaire stands."""
    return _tag(STAGES[Stage(stage)])


def release_tag(status: str) -> Tag:
    """Where an edition stands."""
    return _tag(RELEASES[status])


def step_due_tag(step: str) -> Tag | str:
    """What the lateness of a return asks for; nothing where it is only due."""
    return Tag(gettext(STEP_WORDS[step]), STEPS[step][1]) if step in STEPS else ""


def _tag(words: tuple[str, Colour]) -> Tag:
    return Tag(gettext(words[0]), words[1])


def measure_words(measure: str) -> str:
    """What is counted; a measure that has no words yet under its own name."""
    return gettext(MEASURES[measure]) if measure in MEASURES else measure.replace("_", " ")


def origin_words(origin: str) -> str:
    """Where goods were mined as a line of a return says it."""
    return gettext("mixed") if origin == MIXED else country(origin) if origin else ""


def event_words(event: str) -> str:
    """An event of the journal; one that has no words yet under its own name."""
    return gettext(EVENTS[event]) if event in EVENTS else event
