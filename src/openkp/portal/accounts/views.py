"""Signing in and out, the second factor, and the own account."""

from base64 import b32encode

import segno
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_otp import login as show_second_factor
from django_otp import match_token

from openkp.portal.accounts.forms import CodeForm, PasswordForm, SignInForm
from openkp.portal.accounts.gate import before_second_factor, open_to_anyone, person_at
from openkp.portal.site.posting import FormPage, Request, acting, form_page, given
from openkp.project.clock import now
from openkp.registry.accounts.operations.password import change_password
from openkp.registry.accounts.operations.second_factor import begin, enrolled, finish, wrong_code
from openkp.registry.accounts.roles import LABELS, OFFICERS, Role
from openkp.scheme.errors import Finding, Refused

DESKS: tuple[tuple[frozenset[Role], str], ...] = (
    (frozenset({Role.APPLICANT}), "certificates:applications"),
    (frozenset({Role.PREPARING_OFFICER, Role.VALIDATING_OFFICER}), "certificates:queue"),
    (frozenset({Role.IMPORT_OFFICER}), "certificates:arrivals"),
    (frozenset({Role.STATISTICIAN, Role.ANALYST}), "statistics:home"),
    (frozenset({Role.ADMINISTRATOR}), "accounts:people"),
    (frozenset({Role.AUDITOR}), "node:journal"),
)
"""Where each role's day begins."""


@open_to_anyone
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: Request) -> HttpResponse:
    """User name and password; the throttle counts what fails."""
    form = SignInForm(given(request))
    refused = False
    if request.method == "POST" and form.is_valid():
        person = authenticate(request, **form.cleaned_data)
        if person is not None:
            login(request, person)
            return redirect(after_sign_in(request))
        refused = True
    context = {
        "form": form,
        "refused": refused,
        "next": request.GET.get("next", ""),
        "not_stored": "not-stored" in request.GET,
        "failed": refused,
    }
    return render(request, "accounts/sign_in.html", context, status=422 if request.method == "POST" else 200)


def after_sign_in(request: Request) -> str:
    """Where the person wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else reverse("accounts:desk")


def desk(request: Request) -> HttpResponse:
    """To the page where this person's work lies."""
    roles = request.actor.roles()
    return redirect(next((page for whose, page in DESKS if whose & roles), "accounts:account"))


@open_to_anyone
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """Forget the session; where it has ended already, there is nothing to say of it."""
    logout(request)
    return redirect("node:home")


@before_second_factor
@never_cache
def second_factor(request: Request) -> HttpResponse:
    """Ask for the code of the telephone, or one from the paper."""
    person, form = person_at(request), CodeForm(given(request))
    if not enrolled(person):
        return redirect("accounts:enrol")
    findings = wrong_code().findings
    if request.method == "POST" and form.is_valid():
        device = match_token(person, form.cleaned_data["token"].replace(" ", "").lower())
        if device is not None:
            return let_in(request, device)
    wrong = request.method == "POST"
    context = {
        "form": form,
        "findings": findings if wrong and form.is_valid() else (),
        "not_stored": "not-stored" in request.GET,
        "failed": wrong,
    }
    return render(request, "accounts/second_factor.html", context, status=422 if wrong else 200)


def let_in(request: Request, device: object) -> HttpResponse:
    """Remember for this session that the second factor was shown."""
    show_second_factor(request, device)
    return HttpResponseRedirect(after_sign_in(request))


@before_second_factor
@never_cache
def enrol(request: Request) -> HttpResponse:
    """Set the second factor up: scan, enter the first code, keep the recovery codes."""
    person = person_at(request)
    if enrolled(person):
        return redirect("accounts:second-factor")
    form = CodeForm(given(request))
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            device, codes = finish(person, form.cleaned_data["token"].replace(" ", ""), at=now())
        except Refused as error:
            findings = error.findings
        else:
            show_second_factor(request, device)
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
    telephone = begin(person)
    context = {
        "form": form,
        "findings": findings,
        "failed": bool(findings),
        "picture": segno.make(telephone.config_url, error="m").svg_data_uri(scale=5, border=4),
        "secret": b32encode(telephone.bin_key).decode(),
    }
    return render(request, "accounts/enrol.html", context, status=422 if findings else 200)


@form_page
def account(request: Request) -> FormPage:
    """The own account: name, roles, password."""
    person, form = person_at(request), PasswordForm(given(request))

    def act() -> str:
        changed = change_password(person.pk, form.cleaned_data["old"], form.cleaned_data["new"], **acting(request))
        update_session_auth_hash(request, changed)
        return reverse("accounts:account") + "?changed"

    return FormPage(template="accounts/account.html", form=form, act=act, show=lambda: about(request))


def about(request: Request) -> dict[str, object]:
    """What the account page says of a person."""
    held = person_at(request).memberships.filter(is_active=True).select_related("authority", "company")
    return {
        "person": person_at(request),
        "roles": [(gettext(LABELS[Role(m.role)]), m.authority.name, m.company) for m in held],
        "officer": bool(request.actor.roles() & OFFICERS),
        "changed": "changed" in request.GET,
    }
