"""People at the counter, for tests: signed in with both factors, sending forms as a browser without scripts does."""

import re
from html import unescape

from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
PART = re.compile(r"<main.*</main>", re.DOTALL)
TAGS = re.compile(r"<[^>]+>")


def at_counter(person, *, second_factor=True):
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    if second_factor:
        device, _ = TOTPDevice.objects.get_or_create(user=person, confirmed=True, defaults={"name": "telephone"})
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return client


def hidden(page):
    """What a form carries unseen."""
    return {name: unescape(value) for name, value in HIDDEN.findall(main_of(page)) if name != "csrfmiddlewaretoken"}


def main_of(page):
    """The page's own part."""
    found = PART.search(page.content.decode())
    return found.group() if found else page.content.decode()


def words(page):
    """What a person reads in the page's own part."""
    return " ".join(unescape(TAGS.sub(" ", main_of(page))).split())


def send(client, address, *, opened=None, **fields):
    """Open a form and send it; ``opened`` is the page that was opened earlier."""
    opened = opened or client.get(address)
    assert opened.status_code == 200, (opened.status_code, opened.headers.get("Location"), words(opened)[:300])
    return client.post(address, {**hidden(opened), **fields})
