"""The forms of accounts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from openkp.registry.accounts.models import Company
from openkp.registry.accounts.roles import LABELS
from openkp.registry.participation.models import Authority


class SignInForm(forms.Form):
    """User name and password; both may be pasted."""

    username = forms.CharField(label=_("User name"), max_length=60)
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput, max_length=512, strip=False)

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        self.fields["username"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"


class CodeForm(forms.Form):
    """The code of the second factor."""

    token = forms.CharField(label=_("Code"), max_length=16)

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        self.fields["token"].widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "text"}


class PasswordForm(forms.Form):
    """A new password of one's own."""

    old = forms.CharField(label=_("Your password now"), widget=forms.PasswordInput, max_length=512, strip=False)
    new = forms.CharField(
        label=_("The new password"),
        help_text=_("At least 12 characters. Three or four words that only you put together are good."),
        widget=forms.PasswordInput,
        max_length=512,
        strip=False,
    )

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        self.fields["old"].widget.attrs["autocomplete"] = "current-password"
        self.fields["new"].widget.attrs["autocomplete"] = "new-password"


class PersonForm(forms.Form):
    """A new account."""

    name = forms.CharField(label=_("Name"), max_length=120)
    username = forms.SlugField(
        label=_("User name"), max_length=60, help_text=_("Letters, digits, hyphens and underscores.")
    )
    password = forms.CharField(
        label=_("First password"),
        help_text=_("Hand it over in person. It is changed at the account page."),
        widget=forms.PasswordInput,
        max_length=512,
        strip=False,
    )

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        self.fields["password"].widget.attrs["autocomplete"] = "new-password"


class RoleForm(forms.Form):
    """One more role for a person."""

    authority = forms.ChoiceField(label=_("Authority"))
    role = forms.ChoiceField(label=_("Role"))
    company = forms.ChoiceField(label=_("Company"), help_text=_("For applicants only."), required=False)

    def __init__(self, data: object, authorities: list[Authority], companies: list[Company]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        from django.utils.translation import gettext

        self.fields["authority"].choices = [(a.code, a.name) for a in authorities]  # type: ignore[attr-defined]
        self.fields["role"].choices = [(role.value, gettext(words)) for role, words in LABELS.items()]  # type: ignore[attr-defined]
        self.fields["company"].choices = [("", gettext("None")), *((str(c.pk), c.name) for c in companies)]  # type: ignore[attr-defined]


class EmptyForm(forms.Form):
    """A button that asks nothing more."""
