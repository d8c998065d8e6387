"""Filings, imported history, anomalies, questionnaires and releases: an index over documents and files.

Nothing here is overwritten: a corrected return is another version, a corrected publication another edition.
"""

from django.db import models

from openkp.registry.journal.models import Journaled
from openkp.scheme.questionnaires import Stage
from openkp.scheme.returns import Nature, ReturnKind, ValueBasis, Visibility


class SourceFile(Journaled):
    """A file of figures as it was imported, byte for byte (compressed). Its records are read from it each time.

    Where two files of one kind hold the same key (Participant and period, say), the one imported last speaks for it.
    """

    secret_fields = ("data",)  # the journal has their hash
    sha256 = models.BinaryField(max_length=32, unique=True)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    records = models.IntegerField()
    data = models.BinaryField()
    imported_at = models.DateTimeField()


class Draft(Journaled):
    """A return being written: what was typed, uploaded or generated, as it stands. The second person files it.

    ``fields`` is what ``scheme.filings.read_return`` reads; ``generated`` what the node's own documents say.
    """

    authority = models.ForeignKey("participation.Authority", on_delete=models.PROTECT, related_name="drafts")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in ReturnKind])
    period = models.CharField(max_length=7)
    status = models.CharField(max_length=12, default="draft")  # draft, prepared, filed, dropped
    came = models.CharField(max_length=12, default="typed")  # typed, uploaded, generated
    fields = models.JSONField(default=dict)
    generated = models.JSONField(default=dict)
    explanation = models.TextField(blank=True)
    sent_back = models.TextField(blank=True)  # why the second person did not file it
    prepared_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "kind", "period"],
                condition=models.Q(status__in=["draft", "prepared"]),
                name="one_open_draft_a_period",
            )
        ]


class Filing(Journaled):
    """One version of one return: ours as filed, or a Participant's as it came by post. The document says it."""

    participant = models.CharField(max_length=2)
    authority_code = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in ReturnKind])
    period = models.CharField(max_length=7)
    number = models.PositiveIntegerField()  # the version, from 1
    nature = models.CharField(max_length=16, choices=[(n.value, n.value) for n in Nature])
    value_basis = models.CharField(max_length=4, blank=True, choices=[(b.value, b.value) for b in ValueBasis])
    visibility = models.CharField(max_length=20, choices=[(v.value, v.value) for v in Visibility])
    document = models.OneToOneField("certificates.Document", on_delete=models.PROTECT, related_name="filing")
    public_hash = models.BinaryField(max_length=32)  # by which questionnaires name it
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, null=True, related_name="filings")
    filed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "authority_code", "kind", "period", "number"], name="one_filing_a_version"
            )
        ]
        indexes = [models.Index(fields=["kind", "period", "participant"])]


class Reminder(Journaled):
    """A step of chasing a return that is late: reminder, escalation to the Chair, listing (dated parameters)."""

    participant = models.CharField(max_length=2)
    kind = models.CharField(max_length=12)
    period = models.CharField(max_length=7)
    step = models.CharField(max_length=12)  # reminder, escalated, listed
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "kind", "period", "step"], name="one_reminder_a_step")
        ]


class AnomalyFound(Journaled):
    """An anomaly as a run found it, with its evidence pack; ``key`` is the same when it is found again."""

    key = models.CharField(max_length=16, unique=True)
    test = models.CharField(max_length=30)
    participant = models.CharField(max_length=2)
    partner = models.CharField(max_length=2, blank=True)
    period = models.CharField(max_length=7)
    measure = models.CharField(max_length=20)
    severity = models.DecimalField(max_digits=12, decimal_places=2)
    evidence = models.JSONField(default=dict)
    state = models.CharField(max_length=12, default="computed")  # computed, dismissed, asked, settled
    reason = models.TextField(blank=True)
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["state", "-severity", "id"]), models.Index(fields=["participant", "period"])]


class Allocation(Journaled):
    """Who analyses whom in a year; nobody analyses their own Participant. Source: scheme-rules A.4."""

    year = models.PositiveIntegerField()
    subject = models.CharField(max_length=2)
    analyst = models.CharField(max_length=2)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "subject"], name="one_analyst_a_subject")]


class Questionnaire(Journaled):
    """A Data Anomaly Questionnaire as a case with a clock (STAT-12); on both nodes, the asking and the answering one.

    ``questions`` is a list of ``{"id", "anomaly", "text", "kind", "answer"}``; ``kind`` is explained, corrected or "".
    """

    reference = models.CharField(max_length=24, unique=True)
    participant = models.CharField(max_length=2)
    asked_by = models.CharField(max_length=12)
    period = models.CharField(max_length=7)
    stage = models.CharField(max_length=24, choices=[(s.value, s.value) for s in Stage])
    questions = models.JSONField(default=list)
    correction = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="corrects")
    verdict = models.TextField(blank=True)
    visibility = models.CharField(max_length=20, default=Visibility.KP_ONLY.value)
    sent_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)


class QuestionnaireAnomaly(Journaled):
    """Which anomalies a questionnaire asks about."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="anomalies")
    anomaly = models.OneToOneField(AnomalyFound, on_delete=models.PROTECT, related_name="asked_in")


class QuestionnaireStatement(Journaled):
    """A signed statement of a questionnaire: what was asked, what was answered, how it was closed."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="statements")
    document = models.OneToOneField("certificates.Document", on_delete=models.PROTECT, related_name="questionnaire")
    stage = models.CharField(max_length=12)  # asked, answered, closed
    at = models.DateTimeField()


class Release(Journaled):
    """One edition of the annual global summary of a year: a vintage, reproducible bit for bit from its ``inputs``.

    ``content`` is canonical JSON (``figures.summary`` and what was suppressed); ``inputs`` names every file and filing
    by hash, the reading, the rules' version. Two persons: who built it and who published it.
    """

    year = models.PositiveIntegerField()
    edition = models.PositiveIntegerField()
    world = models.CharField(max_length=12, default="real")  # real, synthetic
    reading = models.CharField(max_length=12, default="resolved")  # as_filed, resolved
    status = models.CharField(max_length=12, default="built")  # built, published, dropped
    content = models.TextField()
    sha256 = models.BinaryField(max_length=32)
    inputs = models.JSONField(default=dict)
    built_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    built_at = models.DateTimeField()
    embargo_until = models.DateTimeField(null=True)
    published_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["world", "year", "edition"], name="one_release_an_edition")]


class ProvenTotal(Journaled):
    """A total with its commitment over the logged certificates behind it (type ``kpn``).

    ``secret`` hides the certificates in the tree of sums; without it no proof for a holder can be made.
    """

    secret_fields = ("secret",)
    secret = models.BinaryField(max_length=32)
    participant = models.CharField(max_length=2)
    flow = models.CharField(max_length=12)
    period = models.CharField(max_length=7)
    hs = models.CharField(max_length=7, blank=True)
    origin = models.CharField(max_length=2, blank=True)
    carats = models.DecimalField(max_digits=18, decimal_places=2)
    usd = models.DecimalField(max_digits=18, decimal_places=2)
    certificates = models.BigIntegerField()
    document = models.OneToOneField("certificates.Document", on_delete=models.PROTECT, related_name="total")
    at = models.DateTimeField()
