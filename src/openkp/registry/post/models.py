"""What waits to be sent, and what was received. Rows are written in the transaction of the change they tell."""

from enum import StrEnum

from django.db import models


class Delivery(StrEnum):
    """Where a message stands, in the six states that plant-health authorities already use.

    Source: HUBTrackingInfo in the service description of the IPPC ePhyto Hub (http://ephyto.ippc.int/HUB.Entities).
    """

    PENDING = "pending_delivery"
    DELIVERED = "delivered"
    DELIVERED_WITH_WARNINGS = "delivered_with_warnings"  # read, but it does not fit what the reader knows
    DELIVERED_NOT_READABLE = "delivered_not_readable"  # held, but the reader's program cannot read it
    FAILED = "failed_delivery"  # its time ended before a receipt came
    NOT_EXISTS = "envelope_not_exists"  # the answer about a message that was never in this outbox


class Reading(StrEnum):
    """What became of a message that came in. ``HELD``: kept until the one before it is here."""

    HELD = "held"
    ACCEPTED = "accepted"
    WARNING = "warning"
    UNREADABLE = "unreadable"


class Sent(models.Model):
    """How far what one of our Participants writes to another has come. An operation locks it near its end."""

    own = models.CharField(max_length=12)
    peer = models.CharField(max_length=12)
    seq = models.BigIntegerField(default=0)
    chain = models.BinaryField(max_length=32, default=bytes(32))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["own", "peer"], name="one_sent_line_a_pair")]


class Heard(models.Model):
    """How far what another writes to one of our Participants was applied. Locked before the operation that applies.

    A row of its own: one row for both directions would be locked first by who applies and last by who sends.
    """

    own = models.CharField(max_length=12)
    peer = models.CharField(max_length=12)
    seq = models.BigIntegerField(default=0)
    chain = models.BinaryField(max_length=32, default=bytes(32))
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["own", "peer"], name="one_heard_line_a_pair")]


class Outgoing(models.Model):
    """One message to one Participant: sealed once, sent until its signed receipt is here."""

    message_id = models.BinaryField(max_length=16, unique=True)
    sender = models.CharField(max_length=12)
    peer = models.CharField(max_length=12)
    seq = models.BigIntegerField()
    prev = models.BinaryField(max_length=32)
    typ = models.CharField(max_length=20)
    inside = models.BinaryField()
    body = models.BinaryField()
    signed_at = models.DateTimeField()
    not_after = models.DateTimeField()
    subject = models.CharField(max_length=120)
    sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=30, default=Delivery.PENDING.value)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_problem = models.CharField(max_length=120, blank=True)
    receipt = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "peer", "seq"], name="one_message_a_sequence")]
        indexes = [models.Index(fields=["state", "next_attempt_at"]), models.Index(fields=["subject"])]


class Incoming(models.Model):
    """One message from one Participant: stored verified, applied in order, answered with a receipt."""

    message_id = models.BinaryField(max_length=16)
    recipient = models.CharField(max_length=12)
    peer = models.CharField(max_length=12)
    seq = models.BigIntegerField()
    prev = models.BinaryField(max_length=32)
    typ = models.CharField(max_length=20)
    envelope_hash = models.BinaryField(max_length=32)
    inside = models.BinaryField()
    inside_hash = models.BinaryField(max_length=32)
    body = models.BinaryField()
    not_after = models.DateTimeField()
    state = models.CharField(max_length=30, default=Reading.HELD.value)
    problem = models.CharField(max_length=60, blank=True)
    receipt = models.BinaryField(null=True)
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["peer", "recipient", "message_id"], name="one_message_an_id"),
            models.UniqueConstraint(fields=["peer", "recipient", "seq"], name="one_incoming_a_sequence"),
        ]
        indexes = [models.Index(fields=["state"])]


class Fork(models.Model):
    """A message whose sender signed another one for the same place: kept apart, as the evidence that it did."""

    recipient = models.CharField(max_length=12)
    peer = models.CharField(max_length=12)
    seq = models.BigIntegerField()
    inside = models.BinaryField()
    inside_hash = models.BinaryField(max_length=32)
    body = models.BinaryField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["peer", "recipient", "inside_hash"], name="one_fork_a_message")]
