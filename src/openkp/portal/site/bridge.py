"""From a Django form to the design system's macros.

A template writes ``{{ field(form["exporter_name"], errors) }}``; this says which macro that is and with
which parameters. Errors come from two places, the form and the rules of the scheme; ``Errors`` puts both at
their fields and lists them at the top of the page.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import Field
from django.forms.boundfield import BoundField
from django.forms.widgets import Input
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from openkp.portal.site.formats import sentence
from openkp.scheme.errors import Finding


@dataclass(frozen=True)
class Mistake:
    """One thing to mend: its words, the field's id (empty: the whole), the rule behind it (empty: the form's own).

    ``page`` is where it is mended, if that is another page.
    """

    text: str
    field_id: str = ""
    rule: str = ""
    page: str = ""

    @property
    def href(self) -> str:
        """Where it is mended: a field of this page, another page; empty where no single place is."""
        return f"#{self.field_id}" if self.field_id else self.page

    @property
    def rule_page(self) -> str:
        """Where the rule is explained, with its source."""
        return rule_page(self.rule)


def rule_page(rule: str) -> str:
    """The page of one rule, empty where there is none."""
    try:
        return reverse("node:rule", args=[rule]) if rule else ""
    except NoReverseMatch:
        return ""


class Errors:
    """Every mistake on a page: what the forms say, and what the rules found.

    A finding's field ``lines.0.carats`` belongs to the form field named ``lines-0-carats`` (as formsets
    name theirs) or ``lines.0.carats``. A finding without such a field stands at the top only;
    ``elsewhere`` tells the page on which it is mended, if there is one.
    """

    def __init__(
        self,
        forms: "forms.BaseForm | Sequence[forms.BaseForm]" = (),
        findings: Iterable[Finding] = (),
        elsewhere: Callable[[Finding], str] | None = None,
    ) -> None:
        self.forms = [forms] if not isinstance(forms, Sequence) else list(forms)
        self.findings = tuple(findings)
        self.elsewhere = elsewhere or (lambda finding: "")

    def of(self, field: BoundField) -> list[Mistake]:
        """What is wrong at one field."""
        by_rules = [found(finding, anchor(field)) for finding in self.findings if names(finding, field)]
        return said_by_form(field) + by_rules

    def all(self) -> list[Mistake]:
        """Everything, in the order of the page; what belongs to no field comes last."""
        fields = [field for form in self.forms for field in form]
        at_fields = [mistake for field in fields for mistake in self.of(field)]
        general = [Mistake(str(text)) for form in self.forms for text in form.non_field_errors()]
        apart = [f for f in self.findings if not any(names(f, field) for field in fields)]
        homeless = [replace(found(f), page=self.elsewhere(f)) for f in apart]
        return at_fields + general + homeless

    def __bool__(self) -> bool:
        return any(form.errors for form in self.forms) or bool(self.findings)


NO_ERRORS = Errors()


def found(finding: Finding, field_id: str = "") -> Mistake:
    """A finding of the scheme as a mistake on a page."""
    return Mistake(sentence(finding), field_id, finding.rule)


def said_by_form(field: BoundField) -> list[Mistake]:
    """What the form itself found at a field; "This field is required" says which, so that a list of them helps."""
    errors = field.form.errors.as_data().get(field.name, ())
    return [Mistake(words_of(error, field), anchor(field)) for error in errors]


def words_of(error: ValidationError, field: BoundField) -> str:
    """An error's words; Django's own for a missing answer give way to ours, the form's author's do not."""
    words = " ".join(str(message) for message in error.messages)
    if error.code == "required" and words == str(Field.default_error_messages["required"]):
        asked = {"label": str(field.label).rstrip("?:")}
        if isinstance(field.field.widget, forms.CheckboxInput):
            return gettext("Tick the box to go on: %(label)s") % asked
        return gettext("%(label)s: an answer is needed") % asked
    return words


def names(finding: Finding, field: BoundField) -> bool:
    """Whether a finding speaks of this field."""
    return bool(finding.field) and field.html_name in (finding.field, finding.field.replace(".", "-"))


def anchor(field: BoundField) -> str:
    """The id that an error's link goes to: the first control of the field."""
    if isinstance(field.field.widget, forms.SelectDateWidget | DateParts):
        return f"{field.auto_id}_day"
    return str(field.auto_id)


class DateParts(forms.MultiWidget):
    """Day, month and year in three boxes, as the design system asks for dates."""

    PARTS = ("day", "month", "year")

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(self.PARTS, forms.TextInput))

    def decompress(self, value: Any) -> list[Any]:
        """A date into its three boxes."""
        return [value.day, value.month, value.year] if value else ["", "", ""]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:  # type: ignore[override]
        """The boxes as one ISO date; what is no date is left as typed, for the field to refuse."""
        day, month, year = (str(data.get(f"{name}_{part}") or "").strip() for part in self.PARTS)
        if not any((day, month, year)):
            return str(data.get(name) or "")
        return f"{year}-{month:0>2}-{day:0>2}"


MACROS: tuple[tuple[type[forms.Widget], str], ...] = (
    (DateParts, "date"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.CheckboxInput, "checkbox"),
    (forms.RadioSelect, "radios"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
    (forms.HiddenInput, "hidden"),
    (forms.PasswordInput, "input"),
    (Input, "input"),
)


def govuk_field(field: BoundField, errors: Errors = NO_ERRORS, **options: Any) -> dict[str, Any]:
    """The macro for a field (``kind``) and its parameters (``params``).

    Options: ``label``, ``hint`` (else the form field's own), ``classes`` (of the control), ``heading`` (the label
    is the page's heading), ``inline`` (choices side by side), ``small`` (small radios and boxes), ``prefix``,
    ``suffix``, ``hide_label``, ``rows``, ``type``, ``inputmode``, ``autocomplete``.
    """
    kind = next(name for widget, name in MACROS if isinstance(field.field.widget, widget))
    mistakes = errors.of(field) or said_by_form(field)
    params = {
        "id": field.auto_id,
        "idPrefix": field.auto_id,
        "name": field.html_name,
        "hint": hint(field, options),
        "formGroup": {"classes": options.get("group_classes", "")},
        "classes": options.get("classes", ""),
        "attributes": control_attributes(field),
    }
    params |= FILL[kind](field, {**options, "at_fault": " govuk-input--error" if mistakes else ""})
    return {"kind": kind, "params": {k: v for k, v in params.items() if v not in (None, "")}, "mistakes": mistakes}


def hint(field: BoundField, options: dict[str, Any]) -> dict[str, str] | None:
    """The hint under a label."""
    text = options.get("hint", field.help_text)
    return {"text": str(text)} if text else None


def label(field: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """The label: the page's heading, hidden from the eye, or plain."""
    heading = bool(options.get("heading"))
    hidden = "govuk-visually-hidden" if options.get("hide_label") else ""
    return {
        "text": str(options.get("label", field.label)),
        "isPageHeading": heading,
        "classes": "govuk-label--l" if heading else hidden or options.get("label_classes", ""),
    }


def legend(field: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """The same for a group of controls."""
    wording = label(field, options)
    return {"legend": {**wording, "classes": str(wording["classes"]).replace("govuk-label", "govuk-fieldset__legend")}}


def control_attributes(field: BoundField) -> dict[str, str]:
    """What the form's author set on the widget and the macros have no parameter for."""
    own = {"class", "id", "rows", "type", "autocomplete", "inputmode", "maxlength"}
    return {
        name: str(value) for name, value in field.field.widget.attrs.items() if name not in own and value is not False
    }


def text_of(field: BoundField) -> str:
    """What stands in the box: what was typed, never what was understood."""
    value = field.value()
    return "" if value is None else str(value)


def input_params(field: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """A line of text, a number, a password."""
    attrs = field.field.widget.attrs
    secret = isinstance(field.field.widget, forms.PasswordInput)
    return {
        "label": label(field, options),
        "type": "password" if secret else options.get("type", "text"),
        "value": "" if secret else text_of(field),
        "inputmode": options.get("inputmode", attrs.get("inputmode")),
        "autocomplete": options.get("autocomplete", attrs.get("autocomplete")),
        "spellcheck": options.get("spellcheck"),
        "prefix": affix(options.get("prefix")),
        "suffix": affix(options.get("suffix")),
    }


def affix(text: str | None) -> dict[str, str] | None:
    """The unit before or after a box."""
    return {"text": text} if text else None


def textarea_params(field: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """Several lines, with the limit said in words where there is one."""
    limit = getattr(field.field, "max_length", None)
    return {
        "label": label(field, options),
        "value": text_of(field),
        "rows": options.get("rows", field.field.widget.attrs.get("rows", 4)),
        "maxlength": limit,
        "textareaDescriptionText": gettext("You can enter up to %(limit)s characters.") % {"limit": limit}
        if limit
        else "",
    }


def choices(field: BoundField) -> list[dict[str, Any]]:
    """The choices of a field, the chosen ones marked."""
    value = field.value()
    chosen = {str(v) for v in (value if isinstance(value, list | tuple) else [value]) if v is not None}
    hints = getattr(field.field, "choice_hints", {})
    return [
        {
            "value": str(key),
            "text": str(words),
            "checked": str(key) in chosen,
            "selected": str(key) in chosen,
            "hint": {"text": str(hints[key])} if key in hints else None,
        }
        for key, words in getattr(field.field, "choices", ())
    ]


def group_params(field: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """Radios or checkboxes in their fieldset."""
    items = [item for item in choices(field) if item["value"]]
    looks = {"govuk-radios--inline": "inline", "govuk-radios--small govuk-checkboxes--small": "small"}
    classes = " ".join([*(look for look, option in looks.items() if options.get(option)), options.get("classes", "")])
    return {"fieldset": legend(field, options), "items": items, "classes": classes.strip()}


def checkbox_params(field: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """A single box to tick, whose label is the statement."""
    value = field.field.widget.attrs.get("value", "yes")
    text = str(options.get("label", field.label))
    item = {"value": value, "text": text, "checked": bool(field.value()), "hint": hint(field, options)}
    return {"items": [item], "hint": None}


def select_params(field: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """A list to choose from."""
    return {"label": label(field, options), "items": choices(field)}


def file_params(field: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """A file to send."""
    return {"label": label(field, options)}


def date_params(field: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """Three boxes; after a mistake they hold what was typed."""
    year, month, day = ([*text_of(field).split("-"), "", "", ""])[:3]
    words = {"day": gettext("Day"), "month": gettext("Month"), "year": gettext("Year")}
    typed = {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}
    items = [
        {
            "name": f"{field.html_name}_{part}",
            "id": f"{field.auto_id}_{part}",
            "label": words[part],
            "value": typed[part],
            "classes": f"govuk-input--width-{4 if part == 'year' else 2}{options['at_fault']}",
        }
        for part in DateParts.PARTS
    ]
    return {"fieldset": legend(field, options), "items": items}


def hidden_params(field: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """A value that travels unseen."""
    return {"value": text_of(field)}


FILL = {
    "input": input_params,
    "textarea": textarea_params,
    "radios": group_params,
    "checkboxes": group_params,
    "checkbox": checkbox_params,
    "select": select_params,
    "file": file_params,
    "date": date_params,
    "hidden": hidden_params,
}
