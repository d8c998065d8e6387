"""Tokens for one's own programs: made here, shown once, withdrawn at any time."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from openkp.portal.site.bridge import Errors
from openkp.portal.site.posting import Request, acting
from openkp.project.clock import now
from openkp.registry.accounts import queries
from openkp.registry.accounts.operations.tokens import make_token, withdraw_token


class TokenForm(forms.Form):
    """What a token is for."""

    label = forms.CharField(
        label=_("What the token is for"), help_text=_("Such as the name of your program."), max_length=60
    )


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: Request) -> HttpResponse:
    """The tokens held now, and a new one; what was made is in this answer and nowhere else."""
    form, made = TokenForm(request.POST or None), ""
    failed = request.method == "POST" and not form.is_valid()
    if request.method == "POST" and not failed:
        made, form = make_token(form.cleaned_data["label"], **acting(request)), TokenForm()
    held = queries.tokens(request.actor, at=now())
    context = {"form": form, "errors": Errors(form, ()), "made": made, "tokens": held, "failed": failed}
    return render(request, "accounts/tokens.html", context, status=422 if failed else 200)


@require_POST
def withdraw(request: Request, token_id: int) -> HttpResponse:
    """End a token at once."""
    withdraw_token(token_id, **acting(request))
    return redirect("accounts:tokens")
