"""What a certificate or an import confirmation counts for in a total: the sum of its lines, or nothing.

Only the fields that a total needs are looked at, so that the rule is the same for whoever holds the whole document and
for whoever is shown no more than these fields.
"""

from typing import Any

from openkp.documents.claims import LINES, read_lines
from openkp.documents.merkle_sum import Sums
from openkp.documents.shapes import Fields
from openkp.documents.total_v1 import Scope
from openkp.scheme.certificates import Outcome
from openkp.scheme.reconciliation import reconciliation
from openkp.scheme.returns import Flow

#: The type of document that a flow is counted by.
TYPES = {Flow.EXPORT: "kpc", Flow.IMPORT: "kpi"}


def fields_needed(scope: Scope) -> tuple[str, ...]:
    """The fields to show so that a total of this scope can be recomputed: never a party, a seal or a price list."""
    if scope.flow is Flow.IMPORT:
        return ("lines", "outcome")
    return ("lines", "origin") if scope.origin else ("lines",)


def counted(shown: dict[str, Any], scope: Scope) -> Sums | None:
    """The amounts of one document from its shown fields, as they are written; None where it is outside the scope.

    Source: STAT-02; the figure of a certificate is the sum of its lines. Raises ``Malformed``.
    """
    if scope.flow is Flow.IMPORT and not _came_in(shown.get("outcome"), scope):
        return None
    if scope.origin and shown.get("origin") != [scope.origin]:
        return None
    lines = read_lines(Fields({LINES: shown["lines"]} if shown.get("lines") else {}))
    chosen = [line for line in lines if scope.hs in (None, line.hs)]
    if not chosen:
        return None
    return Sums(sum(line.carats.hundredths for line in chosen), sum(line.value.hundredths for line in chosen), 1)


def _came_in(outcome: Any, scope: Scope) -> bool:
    """Whether goods came into the country, by what held on the last day of the period."""
    return outcome in list(Outcome) and outcome not in reconciliation(scope.period.last_day).not_imported
