"""Addresses of certificates."""

from django.urls import path

from openkp.portal.certificates import arrivals, desk, extracts, register, views

app_name = "certificates"
ONE = "applications/<slug:reference>/"
CERTIFICATE = "certificates/<slug:number>/"
ARRIVAL = "arrivals/<slug:number>/"

urlpatterns = [
    path("applications/", views.applications, name="applications"),
    path("applications/start/<int:company_id>/", views.start, name="start"),
    path(ONE, views.application, name="application"),
    path(f"{ONE}part/<slug:name>/", views.part, name="part"),
    path(f"{ONE}check/", views.check_answers, name="check"),
    path(f"{ONE}sent/", views.sent, name="sent"),
    path(f"{ONE}withdraw/", views.withdraw, name="withdraw"),
    path("queue/", desk.queue, name="queue"),
    path(f"{ONE}prepare/", desk.prepare, name="prepare"),
    path(f"{ONE}prepare/goods/", desk.prepare_step, {"step": "goods"}, name="prepare-guided"),
    path(f"{ONE}prepare/check/", desk.prepare_check, name="prepare-check"),
    path(f"{ONE}prepare/<slug:step>/", desk.prepare_step, name="prepare-step"),
    path(f"{ONE}validate/", desk.validate, name="validate"),
    path(f"{ONE}return/", desk.decision, {"name": "return"}, name="return"),
    path(f"{ONE}reject/", desk.decision, {"name": "reject"}, name="reject"),
    path(f"{ONE}send-back/", desk.decision, {"name": "send-back"}, name="send-back"),
    path("certificates/", register.certificates, name="certificates"),
    path("certificates.csv", register.export, name="export"),
    path("certificates/extracts/", extracts.extracts, name="extracts"),
    path("certificates/extracts/file", extracts.extract, name="extract"),
    path(CERTIFICATE, register.certificate, name="certificate"),
    path(f"{CERTIFICATE}certificate.kpc", register.document, name="document"),
    path(f"{CERTIFICATE}certificate.pdf", register.paper, name="paper"),
    path(f"{CERTIFICATE}code.svg", register.code, name="code"),
    path(f"{CERTIFICATE}confirmation.kpi", arrivals.confirmation_document, name="confirmation-document"),
    path(f"{CERTIFICATE}confirmation.pdf", arrivals.confirmation_paper, name="confirmation-paper"),
    path(f"{CERTIFICATE}void/", register.void, name="void"),
    path(f"{CERTIFICATE}close/", register.close, name="close"),
    path(f"{CERTIFICATE}expire/", register.expire, name="expire"),
    path("arrivals/", arrivals.arrivals, name="arrivals"),
    path("arrivals/present/", arrivals.present, name="present"),
    path(ARRIVAL, arrivals.arrival, name="arrival"),
    path(f"{ARRIVAL}receive/", arrivals.receive, name="receive"),
    path(f"{ARRIVAL}confirmed/", arrivals.confirmed, name="confirmed"),
]
