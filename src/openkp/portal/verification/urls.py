"""Addresses of verification. ``/v`` stands on every paper."""

from django.urls import path

from openkp.portal.verification import views

app_name = "verification"
urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("v", views.scanned, name="scanned"),
]
