"""The world of these tests."""

from tests.portal.matrix.fixtures import made_world, world

__all__ = ["made_world", "world"]
