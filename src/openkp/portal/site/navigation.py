"""The service navigation: which pages each role sees first. A page that this node does not have is left out."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from openkp.registry.accounts.roles import OFFICERS, Role
from openkp.scheme.words import N_


@dataclass(frozen=True)
class Entry:
    """One link: its words, the name of its page, who sees it (empty: anyone)."""

    words: str
    page: str
    roles: frozenset[Role] = frozenset()


NAVIGATION = (
    Entry(N_("My applications"), "certificates:applications", frozenset({Role.APPLICANT})),
    Entry(
        N_("Work queue"),
        "certificates:queue",
        frozenset({Role.PREPARING_OFFICER, Role.VALIDATING_OFFICER, Role.AUDITOR}),
    ),
    Entry(N_("Arrivals"), "certificates:arrivals", frozenset({Role.IMPORT_OFFICER, Role.AUDITOR})),
    Entry(N_("Certificates"), "certificates:certificates", OFFICERS),
    Entry(N_("Statistics"), "statistics:home", frozenset({Role.STATISTICIAN, Role.ANALYST, Role.AUDITOR})),
    Entry(N_("People"), "accounts:people", frozenset({Role.ADMINISTRATOR, Role.AUDITOR})),
    Entry(N_("Journal"), "node:journal", frozenset({Role.ADMINISTRATOR, Role.AUDITOR})),
    Entry(N_("Verify a certificate"), "verification:verify"),
    Entry(N_("Figures"), "figures:front"),
    Entry(N_("This node"), "node:home"),
)


def navigation(request: HttpRequest, roles: frozenset[Role]) -> list[dict[str, object]]:
    """The links for someone with ``roles``, in the words of their language, the open page marked."""
    return [
        {"text": gettext(entry.words), "href": address, "active": is_under(request.path, address)}
        for entry in NAVIGATION
        if (not entry.roles or entry.roles & roles) and (address := address_of(entry.page))
    ]


def address_of(page: str) -> str:
    """Where a named page is, empty where this node has none of that name."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""


def is_under(path: str, address: str) -> bool:
    """Whether ``path`` is the page at ``address`` or one below it."""
    return path == address or (address != "/" and path.startswith(address))
