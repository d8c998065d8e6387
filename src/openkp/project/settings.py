"""Django's settings, made from the node's directory and a few environment variables.

``OPENKP_HOME``          the node's directory: database, keys, files (default ``~/.openkp``)
``OPENKP_DATABASE_URL``  PostgreSQL instead of the embedded SQLite
``OPENKP_PROFILE``       ``live`` or ``specimen`` (default: what ``node.json`` in the directory says, else ``live``)
``OPENKP_ALLOWED_HOSTS`` comma-separated host names that this node answers to
``OPENKP_INSECURE_HTTP`` ``1`` where no TLS stands in front: loopback only
"""

import json
import os
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote

from openkp.project.addresses import read_address
from openkp.project.secret import secret_key
from openkp.project.web import (  # noqa: F401
    CONTENT_SECURITY_POLICY,
    CSRF_FAILURE_VIEW,
    INSTALLED_APPS_WEB,
    LANGUAGE_CODE,
    LANGUAGES,
    LOCALE_PATHS,
    MIDDLEWARE,
    OPENKP_GALLERY,
    STATIC_ROOT,
    STATIC_URL,
    STATICFILES_DIRS,
    STORAGES,
    TEMPLATES,
    USE_I18N,
    WHITENOISE_MAX_AGE,
)

OPENKP_HOME = Path(os.environ.get("OPENKP_HOME") or Path.home() / ".openkp")


def _node_file() -> dict[str, str]:
    path = OPENKP_HOME / "node.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


OPENKP_NODE = _node_file()
OPENKP_PROFILE = os.environ.get("OPENKP_PROFILE") or OPENKP_NODE.get("profile", "live")
OPENKP_INSECURE_HTTP = os.environ.get("OPENKP_INSECURE_HTTP", OPENKP_NODE.get("insecure_http", "")) == "1"

SECRET_KEY = secret_key(OPENKP_HOME)
DEBUG = False
ALLOWED_HOSTS = [
    host for host in os.environ.get("OPENKP_ALLOWED_HOSTS", OPENKP_NODE.get("allowed_hosts", "")).split(",") if host
] or ["localhost", "127.0.0.1", "[::1]", "testserver"]
ROOT_URLCONF = "openkp.project.urls"
USE_TZ = True
TIME_ZONE = "UTC"
AUTH_USER_MODEL = "accounts.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "openkp.registry.journal",
    "openkp.registry.participation",
    "openkp.registry.accounts",
    "openkp.registry.certificates",
    "openkp.registry.post",
    "openkp.registry.statistics",
    *INSTALLED_APPS_WEB,
]


def _embedded(path: Path) -> dict[str, object]:
    if path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        # A copy for an auditor: what may only be read is looked at without the files that SQLite makes beside it.
        newer, shared = (path.with_name(f"{path.name}-{end}") for end in ("wal", "shm"))
        live = newer.exists() and (newer.stat().st_size or shared.exists())
        how = "mode=ro" if live else "immutable=1"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": f"file:{quote(str(path))}?{how}",
            "OPTIONS": {"init_command": "PRAGMA schema_version;"},  # tells at once whether it can be read
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def _database(url: str) -> dict[str, object]:
    if not url:
        return _embedded(OPENKP_HOME / "node.sqlite3")
    parts = read_address(url)
    options = dict(parse_qsl(parts.query))  # such as sslmode: what the driver understands
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or options.pop("host", ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "OPTIONS": options,
    }


DATABASES = {"default": _database(os.environ.get("OPENKP_DATABASE_URL", OPENKP_NODE.get("database_url", "")))}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not OPENKP_INSECURE_HTTP
CSRF_COOKIE_HTTPONLY = True
# Over TLS a browser takes such a name from this very host only. Cookies know no ports: nodes side by side on one
# machine name theirs apart.
_COOKIE = ("" if OPENKP_INSECURE_HTTP else "__Host-") + OPENKP_NODE.get("cookie_prefix", "")
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_COOKIE}sessionid", f"{_COOKIE}csrftoken"
LANGUAGE_COOKIE_NAME = ("" if OPENKP_INSECURE_HTTP else "__Host-") + "django_language"
SECURE_SSL_REDIRECT = not OPENKP_INSECURE_HTTP
SECURE_HSTS_SECONDS = 0 if OPENKP_INSECURE_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not OPENKP_INSECURE_HTTP
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/sign-in/"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "openkp.portal.accounts.gate.locked_out"
OTP_TOTP_ISSUER = "OpenKP"

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 20_000_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # What is merely refused is no news for the operator, and its address may hold a name or a number.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
    },
}
