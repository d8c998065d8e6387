"""Addresses of the node's own pages."""

from django.urls import path

from openkp.portal.node import views

app_name = "node"
urlpatterns = [
    path("", views.home, name="home"),
    path("rules/", views.rules, name="rules"),
    path("rules/<slug:rule_id>/", views.rule, name="rule"),
    path("participants/", views.participants, name="participants"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("journal/", views.journal, name="journal"),
]
