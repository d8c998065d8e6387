"""What the verify page asks; the same as a paper presented at the border."""

from openkp.portal.certificates.forms import PresentForm as VerifyForm

__all__ = ["VerifyForm"]
