"""What goes wrong before a node runs."""

from openkp.scheme.errors import OpenkpError


class BadSetting(OpenkpError):
    """A setting that cannot be meant: it is said before anything is done with it."""

    code = "bad-setting"
