"""The component gallery alone: the counter's own settings, without accounts and without a database."""

import os

os.environ["OPENKP_GALLERY"] = "1"

from openkp.project.web import *  # noqa: F403
from openkp.project.web import MIDDLEWARE as FULL

WITHOUT_PEOPLE = ("sessions", "auth", "django_otp", "axes", "gate")

SECRET_KEY = "only-for-the-gallery"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.portal.site.urls_gallery"
INSTALLED_APPS = ["csp", "openkp.portal"]
MIDDLEWARE = [name for name in FULL if not any(word in name for word in WITHOUT_PEOPLE)]
USE_TZ = True
SESSION_COOKIE_SECURE = False
OPENKP_PROFILE = "specimen"
OPENKP_NODE = {"name": "Freetown"}
