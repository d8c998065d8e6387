"""What the pages of certificates ask."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openkp.portal.certificates.words import LOCATIONS, ORIGIN_MODES, OUTCOMES
from openkp.portal.site.bridge import DateParts
from openkp.portal.site.formats import country
from openkp.portal.site.typed import OpenChoiceField, TextField, TickField, TypedForm
from openkp.registry.participation.queries import participation
from openkp.scheme.void_reasons import VOID_REASONS

Choices = list[tuple[str, str]]


def named(codes: Iterable[str]) -> Choices:
    """Countries by name, in alphabetical order, after an empty first line."""
    found = sorted(((code, country(code)) for code in set(codes)), key=lambda pair: pair[1].casefold())
    return [("", gettext("Choose")), *found]


def traders(on: date) -> Choices:
    """To whom one may send on a day: Participants, the European Union as one."""
    law = participation()
    return named(trader for row in law.rows_on(on) if (trader := law.trader_of(row.code, on)))


def countries(on: date) -> Choices:
    """Every country inside a Participant on a day."""
    return named(row.code for row in participation().rows_on(on) if row.code != "EU")


def ever() -> Choices:
    """Every country that ever took part: where goods in the trade may have been mined."""
    return named(member.code for member in participation().members if member.spells and member.code != "EU")


def origin_modes(on: date) -> Choices:
    """How the origin may be stated; the same on any day."""
    return [(mode.value, gettext(words)) for mode, words in ORIGIN_MODES.items()]


def with_typed(choices: Choices, typed: object) -> Choices:
    """The choices, and what was typed if it is none of them: nothing vanishes from a form."""
    value = str(typed or "")
    return choices if value in dict(choices) else [*choices, (value, value)]


class ApplicationForm(TypedForm):
    """All that an exporter is asked; each page shows one part."""

    exporter_name = TextField(_("Name of the exporter"))
    exporter_address = TextField(_("Address"), _("Street, town, country."))
    exporter_country = OpenChoiceField(_("Country"))
    exporter_licence = TextField(_("Licence number"))
    destination = OpenChoiceField(_("Participant to which the goods go"))
    importer_name = TextField(_("Name of the importer"))
    importer_address = TextField(_("Address"), _("Street, town, country."))
    importer_country = OpenChoiceField(_("Country"))
    origin_mode = OpenChoiceField(_("Where were the diamonds mined?"), widget=forms.RadioSelect)
    origin_zone = TextField(_("Mining zone"), _("Only where the Scheme limits exports to named zones."))
    remarks = TextField(_("Remarks"), _("Printed on the certificate."), widget=forms.Textarea(attrs={"rows": 3}))
    non_conflict_declared = TickField(
        _("I declare that these rough diamonds are not conflict diamonds, and that what I wrote is true")
    )
    lists = {
        "origin_countries": (_("Country of origin"), 2),
        "predecessors": (_("Number of an earlier certificate"), 2),
    }
    goods = True
    order = ("origin_mode", "origin_countries", "origin_zone", "predecessors", "lines", "remarks")

    def __init__(self, data: Any = None, *, on: date, **named_: Any) -> None:
        self.on = on
        super().__init__(data, **named_)
        lists: dict[str, Callable[[date], Choices]] = {
            "exporter_country": countries,
            "importer_country": countries,
            "destination": traders,
            "origin_mode": origin_modes,
        }
        for name, choices in lists.items():
            if name in self.fields:
                self.fields[name].choices = with_typed(choices(on), self[name].value())  # type: ignore[attr-defined]
        for place in range(self.boxes.get("origin_countries", 0)):
            field = self[f"origin_countries-{place}"]
            field.field.choices = with_typed(ever(), field.value())  # type: ignore[attr-defined]

    def box(self, name: str, label: Any) -> forms.Field:
        """Countries are chosen, numbers are written."""
        return OpenChoiceField(label) if name == "origin_countries" else TextField(label)


class InspectionForm(TypedForm):
    """What the preparing officer weighs, counts, seals and writes down."""

    goods_presented = TickField(_("The goods lie before me, and I have opened, weighed and counted them"))
    container = TextField(_("Number of the container"))
    certificate_location = OpenChoiceField(_("Where does the certificate travel?"), widget=forms.RadioSelect)
    blank_serial = TextField(_("Serial number of the blank"), _("As printed on the security paper."))
    parcel_reference = TextField(_("Parcel reference"))
    remarks = TextField(_("Remarks"), _("For the record; not printed."), widget=forms.Textarea(attrs={"rows": 2}))
    lists = {"seals": (_("Seal number"), 3)}
    goods = True
    order = ("goods_presented", "lines", "seals", "container")

    def __init__(self, data: Any = None, **named_: Any) -> None:
        super().__init__(data, **named_)
        if "certificate_location" in self.fields:
            choices = [(place.value, gettext(words)) for place, words in LOCATIONS.items()]
            self.fields["certificate_location"].choices = choices  # type: ignore[attr-defined]


class ReceiptForm(TypedForm):
    """What the import officer found, and decided."""

    received_on = TextField(_("Day of receipt"), widget=DateParts)
    original_present = OpenChoiceField(_("Is the original certificate there?"), widget=forms.RadioSelect)
    seals_intact = OpenChoiceField(_("Are all seals whole?"), widget=forms.RadioSelect)
    outcome = OpenChoiceField(_("What do you decide?"), widget=forms.RadioSelect)
    remarks = TextField(
        _("Remarks"),
        _("Needed unless you accept the goods as certified. The issuing authority reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lists = {"seals": (_("Seal number as read"), 3)}
    goods = True
    order = ("received_on", "original_present", "seals_intact", "seals", "lines", "outcome", "remarks")

    def __init__(self, data: Any = None, **named_: Any) -> None:
        super().__init__(data, **named_)
        answers = [("yes", gettext("Yes")), ("no", gettext("No"))]
        outcomes = [(outcome.value, gettext(words)) for outcome, words in OUTCOMES.items()]
        for name, choices in (("original_present", answers), ("seals_intact", answers), ("outcome", outcomes)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


class ArrivalForm(TypedForm):
    """The day on which goods came."""

    arrived_on = TextField(_("Day of arrival"), widget=DateParts)


class FindForm(TypedForm):
    """What the list of certificates is narrowed by."""

    number = TextField(_("Certificate number"))
    exporter = TextField(_("Exporter, in full"))
    destination = OpenChoiceField(_("Destination"))
    issued_from = TextField(_("Issued from"), _("Such as 2026-01-01."))
    issued_until = TextField(_("Issued until"), _("Such as 2026-12-31."))

    def __init__(self, data: Any, *, on: date) -> None:
        super().__init__(data)
        chosen = with_typed(traders(on), self["destination"].value())
        self.fields["destination"].choices = [("", gettext("Any")), *chosen[1:]]  # type: ignore[attr-defined]


class ReasonForm(TypedForm):
    """Why."""

    reason = TextField(_("Reason"), widget=forms.Textarea(attrs={"rows": 4}))


class VoidForm(TypedForm):
    """Why a certificate is voided."""

    reason = OpenChoiceField(_("Reason"), widget=forms.RadioSelect)
    note = TextField(_("In your words"), _("Needed for another reason."), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, **named_: Any) -> None:
        super().__init__(data, **named_)
        self.fields["reason"].choices = [(key, gettext(words)) for key, words in VOID_REASONS.items()]  # type: ignore[attr-defined]


class PresentForm(forms.Form):
    """A certificate as somebody holds it: a file, or the text of its code."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_("The .kpc file, the PDF, or a picture of the QR code; at most 20 MB."),
        required=False,
    )
    text = forms.CharField(
        label=_("Or the text of the QR code"),
        required=False,
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any] | None:
        """One of the two."""
        if not self.cleaned_data.get("file") and not self.cleaned_data.get("text"):
            self.add_error("file", gettext("Choose a file, or paste the text of the QR code."))
        return self.cleaned_data

    def data_given(self) -> bytes:
        """The bytes to look into."""
        file = self.cleaned_data.get("file")
        return bytes(file.read()) if file else str(self.cleaned_data["text"]).strip().encode()


class EmptyForm(forms.Form):
    """A button that asks nothing more."""
