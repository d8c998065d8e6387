"""Applications, certificates, arrivals and confirmations: an index over the signed documents.

Everything that a document says is in its bytes; the columns here can be made again from them.
"""

from typing import Any

from django.db import models

from openkp.registry.journal.models import Journaled
from openkp.scheme.life import Status


def status_column(default: Status) -> "models.CharField[Any, Any]":
    """The column of a status in the table of the life of a certificate."""
    return models.CharField(max_length=20, default=default.value, choices=[(s.value, s.value) for s in Status])


class Document(Journaled):
    """A signed document, kept as the bytes that were signed. The database refuses to change or delete it."""

    secret_fields = ("data",)  # the journal has their hash
    sha256 = models.BinaryField(max_length=32, unique=True)
    typ = models.CharField(max_length=8)
    issuer = models.CharField(max_length=12)
    data = models.BinaryField()
    stored_at = models.DateTimeField()


class NumberSeries(Journaled):
    """The last serial that an authority used; its lock is what makes a number happen once."""

    authority = models.OneToOneField("participation.Authority", on_delete=models.PROTECT, related_name="series")
    last = models.BigIntegerField(default=0)
    last_status_index = models.BigIntegerField(default=-1)


class Application(Journaled):
    """An exporter's application on its way to a certificate."""

    reference = models.CharField(max_length=24, unique=True)
    authority = models.ForeignKey("participation.Authority", on_delete=models.PROTECT, related_name="applications")
    company = models.ForeignKey("accounts.Company", on_delete=models.PROTECT, related_name="applications")
    created_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    prepared_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    validated_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    status = status_column(Status.DRAFT)
    fields = models.JSONField(default=dict)
    inspection = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["authority", "status", "changed_at", "id"]),
            models.Index(fields=["company", "-id"]),
        ]


class Intent(Journaled):
    """The exact bytes that will be signed, and the number they bear, written down before the signature."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="intent")
    number = models.CharField(max_length=16, unique=True)
    unsigned = models.BinaryField()
    key_uri = models.CharField(max_length=200)
    officer = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    status_index = models.BigIntegerField()
    signed = models.BooleanField(default=False)


class Certificate(Journaled):
    """A certificate this node issued or was told of. ``status`` is the issuer's side of its life."""

    number = models.CharField(max_length=16, unique=True)
    participant = models.CharField(max_length=2)
    authority_code = models.CharField(max_length=80)
    authority = models.ForeignKey("participation.Authority", on_delete=models.PROTECT, null=True, related_name="+")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, null=True, related_name="certificate")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="certificate")
    public_hash = models.BinaryField(max_length=32, unique=True)
    status = status_column(Status.VALIDATED)
    issued_on = models.DateField()
    expires_on = models.DateField()
    validated_at = models.DateTimeField()
    exporter = models.CharField(max_length=120)
    importer = models.CharField(max_length=120)
    destination = models.CharField(max_length=2)
    origin = models.CharField(max_length=400)
    carats = models.DecimalField(max_digits=14, decimal_places=2)
    value = models.DecimalField(max_digits=14, decimal_places=2)
    parcels = models.PositiveIntegerField()
    seals = models.JSONField(default=list)
    status_uri = models.CharField(max_length=240)
    status_index = models.BigIntegerField()
    log_index = models.BigIntegerField(null=True)
    void_reason = models.CharField(max_length=40, blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "status_uri", "status_index"], name="one_status_an_index"),
            models.CheckConstraint(
                condition=models.Q(expires_on__gt=models.F("issued_on")), name="expires_after_issue"
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "status", "-id"]),
            models.Index(fields=["authority", "destination", "-id"]),
            models.Index(fields=["authority", "-id"]),
            models.Index(fields=["authority", "exporter", "-id"]),
            models.Index(fields=["authority", "issued_on", "-id"]),
        ]


class Arrival(Journaled):
    """The same certificate at the Importing Authority: expected, arrived, received."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="arrival")
    participant = models.CharField(max_length=2)
    authority = models.ForeignKey("participation.Authority", on_delete=models.PROTECT, null=True, related_name="+")
    status = status_column(Status.EXPECTED)
    noticed_at = models.DateTimeField(null=True)
    arrived_on = models.DateField(null=True)
    receipt = models.JSONField(default=dict)
    received_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["participant", "status", "due_on", "id"])]


class Confirmation(Journaled):
    """The one import confirmation of a certificate, made here or received from the Importing Authority."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="confirmation")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="confirmation")
    participant = models.CharField(max_length=2)
    authority_code = models.CharField(max_length=80)
    outcome = models.CharField(max_length=30)
    received_on = models.DateField()
    confirmed_at = models.DateTimeField()
    carats = models.DecimalField(max_digits=14, decimal_places=2)
    value = models.DecimalField(max_digits=14, decimal_places=2)
    parcels = models.PositiveIntegerField()
    remarks = models.TextField(blank=True)


class StatusStatement(Journaled):
    """A signed statement that changed a certificate's status: void, and why."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="statements")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="statement")
    kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    at = models.DateTimeField()
