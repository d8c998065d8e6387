"""What the pages of statistics ask. They keep what was typed; the rules of the scheme judge it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openkp.portal.certificates.forms import named, with_typed
from openkp.portal.certificates.words import HS_WORDS
from openkp.portal.site.bridge import DateParts
from openkp.portal.site.typed import OpenChoiceField, TextField, TypedForm, as_list
from openkp.portal.statistics.words import (
    ANSWERS,
    BASES,
    FLOWS,
    MININGS,
    NATURES,
    READINGS,
    VERDICTS,
    VISIBILITIES,
    WORLDS,
)
from openkp.registry.participation.queries import participation
from openkp.scheme.errors import Finding
from openkp.scheme.returns import MIXED, ReturnKind
from openkp.scheme.words import N_, Sentence

Choices = list[tuple[str, str]]
COLUMNS: dict[ReturnKind, tuple[str, ...]] = {
    ReturnKind.PRODUCTION: ("mining", "carats", "value_usd"),
    ReturnKind.TRADE: ("flow", "partner", "origin", "hs", "carats", "value_usd", "certificates"),
}
"""The boxes of a line, as ``scheme.filings`` names them."""

HEADINGS = {
    "mining": _("Mining"),
    "flow": _("Flow"),
    "partner": _("Partner"),
    "origin": _("Origin"),
    "hs": _("HS subheading"),
    "carats": _("Carats"),
    "value_usd": _("Value in US$"),
    "certificates": _("Certificates"),
}
WINDOW = 40
"""How many lines of a return one page edits; the others are kept as they are."""
SPARE_LINES = 3
MORE_LINES = 10
MOST_LINES = 100


def worded(words: Mapping[Any, str]) -> Choices:
    """Choices in the reader's language."""
    return [(str(getattr(key, "value", key)), gettext(text)) for key, text in words.items()]


def partners() -> Choices:
    """Every country and the European Union: a partner that may not be one is told by a rule, not hidden."""
    return [pair for pair in named(member.code for member in participation().members) if pair[0]]


class ReturnForm(TypedForm):
    """A return: its head, and the lines of one window. Lines outside the window are kept as they were saved."""

    nature = OpenChoiceField(_("What does this return say?"), widget=forms.RadioSelect)
    value_basis = OpenChoiceField(_("What do the values include?"))
    visibility = OpenChoiceField(_("Who may read it?"))
    certificates_issued = TextField(_("Certificates issued for export"))
    certificates_received = TextField(_("Import shipments that arrived with a certificate"))
    method = TextField(_("Method"), _("How the figures were collected."), widget=forms.Textarea(attrs={"rows": 2}))
    reason = TextField(
        _("Reason of the correction"),
        _("Needed from the second version on."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = TextField(_("Note"), widget=forms.Textarea(attrs={"rows": 2}))
    explanation = TextField(
        _("Why does it differ from what this node's own documents say?"),
        _("Needed where a figure differs. It is kept here, with the return."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, data: Any = None, *, kind: ReturnKind, start: int = 0, explanation: str = "", **named_: Any
    ) -> None:
        self.kind = kind
        self.columns = COLUMNS[kind]
        saved = dict(named_.pop("saved", None) or {})
        self.saved_lines = [line for line in as_list(saved.pop(kind.value, None)) if isinstance(line, dict)]
        self.start = min(start, len(self.saved_lines))
        super().__init__(data, saved={**saved, "explanation": explanation}, **named_)
        if kind is ReturnKind.PRODUCTION:
            del self.fields["certificates_issued"], self.fields["certificates_received"]
        for name, words in (("nature", NATURES), ("value_basis", BASES), ("visibility", VISIBILITIES)):
            self.fields[name].choices = worded(words)  # type: ignore[attr-defined]
        self.replaced = self.saved_lines[self.start : self.start + WINDOW]
        self.following = self.saved_lines[self.start + WINDOW :]
        self.places = self._places()
        for place in self.places:
            self._add_line(place)

    def _places(self) -> range:
        """The numbers of the lines on this page, counted in the whole return."""
        if self.is_bound:
            sent = [key.split("-")[1] for key in self.data if key.startswith(f"{self.kind.value}-")]
            last = max((int(n) for n in sent if n.isascii() and n.isdigit() and len(n) < 7), default=self.start)
            count = last - self.start + 1 + (MORE_LINES if "more-lines" in self.data else 0)
        else:
            count = len(self.replaced) + (0 if self.following else SPARE_LINES)
        return range(self.start, self.start + max(0, min(count, MOST_LINES)))

    def _add_line(self, place: int) -> None:
        line = self.saved_lines[place] if place < len(self.saved_lines) and not self.is_bound else {}
        for column in self.columns:
            name = f"{self.kind.value}-{place}-{column}"
            self.fields[name] = field = line_field(column)
            self.initial[name] = str(line.get(column) or "")
            if isinstance(field, OpenChoiceField):
                field.choices = with_typed(list(field.choices), self[name].value())  # type: ignore[arg-type]

    def typed(self) -> dict[str, Any]:
        """The whole return in the shape that the rules read; the explanation is no part of it."""
        head = [name for name in self.fields if "-" not in name and name != "explanation"]
        before = self.saved_lines[: self.start]
        lines = [line for _place, line in self._given()]
        return {**{name: self._text(name) for name in head}, self.kind.value: [*before, *lines, *self.following]}

    def explained(self) -> str:
        """What was said about the differences."""
        return self._text("explanation")

    def _given(self) -> list[tuple[int, dict[str, str]]]:
        """The lines of this page that are not empty, each with its place on the page."""
        rows = ((p, {c: self._text(f"{self.kind.value}-{p}-{c}") for c in self.columns}) for p in self.places)
        return [(p, row) for p, row in rows if any(row.values())]

    def placed(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings at this page's fields; those about lines of other pages say which line."""
        rows = [p for p, _line in self._given()] if self.is_bound else list(self.places)
        return tuple(self._placed(finding, rows) for finding in findings)

    def _placed(self, finding: Finding, rows: list[int]) -> Finding:
        name, _dot, rest = finding.field.partition(".")
        place, _dot, column = rest.partition(".")
        if name != self.kind.value or not place.isdigit():
            return finding
        index = int(place) - self.start
        if 0 <= index < len(rows):
            return replace(
                finding, field=f"{name}-{rows[index]}-{column if column in self.columns else self.columns[0]}"
            )
        words = Sentence(N_("Line %(line)s: %(what)s"), {"line": int(place) + 1, "what": finding.sentence})
        return replace(finding, sentence=words)

    def lines(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The lines for the page, each with the number that people count from."""
        return [(p + 1, [self[f"{self.kind.value}-{p}-{c}"] for c in self.columns]) for p in self.places]

    def headings(self) -> list[Any]:
        """What the columns are called."""
        return [HEADINGS[column] for column in self.columns]


def line_field(column: str) -> forms.Field:
    """One box of a line."""
    label = HEADINGS[column]
    if column == "mining":
        return chosen(label, worded(MININGS))
    if column == "flow":
        return chosen(label, [("", ""), *worded(FLOWS)])
    if column == "hs":
        return chosen(label, [("", ""), *((hs.value, f"{hs.value} {gettext(w)}") for hs, w in HS_WORDS.items())])
    if column in ("partner", "origin"):
        return TextField(label, widget=forms.TextInput(attrs={"list": "countries", "autocomplete": "off"}))
    inputmode = "numeric" if column == "certificates" else "decimal"
    return TextField(label, widget=forms.TextInput(attrs={"inputmode": inputmode}))


def chosen(label: Any, choices: Choices) -> OpenChoiceField:
    """A choice whose saved value is kept even if it is none of the choices."""
    field = OpenChoiceField(label)
    field.choices = choices
    return field


def origins() -> Choices:
    """What may stand in the box of origin: a country, or that they are mixed."""
    return [*partners(), (MIXED, gettext("mixed"))]


class UploadForm(forms.Form):
    """A return as a file."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_("CSV, Excel (.xlsx) or SDMX-CSV, at most 20 MB."),
        error_messages={"required": _("Choose a file.")},
    )

    def data_given(self) -> tuple[bytes, str]:
        """Its bytes and its name."""
        file = self.cleaned_data["file"]
        return bytes(file.read()), str(file.name)[:200]


class YearForm(TypedForm):
    """Which year."""

    year = TextField(_("Year"))


class ReleaseForm(TypedForm):
    """Which edition to build."""

    year = TextField(_("Year"))
    world = OpenChoiceField(_("Which figures?"), widget=forms.RadioSelect)
    reading = OpenChoiceField(_("Which reading is the one to quote?"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, **named_: Any) -> None:
        super().__init__(data, **named_)
        self.fields["world"].choices = worded(WORLDS)  # type: ignore[attr-defined]
        self.fields["reading"].choices = worded(READINGS)  # type: ignore[attr-defined]


class EmbargoForm(TypedForm):
    """From when on the public may read it."""

    embargo_until = TextField(
        _("Embargo until"),
        _("At 00:00 UTC of this day it becomes public. Leave it empty to publish at once."),
        widget=DateParts,
    )


class QuestionsForm(TypedForm):
    """One question for each anomaly, worded by the analyst."""

    def __init__(self, data: Any = None, *, questions: Mapping[str, str], **named_: Any) -> None:
        super().__init__(data, **named_)
        for ident, words in questions.items():
            widget = forms.Textarea(attrs={"rows": 4})
            self.fields[f"question-{ident}"] = TextField(_("Question"), widget=widget, initial=words)

    def placed(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings at this form's fields."""
        return tuple(replace(finding, field=finding.field.replace("questions.", "question-")) for finding in findings)

    def worded(self) -> dict[int, str]:
        """The questions by the anomaly's id."""
        return {int(name.partition("-")[2]): str(text) for name, text in self.typed().items()}


class AnswersForm(TypedForm):
    """An answer to each question, and the corrected return where there is one."""

    def __init__(
        self, data: Any = None, *, questions: Iterable[Mapping[str, Any]], filings: Choices, **named_: Any
    ) -> None:
        super().__init__(data, **named_)
        self.ids = [str(question["id"]) for question in questions]
        for ident in self.ids:
            self.fields[f"questions-{ident}-kind"] = kind = OpenChoiceField(_("Answer"), widget=forms.RadioSelect)
            kind.choices = worded(ANSWERS)
            self.fields[f"questions-{ident}-answer"] = TextField(
                _("In your words"), widget=forms.Textarea(attrs={"rows": 4})
            )
        self.fields["correction"] = correction = OpenChoiceField(
            _("Corrected return"), _("Needed where you say that a figure was corrected. File the correction first.")
        )
        correction.choices = [("", gettext("None")), *filings]

    def answers(self) -> dict[str, dict[str, str]]:
        """What was answered, by the question's id."""
        typed = self.typed()
        return {
            ident: {"kind": typed[f"questions-{ident}-kind"], "answer": typed[f"questions-{ident}-answer"]}
            for ident in self.ids
        }

    def correction(self) -> int | None:
        """The corrected filing that was chosen."""
        value = str(self.typed()["correction"])
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None

    def placed(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings at this form's fields: rules count the questions, the form names them."""
        return tuple(replace(finding, field=self._place_of(finding.field)) for finding in findings)

    def _place_of(self, name: str) -> str:
        head, _dot, rest = name.partition(".")
        place, _dot, column = rest.partition(".")
        if head in ("questions", "answers") and place:
            index = int(place) if place.isdigit() else -1
            ident = self.ids[index] if place not in self.ids and 0 <= index < len(self.ids) else place
            return f"questions-{ident}-{'kind' if column == 'kind' else 'answer'}"
        return "correction" if head.startswith("correction") else name


class VerdictForm(TypedForm):
    """What the answers are worth."""

    stage = OpenChoiceField(_("Verdict"), widget=forms.RadioSelect)
    text = TextField(_("In your words"), _("The Participant reads this."), widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any = None, **named_: Any) -> None:
        super().__init__(data, **named_)
        self.fields["stage"].choices = worded(VERDICTS)  # type: ignore[attr-defined]

    def placed(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings at this form's fields."""
        return tuple(replace(f, field="stage") if f.field == "verdict" else f for f in findings)


class ClosingForm(TypedForm):
    """How a case ends."""

    text = TextField(
        _("Verdict in your words"),
        _("The Participant reads this. Needed where nobody answered."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
