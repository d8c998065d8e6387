"""The registry's own leaves of the tree of errors."""

from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence


class NotAllowed(OpenkpError):
    """This person may not do this here."""

    code = "not-allowed"
    advice = Sentence(N_("Ask an officer who holds the role, or an administrator of your authority."))


REUSED = "idempotency-key-reused"
"""The code of a conflict: the key of one request came again with another."""


class Conflict(OpenkpError):
    """Someone was first, or the state has moved on."""

    code = "conflict"
    advice = Sentence(N_("Open the page again to see where it stands now."))


class NotFound(OpenkpError):
    """There is no such thing here, or it is not this person's to see: both read the same."""

    code = "not-found"
    advice = Sentence(N_("Check the number or the reference. You may only see what your role covers."))


class BrokenRecord(OpenkpError):
    """The stored record contradicts itself: nothing more is signed until a person has looked."""

    code = "broken-record"
    advice = Sentence(N_("Run openkp audit and keep the database as it is."))
