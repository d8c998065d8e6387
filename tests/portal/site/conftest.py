"""The gallery in this process, under the node's own settings, with every language on trial."""

import pytest
from django.test import Client

from openkp.project.languages import languages


@pytest.fixture(scope="session")
def catalogues() -> None:
    """Compiled translations, made here if they are not."""
    from openkp.cli.wording.catalogues import compile_all

    compile_all()


@pytest.fixture
def visitor(settings, catalogues) -> Client:
    settings.ROOT_URLCONF = "tests.portal.site.urls_gallery"
    settings.LANGUAGES = languages(with_trial=True)
    settings.SECURE_SSL_REDIRECT = False
    return Client(raise_request_exception=False)
