"""What the operations of statistics share: counting a change, refusing a step, the names in the journal."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from openkp.registry.certificates.typed import storable
from openkp.registry.errors import Conflict
from openkp.registry.statistics.models import AnomalyFound, Draft, Filing, Questionnaire
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.goods import plain_text
from openkp.scheme.periods import Period
from openkp.scheme.reading import tidy
from openkp.scheme.returns import ReturnKind
from openkp.scheme.words import N_, Sentence


def touch(row: Draft | AnomalyFound | Questionnaire, *, at: datetime) -> None:
    """Count the change, so that who looks at an older page is told."""
    row.version += 1
    row.changed_at = at


def expect(state: str, allowed: Collection[str]) -> None:
    """Raise ``Conflict`` where a step is not open from here."""
    if state not in allowed:
        raise Conflict(
            Sentence(N_("This stands at “%(status)s”; that step is not open from there."), {"status": state}),
            code=f"is-{state.replace('_', '-')}",
        )


def worded(text: str, field: str, *, rule: str, longest: int = 1000) -> str:
    """Words that a person must give, tidied. Raises ``Refused`` for none, or for what no document can carry."""
    said = tidy(storable(text))
    if len(said) < 3:
        raise Refused([Finding(rule, f"{field}-missing", field, Sentence(N_("Say why in words.")))])
    return printable(said, field, rule=rule, longest=longest)


def printable(text: str, field: str, *, rule: str, longest: int = 1000) -> str:
    """``text`` if a signed document can carry it. Raises ``Refused``."""
    try:
        return plain_text(text, longest=longest)
    except ValueError:
        sentence = Sentence(N_("Use at most %(longest)s characters that can be printed."), {"longest": longest})
        raise Refused([Finding(rule, f"{field}-not-printable", field, sentence)]) from None


def return_subject(authority_code: str, kind: str, period: str) -> str:
    """A return as the journal names it."""
    return f"return:{authority_code}/{kind}/{period}"


def versions(participant: str, authority: str, kind: ReturnKind | str, period: Period | str) -> Any:
    """The filings of one return, the oldest version first."""
    rows = Filing.objects.filter(participant=participant, authority_code=authority, kind=str(kind), period=str(period))
    return rows.select_related("document").order_by("number")
