"""What reading a file gives: facts, and what is wrong with them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from openkp.figures.tables import Facts
from openkp.scheme.errors import OpenkpError
from openkp.scheme.words import N_, Sentence


class UnreadableSource(OpenkpError):
    """The file as a whole is not of the layout; ``row`` (the header is 1) and ``column`` say where."""

    code = "unreadable-source"
    advice = Sentence(N_("Nothing was kept. Take the file as its publisher gives it, and name the kind that it is."))

    def __init__(self, sentence: Sentence, *, code: str, row: int = 1, column: str = "") -> None:
        self.row, self.column = row, column
        super().__init__(sentence, code=code)


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong with a file: a stable code, the rows it is about (the header is 1), and the words.

    A file of a million rows has as many defects, so the words lie apart until somebody reads them.
    """

    code: str
    rows: tuple[int, ...]
    template: str
    names: tuple[str, ...]
    values: tuple[object, ...]

    @property
    def sentence(self) -> Sentence:
        """The words."""
        return Sentence(self.template, dict(zip(self.names, self.values, strict=True)))


@dataclass(frozen=True)
class Read:
    """A file as read: the facts hold every record, whatever its defects, unless ``unreadable-row`` names it."""

    kind: str
    records: int
    facts: Facts
    defects: tuple[Defect, ...]


@dataclass
class Notes:
    """Where readers write what they find."""

    defects: list[Defect] = field(default_factory=list)
    _names: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def add(self, code: str, rows: int | Iterable[int], sentence: str, /, **values: object) -> None:
        """One defect; ``rows`` is one or many."""
        where = (rows,) if isinstance(rows, int) else tuple(sorted(rows))
        names = tuple(values)
        names = self._names.setdefault(names, names)
        self.defects.append(Defect(code, where, sentence, names, tuple(values.values())))

    def found(self) -> tuple[Defect, ...]:
        """All of them, by code, then by row."""
        return tuple(sorted(self.defects, key=lambda defect: (defect.code, defect.rows)))
