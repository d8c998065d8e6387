"""Forms and findings reach the design system's fields: names, ids, values, mistakes."""

from datetime import date

import pytest
from django import forms
from django.utils import translation

from openkp.portal.site.bridge import DateParts, Errors, govuk_field
from openkp.portal.site.gallery.forms import EveryField, Line
from openkp.scheme.errors import Finding
from openkp.scheme.words import Sentence


def finding(field: str, rule: str = "CFLD-10") -> Finding:
    return Finding(rule, "wrong", field, Sentence("Wrong: %(what)s.", {"what": "<b>"}))


def test_every_widget_has_its_macro():
    kinds = {name: govuk_field(EveryField()[name])["kind"] for name in EveryField.base_fields}
    assert kinds == {
        "exporter_name": "input",
        "password": "input",
        "carats": "input",
        "destination": "select",
        "origin_mode": "radios",
        "seals_intact": "radios",
        "papers": "checkboxes",
        "declared": "checkbox",
        "received_on": "date",
        "invoice": "file",
        "remarks": "textarea",
    }


def test_what_was_typed_comes_back_but_never_a_password():
    form = EveryField({"exporter_name": " Sewa ", "password": "hush", "carats": "12,5", "origin_mode": "mixed"})
    assert govuk_field(form["carats"])["params"]["value"] == "12,5"
    assert "value" not in govuk_field(form["password"])["params"]
    chosen = [item["value"] for item in govuk_field(form["origin_mode"])["params"]["items"] if item["checked"]]
    assert chosen == ["mixed"]


@pytest.mark.parametrize("field", ["lines.1.carats", "lines-1-carats"])
def test_a_finding_about_a_line_stands_at_that_line(field):
    lines = [Line(prefix=f"lines-{i}") for i in range(2)]
    errors = Errors(lines, [finding(field)])
    assert errors.of(lines[0]["carats"]) == []
    assert [(m.text, m.field_id, m.rule) for m in errors.of(lines[1]["carats"])] == [
        ("Wrong: <b>.", "id_lines-1-carats", "CFLD-10")
    ]


def test_the_summary_has_every_mistake_once_and_the_homeless_last():
    form = EveryField({"carats": "12,5"})
    errors = Errors(form, [finding("nowhere"), finding("carats"), finding("")])
    texts = [(m.text, m.field_id) for m in errors.all()]
    assert texts.count(("Wrong: <b>.", "id_carats")) == 1
    assert texts[-2:] == [("Wrong: <b>.", ""), ("Wrong: <b>.", "")]
    assert ("Name of the exporter: an answer is needed", "id_exporter_name") in texts
    assert ("Tick the box to go on: I declare that these diamonds are not conflict diamonds", "id_declared") in texts


def test_errors_of_a_date_lead_to_its_first_box():
    assert {m.field_id for m in Errors(EveryField({})).of(EveryField({})["received_on"])} == {"id_received_on_day"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (("27", "3", "2026"), date(2026, 3, 27)),
        (("07", "03", "2026"), date(2026, 3, 7)),
        (("31", "2", "2026"), None),
        (("", "3", "2026"), None),
        (("3", "x", "2026"), None),
    ],
)
def test_three_boxes_make_one_date_or_a_mistake(typed, read):
    class Arrival(forms.Form):
        on = forms.DateField(widget=DateParts)

    form = Arrival(dict(zip(("on_day", "on_month", "on_year"), typed, strict=True)))
    assert form.is_valid() == (read is not None)
    assert form.cleaned_data.get("on") == read
    shown = [item["value"] for item in govuk_field(form["on"])["params"]["items"]]
    assert shown[2] == "2026"


def test_a_finding_is_translated_when_it_is_shown(catalogues):
    errors = Errors((), [Finding("X", "x", "", Sentence("Skip to main content"))])
    with translation.override("fr"):
        assert errors.all()[0].text == translation.gettext("Skip to main content")
