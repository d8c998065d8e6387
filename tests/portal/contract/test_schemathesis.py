"""What the API does is what its document says, for anyone and for every role, with good and bad requests.

``OPENKP_API_EXAMPLES`` says how many requests an operation gets (30; a release has 200).
"""

import os
import random

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.config import SchemathesisConfig

from tests.portal.matrix.world import ROLES

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("OPENKP_API_EXAMPLES", "30"))
CALLERS = [role for role in ROLES if role != "half"]

GOOD_QUESTION = {200, 304, 401, 403, 404}

CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"max-examples": EXAMPLES, "allow-x00": True},
        "checks": {
            # What is missing, stale or held by another is told by its own status.
            "missing_required_header": {"expected-statuses": [400, 401, 403, 404, 422, 428]},
            "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428]},
            # A well-formed request may still be refused by the scheme, by a version, or because nothing is there.
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", 304, 400, 401, 403, 404, 409, 412, 413, 415, 422, 428]
            },
        },
    }
)


@schemathesis.serializer("application/cose", "application/pdf")
def as_bytes(context, value):
    """Whatever was thought of, as bytes."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=CONFIG)


@pytest.fixture
def kept_connection():
    """The server closes old connections between requests; the test's transaction lives in this one."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def many_verifications(settings):
    settings.OPENKP_VERIFY_CALLS = 10**9


@api.parametrize()
@hypothesis_settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
def test_every_answer_is_one_that_the_document_names(case, world, many_verifications, kept_connection):
    chance = random.Random(repr((case.method, case.path, case.path_parameters, case.query, case.body)))
    role = chance.choice(CALLERS)
    headers = {"Accept-Encoding": "identity"}
    if role != "anonymous":
        headers["Authorization"] = f"Bearer {world.token(role)}"
    excluded = [schemathesis.checks.ignored_auth]
    if name_something_real(case, world, chance):
        excluded.append(schemathesis.checks.negative_data_rejection)  # it was made good
    response = case.call(headers=headers)
    assert response.status_code < 500, response.text
    if case.method == "GET" and case.meta.generation.mode.is_positive:
        assert response.status_code in GOOD_QUESTION, response.text
    case.validate_response(response, headers=headers, excluded_checks=excluded)


def name_something_real(case, world, chance):
    """Two times in three, an object that is there, and its version; a document that is one, or nearly: then true."""
    if chance.random() < 0.34:
        return False
    side = chance.choice((world.own, world.own, world.other))
    if case.method == "POST" and case.path.endswith(("/arrivals", "/verify")):
        data = bytearray(side.issued.document.data)
        if chance.random() < 0.5:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        case.body = bytes(data)
        return True
    if not case.path_parameters:
        return False
    if "filing_id" in case.path_parameters:
        case.path_parameters["filing_id"] = side.returns.filed.pk
        return True
    if "reference" in case.path_parameters:
        row = chance.choice((side.draft, side.applied, side.prepared))
        case.path_parameters["reference"] = row.reference
    else:
        arrival = chance.choice((side.expected, side.arrived, side.received))
        row = arrival if "/arrivals/" in case.path else chance.choice((side.issued, side.differing, side.overdue))
        case.path_parameters["number"] = arrival.certificate.number if row is arrival else row.number
    if case.headers is not None and "If-Match" in case.headers:
        case.headers["If-Match"] = f'"{row.version}"'
    return True


def test_the_bound_of_the_settings_is_the_one_that_is_documented():
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == 1_000_000
