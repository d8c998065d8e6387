"""Small files of figures in the public layout, and the project's own copy of real ones where it has them."""

HEADER = (
    "iso2,participant_as_published,year,half,trade_type,production_type,carats,value_usd,usd_per_carat,created,"
    "last_modified,days_after_period_end,quality_flags,source_row"
)
NAMES = {"AO": "Angola", "NA": "Namibia", "GN": "Guinea", "ID": "Indonesia", "HR": "Croatia", "BW": "Botswana"}


def line(code="AO", year=2011, half=1, *, carats="10.00", usd="200.00", created="", **other):
    """One record as the file writes it."""
    facts = {
        "name": NAMES.get(code, code),
        "trade": "Production",
        "kind": "Production",
        "price": "",
        "modified": "",
        "days": "",
        "flags": "",
    } | other
    cells = [code, facts["name"], year, half, facts["trade"], facts["kind"], carats, usd, facts["price"], created]
    return ",".join(map(str, [*cells, facts["modified"], facts["days"], facts["flags"], ""]))


def nil(code="AO", year=2011, half=1, **other):
    """A nil return."""
    return line(code, year, half, carats="0.0", usd="0.0", trade="No Production", kind="", **other)


def file_of(*lines, header=HEADER):
    """The bytes of a file."""
    return ("\r\n".join([header, *lines]) + "\r\n").encode()
