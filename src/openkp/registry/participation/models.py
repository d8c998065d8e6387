"""The authorities that this node hosts, its keys, and the trust that the Participants published."""

from django.db import models

from openkp.registry.journal.models import Journaled


class Authority(Journaled):
    """An Exporting or Importing Authority hosted by this node, with the settings a state may change.

    ``settings`` overrides the dated defaults of ``scheme.policies`` by field name. An office of the Scheme, such as the
    Secretariat, neither exports nor imports: people work there, and no certificate is issued or received.
    """

    participant = models.CharField(max_length=12)
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=160)
    city = models.CharField(max_length=80, blank=True)
    exporting = models.BooleanField(default=True)
    importing = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="fr")
    base_url = models.CharField(max_length=200)
    settings = models.JSONField(default=dict)

    @property
    def is_office(self) -> bool:
        """Whether this is an office of the Scheme, not an authority of a Participant."""
        return not (self.exporting or self.importing)

    def __str__(self) -> str:
        return self.name


class NodeKey(Journaled):
    """One of this node's keys: what it is for, where the private half lives (a URI), and its public half."""

    participant = models.CharField(max_length=12)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, related_name="keys")
    use = models.CharField(max_length=20)
    algorithm = models.CharField(max_length=20)
    uri = models.CharField(max_length=200)
    public_key = models.BinaryField()
    kid = models.BinaryField(max_length=8)
    valid_from = models.DateTimeField()
    signs_until = models.DateTimeField()
    is_active = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["participant", "use", "is_active"])]


class TrustPart(Journaled):
    """One version of the trust list, or of a Participant's key manifest, verified before it was stored.

    ``digest`` chains all parts in the order in which they came, so that one row names the whole state.
    """

    kind = models.CharField(max_length=20)
    issuer = models.CharField(max_length=12)
    version = models.BigIntegerField()
    data = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "issuer", "version"], name="one_trust_part_a_version")]


class Publication(models.Model):
    """The newest status list or checkpoint of an issuer, ours or a peer's: derived, so it is replaced in place.

    ``content`` is the hash of what it says apart from dates; ``journal_size`` is how far the journal had come then.
    """

    kind = models.CharField(max_length=20)
    issuer = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    data = models.BinaryField()
    content = models.BinaryField(max_length=32)
    journal_size = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "issuer", "name"], name="one_publication_a_name")]
