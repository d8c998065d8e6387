"""The columns of every public table, with unit and meaning: what a page shows and what its data dictionary says."""

from dataclasses import dataclass, replace

from openkp.scheme.words import N_


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. ``kind`` decides how a value looks: text, code, country, amount, price, percent, count, day."""

    name: str
    title: str
    meaning: str
    unit: str = ""
    kind: str = "text"
    on_page: bool = True

    @property
    def numeric(self) -> bool:
        """Whether it lines up on the right."""
        return self.kind in ("amount", "price", "percent", "count")


FLOW_WORDS = {
    "production": N_("Production"),
    "imports": N_("Imports"),
    "exports": N_("Exports"),
    "certificates": N_("Certificates"),
}
READING_WORDS = {"resolved": N_("Resolved"), "as_filed": N_("As filed")}
STATUS_WORDS = {
    "published": N_("Published"),
    "suppressed": N_("Not shown"),
    "nil": N_("Nil return"),
    "none": N_("Nothing filed"),
}
REASON_WORDS = {
    "small": N_("Not shown: too few certificates stand behind it, so that a trader could be recognised."),
    "complementary": N_("Not shown: with it, another cell that is not shown could be calculated."),
    "total": N_("The total is not shown: with it, a cell that is not shown could be calculated."),
}
DIFFERENCE_WORDS = {
    "superseded-version": N_("Filed again: the newest version stands."),
    "filed-twice-equal": N_("Filed twice with equal amounts: counted once."),
    "filed-twice-different": N_("Filed twice with different amounts: what was filed later stands."),
    "nil-and-figures": N_("Figures stand beside a nil return: the figures count."),
}
STEP_WORDS = {
    "due": N_("Due"),
    "reminder": N_("Reminder is due"),
    "escalated": N_("For the Chair"),
    "listed": N_("For the public list"),
}
"""What the lateness of a return asks for; whether anybody did it is another matter."""
RETURN_WORDS = {"production": N_("Production"), "trade": N_("Trade and certificates")}
CARATS = N_("Metric carats (0.2 g), two decimal places")
DOLLARS = N_("Current US dollars, two decimal places")


def column(name: str, title: str, meaning: str, *, unit: str = "", kind: str = "text", on_page: bool = True) -> Column:
    """One line of the dictionary."""
    return Column(name=name, title=title, meaning=meaning, unit=unit, kind=kind, on_page=on_page)


YEAR = column("year", N_("Year"), N_("Calendar year"))
EDITION = column("edition", N_("Edition"), N_("Which publication of the year, counted from 1"), kind="count")
CODE = column(
    "participant", N_("Code"), N_("ISO 3166-1 code of the Participant; EU for the European Union"), kind="code"
)
NAME = column("name", N_("Participant"), N_("Name of the Participant"))
HALF = column("half", N_("Half"), N_("1 for January to June, 2 for July to December; empty for the whole year"))
FLOW = column("flow", N_("Flow"), N_("production, imports or exports"))
AMOUNT_CT = column("carats", N_("Carats"), CARATS, unit="ct", kind="amount")
AMOUNT_USD = column("usd", N_("US dollars"), DOLLARS, unit="USD", kind="amount")
PRICE = column("usd_per_carat", N_("US$ per carat"), N_("Value divided by weight"), unit="USD/ct", kind="price")
SHARE = column(
    "share", N_("Share of carats, %"), N_("Share of the world's carats in percent"), unit="%", kind="percent"
)
STATUS = column(
    "status",
    N_("Status"),
    N_("published, suppressed (not shown), nil (declared to be nothing) or none (nothing filed)"),
)
WHOLE = column("whole_year", N_("Whole year"), N_("no where so far one half alone was filed"), on_page=False)
COMPLETE = column(
    "complete", N_("Complete"), N_("no where a return that belongs to the figure is not published"), on_page=False
)
ISSUED = column("issued", N_("Certificates issued"), N_("Certificates issued for exports"), kind="count")
RECEIVED = column("received", N_("Certificates received"), N_("Certificates received with imports"), kind="count")
PERIOD = column("period", N_("Period"), N_("A year, a half (2024-H1) or a quarter (2024-Q3)"), kind="code")


def of_flow(flow: str, of: Column) -> Column:
    """The same column of one flow, in a table that has several."""
    return replace(of, name=f"{flow}_{of.name}")


def of_flows(flows: list[str], *parts: Column) -> list[Column]:
    """The columns of several flows side by side."""
    return [of_flow(flow, part) for flow in flows for part in parts]
