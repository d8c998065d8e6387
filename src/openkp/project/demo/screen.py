"""What the demonstration says on the terminal: where to go, as whom, what to look at first."""

from collections.abc import Iterator
from gettext import gettext as _
from typing import Any

from openkp.cli.output import painted, put, say
from openkp.project.demo.cast import PARTS, SECRETARIAT
from openkp.registry.accounts.roles import LABELS, Role

NAME, WHO, PLACE = 10, 20, 11


def put_summary(notes: dict[str, Any], codes: dict[str, str], command: str) -> None:
    """Addresses, sign-ins and the first steps; ``command`` is how this demonstration is spoken to again."""
    for line in _lines(notes, codes, command):
        put(line)


def _lines(notes: dict[str, Any], codes: dict[str, str], command: str) -> Iterator[str]:
    yield ""
    yield "  " + painted(_("OpenKP: three nodes at work on this machine. All that they sign says SPECIMEN."), "bold")
    for part in PARTS:
        yield ""
        address = notes["addresses"][part.name]
        yield f"  {painted(part.title.ljust(WHO), 'bold')}  {painted(address, 'green')}"
        people = [person for person in notes["people"] if person["node"] == part.name]
        for person in people:
            yield _sign_in(person, codes)
        if part is SECRETARIAT:
            yield "    " + _(
                "the scheme's figures at /figures/, real since 2003 and synthetic beside; the trust bundle at /bundle"
            )
    yield ""
    yield "  " + _("Password of everybody: %s") % painted(notes["people"][0]["password"], "bold")
    yield (
        "  " + _("The six digits are the second factor at this moment; for a fresh one: %s") % f"{command} --code NAME"
    )
    yield "  " + _("First trust list: %s") % notes["fingerprint"]
    yield ""
    yield "  " + painted(_("What to try first"), "bold")
    for number, line in enumerate(_first_steps(notes), start=1):
        yield f"    {number}. {line}"
    yield ""
    yield "  " + _("Ctrl-C stops everything; to go on from here: %s") % f"{command} --continue"
    yield ""


def _sign_in(person: dict[str, Any], codes: dict[str, str]) -> str:
    role = _(LABELS[Role(person["role"])])
    cells = person["username"].ljust(NAME), person["name"].ljust(WHO), person["authority"].ljust(PLACE), role.ljust(20)
    return f"    {'  '.join(cells)}  {codes.get(person['username'], '')}".rstrip()


def _first_steps(notes: dict[str, Any]) -> Iterator[str]:
    there = notes["addresses"]["antwerp"]
    yield _("As mariama (validating officer), issue the certificate that waits on your desk.")
    yield _("As an, at %s, see it announced; record its arrival and confirm what was found.") % there
    yield _("Back as ibrahim, see the confirmation on the certificate's page, and close what differed.")
    yield _("As foday (statistician), file the trade return that hawa prepared; as hawa, answer the questionnaire.")
    yield (
        _("At %s/figures/, see what became of it; as naledi (analyst), look at the anomalies behind it.")
        % (notes["addresses"]["secretariat"])
    )
    yield _("Print a certificate's PDF and give it to the verify page of any node, or to: ./openkp verify FILE")


def progress(done: int, of: int) -> None:
    """How much of the past there is, now and then."""
    if done % 25 == 0 or done == of:
        say(_("  the past: %(done)s of %(of)s stories told") % {"done": done, "of": of})
