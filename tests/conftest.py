"""What every test may rely on: settings, and a node's directory of its own that vanishes with the process."""

import atexit
import os
import shutil
import tempfile

HOME = tempfile.mkdtemp(prefix="openkp-test-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

# Always our own, so that no test can reach a real node; each side-by-side worker has another.
os.environ["OPENKP_HOME"] = HOME
os.environ["OPENKP_PROFILE"] = "specimen"
os.environ["DJANGO_SETTINGS_MODULE"] = "openkp.project.settings"
for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "OPENKP_CLOCK_OFFSET", "OPENKP_DEBUG"):
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"
