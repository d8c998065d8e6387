"""In what an anomaly is measured: most tests always in one unit, the others by the measure's name."""

from openkp.scheme.words import N_, Sentence

CARATS, DOLLARS, PRICE = N_("Carats"), N_("US dollars"), N_("US dollars a carat")
CERTIFICATES, DAYS, TIMES = N_("Certificates"), N_("Days"), N_("Times")
OF_TEST = {
    "late": DAYS,
    "price-swing": PRICE,
    "hs-drift": N_("Percent of the carats"),
    "balance": CARATS,
    "capacity": CARATS,
    "customs": DOLLARS,
    "revaluation": PRICE,
    "triangle": PRICE,
    "digits": N_("Effect size (Cramér's V)"),
    "rounding": N_("Percent of the large amounts"),
    "origin-price": PRICE,
    "resale-price": N_("Price at resale, divided by the price before"),
    "circles": PRICE,
    "splitting": CERTIFICATES,
    "unconfirmed": CERTIFICATES,
    "duplicate": TIMES,
    "gaps": N_("Numbers"),
}
OF_MEASURE = {
    "carats": CARATS,
    "usd": DOLLARS,
    "certificates": CERTIFICATES,
    "papers": CERTIFICATES,
}
"""By the last word of the measure."""
DRAWN = {"digits": N_("Weights with this digit"), "resale-price": PRICE, "suspended": DOLLARS}
"""What a picture shows, where that is not what was measured."""


def unit(test: str, measure: str) -> Sentence:
    """The unit of what was observed and expected; a measure that nobody knows as it was written."""
    return Sentence(OF_TEST.get(test) or OF_MEASURE.get(measure.rpartition("_")[2]) or measure.replace("_", " "))


def drawn(test: str, measure: str) -> Sentence:
    """The unit of the picture."""
    return Sentence(DRAWN[test]) if test in DRAWN else unit(test, measure)
