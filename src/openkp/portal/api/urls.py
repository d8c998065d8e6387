"""The API, version 1. ``/api/v1/openapi.json`` describes it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from openkp import __version__
from openkp.portal.api import applications, arrivals, certificates, problems, public, statistics
from openkp.portal.api.access import SignedIn, Token
from openkp.portal.api.description import completed
from openkp.portal.api.etags import known_or_new
from openkp.portal.api.reading import StrictParser

DESCRIPTION = """The operations of a node: applications, certificates, arrivals, statistics, verification.

Decimals are strings, instants are UTC (RFC 3339), countries are ISO 3166-1 alpha-2 codes. Lists are paged by key:
follow `Link`. Each resource has an `ETag`; a change sends it in `If-Match`, a second reading in `If-None-Match`. What
goes wrong comes as `application/problem+json` (RFC 9457) with a stable `code` and every finding at once."""


class Described(NinjaAPI):
    """The interface with its document completed, once: it does not change while the node runs."""

    document: OpenAPISchema | None = None

    def get_openapi_schema(self, **named: Any) -> OpenAPISchema:
        """The OpenAPI 3.1 document."""
        if self.document is None:
            self.document = super().get_openapi_schema(**named)
            completed(self.document)
        return self.document

    def create_response(self, request: HttpRequest, data: Any, **named: Any) -> HttpResponse:
        """The answer, or that what was read before has not changed."""
        return known_or_new(request, super().create_response(request, data, **named))


api = Described(
    title="OpenKP",
    version=__version__,
    description=DESCRIPTION,
    auth=[Token(), SignedIn()],
    docs_url=None,
    urls_namespace="api",
    parser=StrictParser(),
    docs_decorator=require_safe,
    openapi_extra={
        "info": {
            "summary": "What the Kimberley Process does every day, for programs.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        }
    },
)
problems.install(api)
api.add_router("/applications", applications.router)
api.add_router("/certificates", certificates.router)
api.add_router("/arrivals", arrivals.router)
api.add_router("/statistics", statistics.router)
api.add_router("", public.router)
