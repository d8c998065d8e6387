"""Every address x every method x every role x (own road, the other road), against the table beside this file.

The addresses come from the router: one without a row fails, a row without an address fails. To write the table anew
after a change, run with ``OPENKP_WRITE_MATRIX=1`` and read the difference line by line before it is committed.
"""

import json
import os
import re
from pathlib import Path

import pytest
import yaml
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.portal.matrix.api_ways import OPERATIONS
from tests.portal.matrix.routes import operations, pages
from tests.portal.matrix.ways import PAGES
from tests.portal.matrix.world import ROLES, signed_in

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("expected.yaml")
WRITES = os.environ.get("OPENKP_WRITE_MATRIX") == "1"
HEAD = """# What each role is answered: made by test_matrix.py, read by people before every commit.
# in: to the sign-in page; 2f: to the second factor; numbers are HTTP statuses.
# columns: {columns}
"""
EXPECTED = yaml.safe_load(TABLE.read_text()) if TABLE.exists() else {}
PROBES = [(name, method) for name in pages() for method in ("GET", "POST")]


@pytest.fixture(scope="module")
def found():
    """What was answered, for writing the table."""
    answers = {}
    yield answers
    if WRITES:
        head = HEAD.format(columns=" ".join(ROLES))
        TABLE.write_text(head + yaml.safe_dump(answers, sort_keys=True, width=120))


@pytest.fixture(scope="module")
def cookies(made_world, django_db_blocker):
    """One session and one token a role, made once."""
    with django_db_blocker.unblock():
        for role in ROLES:
            if made_world.person(role) is not None and role != "half":
                made_world.token(role)
        return {role: signed_in(made_world.person(role)).cookies.copy() for role in ROLES}


@pytest.fixture
def doors(cookies, world):
    """A browser for a role; each begins with its cookies as they were."""

    def knock(role):
        browser = Client(raise_request_exception=False)
        browser.cookies = cookies[role].copy()
        return browser

    return knock


def test_every_address_has_a_way_and_every_way_an_address():
    assert sorted(PAGES) == pages()
    assert sorted(OPERATIONS) == sorted(operations())


@pytest.mark.skipif(WRITES, reason="the table is being written")
def test_every_address_has_its_row_and_every_row_an_address():
    wanted = {f"{name} {method}" for name, method in PROBES} | {f"{path} {method}" for method, path in operations()}
    assert set(EXPECTED) == wanted


@pytest.mark.parametrize(("name", "method"), PROBES, ids=lambda part: part)
def test_a_page_answers_each_role_as_the_table_says(name, method, world, doors, found):
    row = {}
    for side in ("own", "other"):
        way, whose = PAGES[name], getattr(world, side)
        address = reverse(name, kwargs=way.names(whose) if way.names else None)
        row[side] = " ".join(page_status(doors(role), method, address, way, whose) for role in ROLES)
    compare(f"{name} {method}", row, found)


@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS), ids=lambda part: part)
def test_an_operation_answers_each_role_as_the_table_says(method, path, world, doors, found):
    row = {}
    for side in ("own", "other"):
        asked = OPERATIONS[method, path](getattr(world, side))
        row[side] = " ".join(api_status(doors(role), method, path, asked, world, role) for role in ROLES)
    compare(f"{path} {method}", row, found)


def compare(line, row, found):
    row = {"all": row["own"]} if row["own"] == row["other"] else row
    found[line] = row
    assert WRITES or EXPECTED[line] == row


def page_status(browser, method, address, way, side):
    with transaction.atomic():
        if method == "GET":
            answer = browser.get(address + way.asked)
        else:
            answer = browser.post(address, way.sent(side))
        if getattr(answer, "streaming", False):
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return told(answer)


def api_status(browser, method, path, asked, world, role):
    """With a token where the person may have one; who is half in has only the session."""
    address = re.sub(r"\{\w+\}", asked.get("path", ""), path)
    headers = {"Idempotency-Key": "matrix-0001"}
    if "row" in asked:
        headers["If-Match"] = f'"{asked["row"].version}"'
    with transaction.atomic():
        if role not in ("anonymous", "half"):
            headers["Authorization"] = f"Bearer {world.token(role)}"
            browser = Client(raise_request_exception=False)
        body, kind = asked.get("data"), "application/octet-stream"
        if body is None:
            body, kind = json.dumps(asked.get("body") or {}), "application/json"
        if method == "GET":
            answer = browser.get(address, headers=headers)
        else:
            answer = browser.generic(method, address, body, content_type=kind, headers=headers)
        transaction.set_rollback(True)
    return told(answer)


def told(answer):
    to = answer.headers.get("Location", "")
    if answer.status_code == 302 and to.startswith(reverse("accounts:sign-in")):
        return "in"
    if answer.status_code == 302 and to in (reverse("accounts:second-factor"), reverse("accounts:enrol")):
        return "2f"
    return str(answer.status_code)


def test_the_table_has_a_column_for_each_role_and_no_fault_of_ours():
    for line, row in EXPECTED.items():
        for answers in row.values():
            assert len(answers.split()) == len(ROLES), line
            assert not re.search(r"\b5\d\d\b", answers), line


PUBLIC_FIGURES = ("front", "late", "year", "participant", "asymmetry", "map", "cell", "proven", "total")
FIGURES = {f"figures:{page}{as_file}" for page in PUBLIC_FIGURES for as_file in ("", "-as")}
OPEN_TO_ANYONE = {
    "api",
    "api:openapi-json",
    "bundle",
    "trust-list",
    "manifest",
    "status-list",
    "checkpoint",
    "consistency",
    "inclusion",
    "tile",
    "language",
    "accounts:sign-in",
    "accounts:sign-out",
    "verification:verify",
    *FIGURES,
    "figures:download",
    "figures:whole",
    "figures:total-document",
    "figures:total-proof",
    "verification:scanned",
    "node:home",
    "node:rules",
    "node:rule",
    "node:participants",
    "node:help",
    "node:accessibility",
    "/api/v1/participants",
    "/api/v1/rules",
    "/api/v1/verify",
}


def test_nobody_but_those_named_lets_a_stranger_in():
    served = {line.split()[0] for line, row in EXPECTED.items() if row_of(row)[0] in ("200", "201", "302")}
    assert served == OPEN_TO_ANYONE


def test_who_is_half_in_holds_no_role():
    """An officer without the second factor is served what anyone is, and the pages of the second factor."""
    served = {line.split()[0] for line, row in EXPECTED.items() if row_of(row)[1] in ("200", "201", "302")}
    assert served - OPEN_TO_ANYONE == {"accounts:enrol"}


def test_nothing_of_the_other_road_is_served():
    """The analyst at the Secretariat belongs to both roads."""
    for line, row in EXPECTED.items():
        if "other" in row:
            others = set(row["other"].split()[: ROLES.index("analyst")])
            assert others <= {"in", "2f", "401", "403", "404"}, line


def row_of(row):
    return (row.get("own") or row["all"]).split()
