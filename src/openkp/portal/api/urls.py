"""The API, version 1. ``/api/v1/openapi.json`` describes it."""

from ninja import NinjaAPI

from openkp import __version__
from openkp.portal.api import applications, arrivals, certificates, problems, public
from openkp.portal.api.access import SignedIn, Token

api = NinjaAPI(
    title="OpenKP",
    version=__version__,
    description="The operations of a node: applications, certificates, arrivals, verification.",
    auth=[Token(), SignedIn()],
    docs_url=None,
    urls_namespace="api",
)
problems.install(api)
api.add_router("/applications", applications.router)
api.add_router("/certificates", certificates.router)
api.add_router("/arrivals", arrivals.router)
api.add_router("", public.router)
