"""The verify page, and the page to which a telephone's camera leads. Neither stores anything."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from openkp.documents.errors import DocumentError
from openkp.documents.scan import find_documents
from openkp.documents.verdicts import Verdict
from openkp.documents.verify import unreadable, verify_document
from openkp.portal.accounts.gate import open_to_anyone
from openkp.portal.site.bridge import Errors
from openkp.portal.site.posting import Request, given
from openkp.portal.verification.forms import VerifyForm
from openkp.portal.verification.pace import gently
from openkp.portal.verification.shown import verdict_shown
from openkp.project.clock import now
from openkp.registry.participation.publications import node_bundle
from openkp.registry.participation.queries import participation

MOST_DOCUMENTS = 5


@open_to_anyone
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@gently
def verify(request: Request) -> HttpResponse:
    """Upload or paste; the verdict comes back on the same page."""
    form = VerifyForm(given(request), request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        failed = request.method == "POST"
        context = {"form": form, "failed": failed, "errors": Errors(form)}
        return render(request, "verification/verify.html", context, status=422 if failed else 200)
    verdicts = [verdict_shown(verdict) for verdict in verdicts_of(form.data_given())]
    return render(request, "verification/verdict.html", {"verdicts": verdicts})


def verdicts_of(data: bytes) -> list[Verdict]:
    """What is to be said of each document in a file; that none was found is a verdict as well."""
    at = now()
    bundle, law = node_bundle(at), participation()
    try:
        documents = find_documents(data)[:MOST_DOCUMENTS]
    except DocumentError as error:
        return [unreadable(error, bundle, at=at)]
    return [verify_document(document, bundle, at=at, participation=law) for document in documents]


@open_to_anyone
@require_safe
def scanned(request: Request) -> HttpResponse:
    """Where a camera that follows the printed code ends: this page knows nothing of the certificate, and says so."""
    return render(request, "verification/scanned.html", {})
