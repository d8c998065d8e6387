"""``openkp participants``: who takes part in the Scheme on a date, counted as the Scheme counts."""

import argparse
from datetime import date
from gettext import gettext as _

from openkp.cli.errors import Exit, UsageProblem
from openkp.cli.output import put, put_json, put_table, say
from openkp.scheme.countries import country_name
from openkp.scheme.dated import plain_day
from openkp.scheme.members import SCHEME_BEGAN, Measure, first_list, known_until
from openkp.scheme.participation import Row, load_participation
from openkp.scheme.words import N_, Sentence

HELP = N_("List the Participants of the scheme on a date.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The date, and the form of the answer."""
    parser.add_argument("--on", required=True, metavar=_("DATE"), help=_("the day as YYYY-MM-DD, such as 2013-12-18"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object: participants, countries, rows"))


def run(arguments: argparse.Namespace) -> int:
    """Count and list; dates outside what the data cover are answered, with a word about it."""
    day = day_of(arguments.on)
    law = load_participation()
    counts, rows = law.counts_on(day), law.rows_on(day)
    for note in notes(day):
        say(note)
    if arguments.json:
        known = {"on": day, "participants": counts.participants, "countries": counts.countries}
        put_json(known | {"rows": [row_json(row) for row in rows]})
        return Exit.OK
    put(
        _("%(day)s: %(participants)s Participants, %(countries)s countries")
        % {"day": day, "participants": counts.participants, "countries": counts.countries}
    )
    lines = [(row.code, row.name, row.standing, row.participant, row.since, limits(row)) for row in rows]
    put_table(lines, (_("Code"), _("Name"), _("Standing"), _("Part of"), _("Since"), _("Limits")))
    return Exit.OK


def day_of(typed: str) -> date:
    """The day that was typed. Raises ``UsageProblem``."""
    try:
        return plain_day(typed)
    except ValueError as error:
        sentence = Sentence(N_("%(typed)s is not a day of the calendar."), {"typed": repr(typed)})
        advice = Sentence(N_("Write year, month and day as YYYY-MM-DD, such as 2013-12-18."))
        raise UsageProblem(sentence, code="not_a_day", advice=advice) from error


def notes(day: date) -> list[str]:
    """What a reader must know about the edges of the data."""
    if day < SCHEME_BEGAN:
        return [_("The Scheme began on 1 January 2003; nobody took part before.")]
    if day < first_list():
        return [_("The first confirmed list is of %s; earlier, provisional lists are not counted.") % first_list()]
    if day > known_until():
        return [_("The data were gathered until %s; later changes are not known.") % known_until()]
    return []


def limits(row: Row) -> str:
    """The measures on a row, in a few words."""
    return ", ".join(f"{measure.kind} ({measure.flow})" for measure in row.measures)


def row_json(row: Row) -> dict[str, object]:
    """One row for a machine."""
    return {
        "code": row.code,
        "name": row.name,
        "name_fr": country_name(row.code, "fr"),
        "kind": row.kind,
        "standing": row.standing,
        "participant": row.participant,
        "since": row.since,
        "source": row.source,
        "note": row.note,
        "measures": [measure_json(measure) for measure in row.measures],
    }


def measure_json(measure: Measure) -> dict[str, object]:
    """One measure for a machine; zones are those that are open in the end, each with its first day."""
    return {
        "kind": measure.kind,
        "flow": measure.flow,
        "from": measure.first,
        "until": measure.last,
        "text": measure.text,
        "source": measure.source,
        "zones": [{"name": zone.name, "from": zone.first} for zone in measure.zones],
    }
