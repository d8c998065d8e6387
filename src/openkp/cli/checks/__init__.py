"""What ``openkp check`` looks at. Each check is a function that returns what is wrong, one line each."""

from pathlib import Path

import openkp

#: The checkout. Checks are for developers and need it; the installed package alone has nothing to check.
ROOT = Path(openkp.__file__).parents[2]
