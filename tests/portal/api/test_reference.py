"""The reference of the API: every operation and object on one page, without scripts."""

import pytest
from django.test import Client

from openkp.portal.api.reference import described, kind_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    answer = Client().get("/api/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_operation_and_object_is_on_the_page(page):
    document = described()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}" in page
            assert f'id="{operation["operationId"]}"' in page
            for parameter in operation["parameters"]:
                assert parameter["name"] in page
    for name in document["components"]["schemas"]:
        assert f'id="{name}"' in page


def test_every_link_on_the_page_leads_somewhere(page):
    for target in {part.split('"')[0] for part in page.split('href="#')[1:]}:
        assert f'id="{target}"' in page


def test_it_is_light_and_linked(page):
    import gzip

    assert len(gzip.compress(page.encode())) < 40_000
    assert 'href="/api/"' in Client().get("/").content.decode()


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "maxLength": 9}, "string, at most 9"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/LineIn"}}, "list of LineIn"),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, "date or null"),
        ({}, "any"),
    ],
)
def test_kinds_in_a_few_words(schema, words):
    assert kind_of(schema) == words
