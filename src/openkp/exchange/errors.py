"""The exchange's own leaf of the tree of errors."""

from datetime import timedelta

from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence


class PeerError(OpenkpError):
    """The other authority did not answer or did not accept: try again later, not before ``retry_after``."""

    code = "peer"
    advice = Sentence(N_("Nothing is lost: it is tried again by itself."))

    def __init__(self, sentence: Sentence | str, *, code: str, retry_after: timedelta = timedelta()) -> None:
        super().__init__(sentence, code=code)
        self.retry_after = retry_after
