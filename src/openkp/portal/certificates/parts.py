"""The parts of an application as an exporter walks through them."""

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from openkp.portal.certificates.shown import part_page
from openkp.portal.site.shapes import Colour, Tag, Task, Tasks
from openkp.project.clock import now
from openkp.registry.certificates.drafts import judged, of_fields
from openkp.registry.certificates.models import Application
from openkp.scheme.errors import Finding
from openkp.scheme.words import N_


@dataclass(frozen=True)
class Part:
    """One page of questions, and the fields of the application that it asks for."""

    name: str
    title: str
    hint: str
    fields: tuple[str, ...]


PARTS = (
    Part(
        "exporter",
        N_("Exporter"),
        N_("As registered with the authority"),
        ("exporter_name", "exporter_address", "exporter_country", "exporter_licence"),
    ),
    Part(
        "importer",
        N_("Importer and destination"),
        N_("Who receives the goods, and where"),
        ("destination", "importer_name", "importer_address", "importer_country"),
    ),
    Part(
        "origin",
        N_("Origin"),
        N_("Where the diamonds were mined, and the certificates they came with"),
        ("origin_mode", "origin_countries", "origin_zone", "predecessors"),
    ),
    Part("goods", N_("Goods"), N_("Carats, value and parcels of each class"), ("lines", "remarks")),
    Part("declaration", N_("Declaration"), N_("That these are not conflict diamonds"), ("non_conflict_declared",)),
)


def named(name: str) -> Part:
    """The part of this name."""
    for part in PARTS:
        if part.name == name:
            return part
    raise Http404


def page_of(application: Application, finding: Finding) -> str:
    """The page on which a finding is mended; empty where no single one is."""
    asked = finding.field.partition(".")[0]
    return next((part_page(application, part.name) for part in PARTS if asked in part.fields), "")


def begun(application: Application, part: Part) -> bool:
    """Whether anything of a part was saved: until then nobody is told what is missing."""
    return any(application.fields.get(name) for name in part.fields)


def at_fault(application: Application, part: Part) -> bool:
    """Whether the rules find anything wrong with a part."""
    return bool(of_fields(judged(application, on=now().date()), part.fields))


def after(application: Application, name: str) -> str:
    """Where to go from a part that is right: to the next one that is not begun, else to the task list."""
    names = [part.name for part in PARTS]
    following = PARTS[names.index(name) + 1 :]
    unbegun = next((part for part in following if not begun(application, part)), None)
    if unbegun:
        return part_page(application, unbegun.name)
    return reverse("certificates:application", args=[application.reference])


def tasks(application: Application, findings: tuple[Finding, ...]) -> tuple[Tasks, ...]:
    """The task list of a draft."""
    ready = not findings
    check = reverse("certificates:check", args=[application.reference])
    last = Task(
        gettext("Check your answers and send"),
        check,
        Tag(gettext("Ready"), Colour.BLUE) if ready else gettext("Not ready yet"),
    )
    return (
        Tasks(gettext("The shipment"), tuple(_task(application, part, findings) for part in PARTS)),
        Tasks(gettext("Send it"), (last,)),
    )


def _task(application: Application, part: Part, findings: tuple[Finding, ...]) -> Task:
    wrong = len(of_fields(findings, part.fields))
    if not begun(application, part):
        state: Tag | str = Tag(gettext("To do"), Colour.BLUE)
    elif wrong:
        words = ngettext("%(count)s thing to correct", "%(count)s things to correct", wrong) % {"count": wrong}
        state = Tag(words, Colour.ORANGE)
    else:
        state = gettext("Done")
    return Task(gettext(part.title), part_page(application, part.name), state, gettext(part.hint))
