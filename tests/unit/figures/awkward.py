"""Facts as awkward as they come, from a seed: Namibia's NA, nothing stated, void, repeated, one-sided, lagging."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np

CODES = ["NA", "SL", "EU", "AE", "IN", ""]
SUBHEADINGS = ["7102.10", "7102.21", "7102.31", ""]


class Drawn:
    """What chance gives, the same from the same seed."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def one(self, values):
        return values[int(self.rng.integers(len(values)))]

    def often(self, share):
        return bool(self.rng.random() < share)

    def maybe(self, value, share=0.06):
        """``value``, or now and then nothing."""
        return None if self.often(share) else value

    def amount(self, most=100_000):
        """Hundredths, now and then zero, and now and then so large that a binary number could not hold the sum."""
        if self.often(0.03):
            return Decimal("0.00")
        if self.often(0.03):
            return Decimal("9999999999.99")
        return Decimal(int(self.rng.integers(1, most))).scaleb(-2)

    def day(self):
        return date(2023, 11, 1) + timedelta(days=int(self.rng.integers(0, 260)))


def facts(seed, size=60):
    """Plain rows of every table that reconciliations read."""
    drawn = Drawn(seed)
    return certificates(drawn, size) | {
        "trade": [trade_line(drawn, place) for place in range(size * 2)],
        "production": [production_record(drawn, place) for place in range(size * 2)],
        "stocks": [
            {
                "participant": drawn.one(CODES),
                "year": drawn.one([2023, 2024, 2025]),
                "opening": drawn.maybe(drawn.amount(), 0.3),
                "polished": drawn.maybe(drawn.amount(), 0.3),
            }
            for _ in range(size // 4)
        ],
        "capacity": [
            {
                "participant": drawn.maybe(drawn.one(CODES)),
                "year": drawn.one([2023, 2024, 2025]),
                **{name: drawn.maybe(drawn.amount()) for name in ("low", "likely", "high")},
            }
            for _ in range(size // 6)
        ],
        "customs": [
            {
                "reporter": drawn.one([*CODES, "WORLD"]),
                "flow": drawn.one(["import", "export"]),
                "hs": drawn.one(SUBHEADINGS),
                "year": drawn.one([2020, 2023, 2025]),
                "usd_thousand": drawn.maybe(int(drawn.rng.integers(0, 5000))),
                "source": "customs",
                "record": place,
            }
            for place in range(size // 2)
        ],
    }


def certificates(drawn, size):
    """Both sides of the same certificates, and what only one of them knows."""
    tables = {"issued": [], "notified": [], "confirmed": []}
    for serial in range(size):
        number = drawn.maybe(f"{drawn.one(CODES)}{serial:04}", 0.03)
        issuer, destination = drawn.maybe(drawn.one(CODES)), drawn.maybe(drawn.one(CODES))
        issued, lines = drawn.maybe(drawn.day()), [line(drawn, place) for place in (1, 2, 3)[: drawn.one([1, 1, 2, 3])]]
        status = drawn.one(["validated", "confirmed", "void", "replaced", "technical", None, ""])
        both = {"number": number, "issuer": issuer}
        arrived = issued and issued + timedelta(days=drawn.one([0, 3, 20, 95]))
        if serial % 13 == 0:
            both["issuer"] = "KE"  # of whom nothing was heard
        elif drawn.often(0.9):
            for each in lines * (2 if drawn.often(0.05) else 1):
                told = {"destination": destination, "issued_on": issued, "status": status, "source": f"c{serial}"}
                told["expires_on"] = issued and issued + timedelta(days=60)
                tables["issued"].append(both | each | told)
        if drawn.often(0.7):
            told = {"destination": destination, "notified_on": issued, "arrived_on": drawn.maybe(arrived, 0.5)}
            tables["notified"] += [both | each | told | {"source": f"c{serial}"} for each in lines]
        if drawn.often(0.7):
            outcome = drawn.one(["accepted", "accepted", "accepted_with_discrepancy", "refused", None])
            told = {"receiver": destination, "arrived_on": arrived, "confirmed_on": arrived, "outcome": outcome}
            found = [drawn.one([each, each, line(drawn, each["line"])]) for each in lines]
            tables["confirmed"] += [both | each | told | {"source": f"k{serial}"} for each in found]
    return tables


def line(drawn, place):
    hs, carats, usd = drawn.one(SUBHEADINGS), drawn.maybe(drawn.amount()), drawn.maybe(drawn.amount())
    return {"line": place, "hs": drawn.maybe(hs), "carats": carats, "usd": usd}


def trade_line(drawn, place):
    return {
        "reporter": drawn.maybe(drawn.one(CODES[:3])),
        "flow": drawn.one(["import", "export", "export", "import", "transit", None]),
        "partner": drawn.maybe(drawn.one(CODES[:3])),
        "year": drawn.maybe(drawn.one([2023, 2024]), 0.03),
        "quarter": drawn.maybe(drawn.one([1, 2, 3, 4]), 0.03),
        "hs": drawn.maybe(drawn.one(SUBHEADINGS)),
        "origin": drawn.one(["", "***", "NA", None]),
        "carats": drawn.maybe(drawn.one([Decimal("5.00"), drawn.amount()])),
        "usd": drawn.maybe(drawn.amount()),
        "certificates": drawn.maybe(int(drawn.rng.integers(0, 5))),
        "basis": drawn.one(["FOB", "CIF", "", None]),
        "version": drawn.one([1, 1, 1, 2, None]),
        "authority": drawn.one(["", "EU-BE", None]),
        "source": f"filing-{place % 9}",
        "record": place,
    }


def production_record(drawn, place):
    """Few keys and few amounts, so that keys are filed twice, with equal and with different quantities."""
    nil = drawn.one([False, False, False, True, None])
    created = datetime(2024, 2, 1, tzinfo=UTC) + timedelta(hours=int(drawn.rng.integers(0, 4000)))
    return {
        "participant": drawn.maybe(drawn.one(CODES[:3])),
        "year": drawn.maybe(drawn.one([2023, 2024]), 0.03),
        "half": drawn.one([1, 2]),
        "mining": drawn.one(["ASM", "", "", None]),
        "nil": nil,
        "carats": None if nil else drawn.maybe(drawn.one([Decimal("7.00"), drawn.amount()])),
        "usd": None if nil else drawn.maybe(drawn.one([Decimal("70.00"), drawn.amount()])),
        "created": drawn.maybe(created, 0.2),
        "version": drawn.one([1, 1, 1, 1, 2, None]),
        "source": f"return-{place % 7}",
        "record": place,
    }
