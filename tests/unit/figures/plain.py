"""The slow, plain fold: every reconciliation once more in Python over rows, to test the fast one against.

It shares nothing with ``openkp.figures`` but the words for states. One row at a time, dictionaries, ``Decimal``.
"""

from collections import defaultdict

ZERO = 0


def add(values):
    """The sum of what was stated; None where nothing was."""
    stated = [value for value in values if value is not None]
    return sum(stated) if stated else None


def least(values):
    stated = [value for value in values if value is not None]
    return min(stated) if stated else None


def first(*values):
    return next((value for value in values if value is not None), None)


def text(value):
    return value or ""


def share(above, below):
    """A ratio of two exact amounts as a binary number."""
    return None if above is None or not below else float(above) / float(below)


def quarter(day):
    return (day.month - 1) // 3 + 1 if day else 0


def groups(rows, key):
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


# Certificates


def certificates(facts, rule, on=None, year=None):
    sides = [groups(facts[name], lambda row: text(row["number"])) for name in ("issued", "notified", "confirmed")]
    heard = {row["issuer"] for row in facts["issued"]}
    seen = []
    for number in set().union(*sides):
        row = certificate(number, *(side.get(number, []) for side in sides), rule, on, heard)
        day = first(row["issued_on"], row["notified_on"], row["arrived_on"])
        if year is None or (day and day.year == year):
            seen.append(row)
    return seen


def certificate(number, issued, notified, confirmed, rule, on, heard):
    def low(rows, name):
        return least(row[name] for row in rows)

    def total(rows, name):
        return add(row[name] for row in rows)

    def papers(rows):
        return sum(row["line"] == 1 for row in rows) if rows else None

    row = {
        "number": number,
        "issuer": first(low(issued, "issuer"), low(confirmed, "issuer"), low(notified, "issuer")),
        "destination": first(low(issued, "destination"), low(confirmed, "receiver"), low(notified, "destination")),
        "issued_on": low(issued, "issued_on"),
        "expires_on": low(issued, "expires_on"),
        "status": low(issued, "status"),
        "notified_on": low(notified, "notified_on"),
        "arrived_on": first(low(notified, "arrived_on"), low(confirmed, "arrived_on")),
        "confirmed_on": low(confirmed, "confirmed_on"),
        "outcome": low(confirmed, "outcome"),
    }
    for suffix, rows in (("", issued), ("_notified", notified), ("_found", confirmed)):
        row |= {f"carats{suffix}": total(rows, "carats"), f"usd{suffix}": total(rows, "usd")}
        row[f"papers{suffix}"] = papers(rows)
    for name in ("carats", "usd"):
        both = row[name] is not None and row[f"{name}_found"] is not None
        row[f"{name}_difference"] = row[f"{name}_found"] - row[name] if both else None
    row["days_to_arrive"] = days(row["issued_on"], row["arrived_on"])
    row["days_to_confirm"] = days(row["arrived_on"], row["confirmed_on"])
    row["age"] = days(row["issued_on"], row["confirmed_on"] or on)
    row["state"] = state(row, rule, on, heard)
    return row


def days(start, end):
    return (end - start).days if start and end else None


def state(row, rule, on, heard):
    if max(row["papers"] or 0, row["papers_notified"] or 0, row["papers_found"] or 0) > 1:
        return "repeated"
    if row["papers"] is None:
        return "unknown-to-issuer" if row["issuer"] in heard and row["issuer"] is not None else "issuer-not-heard"
    if text(row["status"]) in rule.not_counted:
        return "not-counted"
    if row["papers_found"] is not None:
        if text(row["outcome"]) in rule.not_imported:
            return "not-imported"
        return "matched" if row["carats_difference"] == 0 and row["usd_difference"] == 0 else "differs"
    waited = days(row["issued_on"], on)
    return "late" if waited is not None and waited > rule.late_days else "unconfirmed"


def states(facts, rule):
    found = groups(certificates(facts, rule), lambda c: (text(c["issuer"]), text(c["destination"]), c["state"]))
    return [
        dict(zip(("issuer", "destination", "state"), key, strict=True))
        | {"certificates": len(rows)}
        | {name: add(row[name] for row in rows) for name in ("carats", "usd", "carats_found", "usd_found")}
        for key, rows in found.items()
    ]


def pair_of(row, day, destination="destination"):
    return (text(row["issuer"]), text(row[destination]), day.year if day else 0, quarter(day))


def pairs(facts, rule, year=None, hs=True):
    def key(day, destination):
        return lambda r: (*pair_of(r, r[day], destination), *([text(r["hs"])] if hs else []))

    issued = [row for row in facts["issued"] if text(row["status"]) not in rule.not_counted]
    confirmed = [row for row in facts["confirmed"] if text(row["outcome"]) not in rule.not_imported]
    left, right = groups(issued, key("issued_on", "destination")), groups(confirmed, key("arrived_on", "receiver"))
    names = ("issuer", "destination", "year", "quarter", *(["hs"] if hs else []))
    found = []
    for each in set(left) | set(right):
        if year is not None and each[2] != year:
            continue
        row = dict(zip(names, each, strict=True))
        for side, rows in (("issued", left.get(each)), ("confirmed", right.get(each))):
            counted = None if rows is None else len(rows) if hs else sum(r["line"] == 1 for r in rows)
            row[f"certificates_{side}"] = counted
            row |= {f"{name}_{side}": add(r[name] for r in rows or ()) for name in ("carats", "usd")}
        for name in ("carats", "usd", "certificates"):
            row[f"{name}_difference"] = (row[f"{name}_confirmed"] or 0) - (row[f"{name}_issued"] or 0)
        found.append(row)
    return found


def apart(facts, rule):
    left_out = [row for row in facts["issued"] if text(row["status"]) in rule.not_counted]
    return [
        dict(zip(("issuer", "destination", "year", "quarter", "status"), key, strict=True))
        | {"certificates": sum(row["line"] == 1 for row in rows)}
        | {name: add(row[name] for row in rows) for name in ("carats", "usd")}
        for key, rows in groups(left_out, lambda r: (*pair_of(r, r["issued_on"]), r["status"])).items()
    ]


def shifted(facts, rule):
    seen = [
        row
        for row in certificates(facts, rule)
        if row["state"] in ("matched", "differs") and row["issued_on"] and row["arrived_on"]
    ]
    names = ("issuer", "destination", "year", "quarter", "arrival_year", "arrival_quarter")

    def key(row):
        return (*pair_of(row, row["issued_on"]), row["arrived_on"].year, quarter(row["arrived_on"]))

    return [
        dict(zip(names, each, strict=True))
        | {"certificates": len(rows)}
        | {name: add(row[name] for row in rows) for name in ("carats", "usd", "carats_found", "usd_found")}
        for each, rows in groups(seen, key).items()
    ]


# Returns


def standing_trade(facts):
    return standing(facts["trade"], ("reporter", "authority", "year", "quarter"))


def standing(rows, names):
    def key(row):
        return tuple(row[name] or (0 if name in ("year", "quarter", "half") else "") for name in names)

    last = {each: max(row["version"] or 0 for row in found) for each, found in groups(rows, key).items()}
    return [row for row in rows if (row["version"] or 0) == last[key(row)]]


def standing_production(facts):
    """What the rule ``last-created`` leaves, told as a person would."""
    last = standing(facts["production"], ("participant", "year", "half"))
    kept = []
    for rows in groups(last, lambda r: (*of_return(r), text(r["mining"]), bool(r["nil"]))).values():
        once = [newest(equal) for equal in groups(rows, lambda r: (r["carats"], r["usd"])).values()]
        if all(row["created"] for row in once):
            stamp = max(row["created"] for row in once)
            once = [row for row in once if row["created"] == stamp]
        kept += once
    figures = {of_return(row) for row in kept if not row["nil"]}
    return [row for row in kept if not row["nil"] or of_return(row) not in figures]


def of_return(row):
    return text(row["participant"]), row["year"] or 0, row["half"] or 0


def newest(rows):
    """Of equal records the one created last, by place where none says when."""
    stamped = [row for row in rows if row["created"]]
    if stamped:
        stamp = max(row["created"] for row in stamped)
        rows = [row for row in stamped if row["created"] == stamp]
    return min(rows, key=lambda r: (r["source"], r["record"]))


MEASURES = ("carats", "usd", "certificates", "fob")


def trade(facts, rule, year=None, hs=True):
    lines = [row for row in standing_trade(facts) if row["flow"] in ("export", "import")]

    def way(row):
        ends = (text(row["reporter"]), text(row["partner"]))
        return (*(ends if row["flow"] == "export" else ends[::-1]), text(row["hs"]) if hs else "")

    quarters = {
        key: {flow: side([row for row in rows if row["flow"] == flow], rule) for flow in ("export", "import")}
        for key, rows in groups(lines, lambda r: (way(r), r["year"] or 0, r["quarter"] or 0)).items()
    }
    found = [compared(key, quarters) for key in quarters]
    return [row for row in found if year is None or row["year"] == year]


def side(rows, rule):
    """The sums of one side of one quarter; None where it says nothing at all."""
    if not rows:
        return None
    sums = {name: add(row[name] for row in rows) for name in ("carats", "usd", "certificates")}
    cif = add(row["usd"] for row in rows if row["basis"] == "CIF") or 0
    other = (sums["usd"] or 0) - cif
    sums["fob"] = None if sums["usd"] is None else float(other) + float(cif) / float(rule.cif_fob)
    return sums


def neighbour(key, quarters, step, flow):
    """The same way one quarter on or back; a whole year filed as one (quarter 0) has no neighbours."""
    way, year, number = key
    place = year * 4 + number + step
    near = [other for other in quarters if other[0] == way and other[2] and other[1] * 4 + other[2] == place]
    return quarters[near[0]][flow] if near and number else None


def compared(key, quarters):
    way, year, number = key
    exported, imported = quarters[key]["export"], quarters[key]["import"]
    after, before = neighbour(key, quarters, 1, "import"), neighbour(key, quarters, -1, "export")

    def carats(one):
        return (one and one["carats"]) or 0

    same = abs(carats(imported) - carats(exported))
    options = [(same, 0, 0)]
    if exported and after:
        options.append((abs(carats(after) - carats(exported)), 1, 1))
    if imported and before:
        options.append((abs(carats(imported) - carats(before)), 2, -1))
    shift = min(options)[2]
    gone, come = (before if shift == -1 else exported), (after if shift == 1 else imported)
    row = dict(zip(("exporter", "importer", "hs"), way, strict=True)) | {
        "year": year,
        "quarter": number,
        "shift": shift,
    }
    for name in MEASURES:
        nothing = 0.0 if name == "fob" else 0

        def of(one, name=name, nothing=nothing):
            return nothing if one is None or one[name] is None else one[name]

        row |= {f"{name}_exported": exported and exported[name], f"{name}_imported": imported and imported[name]}
        gap, moved = abs(of(imported) - of(exported)), abs(of(come) - of(gone))
        row |= {f"{name}_gap": gap, f"{name}_gap_shifted": moved, f"{name}_by_lag": gap - moved}
        row[f"{name}_asymmetry"] = share(of(come) - of(gone), of(come) + of(gone))
    return row


# Balances, capacity, customs


def national(facts):
    said = defaultdict(lambda: defaultdict(list))
    for row in standing_production(facts):
        said[text(row["participant"]), row["year"] or 0]["production"].append(row["carats"])
    for row in standing_trade(facts):
        flow = {"import": "imports", "export": "exports"}.get(row["flow"])
        said[text(row["reporter"]), row["year"] or 0][flow or "other"].append(row["carats"])
    for row in facts["stocks"]:
        for name in ("opening", "polished"):
            said[text(row["participant"]), row["year"] or 0][name].append(row[name])
    found, running = [], {}
    for who, year in sorted(said):
        flows = {
            name: add(said[who, year][name]) for name in ("production", "imports", "exports", "opening", "polished")
        }
        known = {name: value or 0 for name, value in flows.items()}
        net = known["production"] + known["imports"] - known["exports"] - known["polished"]
        closing = known["opening"] + net
        running[who] = running.get(who, known["opening"]) + net
        gone = known["exports"] + known["polished"]
        found.append(
            {"participant": who, "year": year, **flows, "closing": closing, "negative": closing < 0}
            | {"missing_share": share(-closing, gone) if closing < 0 else 0.0, "running": running[who]}
        )
    return found


def capacity(facts):
    flows = {(row["participant"], row["year"]): row for row in national(facts)}
    found = []
    for key, rows in groups(facts["capacity"], lambda r: (text(r["participant"]), r["year"] or 0)).items():
        row = {name: add(each[name] for each in rows) for name in ("low", "likely", "high")}
        flow = flows.get(key, {})
        row |= {name: flow.get(name) for name in ("production", "imports", "exports")}
        own = None if row["exports"] is None else row["exports"] - (row["imports"] or 0)
        row["production_ratio"], row["exports_ratio"] = share(row["production"], row["high"]), share(own, row["high"])
        row["place"] = place(row)
        found.append(dict(zip(("participant", "year"), key, strict=True)) | row)
    return found


def place(row):
    made = row["production"]
    if made is None:
        return "unknown"
    if row["low"] is not None and made < row["low"]:
        return "below"
    return "above" if row["high"] is not None and made > row["high"] else "inside"


def customs(facts):
    def key(row):
        return (text(row["reporter"]), text(row["flow"]), text(row["hs"]), row["year"] or 0)

    filed, declared = groups(standing_trade(facts), key), groups(facts["customs"], key)
    years = {(each[0], each[1], each[3]) for each in declared}
    reporters = {each[:2] for each in declared}
    found = []
    for each in set(filed) | set(declared):
        kp = add(row["usd"] for row in filed.get(each, ()))
        theirs = add(row["usd_thousand"] for row in declared.get(each, ()))
        theirs = None if theirs is None else theirs * 1000
        if each in filed and each in declared:
            standing_ = "both"
        elif each in declared:
            standing_ = "kp-lacks-it"
        elif (each[0], each[1], each[3]) in years:
            standing_ = "customs-lacks-line"
        else:
            standing_ = "customs-lacks-year" if each[:2] in reporters else "customs-lacks-reporter"
        gap = None if kp is None or theirs is None else kp - theirs
        found.append(
            dict(zip(("reporter", "flow", "hs", "year"), each, strict=True))
            | {"kp_usd": kp, "customs_usd": theirs, "gap": gap, "gap_share": share(gap, theirs), "standing": standing_}
        )
    return found


def years_lacking(facts):
    known = defaultdict(set)
    for row in facts["customs"]:
        known[text(row["reporter"]), text(row["flow"])].add(row["year"] or 0)
    return [
        {"reporter": reporter, "flow": flow, "first": one, "last": other}
        for (reporter, flow), years in known.items()
        for one, other in zip(sorted(years), sorted(years)[1:], strict=False)
        if other > one + 1
    ]
