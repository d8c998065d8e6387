"""``python -m openkp``."""

import sys

from openkp.cli import main

if __name__ == "__main__":
    sys.exit(main())
