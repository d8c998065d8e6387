"""The OpenAPI document is valid, whole and true to what is registered."""

import json

import jsonschema
import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from tests.portal.matrix.routes import operations

DESCRIBED = Client().get("/api/v1/openapi.json").json()
EACH = [(method, path, o) for path, methods in DESCRIBED["paths"].items() for method, o in methods.items()]
NAMES = [f"{method} {path}" for method, path, _ in EACH]


def each(test):
    return pytest.mark.parametrize(("method", "path", "operation"), EACH, ids=NAMES)(test)


def test_it_is_openapi_3_1():
    assert DESCRIBED["openapi"].startswith("3.1.")
    assert {"title", "version", "description", "license", "summary"} <= set(DESCRIBED["info"])
    assert DESCRIBED["servers"]


def test_it_names_every_operation_that_is_registered():
    assert sorted((method.upper(), path) for method, path, _ in EACH) == sorted(operations())


def test_it_keeps_the_rules_of_openapi():
    import schemathesis

    schemathesis.openapi.from_dict(DESCRIBED).validate()


def test_every_schema_is_json_schema_and_every_property_explained():
    for name, schema in DESCRIBED["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert schema.get("description"), name
        for field, about in schema.get("properties", {}).items():
            assert about.get("description"), f"{name}.{field}"


def test_every_example_is_an_instance_of_its_schema():
    store = {**DESCRIBED["components"], "$schema": "https://json-schema.org/draft/2020-12/schema"}
    shown = 0
    for name, schema in DESCRIBED["components"]["schemas"].items():
        for example in schema.get("examples", []):
            whole = {"$ref": f"#/components/schemas/{name}", "components": store}
            jsonschema.validate(example, json.loads(json.dumps(whole)), cls=Draft202012Validator)
            shown += 1
    assert shown >= 8


def test_every_reference_leads_somewhere():
    text = json.dumps(DESCRIBED)
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in DESCRIBED["components"]["schemas"]


@each
def test_an_operation_is_explained(method, path, operation):
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    assert all(parameter.get("description") for parameter in operation["parameters"])


@each
def test_problems_are_problem_documents(method, path, operation):
    for status, answer in operation["responses"].items():
        assert answer["description"]
        if status >= "400":
            assert set(answer["content"]) == {"application/problem+json"}


@each
def test_who_may_call_is_said(method, path, operation):
    public = path.rsplit("/", 1)[1] in {"participants", "rules", "verify"}
    assert (operation["security"] == []) is public
    for scheme in operation["security"]:
        assert DESCRIBED["components"]["securitySchemes"][next(iter(scheme))]["description"]


@each
def test_versions_are_asked_and_answered(method, path, operation):
    asked = {parameter["name"]: parameter["required"] for parameter in operation["parameters"]}
    changes = method != "get" and "{" in path
    assert (asked.get("If-Match") is True) is changes
    if "{" in path:  # a document is the same for ever
        [answer] = [a for status, a in operation["responses"].items() if status.startswith("2")]
        assert ("ETag" in answer["headers"]) is not path.endswith("/document")
    known = method == "get" and "{" in path and not path.endswith("/document")
    assert ("If-None-Match" in asked, "304" in operation["responses"]) == (known, known)
    assert list(operation["responses"]) == sorted(operation["responses"])


def test_what_makes_something_takes_a_key():
    for method, path, operation in EACH:
        keyed = any(parameter["name"] == "Idempotency-Key" for parameter in operation["parameters"])
        makes = "201" in operation["responses"] and not path.endswith("/arrivals")  # the same bytes are the same notice
        assert keyed is makes, f"{method} {path}"


def test_bodies_of_bytes_are_not_called_json():
    document = DESCRIBED["paths"]["/api/v1/certificates/{number}/document"]["get"]["responses"]["200"]
    assert list(document["content"]) == ['application/cose; cose-type="cose-sign1"']
    assert "application/pdf" in DESCRIBED["paths"]["/api/v1/verify"]["post"]["requestBody"]["content"]
