"""What is said of a proven total beside another figure: that it is the same, or by how much it differs."""

from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from markupsafe import Markup

from openkp.portal.site.formats import carats, dollars, figures, number
from openkp.portal.site.shapes import Link
from openkp.registry.statistics.models import Filing, ProvenTotal
from openkp.registry.statistics.totals import Filed


def filed_words(row: ProvenTotal, filed: Filed) -> str | Markup:
    """Whether the return says the same."""
    if filed.amounts is None:
        if filed.kept:
            return gettext("A return for the same period is here whose lines are not public, so it is not compared.")
        sentence = gettext("No return with figures is here for: %(periods)s. So nothing is compared.")
        return Markup(sentence) % {"periods": Markup(", ").join(number(period) for period in filed.missing)}
    apart = apart_words(filed.amounts[0] - row.carats, filed.amounts[1] - row.usd, counted_apart(row, filed))
    if not apart:
        return gettext("The return that was filed for the same says exactly this.")
    sentence = gettext(
        "The return that was filed for the same differs from the proven total. It says: %(differences)s. "
        "The difference is a question to the Participant, not an answer."
    )
    return Markup(sentence) % {"differences": apart}


def counted_apart(row: ProvenTotal, filed: Filed) -> int:
    """Certificates in the return beyond those in the total."""
    return 0 if filed.certificates is None else filed.certificates - row.certificates


def apart_words(ct: Decimal, usd: Decimal, certificates: int = 0) -> Markup:
    """``12.00 ct more, US$ 100.00 less``; empty where nothing differs."""
    said = [(ct, carats(abs(ct))), (usd, dollars(abs(usd))), (Decimal(certificates), count_words(abs(certificates)))]
    more, less = gettext("%(amount)s more"), gettext("%(amount)s less")
    parts = [Markup(more if apart > 0 else less) % {"amount": words} for apart, words in said if apart]
    return Markup(", ").join(parts)


def count_words(count: int) -> Markup:
    """``1 certificate``."""
    return Markup(ngettext("%(num)s certificate", "%(num)s certificates", count)) % {"num": number(figures(count))}


def filing_link(each: Filing) -> Link:
    """A return that the reader may open."""
    names = {"period": each.period, "number": each.number, "authority": each.authority_code or each.participant}
    words = gettext("Return of %(authority)s for %(period)s, version %(number)s") % names
    return Link(words, reverse("statistics:filing", args=[each.pk]))
