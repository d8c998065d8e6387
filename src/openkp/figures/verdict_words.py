"""The words of each verdict on a published figure, in the order in which one wants to read them."""

from openkp.scheme.words import N_

SENTENCES = {
    "misprint": N_(
        "%(publisher)s, %(year)s %(participant)s %(flow)s %(measure)s: %(digits)s is printed; value, weight and price "
        "fit with %(alternative)s, one digit away."
    ),
    "contradicted": N_(
        "%(publisher)s, %(year)s %(participant)s %(flow)s %(measure)s: %(digits)s is printed, the filings give "
        "%(ours)s (%(percent)s %% apart), and nothing printed with it explains that."
    ),
    "restated": N_(
        "%(publisher)s, %(year)s %(participant)s %(flow)s %(measure)s: %(digits)s is printed, the filings now give "
        "%(ours)s (%(percent)s %% apart): likely an earlier or later state."
    ),
    "rounding": N_(
        "%(publisher)s, %(year)s %(participant)s %(flow)s %(measure)s: %(digits)s is %(ours)s, rounded or cut off."
    ),
    "match": N_("%(publisher)s, %(year)s %(participant)s %(flow)s %(measure)s: %(digits)s is what the filings give."),
    "no-source": N_(
        "%(publisher)s, %(year)s %(participant)s %(flow)s %(measure)s: %(digits)s; this node has "
        "no filings of that, or not of the whole year."
    ),
}
