"""What is told at an address where no figures stand: that there are none, and where there are some."""

from collections.abc import Iterable
from itertools import groupby

from openkp.portal.figures.columns import FLOW_WORDS
from openkp.portal.figures.topics import who
from openkp.registry.errors import NotFound
from openkp.scheme.words import N_, Sentence


def no_year(year: int, known: Iterable[int]) -> NotFound:
    """A year of which nothing is public."""
    names = {"year": year, "years": spans(known) or "–"}
    advice = Sentence(N_("Years with figures: %(years)s."), names)
    return NotFound(Sentence(N_("No figures of %(year)s were published."), names), advice=advice)


def no_edition(year: int, number: int | None, last: int) -> NotFound:
    """An edition that a year has not."""
    names = {"year": year, "number": number, "last": last}
    sentence = Sentence(N_("There is no edition %(number)s of %(year)s."), names)
    return NotFound(sentence, advice=Sentence(N_("The newest edition of this year is number %(last)s."), names))


def no_participant(code: str) -> NotFound:
    """A Participant of whom nothing is public, or a code that is none."""
    advice = Sentence(N_("Choose a Participant from the list under Figures."))
    if code != code.upper():
        sentence = Sentence(N_("Codes are written in capitals: %(code)s."), {"code": code.upper()})
        return NotFound(sentence, advice=advice)
    return NotFound(Sentence(N_("No figures of “%(code)s” were published."), {"code": code}), advice=advice)


def no_cell(year: int, code: str, flow: str) -> NotFound:
    """A cell of which nothing is public."""
    names = {"what": Sentence(FLOW_WORDS[flow]), "name": who(code), "year": year}
    sentence = Sentence(N_("Nothing was published of this: %(what)s, %(name)s, %(year)s."), names)
    return NotFound(
        sentence, advice=Sentence(N_("Begin at the global summary of the year, and choose a figure in it."))
    )


def no_flow(flow: str) -> NotFound:
    """A flow that there is not."""
    sentence = Sentence(N_("“%(flow)s” is no flow."), {"flow": flow})
    return NotFound(sentence, advice=Sentence(N_("Flows are: production, imports, exports.")))


def spans(years: Iterable[int]) -> str:
    """``2003–2008, 2010``."""
    runs = [
        [year for _, year in run] for _, run in groupby(enumerate(sorted(set(years))), lambda each: each[1] - each[0])
    ]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
