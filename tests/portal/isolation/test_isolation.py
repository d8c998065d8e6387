"""Three tenants work on one node at random, and look at everything: nobody ever reads another's word.

``OPENKP_ISOLATION_LOOKS`` says how many looks a history has (400; a release has 2000).
"""

import os
import random
import re

import pytest
from django.db import transaction
from django.urls import reverse

from openkp.project import clock
from openkp.registry.accounts.models import Person
from openkp.registry.certificates.models import Application, Certificate
from openkp.registry.statistics.models import AnomalyFound
from tests.portal.isolation.roads import Work, browsers, build
from tests.portal.matrix.routes import pages

pytestmark = pytest.mark.django_db
LOOKS = int(os.environ.get("OPENKP_ISOLATION_LOOKS", "400"))
WORDS = re.compile(rb"canary-[a-z]{2}(?:rival|desk)?", re.IGNORECASE)
SLOW = {"certificates:paper", "certificates:confirmation-paper"}  # set in type: their words are not in plain bytes
API = ("applications", "certificates", "arrivals", "applications/{r}", "certificates/{n}", "arrivals/{n}")
API += ("certificates/{n}/document", "certificates?exporter={w}-exporter", "applications?size=200")


@pytest.fixture
def tenants(db):
    return build(clock.now())


class Looker:
    """Somebody who opens an address of the node, with names that may be anybody's."""

    def __init__(self, chance, tenants):
        self.chance, self.tenants = chance, tenants
        self.browsers = browsers(tenants)
        self.keys = list(AnomalyFound.objects.values_list("key", flat=True))
        self.names = [name for name in pages() if name not in SLOW]

    def look(self):
        """Who looked, what they may read, where, and what they were shown."""
        place = self.chance.randrange(len(self.tenants))
        who = self.chance.choice(list(self.tenants[place].people))
        allowed = self.tenants[place].word_of(who)
        with transaction.atomic():
            address, answer = self.by_api(place, who) if self.chance.random() < 0.3 else self.by_page(place, who)
            body = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content
            transaction.set_rollback(True)
        return f"{self.tenants[place].road} {who}", allowed, address, answer, body + repr(answer.headers).encode()

    def by_api(self, place, who):
        names = {"r": self.reference(), "n": self.number(), "w": self.chance.choice(self.tenants).road.canary}
        address = "/api/v1/" + self.chance.choice(API).format(**names)
        token = self.tenants[place].tokens[who]
        return address, self.browsers[place, who].get(address, headers={"Authorization": f"Bearer {token}"})

    def by_page(self, place, who):
        name = self.chance.choice(self.names)
        address = reverse(name, kwargs=self.parts(name))
        if self.chance.random() < 0.15:
            address += self.chance.choice(
                (f"?number={self.number()}", f"?subject=certificate:{self.number()}", "?size=200")
            )
        verb = "post" if name != "verification:verify" and self.chance.random() < 0.2 else "get"
        sent = {"key": "k" * 20, "version": "1", "reason": "wrong"} if verb == "post" else {}
        return f"{verb} {address}", getattr(self.browsers[place, who], verb)(address, sent)

    def parts(self, name):
        """Names for every part that an address may have; those it takes are found by trying."""
        person = self.chance.choice(list(Person.objects.all()))
        held = person.memberships.first()
        tenant = self.chance.choice(self.tenants)
        every = {
            "reference": self.reference(),
            "number": self.number(),
            "name": "goods",
            "step": "seals",
            "username": person.username,
            "token_id": self.chance.randrange(1, 40),
            "membership_id": held.pk if held else 1,
            "company_id": tenant.cast.company.pk,
            "code": "fr" if name == "language" else tenant.road.exporting,
            "rule_id": "EXP-02",
            "to": tenant.road.importing,
            "participant": tenant.road.exporting,
            "authority": tenant.cast.sierra_leone.code,
            "year": f"{clock.now():%Y}" if name.startswith("figures:") else f"{clock.now():%y}",
            "level": 0,
            "place": "000",
            "width": 1,
            "form": "json",
            "flow": "production",
            "kind": "trade",
            "period": f"{clock.now().year - 1}-Q1",
            "key": self.chance.choice(self.keys),
            **dict.fromkeys(("draft_id", "filing_id", "release_id", "total_id"), self.chance.randrange(1, 9)),
        }
        return {part: every[part] for part in taken(name)}

    def reference(self):
        rows = list(Application.objects.values_list("reference", flat=True))
        return self.chance.choice(rows) if rows else "SL-NMA-2026-000001"

    def number(self):
        rows = list(Certificate.objects.values_list("number", flat=True))
        return self.chance.choice(rows) if rows else "SL000001"


def taken(name):
    """The parts of a named address."""
    from django.urls import get_resolver

    resolver = get_resolver()
    for space in name.split(":")[:-1]:
        resolver = resolver.namespace_dict[space][1]
    return resolver.reverse_dict.getlist(name.split(":")[-1])[0][0][0][1]


@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_reads_the_word_of_another(tenants, seed, settings):
    settings.OPENKP_VERIFY_CALLS = 10**9
    chance = random.Random(seed)
    work = [Work(tenant, chance) for tenant in tenants]
    for _ in range(60):
        chance.choice(work).step()
    looker, own = Looker(chance, tenants), 0
    for turn in range(LOOKS // 2):
        if turn % 10 == 0:
            chance.choice(work).step()
        who, allowed, address, answer, body = looker.look()
        assert answer.status_code < 500, (seed, who, address)
        words = {word.decode().lower() for word in WORDS.findall(body)}
        assert words <= allowed | asked_with(address), (seed, who, address, words - allowed)
        own += bool(words)
    assert own > LOOKS // 20, "the words must be seen by those whose they are, or this test sees nothing"


def asked_with(address):
    """A word that the caller sent may stand in the answer that repeats the address."""
    return {word.decode().lower() for word in WORDS.findall(address.encode())}


def test_every_state_was_reached(tenants):
    """By chance, so until it has happened: a state that no step reaches fails after four times the usual work."""
    chance = random.Random(3)
    work = [Work(tenant, chance) for tenant in tenants]
    wanted = ({"closed", "validated"}, {"rejected", "issued"})
    reached = (set(), set())
    for _ in range(600):
        chance.choice(work).step()
        for states, kind in zip(reached, (Certificate, Application), strict=True):
            states.update(kind.objects.values_list("status", flat=True))
        if all(want <= states for want, states in zip(wanted, reached, strict=True)):
            break
    assert wanted[0] <= reached[0]
    assert wanted[1] <= reached[1]


def test_every_list_of_everybody(tenants):
    """Not by chance: each page that names nobody, each list of the API, opened by each person."""
    chance = random.Random(4)
    work = [Work(tenant, chance) for tenant in tenants]
    for _ in range(60):
        chance.choice(work).step()
    lists = [reverse(name) for name in pages() if not taken(name)]
    lists += [f"/api/v1/{path}" for path in ("applications", "certificates", "arrivals")]
    for (place, who), browser in browsers(tenants).items():
        allowed = tenants[place].word_of(who)
        for address in lists:
            answer = browser.get(address)
            body = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content
            words = {word.decode().lower() for word in WORDS.findall(body)}
            assert words <= allowed, (tenants[place].road, who, address, words - allowed)
