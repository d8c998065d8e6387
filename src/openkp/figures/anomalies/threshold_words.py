"""What the settings of the tests for anomalies are called (``scheme/data/anomalies.yaml``)."""

from openkp.scheme.words import N_, Sentence, Translate, as_written

THRESHOLDS: dict[str, str] = {
    "above": N_("Above this many times the highest estimate"),
    "alpha": N_("Probability of the same by chance, at most"),
    "band": N_("Width of the band below a limit, as a share of it"),
    "below": N_("Below this part of the lowest estimate"),
    "by_chance": N_("Share of whole amounts taken as chance"),
    "carats_share": N_("Difference in carats, as a share"),
    "days": N_("Days"),
    "decades": N_("Powers of ten that the amounts must span"),
    "dense": N_("Share of the numbers between the first and the last that must be known"),
    "effect": N_("Effect size (Cramér's V)"),
    "flag_days": N_("Days after the due date"),
    "from": N_("In force from"),
    "gathered": N_("Share of the returns that must be in"),
    "lag_share": N_("Share of a quarter's goods that may arrive in the next"),
    "largest": N_("Largest gap between two numbers that is looked at"),
    "least": N_("Fewest cases that are looked at"),
    "least_amount": N_("Smallest amount that is looked at"),
    "least_carats": N_("Fewest carats that are looked at"),
    "least_certificates": N_("Fewest certificates that are looked at"),
    "least_goods": N_("Fewest parcels of the same goods that are looked at"),
    "least_periods": N_("Fewest periods before that must be known"),
    "least_usd": N_("Smallest value in US$ that is looked at"),
    "length": N_("Certificates in a circle, at most"),
    "limits_usd": N_("Limits in US$ that are watched"),
    "multiple": N_("Amounts that are multiples of"),
    "part": N_("Part of the period under suspension, at least"),
    "periods": N_("Periods before that it is compared with"),
    "points": N_("Change of a subheading's share"),
    "producer_years": N_("Years without production after which no return is owed"),
    "quarters": N_("Quarters before without trade"),
    "ratio": N_("How many times the other price"),
    "repeated": N_("Share of a return's lines that are repeated"),
    "rise": N_("Rise in value, as a share"),
    "share": N_("Share from which it counts"),
    "source": N_("Source"),
    "step_usd": N_("US$ by which severity grows by one"),
    "trim": N_("Share of the periods left out of the mean at each end"),
    "units": N_("Units of the last printed digit"),
    "usd_share": N_("Difference in value, as a share"),
    "z": N_("Robust z of a trader's prices"),
    "z_single": N_("Robust z of a single parcel's price"),
}


def threshold_words(name: str, translate: Translate = as_written) -> str:
    """A setting in words; one that has no words yet under its own name."""
    return Sentence(THRESHOLDS[name]).text(translate) if name in THRESHOLDS else name
