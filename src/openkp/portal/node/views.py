"""Pages about the node: open to anyone but the journal."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from openkp.portal.accounts.gate import open_to_anyone
from openkp.portal.certificates import asked
from openkp.portal.node import shown
from openkp.portal.site.posting import Request
from openkp.project.clock import now
from openkp.registry.journal.queries import journal as journal_entries
from openkp.registry.participation.node import about
from openkp.registry.participation.queries import participation
from openkp.scheme.rules.catalogue import catalogue, entry


@open_to_anyone
@require_safe
def home(request: Request) -> HttpResponse:
    """Who runs this node, its keys, its log, and what anyone may take away."""
    return render(request, "node/home.html", shown.home(about(), now()))


@open_to_anyone
@require_safe
def rules(request: Request) -> HttpResponse:
    """Every requirement of the scheme, and how far this system keeps it."""
    state = request.GET.get("state", "")
    return render(request, "node/rules.html", shown.rules(catalogue(), state))


@open_to_anyone
@require_safe
def rule(request: Request, rule_id: str) -> HttpResponse:
    """One requirement: its words, its source, where it is kept and proven."""
    found = entry(rule_id)
    if found is None:
        raise Http404
    if found.id != rule_id:
        return HttpResponseRedirect(reverse("node:rule", args=[found.id]))
    return render(request, "node/rule.html", shown.rule(found))


@open_to_anyone
@require_safe
def participants(request: Request) -> HttpResponse:
    """Who is a Participant, on any day."""
    day = asked.day(request, "on", now().date())
    return render(request, "node/participants.html", shown.participants(participation(), day))


@open_to_anyone
@require_safe
def help_page(request: Request) -> HttpResponse:
    """Whom to ask, and how the counter works."""
    return render(request, "node/help.html", {"authorities": about().authorities})


@open_to_anyone
@require_safe
def accessibility(request: Request) -> HttpResponse:
    """How these pages are made usable for everyone, and what is not yet good."""
    return render(request, "node/accessibility.html", {})


@require_safe
def journal(request: Request) -> HttpResponse:
    """Every entry of the journal, the latest first; for auditors and administrators."""
    before = asked.after(request)
    subject = request.GET.get("subject", "")[:120]
    entries, more = journal_entries(request.actor, before=int(before) if before else None, subject=subject)
    return render(request, "node/journal.html", shown.journal(request, entries, more, subject))
