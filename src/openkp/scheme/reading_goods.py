"""Reading the parts that forms share: a party, the origin, the lines of goods."""

from decimal import Decimal

from openkp.scheme.amounts import amount, count, shown
from openkp.scheme.goods import Carats, HsSubheading, Line, Origin, OriginMode, Party, USDollars
from openkp.scheme.reading import LONGEST_LOOKED_AT, Reader, missing, not_a_country
from openkp.scheme.rules.base import Problem, problem
from openkp.scheme.words import N_, Sentence


def read_party(reader: Reader, prefix: str, what: Sentence, *, rule: str) -> Party | None:
    """The exporter or importer: name, address and country."""
    before = len(reader.findings)
    name = Sentence(N_("the name of %(party)s"), {"party": what})
    address = Sentence(N_("the address of %(party)s"), {"party": what})
    country = Sentence(N_("the country of %(party)s"), {"party": what})
    values = {
        "name": reader.text(f"{prefix}_name", name, rule=rule, longest=120, needed=True),
        "address": reader.text(f"{prefix}_address", address, rule=rule, longest=240, needed=True),
        "country": reader.country(f"{prefix}_country", country, rule=rule),
    }
    return Party(**values) if len(reader.findings) == before else None


def read_origin(reader: Reader) -> Origin | None:
    """Where the diamonds were mined: one country, a mixture, or a mixture with its countries."""
    before = len(reader.findings)
    what = Sentence(N_("the countries of origin"))
    mode = reader.choice(
        "origin_mode", Sentence(N_("whether the origin is single or mixed")), OriginMode, rule="CFLD-03", needed=True
    )
    countries: list[str] = []
    for field, typed in reader.texts("origin_countries", what, rule="CFLD-03", longest=LONGEST_LOOKED_AT):
        found = not_a_country("origin_countries", field, what, typed, union=False)
        if found:
            reader.add("CFLD-03", found)
        else:
            countries.append(typed.upper())
    if mode and len(reader.findings) == before:
        found = _origin_misfit(mode, len(set(countries)))
        if not found:
            return Origin(mode, tuple(sorted(set(countries))))
        reader.add("CFLD-03", found)
    return None


def read_lines(reader: Reader, *, needed: bool) -> tuple[Line, ...]:
    """The goods, one line for each HS subheading."""
    what = Sentence(N_("the lines of goods"))
    before, lines, seen = len(reader.findings), [], set()
    for field, item in reader.items("lines", what, rule="CFLD-13"):
        line = _read_line(Reader(item, prefix=f"{field}.", findings=reader.findings))
        if line and line.hs in seen:
            sentence = N_("Put all goods of HS %(hs)s on one line. They stand on two, so their total is not clear.")
            reader.add("CFLD-13", problem("hs_repeated", f"{field}.hs", sentence, hs=line.hs))
        elif line:
            seen.add(line.hs)
            lines.append(line)
    if needed and not lines and len(reader.findings) == before:
        reader.add("CFLD-13", missing("lines", "lines", what))
    return tuple(lines)


def _read_line(reader: Reader) -> Line | None:
    if not reader.is_object:
        return None
    before = len(reader.findings)
    typed_hs = reader.raw("hs", Sentence(N_("the HS subheading")), rule="CFLD-13")
    hs = None
    try:
        hs = HsSubheading.parse(typed_hs)
    except ValueError:
        known = ", ".join(HsSubheading)
        if typed_hs:
            sentence = N_("Choose an HS subheading of rough diamonds: %(known)s. The Scheme does not cover %(typed)s.")
            reader.add("CFLD-13", problem("hs_not_rough", "hs", sentence, known=known, typed=shown(typed_hs)))
        elif len(reader.findings) == before:
            reader.add("CFLD-13", missing("hs", "hs", Sentence(N_("the HS subheading"))))
    carats = _amount(reader, "carats", Sentence(N_("the carats")), rule="CFLD-10")
    value = _amount(reader, "value_usd", Sentence(N_("the value in US dollars")), rule="CFLD-11")
    parcels = _count(reader, "parcels", Sentence(N_("the number of parcels")), rule="CFLD-12")
    reader.done()
    if hs is None or len(reader.findings) != before:
        return None
    return Line(hs=hs, carats=Carats(carats), value=USDollars(value), parcels=parcels)


def _typed_number(reader: Reader, name: str, what: Sentence, rule: str) -> str | None:
    before = len(reader.findings)
    typed = reader.raw(name, what, rule=rule)
    return typed if len(reader.findings) == before else None


def _amount(reader: Reader, name: str, what: Sentence, *, rule: str) -> Decimal:
    typed = _typed_number(reader, name, what, rule)
    read = Decimal(0) if typed is None else amount(name, name, what, typed)
    if isinstance(read, Problem):
        reader.add(rule, read)
        return Decimal(0)
    return read


def _count(reader: Reader, name: str, what: Sentence, *, rule: str) -> int:
    typed = _typed_number(reader, name, what, rule)
    read = 0 if typed is None else count(name, name, what, typed)
    if isinstance(read, Problem):
        reader.add(rule, read)
        return 0
    return read


def _origin_misfit(mode: OriginMode, named: int) -> Problem | None:
    if mode is OriginMode.SINGLE and named != 1:
        sentence = N_("Name the one country of origin, or say that the origin is mixed. %(named)s are named.")
        return problem("origin_single_needs_one", "origin_countries", sentence, named=named)
    if mode is OriginMode.MIXED and named:
        sentence = N_(
            "Leave the countries of origin out, or choose mixed with listed countries. "
            "A certificate of mixed origin names none, and %(named)s is named."
        )
        return problem("origin_mixed_names_countries", "origin_countries", sentence, named=named)
    if mode is OriginMode.MIXED_LISTED and named < 2:
        sentence = N_("Name every country of origin. A mixture has two or more; %(named)s is named.")
        return problem("origin_listed_needs_two", "origin_countries", sentence, named=named)
    return None
