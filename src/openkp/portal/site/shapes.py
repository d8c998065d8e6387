"""What a view hands to a component: small frozen values, ready to be shown.

Texts are already in the reader's language; amounts, dates and numbers have been through ``formats``, so
that they are ``Markup``. A template decides how these look, a view decides what they are.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from markupsafe import Markup

from openkp.scheme.errors import Finding

Shown = str | Markup


class Colour(StrEnum):
    """The colours of a status tag; the words say it first, colour never alone."""

    GREY = "grey"
    BLUE = "blue"
    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


@dataclass(frozen=True)
class Tag:
    """A status in two words."""

    text: str
    colour: Colour = Colour.GREY


@dataclass(frozen=True)
class Link:
    """Words and where they lead. ``about`` is read out after the words where they alone would not tell.

    As a button, ``quiet`` is one that is seldom the next thing to do.
    """

    text: str
    href: str
    about: str = ""
    quiet: bool = False


@dataclass(frozen=True)
class Deadline:
    """A day by which something is due, seen from ``today``; ``expires`` if it is a paper that ends on that day."""

    due: date
    today: date
    soon: timedelta = timedelta(days=3)
    expires: bool = False

    @property
    def days_left(self) -> int:
        """Negative once it has passed."""
        return (self.due - self.today).days

    @property
    def state(self) -> str:
        """``overdue``, ``soon`` or ``later``."""
        if self.days_left < 0:
            return "overdue"
        return "soon" if self.days_left <= self.soon.days else "later"


@dataclass(frozen=True)
class Choice:
    """One value of a facet: a link that switches it on or off."""

    text: str
    href: str
    count: int | None = None
    chosen: bool = False


@dataclass(frozen=True)
class Facet:
    """One way to narrow a list."""

    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Column:
    """One column of a list; numbers line up on the right in every language."""

    title: str
    numeric: bool = False


Cell = Shown | Link | Tag | Deadline


@dataclass(frozen=True)
class Page:
    """One page of a long list, by key: what came before and what comes after, never a page number."""

    first: str = ""
    older: str = ""
    newer: str = ""
    count: int | None = None


@dataclass(frozen=True)
class Listing:
    """A work queue or any other long list: facets, rows, a page. The first cell of a row is its heading."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    facets: tuple[Facet, ...] = ()
    page: Page = Page()
    nothing: str = ""
    downloads: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Event:
    """One moment in the life of a document."""

    title: str
    at: datetime
    by: str = ""
    detail: Shown = ""
    links: tuple[Link, ...] = ()
    ahead: bool = False


@dataclass(frozen=True)
class Task:
    """One part of a task list."""

    title: str
    href: str = ""
    status: Tag | str = ""
    hint: str = ""


@dataclass(frozen=True)
class Tasks:
    """A group of tasks under its heading."""

    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Answer:
    """What was asked, what was answered, where to change it."""

    question: str
    answer: Shown
    change: str = ""


@dataclass(frozen=True)
class Answers:
    """The answers of one part, under its heading."""

    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Fact:
    """One line of a summary: a name and its value. ``differs`` puts what was found beside what was declared."""

    name: str
    value: Shown
    differs: Shown = ""


@dataclass(frozen=True)
class Check:
    """One check of a verification: what was looked at and how it came out (``pass``, ``fail``, ``unknown``)."""

    text: str
    outcome: str
    rule: str = ""


@dataclass(frozen=True)
class VerdictShown:
    """The verdict screen. ``outcome`` is a key of ``outcomes.OUTCOMES``; ``status`` its fine print ("void since …")."""

    outcome: str
    number: str = ""
    signed_by: str = ""
    status: Shown = ""
    facts: tuple[Fact, ...] = ()
    checks: tuple[Check, ...] = ()
    trust_age: timedelta | None = None
    specimen: bool = False
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Download:
    """A file to take away: what it is, where, which kind, how large."""

    title: str
    href: str
    kind: str
    size: int | None = None
    hint: str = ""
    language: str = ""


@dataclass(frozen=True)
class KeyShown:
    """A public key as people compare it: whose, what for, and its fingerprint in hexadecimal."""

    holder: str
    use: str
    algorithm: str
    fingerprint: str
    valid: Shown = ""


@dataclass(frozen=True)
class DocumentShown:
    """The parts of a document page: what it is, where it stands, what may be done, what happened."""

    title: str
    number: str
    status: Tag
    facts: tuple[Answers, ...] = ()
    events: tuple[Event, ...] = ()
    actions: tuple[Link, ...] = ()
    downloads: tuple[Download, ...] = ()
    findings: tuple[Finding, ...] = ()
    deadline: Deadline | None = None
    lead: Shown = ""
    proofs: tuple[Fact, ...] = field(default=())
