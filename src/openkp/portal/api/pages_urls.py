"""The address of the page about the API."""

from django.urls import path

from openkp.portal.api.reference import reference

urlpatterns = [path("api/", reference, name="api")]
