"""What was typed, in a form that both databases can keep: right or wrong, it is judged later and never lost."""

from typing import Any

DEPTH = 6
_UNKEPT = {0: "\ufffd"} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # NUL, and halves of a character


def storable(value: Any, depth: int = DEPTH) -> Any:
    """``value`` with what no database keeps marked as such: the rules then find it."""
    if isinstance(value, str):
        return value.translate(_UNKEPT)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, dict) and depth:
        return {str(storable(str(name))): storable(each, depth - 1) for name, each in value.items()}
    if isinstance(value, list | tuple) and depth:
        return [storable(each, depth - 1) for each in value]
    return "\ufffd" if isinstance(value, dict | list | tuple) else str(value)
