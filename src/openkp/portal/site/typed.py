"""Forms that keep what was typed. They judge nothing: the rules of the scheme do, and their findings come back here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from openkp.scheme.errors import Finding
from openkp.scheme.goods import HsSubheading

ROWS = tuple(HsSubheading)
COLUMNS = ("carats", "value_usd", "parcels")
MOST_BOXES = 200
SPARE_BOXES = 2

Words = Any
"""Text in the reader's language, made when it is shown."""


class TextField(forms.CharField):
    """A line of text as it was typed, empty or wrong."""

    def __init__(self, label: Words = "", hint: Words = "", **named: Any) -> None:
        super().__init__(label=label, help_text=hint, required=False, strip=False, **named)


class OpenChoiceField(forms.ChoiceField):
    """A choice that takes what was sent even if it is none of the choices, so that a rule can say why not."""

    def __init__(self, label: Words = "", hint: Words = "", **named: Any) -> None:
        super().__init__(label=label, help_text=hint, required=False, **named)

    def valid_value(self, value: Any) -> bool:
        """Everything that a database can keep."""
        return "\x00" not in str(value)


class TickField(forms.BooleanField):
    """A box to tick."""

    def __init__(self, label: Words = "", hint: Words = "") -> None:
        super().__init__(label=label, help_text=hint, required=False)


class TypedForm(forms.Form):
    """What one page asks of a record. ``lists`` names fields of many boxes with their label and fewest boxes.

    ``goods`` adds one row for each HS subheading: a certificate has one line for each, so nobody chooses any.
    ``only`` keeps a part of the form, for guided pages. ``order`` is that of the page, for the list of mistakes.
    """

    lists: Mapping[str, tuple[Any, int]] = {}
    goods = False
    order: Sequence[str] = ()

    def __init__(
        self, data: Any = None, *, saved: Mapping[str, Any] | None = None, only: Iterable[str] | None = None
    ) -> None:
        self.saved = saved or {}
        super().__init__(data, initial=flat(self.saved))
        names = None if only is None else set(only)
        for name in [n for n in self.fields if names is not None and n not in names]:
            del self.fields[name]
        self.boxes = {name: 0 for name in self.lists if names is None or name in names}
        for name in self.boxes:
            self._add_boxes(name)
        self.has_goods = self.goods and (names is None or "lines" in names)
        if self.has_goods:
            self._add_rows()
        self.order_fields([name for key in self.order for name in self.fields if name.partition("-")[0] == key])

    def _add_boxes(self, name: str) -> None:
        label, fewest = self.lists[name]
        if self.is_bound:
            sent = [key for key in self.data if key.startswith(f"{name}-")]
            count = max(fewest, len(sent))
        else:
            count = max(fewest, len(as_list(self.saved.get(name))) + SPARE_BOXES)
        self.boxes[name] = min(count + (4 if f"more-{name}" in self.data else 0), MOST_BOXES)
        for place in range(self.boxes[name]):
            self.fields[f"{name}-{place}"] = self.box(name, label)

    def box(self, name: str, label: Any) -> forms.Field:
        """One box of a list."""
        return TextField(label)

    def _add_rows(self) -> None:
        labels = (gettext_lazy("Carats"), gettext_lazy("Value in US$"), gettext_lazy("Parcels"))
        for row in range(len(ROWS)):
            for column, label in zip(COLUMNS, labels, strict=True):
                self.fields[f"lines-{row}-{column}"] = TextField(label)

    def typed(self) -> dict[str, Any]:
        """What was typed, in the shape that the rules read."""
        plain = [n for n in self.fields if not n.startswith("lines-") and n.rpartition("-")[0] not in self.boxes]
        fields: dict[str, Any] = {name: self._text(name) for name in plain}
        for name, count in self.boxes.items():
            fields[name] = [self._text(f"{name}-{place}") for place in range(count)]
        if self.has_goods:
            fields["lines"] = [line for line in self._lines() if any(line[column] for column in COLUMNS)]
        return fields

    def _text(self, name: str) -> str:
        value = self[name].data
        return {True: "yes", False: ""}.get(value, "") if isinstance(value, bool) else str(value or "").strip()

    def _lines(self) -> Iterable[dict[str, str]]:
        for row, hs in enumerate(ROWS):
            yield {"hs": hs.value, **{column: self._text(f"lines-{row}-{column}") for column in COLUMNS}}

    def placed(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings under the names of this form's fields."""
        return tuple(replace(finding, field=self._place(finding)) for finding in findings)

    def _place(self, finding: Finding) -> str:
        name, _, rest = finding.field.partition(".")
        if name == "lines" and self.has_goods:
            return self._row_of(finding, rest)
        if name in self.boxes:
            return f"{name}-{rest or 0}"
        return finding.field

    def _row_of(self, finding: Finding, rest: str) -> str:
        """The row that a finding of the lines means: counted among the lines that were given, or named by its HS."""
        place, _, column = rest.partition(".")
        lines = self.typed()["lines"] if self.is_bound else as_list(self.saved.get("lines"))
        index = int(place) if place.isdigit() else 0
        hs = str(lines[index].get("hs", "")) if index < len(lines) else str(finding.sentence.values.get("hs", ""))
        row = ROWS.index(HsSubheading(hs)) if hs in list(HsSubheading) else 0
        return f"lines-{row}-{column if column in COLUMNS else COLUMNS[0]}"

    def rows(self) -> list[tuple[HsSubheading, list[forms.BoundField]]]:
        """The goods, for the page: each subheading with its boxes."""
        return [(hs, [self[f"lines-{row}-{column}"] for column in COLUMNS]) for row, hs in enumerate(ROWS)]

    def many(self, name: str) -> list[forms.BoundField]:
        """The boxes of a list."""
        return [self[f"{name}-{place}"] for place in range(self.boxes[name])]


def flat(saved: Mapping[str, Any]) -> dict[str, Any]:
    """A record as the values of single boxes."""
    values = dict(saved)
    for name, value in saved.items():
        if name == "lines":
            values |= dict(flat_lines(as_list(value)))
        elif isinstance(value, list):
            values |= {f"{name}-{place}": item for place, item in enumerate(value)}
    return values


def flat_lines(lines: Sequence[Any]) -> Iterable[tuple[str, str]]:
    """The lines of a record, each in the row of its subheading."""
    for line in lines:
        hs = line.get("hs") if isinstance(line, dict) else None
        if hs in list(HsSubheading):
            for column in COLUMNS:
                yield f"lines-{ROWS.index(HsSubheading(hs))}-{column}", str(line.get(column, ""))


def as_list(value: Any) -> list[Any]:
    """A list, whatever a draft may hold in its place."""
    return value if isinstance(value, list) else []
