"""Every address of the node, from the router itself: pages, the post and the operations of the API."""

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from openkp.portal.api.urls import api

API_ALONE = {"api:openapi-json", "api:api-root"}


def pages() -> list[str]:
    """The names of all addresses that are no operation of the API."""
    return sorted({name for name, _ in _walk(get_resolver().url_patterns) if not is_operation(name)})


def operations() -> list[tuple[str, str]]:
    """Method and path of every operation that is registered."""
    found = []
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                found += [(method, f"/api/v1{router.prefix}{path}") for method in operation.methods]
    return sorted(found, key=lambda each: (each[1], each[0]))


def is_operation(name: str) -> bool:
    """Whether the API's own table has it."""
    return name.startswith("api:") and name not in API_ALONE


def _walk(patterns: list[Any], space: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            assert pattern.name, f"an address without a name: {pattern.pattern}"
            yield f"{space}{pattern.name}", str(pattern.pattern)
