"""Sample forms of the gallery: every kind of field, and the lines of a parcel."""

from django import forms

from openkp.portal.site.bridge import DateParts, Errors
from openkp.scheme.errors import Finding
from openkp.scheme.words import Sentence


class EveryField(forms.Form):
    """One of each."""

    exporter_name = forms.CharField(
        label="Name of the exporter", help_text="As it stands on the licence", max_length=120
    )
    password = forms.CharField(label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    carats = forms.DecimalField(label="Carat weight", widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    destination = forms.ChoiceField(
        label="Country of destination",
        choices=[("", "Choose a country"), ("BE", "Belgium"), ("AE", "United Arab Emirates")],
    )
    origin_mode = forms.ChoiceField(
        label="Where were the diamonds mined?",
        widget=forms.RadioSelect,
        choices=[
            ("single", "In one country"),
            ("mixed", "In several countries"),
            ("mixed_listed", "In several, all listed"),
        ],
    )
    seals_intact = forms.ChoiceField(
        label="Are all seals whole?", widget=forms.RadioSelect, choices=[("yes", "Yes"), ("no", "No")]
    )
    papers = forms.MultipleChoiceField(
        label="Which papers came with the parcel?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("original", "The original certificate"), ("invoice", "An invoice"), ("list", "A packing list")],
    )
    declared = forms.BooleanField(label="I declare that these diamonds are not conflict diamonds")
    received_on = forms.DateField(
        label="When did the parcel arrive?", widget=DateParts, help_text="For example 27 3 2026"
    )
    invoice = forms.FileField(label="Upload the invoice", required=False)
    remarks = forms.CharField(label="Remarks", widget=forms.Textarea, max_length=500, required=False)


class Line(forms.Form):
    """One line of a parcel, as in a formset."""

    hs = forms.ChoiceField(
        choices=[("7102.10", "7102.10 unsorted"), ("7102.21", "7102.21 industrial"), ("7102.31", "7102.31 other")]
    )
    carats = forms.CharField()
    value_usd = forms.CharField()
    parcels = forms.CharField()


MISTAKES = (
    Finding("CFLD-10", "not-an-amount", "carats", Sentence("Write the weight as a plain number such as 1234.56.")),
    Finding("CERT-07", "later-than-today", "received_on", Sentence("The day of arrival lies in the future.")),
    Finding("EXP-02", "seal-missing", "", Sentence("No seal was named, and a parcel travels sealed.")),
)


def every_field() -> dict[str, object]:
    """Empty."""
    return {"form": EveryField(), "errors": Errors()}


def every_mistake() -> dict[str, object]:
    """Sent with nearly everything wrong."""
    form = EveryField({"exporter_name": "", "carats": "12,5", "received_on_day": "31", "received_on_month": "2"})
    return {"form": form, "errors": Errors(form, MISTAKES)}


def expert() -> dict[str, object]:
    """The dense form with a mistake in its second line."""
    rows = [("7102.31", "812.40", "164250.00", "1"), ("7102.21", "77,1", "1900.00", "1")]
    fields = ("hs", "carats", "value_usd", "parcels")
    lines = [Line(initial=dict(zip(fields, row, strict=True)), prefix=f"lines-{i}") for i, row in enumerate(rows)]
    header = EveryField(initial={"exporter_name": "Sewa River Mining", "origin_mode": "single"})
    at_fault = Finding(
        "CFLD-10", "not-an-amount", "lines.1.carats", Sentence("Write the weight as a plain number such as 1234.56.")
    )
    return {
        "form": header,
        "lines": [[line[name] for name in fields] for line in lines],
        "columns": ["HS subheading", "Carats", "Value in US$", "Parcels"],
        "errors": Errors([header, *lines], [at_fault]),
    }
