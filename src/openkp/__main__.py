"""``python -m openkp``."""

import sys

from openkp.cli import main
from openkp.cli.output import open_closed_streams

if __name__ == "__main__":
    open_closed_streams()
    sys.exit(main())
