"""What a public page is asked for in its address: which world, which reading, which edition. Wrong values are told."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from openkp.portal.figures.cells import FLOWS, READINGS
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.words import N_, Sentence

WORLDS = ("real", "synthetic")
CHARTS = ("carats", "usd", *(f"{flow}-{measure}" for flow in FLOWS for measure in ("carats", "usd")))
"""Which picture the file ending in .svg is, where a page has several."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The whole state of a page, so that an address can be cited."""

    world: str = "real"
    reading: str = ""
    edition: int | None = None
    flow: str = "production"
    chart: str = ""

    def href(self, page: str, *parts: object, form: str = "", **changed: object) -> str:
        """The address of another page in the same state; ``form`` is a file's ending."""
        state = replace(self, **changed)  # type: ignore[arg-type]
        address = reverse(f"figures:{page}-as" if form else f"figures:{page}", args=[*parts, form] if form else parts)
        return f"{address}{state.query()}"

    def query(self) -> str:
        """The state as the end of an address; what is usual is left out."""
        named = {"world": self.world, "reading": self.reading, "edition": self.edition, "flow": self.flow}
        named["chart"] = self.chart
        usual = {"world": "real", "reading": "", "edition": None, "flow": "production", "chart": ""}
        said = {name: value for name, value in named.items() if value != usual[name]}
        return f"?{urlencode(said)}" if said else ""


def asked(request: HttpRequest) -> Asked:
    """The state in an address. Raises ``Refused``."""
    return Asked(
        world=one_of(request, "world", WORLDS, "real"),
        reading=one_of(request, "reading", READINGS, ""),
        edition=edition(request),
        flow=one_of(request, "flow", FLOWS, "production"),
        chart=one_of(request, "chart", CHARTS, ""),
    )


def one_of(request: HttpRequest, name: str, known: tuple[str, ...], usual: str) -> str:
    """A word from a list."""
    value = request.GET.get(name, "")
    if value and value not in known:
        raise wrong(name, N_("Choose one of: %(known)s."), known=", ".join(known))
    return value or usual


def edition(request: HttpRequest) -> int | None:
    """The number of an edition."""
    value = request.GET.get("edition", "")
    if not value:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 5:
        raise wrong("edition", N_("An edition is a number, counted from 1."))
    return int(value)


def wrong(field: str, sentence: str, **names: object) -> Refused:
    """What is said of a value that is none."""
    return Refused([Finding("", f"{field}-wrong", field, Sentence(sentence, names))])
