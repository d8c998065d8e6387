"""Addresses of the public figures: every page has its files at the same address with another ending."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path, register_converter

from openkp.portal.figures import views


class Form:
    """The ending of a file."""

    regex = r"csv|json|svg|metadata\.json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Year(Form):
    """Four digits; which years there are is told by the page."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:  # type: ignore[override]
        return int(value)

    def to_url(self, value: object) -> str:
        return str(value)


class Code(Form):
    """An ISO 3166-1 code or EU; one in small letters is told what is wrong."""

    regex = "[A-Za-z]{2}"


class Flow(Form):
    """What a cell counts; a word that is no flow is told so."""

    regex = "[A-Za-z]+"


class Table(Form):
    """The form of the whole table."""

    regex = "csv|json|xlsx|parquet|sqlite|sdmx|metadata\\.json"


for name, converter in (("form", Form), ("year", Year), ("iso", Code), ("flow", Flow), ("table", Table)):
    register_converter(converter, f"figures-{name}")


def both(address: str, view: Callable[..., HttpResponse], name: str) -> list[URLPattern]:
    """A page, and its files beside it."""
    return [
        path(f"{address}/", view, name=name),
        path(f"{address}.<figures-form:form>", view, name=f"{name}-as"),
    ]


app_name = "figures"
urlpatterns = [
    *both("figures", views.front, "front"),
    *both("figures/late", views.late, "late"),
    *both("figures/proven", views.proven, "proven"),
    *both("figures/proven/<int:total_id>", views.total, "total"),
    path("figures/proven/<int:total_id>/total.kpn", views.total_document, name="total-document"),
    path("figures/proven/<int:total_id>/total.kpp", views.total_proof, name="total-proof"),
    path("figures/download/", views.download, name="download"),
    path("figures/download/all.<figures-table:form>", views.whole, name="whole"),
    *both("figures/<figures-year:year>", views.year, "year"),
    *both("figures/participants/<figures-iso:code>", views.participant, "participant"),
    *both("figures/asymmetry/<figures-year:year>", views.asymmetry, "asymmetry"),
    *both("figures/map/<figures-year:year>", views.worldmap, "map"),
    *both("figures/<figures-year:year>/<figures-iso:code>/<figures-flow:flow>", views.cell, "cell"),
]
