"""A draft as the law reads it: the return its fields hold, what is wrong with it, how it differs from the documents."""

from dataclasses import dataclass
from datetime import date, datetime

from openkp.registry.participation.queries import participation
from openkp.registry.statistics.documents import return_of
from openkp.registry.statistics.models import Draft
from openkp.registry.statistics.steps import versions
from openkp.scheme.errors import Finding
from openkp.scheme.filings import read_return
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind, StatisticalReturn, TradeLine
from openkp.scheme.rules.base import check
from openkp.scheme.rules.statistics import FILING_RULES, FilingCase


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One figure of a return that is not what the node's own documents give; ``field`` empty for the counts.

    ``measure`` is carats, value_usd, certificates, certificates_issued or certificates_received.
    """

    flow: str = ""
    partner: str = ""
    origin: str = ""
    hs: str = ""
    measure: str
    generated: str
    filed: str


def read_draft(
    draft: Draft, fields: dict[str, object] | None = None
) -> tuple[StatisticalReturn | None, tuple[Finding, ...]]:
    """The return that a draft holds, or every finding of what cannot be read."""
    authority = draft.authority
    return read_return(
        draft.fields if fields is None else fields,
        kind=ReturnKind(draft.kind),
        period=Period.parse(draft.period),
        participant=authority.participant,
        authority=authority.code,
        version=versions(authority.participant, authority.code, draft.kind, draft.period).count() + 1,
    )


def judged(draft: Draft, *, on: date, at: datetime) -> tuple[StatisticalReturn | None, tuple[Finding, ...]]:
    """The same, with every finding of the rules of filing."""
    value, findings = read_draft(draft)
    if value is None:
        return None, findings
    authority = draft.authority
    earlier = versions(authority.participant, authority.code, draft.kind, draft.period)
    case = FilingCase(
        statistical_return=value,
        on=on,
        participation=participation(),
        earlier=tuple(return_of(row, at) for row in earlier),
    )
    return value, (*findings, *check(FILING_RULES, case))


def differences(draft: Draft) -> tuple[Difference, ...]:
    """Where the draft differs from what was generated; nothing where none was, or where it cannot be read."""
    if not draft.generated:
        return ()
    ours, _ = read_draft(draft, draft.generated)
    filed, _ = read_draft(draft)
    if ours is None or filed is None:
        return ()
    return (*_counts(ours, filed), *_lines(ours, filed))


def _counts(ours: StatisticalReturn, filed: StatisticalReturn) -> list[Difference]:
    names = ("certificates_issued", "certificates_received")
    pairs = [(name, str(getattr(ours, name) or 0), str(getattr(filed, name) or 0)) for name in names]
    return [Difference(measure=name, generated=a, filed=b) for name, a, b in pairs if a != b]


Key = tuple[str, str, str, str]


def _lines(ours: StatisticalReturn, filed: StatisticalReturn) -> list[Difference]:
    generated, typed = _by_key(ours), _by_key(filed)
    found = []
    for key in sorted(generated.keys() | typed.keys()):
        flow, partner, origin, hs = key
        zero = {"carats": "0.00", "value_usd": "0.00", "certificates": "0"}
        for measure, amount in generated.get(key, zero).items():
            other = typed.get(key, zero)[measure]
            if amount != other:
                found.append(
                    Difference(
                        flow=flow, partner=partner, origin=origin, hs=hs, measure=measure, generated=amount, filed=other
                    )
                )
    return found


def _by_key(value: StatisticalReturn) -> dict[Key, dict[str, str]]:
    return {_key(line): _amounts(line) for line in value.trade}


def _key(line: TradeLine) -> Key:
    return line.flow.value, line.partner, line.origin, line.hs.value


def _amounts(line: TradeLine) -> dict[str, str]:
    return {"carats": str(line.carats), "value_usd": str(line.value), "certificates": str(line.certificates)}
