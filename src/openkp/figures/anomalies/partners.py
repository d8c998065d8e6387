"""One partner's figures beside the other's, and partners who may not trade. Source: scheme-rules A.6 tests 4, 8-10."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openkp.figures.anomalies import found, relations
from openkp.figures.anomalies.base import Anomaly, Point, Scope, Thresholds, anomaly_test
from openkp.figures.anomalies.series import FLOWS, ZERO, period_of, said
from openkp.figures.engines import Engine
from openkp.scheme.periods import Period
from openkp.scheme.words import N_, Sentence

MEASURES = {"carats": N_("carats"), "usd": N_("US dollars"), "certificates": N_("certificates")}


@dataclass(frozen=True, kw_only=True)
class Pair:
    """What an exporter and an importer each said of one period, and what the exporter said of the one before."""

    exporter: str
    importer: str
    period: Period
    sent: dict[str, Any]
    came: dict[str, Any]
    earlier: dict[str, Any] | None

    def bounds(self, measure: str, lag_share: Decimal) -> tuple[Decimal, Decimal]:
        """How much may have come, if a share of each period's goods arrives in the next."""
        sent = Decimal(self.sent.get(measure) or 0)
        if not self.period.kind:
            return sent, sent
        earlier = sent if self.earlier is None else Decimal(self.earlier.get(measure) or 0)
        return sent * (1 - lag_share), sent + earlier * lag_share

    def beyond(self, measure: str, lag_share: Decimal) -> Decimal:
        """How far what came lies outside the bounds."""
        low, high = self.bounds(measure, lag_share)
        came = Decimal(self.came.get(measure) or 0)
        return max(low - came, came - high, ZERO)


def pairs(engine: Engine, scope: Scope) -> Iterator[Pair]:
    """Every pair of which both sides filed the period, the one or the other nothing of this trade."""
    rows = engine.rows(relations.trade_totals(engine, "partner"))
    told = {(row["reporter"], row["flow"], row["partner"], period_of(row, "Q", "quarter")): row for row in rows}
    filed = said(engine)
    who = {
        (reporter, partner, period) if flow == "export" else (partner, reporter, period)
        for reporter, flow, partner, period in told
        if flow in FLOWS and partner and scope.holds(period)
    }
    for exporter, importer, period in sorted(who):
        if (exporter, "export", period) not in filed or (importer, "import", period) not in filed:
            continue
        before = (exporter, "export", period.previous) in filed
        yield Pair(
            exporter=exporter,
            importer=importer,
            period=period,
            sent=told.get((exporter, "export", importer, period), {"rows": filed[exporter, "export", period]}),
            came=told.get((importer, "import", exporter, period), {"rows": filed[importer, "import", period]}),
            earlier=told.get((exporter, "export", importer, period.previous), {}) if before else None,
        )


@anomaly_test(
    "mirror",
    N_("Do the exports of one agree with the imports of the other?"),
    source="design of the Scheme (scheme-rules A.6 test 4)",
)
def mirror(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Carats and dollars by quarter; goods may arrive a quarter later, and dollars may include freight."""
    for pair in pairs(engine, scope):
        passed = {}
        for measure in ("carats", "usd"):
            sent, came = (Decimal(side.get(measure) or 0) for side in (pair.sent, pair.came))
            largest = max(sent, came)
            if largest < limits[f"least_{measure}"]:
                continue
            allowed = limits[f"{measure}_share"] * largest
            passed[measure] = pair.beyond(measure, limits["lag_share"]) / allowed
        measure = max(passed, key=lambda name: passed[name], default="")
        if measure and passed[measure] > 1:
            yield _asymmetry(mirror.code, pair, measure, passed[measure])


@anomaly_test(
    "counts",
    N_("Do the counts of certificates agree: with the partner's, and with the documents?"),
    source="counts are a part of every return (scheme-rules A.2, A.6 test 8)",
)
def counts(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """The partner's count, then each side's count against the documents of the same quarter."""
    for pair in pairs(engine, scope):
        sides = (pair.sent, pair.came)
        if any(side.get("certificates", 0) is None for side in (*sides, pair.earlier or {})):
            continue
        largest = max(int(side.get("certificates") or 0) for side in sides)
        allowed = max(Decimal(limits["least"]), limits["share"] * largest)
        times = pair.beyond("certificates", limits["lag_share"]) / allowed
        if times > 1:
            yield _asymmetry(counts.code, pair, "certificates", times)
    yield from _against_documents(engine, limits, scope)


def _asymmetry(code: str, pair: Pair, measure: str, times: Decimal) -> Anomaly:
    sent, came = (Decimal(side.get(measure) or 0) for side in (pair.sent, pair.came))
    words = {
        "exporter": found.called(pair.exporter),
        "importer": found.called(pair.importer),
        "period": pair.period.words,
        "measure": Sentence(MEASURES[measure]),
        "sent": found.measured(sent, measure),
        "came": found.measured(came, measure),
    }
    template = N_(
        "%(period)s, %(measure)s: %(exporter)s says that %(sent)s went to %(importer)s, which says that %(came)s came."
    )
    return Anomaly(
        test=code,
        participant=pair.exporter,
        partner=pair.importer,
        period=pair.period,
        measure=measure,
        observed=came,
        expected=sent,
        severity=found.severity(times),
        what=Sentence(template, words),
        innocent=(found.TRANSIT, found.BASIS, found.NOT_YET),
        records=tuple(sorted([*pair.sent["rows"], *pair.came["rows"]])),
        series=(
            Point(label=pair.exporter, observed=sent, expected=None),
            Point(label=pair.importer, observed=came, expected=sent),
        ),
    )


def _against_documents(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """Filed counts and carats against the certificates issued in the quarter."""
    issued = relations.lines(engine, scope)
    by_line = issued.group_by(["issuer", "year", "quarter"]).agg(
        certificates=issued.number.nunique(), carats=issued.carats.sum()
    )
    made = {(row["issuer"], period_of(row, "Q", "quarter")): row for row in engine.rows(by_line)}
    told = {
        (row["reporter"], period_of(row, "Q", "quarter")): row
        for row in engine.rows(relations.trade_totals(engine))
        if row["flow"] == "export"
    }
    for (reporter, flow, period), nils in said(engine).items():
        documents = made.get((reporter, period))
        nothing = {"reporter": reporter, "certificates": 0, "carats": ZERO, "rows": nils}
        row = told.get((reporter, period), nothing)
        if flow == "export" and documents and scope.holds(period) and row["certificates"] is not None:
            yield from _miscounted(row, documents, period, limits)


def _miscounted(row: Any, documents: Any, period: Period, limits: Thresholds) -> Iterator[Anomaly]:
    for measure, least in (("certificates", Decimal(limits["least"])), ("carats", Decimal(1))):
        said, made = Decimal(row[measure] or 0), Decimal(documents[measure] or 0)
        times = abs(said - made) / max(least, limits["share"] * made)
        if times <= 1:
            continue
        words = {
            "participant": found.called(row["reporter"]),
            "period": period.words,
            "measure": Sentence(MEASURES[measure]),
            "said": found.measured(said, measure),
            "made": found.measured(made, measure),
        }
        template = N_(
            "%(participant)s, exports of %(period)s in %(measure)s: the return says %(said)s, "
            "the certificates issued say %(made)s."
        )
        yield Anomaly(
            test=counts.code,
            participant=row["reporter"],
            period=period,
            measure=f"filed_{measure}",
            observed=said,
            expected=made,
            severity=found.severity(times),
            what=Sentence(template, words),
            innocent=(
                Sentence(N_("the return counts by the day of export, the documents by the day of issue")),
                found.UPLOAD,
                found.TYPING,
            ),
            records=tuple(sorted(row["rows"])),
            series=(Point(label=str(period), observed=said, expected=made),),
        )


@anomaly_test(
    "sudden-partner",
    N_("Did a large trade begin at once with somebody who was no partner before?"),
    source="our proposal; Lebanon 2003-05 (scheme-rules A.6)",
)
def sudden_partner(engine: Engine, limits: Thresholds, scope: Scope) -> Iterator[Anomaly]:
    """A partner of whom the reporter filed nothing in the quarters before, although it filed them."""
    rows = engine.rows(relations.trade_totals(engine, "partner"))
    told = {(r["reporter"], r["flow"], r["partner"], period_of(r, "Q", "quarter")): r for r in rows}
    filed, whole = said(engine), dict[tuple[str, str, Period], Decimal]()
    for (reporter, flow, _partner, period), row in told.items():
        whole[reporter, flow, period] = whole.get((reporter, flow, period), ZERO) + (row["usd"] or ZERO)
    for (reporter, flow, partner, period), row in sorted(told.items()):
        if not partner or not scope.holds(period):
            continue
        before = _before(period, limits["quarters"])
        heard = all((reporter, flow, each) in filed for each in before)
        known = any((reporter, flow, partner, each) in told for each in before)
        if heard and not known and _large(row, whole[reporter, flow, period], limits):
            yield _sudden(row, period, whole[reporter, flow, period], limits)


def _before(period: Period, count: int) -> list[Period]:
    periods = [period.previous]
    while len(periods) < count:
        periods.append(periods[-1].previous)
    return periods


def _large(row: Any, whole: Decimal, limits: Thresholds) -> bool:
    usd, carats = row["usd"] or ZERO, row["carats"] or ZERO
    large = usd >= limits["least_usd"] or carats >= limits["least_carats"]
    return bool(large and usd >= limits["share"] * whole)


def _sudden(row: Any, period: Period, whole: Decimal, limits: Thresholds) -> Anomaly:
    usd = row["usd"] or ZERO
    words = {
        "participant": found.called(row["reporter"]),
        "partner": found.called(row["partner"]),
        "period": period.words,
        "usd": found.amount(usd),
        "share": found.percent(usd / whole).lstrip("+") if whole else "–",
    }
    imports = N_(
        "%(participant)s imported for %(usd)s US dollars from %(partner)s in %(period)s, %(share)s of all its imports, "
        "and nothing in the periods before."
    )
    exports = N_(
        "%(participant)s exported for %(usd)s US dollars to %(partner)s in %(period)s, %(share)s of all its exports, "
        "and nothing in the periods before."
    )
    return Anomaly(
        test=sudden_partner.code,
        participant=row["reporter"],
        partner=row["partner"],
        period=period,
        measure=f"{row['flow']}_usd",
        observed=usd,
        expected=ZERO,
        severity=found.severity(usd / whole / limits["share"] if whole else 1),
        what=Sentence(imports if row["flow"] == "import" else exports, words),
        innocent=(
            found.CONTRACT,
            Sentence(N_("the partner has just joined the Scheme, or opened a mine or an office")),
        ),
        records=tuple(sorted(row["rows"])),
        series=(
            *(Point(label=str(each), observed=ZERO) for each in reversed(_before(period, limits["quarters"]))),
            Point(label=str(period), observed=usd, expected=ZERO),
        ),
    )


PARTNERS = (mirror, counts, sudden_partner)
