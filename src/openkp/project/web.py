"""What the counter needs of the settings, in one place: `settings.py` takes these names and adds the rest."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from openkp.project.languages import LANGUAGE_CODE, LOCALE_PATHS, languages

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "CSRF_FAILURE_VIEW",
    "INSTALLED_APPS_WEB",
    "LANGUAGES",
    "LANGUAGE_CODE",
    "LOCALE_PATHS",
    "MIDDLEWARE",
    "OPENKP_GALLERY",
    "STATICFILES_DIRS",
    "STATIC_ROOT",
    "STATIC_URL",
    "STORAGES",
    "TEMPLATES",
    "USE_I18N",
    "WHITENOISE_MAX_AGE",
]

PORTAL = Path(__file__).resolve().parent.parent / "portal"

OPENKP_GALLERY = os.environ.get("OPENKP_GALLERY", "") == "1"
"""Whether /design-system/ and the languages on trial are shown; the demo's nodes do without."""

INSTALLED_APPS_WEB = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
    "openkp.portal",
]

MIDDLEWARE = [
    "openkp.portal.site.answered.Answered",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "openkp.portal.site.privacy.Privacy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "openkp.portal.api.outside.ProblemsOutside",
    "openkp.portal.site.bounds.Bounded",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "openkp.portal.accounts.gate.Gate",
    "openkp.portal.site.problems.ProblemsMiddleware",
    "axes.middleware.AxesMiddleware",
]
"""In order; the throttle asks to be last."""

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja2",
        "DIRS": sorted(PORTAL.glob("*/templates")),
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "openkp.portal.site.environment.environment",
            "context_processors": ["openkp.portal.site.context.frame"],
        },
    },
]

USE_I18N = True
LANGUAGES = languages(with_trial=OPENKP_GALLERY)

STATIC_URL = "/static/"
STATIC_ROOT = PORTAL / "static"
STATICFILES_DIRS: list[Path] = []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
"""Seconds; a file whose name carries its hash is kept for ever all the same."""

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
"""Nothing inline, nothing from elsewhere. `data:` pictures are the QR codes we draw ourselves."""

CSRF_FAILURE_VIEW = "openkp.portal.site.problems.csrf_failure"
