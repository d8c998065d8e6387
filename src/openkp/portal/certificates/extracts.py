"""The monthly reports of an authority from its register: choose the month, take the files away (STAT-13)."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from openkp.portal.certificates import asked, takeaway
from openkp.portal.site.posting import Request
from openkp.project.clock import now
from openkp.registry.certificates.extracts import FLOWS, extract_rows, to_report
from openkp.scheme.words import N_

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLES = {"imports": N_("Imports"), "exports": N_("Exports")}
HINTS = {
    "imports": N_("Every certificate that your authority verified in the month, one row for each HS line."),
    "exports": N_("Every certificate that your authority validated in the month, less those voided, in the same rows."),
}
FORMS = {"csv": "CSV", "xlsx": "Excel"}


@require_safe
def extracts(request: Request) -> HttpResponse:
    """The reports of a month that this person may read, as files."""
    month = asked.month(request, now().date())
    found, named = to_report(request.actor, month), f"{month:%Y-%m}"
    reports = [
        {"title": gettext(TITLES[flow]), "hint": gettext(HINTS[flow]), "files": files(flow, named)}
        for flow in found.authorities
    ]
    return render(request, "certificates/extracts.html", {"layout": found.layout, "month": named, "reports": reports})


def files(flow: str, month: str) -> list[tuple[str, str]]:
    """The links of a report, in words."""
    address, asked_for = reverse("certificates:extract"), {"flow": flow, "month": month}
    return [
        (f"{gettext(TITLES[flow])} {month}, {words}", f"{address}?{urlencode({**asked_for, 'form': form})}")
        for form, words in FORMS.items()
    ]


@require_safe
def extract(request: Request) -> HttpResponseBase:
    """One report of a month; without a row where there was nothing, and with its columns all the same."""
    flow, form = request.GET.get("flow", "imports"), request.GET.get("form", "csv")
    if flow not in FLOWS or form not in FORMS:
        raise Http404
    month = asked.month(request, now().date())
    found = to_report(request.actor, month, flow)
    columns, rows = getattr(found.layout, flow), extract_rows(found, flow, month)
    name = f"{flow}-{month:%Y-%m}.{form}"
    if form == "csv":
        return takeaway.csv_response(name, columns, (row.values() for row in rows))
    from openkp.figures.writing import write_table

    return takeaway.file(write_table(list(rows) or [dict.fromkeys(columns)], form), name, XLSX)
