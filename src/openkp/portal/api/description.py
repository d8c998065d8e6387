"""The OpenAPI document, completed: what the framework cannot know of our answers.

Problems are ``application/problem+json`` and each operation names those it may give; versions, the next page and
the place of what was made are headers; a body of plain bytes is what it is. The framework's own part is kept.
"""

from collections.abc import Iterator
from typing import Any

from pydantic.json_schema import models_json_schema

from openkp.portal.api.pages import Paged
from openkp.portal.api.problems import FieldProblem, Problem

Json = dict[str, Any]
REF = "#/components/schemas/{model}"
KNOWN: Json = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of the version that you have. Still the newest: 304.",
    "schema": {"type": "string"},
}
UNCHANGED = {"description": "What you have is still the newest."}
ETAG = {"ETag": {"description": "Names this version; send it in `If-Match`.", "schema": {"type": "string"}}}
LOCATION = {"Location": {"description": "Where it is now.", "schema": {"type": "string"}}}
LINK = {"Link": {"description": 'Address of the next page, `rel="next"`, if any.', "schema": {"type": "string"}}}
CHALLENGE = {"WWW-Authenticate": {"description": "`Bearer`.", "schema": {"type": "string"}}}
WAIT = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}}}
ALWAYS = (400, 500)
WITH_AUTH = (401, 403, 404)
WITH_QUESTION = (422,)
WITH_VERSION = (409, 412, 428)
WITH_BODY = (413, 415)
WITH_CHANGE = (409, 507)

MEANINGS = {
    400: "The body is not JSON of ours, or not a document that can be read.",
    401: "Nobody is signed in.",
    403: "Your role does not cover this.",
    404: "There is nothing here under this name, or it is not yours to see.",
    409: "Someone was first, or the state has moved on.",
    412: "The resource changed after you read it.",
    413: "The body is too large.",
    415: "The body says that it is something else than this address takes.",
    422: "Refused, with every finding at once.",
    428: "A change says which version it was made from.",
    429: "Too many calls.",
    500: "A fault of ours; the log has it under `reference`.",
    507: "This node has no room left. Nothing was half done.",
}
TAGS = [
    {"name": "Applications", "description": "From an exporter's draft to the signed certificate."},
    {"name": "Certificates", "description": "Certificates issued here or coming here, and the ends of their life."},
    {"name": "Arrivals", "description": "The importing side: what is expected, what came, what was found."},
    {"name": "Statistics", "description": "Returns as they were filed, and which are missing."},
    {"name": "Public", "description": "What anyone may ask, without an account."},
]
WHO = {
    "Token": "`Authorization: Bearer okp_…`: a token that a person made for a program, in their own name.",
    "SignedIn": "The session of the pages. An officer's counts only after the second factor; a change asks for "
    "`X-CSRFToken` as well.",
}
EXAMPLE = {
    "type": "/problems/refused",
    "title": "This was refused",
    "status": 422,
    "code": "refused",
    "detail": "This was refused. Each reason is listed.",
    "next": "Correct what is listed and send it again.",
    "instance": "/api/v1/applications/SL-NMA-2026-000001/submit",
    "reference": "",
    "errors": [
        {
            "pointer": "/destination",
            "rule": "EXP-02",
            "code": "destination-not-participant",
            "detail": "KE was no Participant on 2026-03-02.",
        }
    ],
}


def completed(schema: Json) -> Json:
    """The document as it is served."""
    schema["tags"] = TAGS
    schema["servers"] = [{"url": "/", "description": "This node."}]
    _, problems = models_json_schema([(Problem, "serialization"), (FieldProblem, "serialization")], ref_template=REF)
    schema["components"]["schemas"] |= problems["$defs"]
    schema["components"]["schemas"]["Problem"]["examples"] = [EXAMPLE]
    for name in ("Narrowed", "Board"):  # their fields are parameters
        schema["components"]["schemas"].pop(name, None)
    for name, shape in schema["components"]["schemas"].items():
        shape.setdefault("description", Paged.__doc__ if name.startswith("Paged_") else "")
    for name, words in WHO.items():
        schema["components"]["securitySchemes"][name]["description"] = words
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            _complete(path, method, operation)
    return schema


def _complete(path: str, method: str, operation: Json) -> None:
    operation.setdefault("security", [])
    for parameter in operation["parameters"]:
        parameter.pop("examples", None)  # they stand in its schema
        _simplify(parameter["schema"])
    operation["operationId"] = operation["operationId"].rsplit("openkp_portal_api_")[-1]
    for name, answer in operation["responses"].items():
        answer["headers"] = _headers(path, method, operation, int(name)) if _is_json(answer) else {}
    operation["responses"] |= {status: _problem(status) for status in sorted(set(_statuses(method, operation)))}
    if method == "get" and ETAG.items() <= operation["responses"][200]["headers"].items():
        operation["parameters"].append(KNOWN)
        operation["responses"][304] = UNCHANGED | {"headers": ETAG}
    operation["responses"] = {str(status): answer for status, answer in sorted(operation["responses"].items())}


def _is_json(answer: Json) -> bool:
    """Or the bytes of a document, which has no versions."""
    return "application/json" in answer.get("content", {})


def _simplify(schema: Json) -> None:
    """A parameter is there or not; there is no way to write null."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema |= kinds[0]


def _statuses(method: str, operation: Json) -> Iterator[int]:
    yield from ALWAYS
    if operation["security"]:
        yield from WITH_AUTH
    if any(parameter["name"] == "If-Match" for parameter in operation["parameters"]):
        yield from WITH_VERSION
    if any(parameter["in"] != "path" for parameter in operation["parameters"]):
        yield from WITH_QUESTION
    if "requestBody" in operation:
        yield from WITH_BODY
        yield from WITH_QUESTION
    if method != "get" and operation["security"]:
        yield from WITH_CHANGE
    if method == "post" and not operation["security"]:
        yield from (404, 429)


def _headers(path: str, method: str, operation: Json, status: int) -> Json:
    if not operation["security"]:
        return {}
    if method == "get" and "{" not in path:
        return LINK
    made = LOCATION if status == 201 and path.endswith("/applications") else {}
    return {**ETAG, **made}


def _problem(status: int) -> Json:
    answer: Json = {
        "description": MEANINGS[status],
        "content": {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}},
    }
    if status in (401, 429):
        answer["headers"] = CHALLENGE if status == 401 else WAIT
    return answer
