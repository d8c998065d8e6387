"""The annual summary as a slow plain fold over records, without an engine: what every expression is tested against."""

import csv
import io
from collections import defaultdict
from decimal import Decimal

NIL = "No Production"


def records_of(data):
    """The records of the public file's layout, straight from the CSV."""
    found = []
    for number, row in enumerate(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")), 2):
        mining = row["production_type"] if row["production_type"] in ("ASM", "LSM") else ""
        found.append(
            {
                "participant": row["iso2"],
                "year": int(row["year"]),
                "half": int(row["half"]),
                "mining": mining,
                "nil": row["trade_type"] == NIL,
                "carats": Decimal(row["carats"] or 0),
                "usd": Decimal(row["value_usd"] or 0),
                "created": row["created"],
                "record": number,
            }
        )
    return found


def world(records, year):
    """Carats and dollars of a year, every record counted."""
    mine = [each for each in records if each["year"] == year]
    return sum((each["carats"] for each in mine), Decimal(0)), sum((each["usd"] for each in mine), Decimal(0))


def sums(records):
    """By year and Participant, and by year and None for the world."""
    found = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for each in records:
        for key in ((each["year"], each["participant"]), (each["year"], None)):
            found[key][0] += each["carats"]
            found[key][1] += each["usd"]
    return {key: tuple(value) for key, value in found.items()}


def resolved(records):
    """What the rule last-created leaves, told as a person would."""
    keys = defaultdict(list)
    for each in records:
        keys[each["participant"], each["year"], each["half"], each["mining"], each["nil"]].append(each)
    kept = []
    for group in keys.values():
        different = {}
        for each in sorted(group, key=lambda each: str(each["created"] or "")):
            different[each["carats"], each["usd"]] = each
        rivals = list(different.values())
        if all(each["created"] for each in rivals):
            last = max(str(each["created"]) for each in rivals)
            rivals = [each for each in rivals if str(each["created"]) == last]
        kept += rivals
    figures = {(each["participant"], each["year"], each["half"]) for each in kept if not each["nil"]}
    return [e for e in kept if not e["nil"] or (e["participant"], e["year"], e["half"]) not in figures]
