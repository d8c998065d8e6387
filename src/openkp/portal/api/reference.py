"""The reference of the API as a page, made from the OpenAPI document that programs read: nothing is written twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from json import dumps, loads
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from openkp.portal.api.urls import api

Json = dict[str, Any]


@dataclass(frozen=True)
class Named:
    """One parameter, header or field."""

    name: str
    place: str
    kind: str
    needed: bool
    text: str


@dataclass(frozen=True)
class Reply:
    """One answer: its status, what it means, what it carries."""

    status: str
    text: str
    kinds: tuple[str, ...]
    shape: str


@dataclass(frozen=True)
class Operation:
    """One operation of the interface."""

    name: str
    method: str
    path: str
    title: str
    text: str
    is_open: bool
    asked: tuple[Named, ...]
    media: tuple[str, ...]
    shape: str
    replies: tuple[Reply, ...]


@dataclass(frozen=True)
class Shape:
    """One JSON object."""

    name: str
    text: str
    fields: tuple[Named, ...]
    example: str


@login_not_required
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation, what it takes and answers."""
    document = described()
    tags = [(tag["name"], tag["description"], operations_of(document, tag["name"])) for tag in document["tags"]]
    shapes = [shape_of(name, schema) for name, schema in sorted(document["components"]["schemas"].items())]
    about = {"info": document["info"], "tags": tags, "shapes": shapes}
    return render(request, "api/reference.html", about)


@cache
def described() -> Json:
    """The document, as a program reads it."""
    return loads(dumps(api.get_openapi_schema()))  # type: ignore[no-any-return]


def operations_of(document: Json, tag: str) -> tuple[Operation, ...]:
    """The operations of one chapter."""
    return tuple(
        operation_of(method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if tag in operation["tags"]
    )


def operation_of(method: str, path: str, operation: Json) -> Operation:
    """One operation for the page."""
    content = operation.get("requestBody", {}).get("content", {})
    return Operation(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        title=operation["summary"],
        text=operation.get("description", ""),
        is_open=not operation["security"],
        asked=tuple(parameter_of(parameter) for parameter in operation["parameters"]),
        media=tuple(content),
        shape=shape_named(first_schema(content)),
        replies=tuple(reply_of(status, answer) for status, answer in operation["responses"].items()),
    )


def parameter_of(parameter: Json) -> Named:
    """One parameter for the page."""
    kind = kind_of(parameter["schema"])
    return Named(parameter["name"], parameter["in"], kind, parameter["required"], parameter.get("description", ""))


def reply_of(status: str, answer: Json) -> Reply:
    """One answer for the page."""
    content = answer.get("content", {})
    return Reply(status, answer["description"], tuple(content), shape_named(first_schema(content)))


def first_schema(content: Json) -> Json:
    """The schema of the first kind of body; empty for plain bytes."""
    return next((about.get("schema", {}) for about in content.values()), {})


def shape_of(name: str, schema: Json) -> Shape:
    """One object for the page."""
    needed = schema.get("required", [])
    fields = tuple(
        Named(field, "", kind_of(about), field in needed, about.get("description", ""))
        for field, about in schema.get("properties", {}).items()
    )
    examples = schema.get("examples", [])
    example = dumps(examples[0], indent=2, ensure_ascii=False) if examples else ""
    return Shape(name, schema.get("description", ""), fields, example)


def shape_named(schema: Json) -> str:
    """The object that a schema is, or is a list of; empty where it is none."""
    return str(schema.get("$ref") or schema.get("items", {}).get("$ref") or "").rpartition("/")[2]


LIMITS = {
    "minLength": "at least",
    "maxLength": "at most",
    "minItems": "at least",
    "maxItems": "at most",
    "minimum": "from",
    "maximum": "to",
}


def kind_of(schema: Json) -> str:
    """What a value is, in a few words."""
    return ", ".join(_kinds(schema))


def _kinds(schema: Json) -> Iterator[str]:
    if "anyOf" in schema:
        yield " or ".join(kind_of(choice) for choice in schema["anyOf"])
    elif "$ref" in schema:
        yield shape_named(schema)
    elif schema.get("type") == "array":
        yield f"list of {kind_of(schema['items'])}"
    else:
        yield str(schema.get("format") or schema.get("type") or "any")
    for limit, words in LIMITS.items():
        if limit in schema:
            yield f"{words} {schema[limit]}"
