"""Addresses of the desk of statistics."""

from django.urls import path

from openkp.portal.statistics import anomalies, chasing, desk, filings, proving, questionnaires, releases, uploading

app_name = "statistics"
DRAFT = "statistics/drafts/<int:draft_id>/"
FILING = "statistics/filings/<int:filing_id>/"
ANOMALY = "statistics/anomalies/<slug:key>/"
CASE = "statistics/questionnaires/<slug:reference>/"
RELEASE = "statistics/releases/<int:release_id>/"

urlpatterns = [
    path("statistics/", desk.home, name="home"),
    path("statistics/start/<slug:code>/<slug:kind>/<slug:period>/", desk.start, name="start"),
    path("statistics/templates/<slug:kind>.xlsx", uploading.template, name="template"),
    path(DRAFT, desk.draft, name="draft"),
    path(f"{DRAFT}edit/", desk.edit, name="edit"),
    path(f"{DRAFT}upload/", uploading.upload, name="upload"),
    path(f"{DRAFT}file/", desk.file, name="file"),
    path(f"{DRAFT}send-back/", desk.send_back, name="send-back"),
    path(f"{DRAFT}drop/", desk.drop, name="drop"),
    path("statistics/filings/", filings.filings, name="filings"),
    path(FILING, filings.filing, name="filing"),
    path(f"{FILING}return.kpf", filings.document, name="filing-document"),
    path(f"{FILING}correct/", filings.correct, name="correct"),
    path(f"{FILING}prove/", proving.prove, name="prove"),
    path("statistics/anomalies/", anomalies.queue, name="anomalies"),
    path("statistics/anomalies/run/", anomalies.run, name="run"),
    path("statistics/anomalies/ran/", anomalies.ran, name="ran"),
    path(ANOMALY, anomalies.anomaly, name="anomaly"),
    path(f"{ANOMALY}picture.svg", anomalies.picture, name="picture"),
    path(f"{ANOMALY}evidence.json", anomalies.pack, name="evidence"),
    path(f"{ANOMALY}dismiss/", anomalies.dismiss, name="dismiss"),
    path("statistics/questionnaires/", questionnaires.questionnaires, name="questionnaires"),
    path("statistics/questionnaires/new/", questionnaires.ask, name="ask"),
    path(CASE, questionnaires.questionnaire, name="questionnaire"),
    path(f"{CASE}send/", questionnaires.send, name="case-send"),
    path(f"{CASE}answer/", questionnaires.answer, name="case-answer"),
    path(f"{CASE}judge/", questionnaires.judge, name="case-judge"),
    path(f"{CASE}close/", questionnaires.close, name="case-close"),
    path("statistics/late/", chasing.late, name="late"),
    path("statistics/late.csv", chasing.late_csv, name="late-csv"),
    path("statistics/allocations/", chasing.allocations, name="allocations"),
    path("statistics/allocations/share-out/", chasing.share_out, name="share-out"),
    path("statistics/releases/", releases.releases, name="releases"),
    path("statistics/releases/build/", releases.build, name="build"),
    path(RELEASE, releases.release, name="release"),
    path(f"{RELEASE}content.json", releases.content, name="release-content"),
    path(f"{RELEASE}check/", releases.check, name="release-check"),
    path(f"{RELEASE}publish/", releases.publish, name="release-publish"),
    path(f"{RELEASE}drop/", releases.drop, name="release-drop"),
]
