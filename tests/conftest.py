"""What every test may rely on."""

import importlib.util
import os

os.environ.setdefault("OPENKP_PROFILE", "test")
if importlib.util.find_spec("openkp.project.settings"):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkp.project.settings")
