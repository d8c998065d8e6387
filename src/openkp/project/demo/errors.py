"""What keeps the demonstration from going on."""

from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence


class DemoError(OpenkpError):
    """The demonstration cannot begin, or something in it did not happen as it must."""

    code = "demo"
    advice = Sentence(N_("Run the command with OPENKP_DEBUG=1 to see more."))
