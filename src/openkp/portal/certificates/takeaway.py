"""Files to take away: signed documents, papers, and tables of any length in flat memory."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice

from django.http import HttpResponse, StreamingHttpResponse

BOM = "\ufeff"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
ROWS_AT_ONCE = 500


class Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        """The line."""
        return line


def guarded(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula. Source: OWASP, CSV injection."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell


def csv_lines(titles: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A table as text, several rows at a time."""
    writer = csv.writer(Echo())
    yield BOM + str(writer.writerow(titles))
    lines = (str(writer.writerow([guarded(cell) for cell in row])) for row in rows)
    while piece := "".join(islice(lines, ROWS_AT_ONCE)):
        yield piece


def csv_response(name: str, titles: Iterable[str], rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    """A table that a browser saves, sent while it is read."""
    answer = StreamingHttpResponse(csv_lines(titles, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def file(data: bytes, name: str, kind: str) -> HttpResponse:
    """A file that a browser saves and nobody else keeps."""
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
