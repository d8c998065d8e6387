"""The language of the command line: the one of the terminal (``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES``, ``LANG``)."""

import gettext
from pathlib import Path

import openkp

DOMAIN = "openkp"
CATALOGUES = Path(openkp.__file__).parent / "locale"


def choose_language() -> None:
    """Make ``gettext.gettext`` answer from our catalogues, for argparse's words too."""
    gettext.bindtextdomain(DOMAIN, str(CATALOGUES))
    gettext.textdomain(DOMAIN)
