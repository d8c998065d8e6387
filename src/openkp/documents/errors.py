"""What can be wrong with a document, split by what the reader may conclude.

``kind`` is one of four stable words, the same in every implementation; ``code`` is the finer name of what was
found (``trailing_bytes``). Random bytes given to this ring raise a ``DocumentError`` and nothing else.
"""

from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence


class DocumentError(OpenkpError):
    """The root of this ring: these bytes prove nothing."""

    kind = "document"
    code = "document"


class Malformed(DocumentError):
    """The bytes are not the one permitted spelling of a document."""

    kind = "malformed"
    code = "malformed"
    advice = Sentence(N_("Ask for the file again, or scan the code again: something was lost or changed."))


class Unsupported(DocumentError):
    """A well-formed document of a type, version or algorithm that this program does not read."""

    kind = "unsupported"
    code = "unsupported"
    advice = Sentence(N_("Use the newest version of the program, or ask the issuing authority."))


class BadSignature(DocumentError):
    """The signature, or a proof under it, does not fit the content."""

    kind = "bad_signature"
    code = "bad_signature"
    advice = Sentence(N_("Treat it as not genuine and ask the issuing authority."))


class Untrusted(DocumentError):
    """The signer is unknown, or was not entitled to say this."""

    kind = "untrusted"
    code = "untrusted"
    advice = Sentence(N_("Fetch the newest trust list; if the signer is still not in it, treat it as not genuine."))
