"""The people of an authority: who holds which role; added, granted, withdrawn, disabled. For administrators."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from openkp.portal.accounts.forms import EmptyForm, PersonForm, RoleForm
from openkp.portal.site.posting import FormPage, Request, acting, form_page, given
from openkp.registry.accounts import queries
from openkp.registry.accounts.operations.people import add_person, disable, grant, withdraw_role
from openkp.registry.accounts.operations.second_factor import reset
from openkp.registry.accounts.roles import LABELS, Role
from openkp.registry.errors import NotAllowed
from openkp.scheme.words import N_


def people(request: Request) -> HttpResponse:
    """Everyone with a role here, and those who wait for one."""
    found = queries.people(request.actor)
    may_change = bool(queries.administered(request.actor))
    return render(request, "accounts/people.html", {"people": found, "labels": LABELS, "may_change": may_change})


@form_page
def add(request: Request) -> FormPage:
    """A new account, still without a role."""
    check_administrator(request)
    form = PersonForm(given(request))

    def act() -> str:
        answers = form.cleaned_data
        add_person(answers["username"], answers["name"], password=answers["password"], **acting(request))
        return reverse("accounts:person", args=[answers["username"]])

    return FormPage(template="accounts/add_person.html", form=form, act=act)


@form_page
def person(request: Request, username: str) -> FormPage:
    """One person: roles held, one more to grant."""
    found = queries.person(request.actor, username)
    authorities, companies = queries.administered(request.actor), queries.companies(request.actor)
    form = RoleForm(given(request), authorities, companies)

    def act() -> str:
        answers = form.cleaned_data
        authority = next(a for a in authorities if a.code == answers["authority"])
        company = next((c for c in companies if str(c.pk) == answers["company"]), None)
        role = Role(answers["role"])
        grant(found, authority, role, company=company if role is Role.APPLICANT else None, **acting(request))
        return reverse("accounts:person", args=[username])

    show = {"person": found, "labels": LABELS, "may_change": bool(authorities), "memberships": found.memberships.all()}
    return FormPage(template="accounts/person.html", form=form, act=act, show=lambda: show)


@form_page
def withdraw(request: Request, username: str, membership_id: int) -> FormPage | HttpResponse:
    """Take a role back."""
    held = queries.membership(request.actor, membership_id)
    page = reverse("accounts:person", args=[username])
    if held.person.username != username:
        return redirect(page)

    def act() -> str:
        withdraw_role(held, **acting(request))
        return page

    show = {"held": held, "role": LABELS[Role(held.role)]}
    return FormPage(template="accounts/withdraw.html", form=EmptyForm(given(request)), act=act, show=lambda: show)


@form_page
def close_account(request: Request, username: str) -> FormPage:
    """Close an account, or take a lost telephone off it; both are asked about first."""
    check_administrator(request)
    found = queries.person(request.actor, username)
    lost = "telephone" in request.GET

    def act() -> str:
        (reset if lost else disable)(found, **acting(request))
        return reverse("accounts:person", args=[username])

    show = {"person": found, "lost": lost}
    template = "accounts/close_account.html"
    return FormPage(template=template, form=EmptyForm(given(request)), act=act, show=lambda: show)


def check_administrator(request: Request) -> None:
    """Nobody else comes to these pages."""
    if Role.ADMINISTRATOR not in request.actor.roles():
        raise NotAllowed(N_("Only an administrator of the authority may do this."), code="role-needed")
