"""Reading the fields of a decoded map: each is taken once, with its kind and bounds, and none may be left over."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NoReturn, TypeVar

from openkp.documents.errors import Malformed
from openkp.documents.keys import PublicKey
from openkp.scheme.words import N_, Sentence

T = TypeVar("T")

_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z
_BAD_FIELD = N_("The field %(field)s is missing or not of the kind it must be.")
_EXTRA_FIELD = N_("There is a field that this version does not know: %(field)s.")


class Fields:
    """The fields of one map. Every method raises ``Malformed`` with code ``field`` for a missing or wrong one."""

    def __init__(self, value: object) -> None:
        self._values = dict(value) if isinstance(value, dict) else _refuse("map")

    @classmethod
    def of_list(cls, value: object, length: int) -> "Fields":
        """The items of a list of exactly ``length``, each under its place."""
        if not isinstance(value, list) or len(value) != length:
            _refuse("list")
        return cls(dict(enumerate(value)))

    def has(self, key: int | str) -> bool:
        """Whether the field is there: for the fields that may be left out."""
        return key in self._values

    def _take(self, key: int | str, kind: type[T]) -> T:
        value: Any = self._values.pop(key, None)
        if type(value) is not kind:
            _refuse(str(key))
        return value

    def text(self, key: int | str, *, longest: int = 240) -> str:
        """A text that is not empty."""
        value = self._take(key, str)
        return value if 0 < len(value) <= longest else _refuse(str(key))

    def whole(self, key: int | str, *, least: int = 0, most: int = 2**53) -> int:
        """A whole number."""
        value = self._take(key, int)
        return value if least <= value <= most else _refuse(str(key))

    def flag(self, key: int | str) -> bool:
        """Yes or no."""
        return self._take(key, bool)

    def blob(self, key: int | str, *, size: int | None = None, longest: int = 2**24) -> bytes:
        """A byte string, of exactly ``size`` where that is given."""
        value = self._take(key, bytes)
        return value if len(value) <= longest and size in (None, len(value)) else _refuse(str(key))

    def items(self, key: int | str, *, least: int = 0, most: int = 1000) -> list[Any]:
        """A list."""
        value: list[Any] = self._take(key, list)
        return value if least <= len(value) <= most else _refuse(str(key))

    def fields(self, key: int | str) -> "Fields":
        """A map of its own."""
        return Fields(self._values.pop(key, None))

    def instant(self, key: int | str) -> datetime:
        """A whole number of seconds since 1970, as an aware UTC instant."""
        return datetime.fromtimestamp(self.whole(key, most=_LAST_SECOND), UTC)

    def day(self, key: int | str) -> date:
        """A plain date, written ``2026-11-23``."""
        text = self.text(key, longest=10)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            _refuse(str(key))
        return day if day.isoformat() == text else _refuse(str(key))

    def optional_day(self, key: int | str) -> date | None:
        """The same, or None where the field is left out."""
        return self.day(key) if self.has(key) else None

    def optional_whole(self, key: int | str) -> int | None:
        """A whole number, or null."""
        return self.whole(key) if self._values.get(key, 0) is not None else self._take(key, type(None))

    def optional_text(self, key: int | str, *, longest: int = 240) -> str | None:
        """A text that is not empty, or null."""
        return self.text(key, longest=longest) if self._values.get(key, 0) is not None else self._take(key, type(None))

    def key(self, key: int | str) -> PublicKey:
        """A public key, written as the list of its algorithm and its COSE_Key."""
        return public_key(self._take(key, list))

    def done(self) -> None:
        """Raises ``Malformed`` where a field was not taken."""
        if self._values:
            field = str(next(iter(self._values)))[:40]
            raise Malformed(Sentence(_EXTRA_FIELD, {"field": field}), code="unknown_field")


def public_key(value: object) -> PublicKey:
    """The key in ``[algorithm, COSE_Key]``. Raises ``Malformed`` or ``Unsupported``."""
    if not isinstance(value, list) or [type(part) for part in value] != [str, bytes]:
        _refuse("key")
    return PublicKey(value[0], value[1])


def key_value(key: PublicKey) -> list[object]:
    """``key`` as ``public_key`` reads it."""
    return [key.algorithm, key.cose_key]


def seconds(instant: datetime) -> int:
    """``instant`` as documents write it. Raises ``ValueError`` for a naive one or one with fractions of a second."""
    if instant.tzinfo is None or instant.microsecond:
        raise ValueError("an instant is aware and of whole seconds")
    return int(instant.timestamp())


def built(make: Callable[[], T]) -> T:
    """What ``make`` builds; a ``ValueError`` of a constructor becomes ``Malformed``."""
    try:
        return make()
    except ValueError as error:
        raise Malformed(Sentence(_BAD_FIELD, {"field": str(error)}), code="field") from error


def _refuse(field: str) -> NoReturn:
    raise Malformed(Sentence(_BAD_FIELD, {"field": field[:40]}), code="field")
