"""Offline verification: a table of facts, and the verdict that follows from each."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkp.documents import sign1
from openkp.documents.bundle import open_bundle
from openkp.documents.canonical import Tag18, decode, encode
from openkp.documents.envelope import public_form, seal
from openkp.documents.errors import Malformed
from openkp.documents.keyring import Decision, Overlay
from openkp.documents.keys import KeyUse, PublicKey
from openkp.documents.policy import VerificationPolicy, policy_on, read_policies
from openkp.documents.verdicts import Answer, Check, Closed, Outcome, conclude
from openkp.documents.verify import unreadable, verify_document
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.words import Sentence
from tests.unit.documents.trust_world import (
    ARCHIVE,
    DAY,
    HOUR,
    NOON,
    START,
    after,
    manifest,
    manifest_key,
    member,
    signed,
    signed_manifest,
    signer,
    trust_list,
    use_signer,
)
from tests.unit.documents.verify_world import (
    PARTICIPATION,
    SIGNED_AT,
    bundle,
    bundle_bytes,
    certificate,
    certificate_document,
    confirmation_document,
    logged,
    parts,
    statement_document,
    status_list,
)

OPEN, CLOSED, UNKNOWN = Answer.GENUINE_OPEN, Answer.GENUINE_CLOSED, Answer.STATUS_UNKNOWN
NOT_GENUINE, UNREADABLE = Answer.NOT_GENUINE, Answer.UNREADABLE
GOOD = certificate_document()


def test_a_document_is_taken_apart_and_its_signature_checked_once(monkeypatch):
    held, seen = bundle(), []
    taken, verified = sign1.take_apart, PublicKey.verify
    monkeypatch.setattr(sign1, "take_apart", lambda *args: seen.append("parts") or taken(*args))
    monkeypatch.setattr(PublicKey, "verify", lambda *args: seen.append("signature") or verified(*args))
    assert verify_document(GOOD, held, at=NOON, participation=PARTICIPATION).verdict is OPEN
    assert seen == ["parts", "signature"]


def verdict(data: bytes = GOOD, *, at=NOON, **changes):
    return verify_document(data, bundle(at=at, **changes), at=at, participation=PARTICIPATION)


def codes(found) -> dict[str, str]:
    """The checks that did not pass, each with its code."""
    return {check.id: check.code for check in found.checks if check.outcome is not Outcome.PASS}


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def without_venezuela():
    return trust_list(members=tuple(m for m in trust_list().members if m.code != "VE"))


def of(code: str, **changes) -> bytes:
    """A certificate of another issuer."""
    number = CertificateNumber(code, "004911")
    return certificate_document(certificate(participant=code, number=number, **changes))


def sl_manifest(**changes) -> tuple[bytes, ...]:
    """The manifests, with another one of Sierra Leone."""
    return tuple(
        signed_manifest(manifest(code, **(changes if code == "SL" else {}))) for code in ("BW", "EU", "SL", "VE")
    )


def sl_key(**changes) -> tuple[bytes, ...]:
    keys = (manifest_key("SL", KeyUse.CERTIFICATE, **changes), manifest_key("SL", KeyUse.STATUS))
    return sl_manifest(keys=keys)


def suspension_undone() -> Overlay:
    return Overlay(country="CH", decisions={"VE": Decision.TRUST})


# Each row: what is held, what is known, the verdict, and the check that decided.
TABLE = [
    ("a certificate", GOOD, {}, OPEN, None),
    ("with a receipt of the log", logged(GOOD), {}, OPEN, None),
    ("its public form", public_form(GOOD), {}, OPEN, None),
    ("a confirmation", confirmation_document(), {}, OPEN, None),
    ("the public form of a confirmation", public_form(confirmation_document()), {}, OPEN, None),
    ("a status statement", statement_document(), {}, OPEN, None),
    ("an unpinned list", GOOD, {"pinned": None}, OPEN, None),
    # Closed.
    ("cancelled", certificate_document(index=1), {}, CLOSED, ("status", "void")),
    ("used", certificate_document(index=3), {}, CLOSED, ("status", "received")),
    ("expired", GOOD, {"at": datetime(2026, 5, 1, tzinfo=UTC)}, CLOSED, ("expiry", "expired")),
    ("cancelled, by an old list", certificate_document(index=1), {"at": NOON + 20 * DAY}, CLOSED, ("status", "void")),
    # Not known.
    ("an alert", certificate_document(index=2), {}, UNKNOWN, ("status", "suspended")),
    ("no status list", GOOD, {"statuses": ()}, UNKNOWN, ("status", "no_status_list")),
    ("another list's place", certificate_document(uri="https://x.example"), {}, UNKNOWN, ("status", "no_status_list")),
    ("a list too short", certificate_document(index=7), {}, UNKNOWN, ("status", "status_list_too_short")),
    ("a list too old", GOOD, {"at": NOON + 8 * DAY}, UNKNOWN, ("status", "status_too_old")),
    (
        "a list that ended",
        GOOD,
        {"statuses": (status_list(life=timedelta(minutes=30)),)},
        UNKNOWN,
        ("status", "status_too_old"),
    ),
    (
        "a list from before the certificate",
        GOOD,
        {"statuses": (status_list(at=SIGNED_AT - HOUR),)},
        UNKNOWN,
        ("status", "status_older"),
    ),
    (
        "a trust list that ended",
        GOOD,
        {"lists": (signed(trust_list(valid_until=NOON)),), "pinned": None},
        UNKNOWN,
        ("trust.list", "trust_list_expired"),
    ),
    ("a clock set back", GOOD, {"at": NOON - 2 * HOUR}, UNKNOWN, ("clock", "clock")),
    # Not genuine.
    ("a changed signature", changed(GOOD, len(GOOD) - 1), {}, NOT_GENUINE, ("signature", "bad_signature")),
    ("a changed field", GOOD.replace(b"Koidu", b"Kaidu"), {}, NOT_GENUINE, ("commitment", "private_part")),
    ("a stranger", certificate_document(signer=signer("stranger")), {}, NOT_GENUINE, ("key.known", "unknown_key")),
    ("another Participant's key", certificate_document(signer=use_signer("BW", KeyUse.CERTIFICATE)), {}, NOT_GENUINE,
     ("key.allowed", "wrong_issuer")),
    ("a key for other documents", certificate_document(signer=use_signer("SL", KeyUse.STATUS)), {}, NOT_GENUINE,
     ("key.allowed", "key_use")),
    ("another authority's key", certificate_document(certificate(authority="SL-OTHER")), {}, NOT_GENUINE,
     ("key.allowed", "wrong_authority")),
    ("a suspended Participant", of("VE"), {}, NOT_GENUINE, ("key.allowed", "participant_suspended")),
    ("one that is no longer listed", of("VE"), {"lists": (signed(without_venezuela()),), "pinned": None}, NOT_GENUINE,
     ("key.known", "unknown_key")),
    ("a key that had ceased to sign", GOOD, {"manifests": sl_key(signs_until=SIGNED_AT)}, NOT_GENUINE,
     ("key.allowed", "signed_after_key")),
    ("a key that has ended", GOOD, {"at": ARCHIVE}, NOT_GENUINE, ("key.known", "key_expired")),
    ("a revoked key", GOOD, {"manifests": sl_key(revoked_from_log_size=4)}, NOT_GENUINE,
     ("key.allowed", "key_revoked")),
    ("a revoked key, logged before", logged(GOOD), {"manifests": sl_key(revoked_from_log_size=4)}, OPEN, None),
    ("a revoked key, logged after", logged(GOOD), {"manifests": sl_key(revoked_from_log_size=3)}, NOT_GENUINE,
     ("key.allowed", "key_revoked")),
    ("a national decision", GOOD, {"overlay": Overlay(country="CH", decisions={"SL": Decision.DISTRUST})}, NOT_GENUINE,
     ("key.known", "national_decision")),
    ("a real document in a specimen world", certificate_document(certificate(specimen=False)), {}, NOT_GENUINE,
     ("trust.profile", "specimen")),
    ("dated in the future", GOOD, {"at": SIGNED_AT - HOUR}, NOT_GENUINE, ("dates", "future")),
    ("a number out of range", certificate_document(certificate(number=CertificateNumber("SL", "900011"))), {},
     NOT_GENUINE, ("number", "number_range")),
    ("to a country outside", certificate_document(certificate(destination="KE")), {}, NOT_GENUINE,
     ("destination.participant", "destination_not_participant")),
    ("to its own country", certificate_document(certificate(destination="SL")), {}, NOT_GENUINE,
     ("destination.participant", "destination_same_participant")),
    # Not read.
    ("cut", GOOD[:-1], {}, UNREADABLE, ("readable", "cut")),
    ("padded", GOOD + b"\0", {}, UNREADABLE, ("readable", "trailing_bytes")),
    ("nothing", b"", {}, UNREADABLE, ("readable", "cut")),
    ("a status list", status_list(), {}, UNREADABLE, ("readable", "wrong_type")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "world", "answer", "decided"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_the_table(data, world, answer, decided):
    found = verdict(data, **world)
    assert found.verdict is answer
    if decided:
        assert codes(found)[decided[0]] == decided[1]
        assert decided[1] in [check.code for check in found.reasons]
    else:
        assert {check.outcome for check in found.checks} <= {Outcome.PASS, Outcome.WARN, Outcome.SKIPPED}


def test_what_an_open_certificate_tells():
    found = verdict(logged(GOOD))
    assert (found.issuer, found.issuer_name, found.number) == ("SL", "Republic of Sierra Leone", "SL004911")
    five = ("number", "carats", "value_usd", "seals", "importer")
    assert [found.facts[name] for name in five[:4]] == ["SL004911", "1234.56", "234567.89", ["SL-88341", "SL-88342"]]
    assert found.facts["importer"]["country"] == "BE"
    assert found.bundle_age == HOUR
    assert codes(found) == {"trust.profile": "specimen"}
    assert str(found.headline).startswith("Genuine and still open, as of 2026-03-01 11:00 UTC. Now compare")
    assert "carats" in str(found.advice)


def test_no_headline_is_the_single_word():
    """Never the one word: a photocopied code is a valid code."""
    for _, data, world, *_ in TABLE:
        assert len(str(verdict(data, **world).headline).split()) > 1


def test_the_public_form_says_what_it_does_not_prove():
    found = verdict(public_form(GOOD))
    assert set(found.facts) == {"number", "validated_at", "expires_at"}
    assert codes(found)["commitment"] == "public_form"


def test_what_a_refused_document_tells():
    found = verdict(certificate_document(signer=signer("stranger")))
    assert (found.issuer, found.number, found.facts, found.claimed) == (None, None, {}, "SL")
    assert codes(found) == {"key.known": "unknown_key", "issuer.participant": "unproven"}


def forged(issuer: object, at: object = int(NOON.timestamp()) - 3600) -> bytes:
    return seal("kpc", {1: issuer, 6: at}, signer("stranger"))


def test_a_country_outside_is_named():
    found = verdict(forged("KE"))
    assert found.verdict is NOT_GENUINE
    assert any("Kenya (KE) was not a Participant" in str(check.sentence) for check in found.reasons)


@pytest.mark.parametrize(
    "data", [forged("\x1b[2J"), forged(7), forged("KE", 2**60), forged("KE", -(2**60)), forged("ke")]
)
def test_what_a_forger_writes_is_not_repeated(data):
    found = verdict(data)
    assert found.verdict is NOT_GENUINE
    assert found.claimed == ""


def test_the_status_ages():
    outcomes = {
        hours: next(check.outcome for check in verdict(at=NOON + hours * HOUR).checks if check.id == "status")
        for hours in (0, 23, 24, 167, 168)
    }
    assert list(outcomes.values()) == [Outcome.PASS, Outcome.PASS, Outcome.WARN, Outcome.WARN, Outcome.UNKNOWN]


def test_a_state_sets_its_own_ages():
    strict = replace(policy_on(NOON.date()), fresh=HOUR / 2, noted=HOUR / 2)
    found = verify_document(GOOD, bundle(), at=NOON, participation=PARTICIPATION, policy=strict)
    assert found.verdict is UNKNOWN


def test_an_authority_without_declared_ranges():
    found = verdict(manifests=sl_manifest(numbers=()))
    assert found.verdict is OPEN


def test_a_certificate_before_the_suspension_stays_good():
    early = datetime(2026, 1, 20, tzinfo=UTC)
    made = certificate(
        participant="VE",
        number=CertificateNumber("VE", "004911"),
        authority="VE-1",
        issued_on=early.date(),
        validated_at=early,
    )
    data = certificate_document(made, uri="https://kp.example.ve/s/26")
    found = verdict(data)
    assert codes(found).get("key.allowed") is None
    assert found.issuer == "VE"


def test_a_country_that_may_export_from_zones_only_is_a_warning():
    """The certificate does not state a zone: the officer is told to look."""
    members = (*trust_list().members, member("CF"))
    listed = trust_list(members=tuple(sorted(members, key=lambda each: each.code)))
    day = date(2016, 9, 1)
    signed_at = datetime(2016, 9, 1, 12, tzinfo=UTC)
    key = manifest_key("CF", KeyUse.CERTIFICATE, valid_from=signed_at - DAY, authority="")
    keys = (key, manifest_key("CF", KeyUse.STATUS, valid_from=signed_at - DAY))
    cf = manifest("SL", participant="CF", keys=keys, numbers=(), sealing_keys=(), made_at=signed_at)
    made = certificate(
        participant="CF",
        number=CertificateNumber("CF", "004911"),
        authority="CF-1",
        issued_on=day,
        validated_at=signed_at,
        expires_on=date(2016, 10, 30),
    )
    uri = "https://kp.example.cf/s/16"
    found = verdict(
        certificate_document(made, uri=uri),
        at=signed_at + DAY,
        lists=(signed(replace(listed, made_at=signed_at - DAY)),),
        manifests=(signed_manifest(cf),),
        statuses=(status_list("CF", at=signed_at + HOUR, uri=uri),),
        checkpoints=(),
        pinned=None,
    )
    assert codes(found)["issuer.participant"] == "zone_missing"
    assert found.verdict is OPEN


def test_live_and_specimen_never_cross():
    """Under a live list a specimen key is unknown, and what it signed is nothing."""
    live = trust_list(profile="live")
    found = verify_document(
        GOOD,
        open_bundle(bundle_bytes(lists=(signed(live),)), at=NOON),
        at=NOON,
        participation=PARTICIPATION,
    )
    assert found.verdict is NOT_GENUINE


def live_bundle(**changes):
    manifests = (signed_manifest(manifest("SL", profile="live")),)
    live = {"lists": (signed(trust_list(profile="live")),), "manifests": manifests, "statuses": ()}
    return bundle(pinned=None, **(live | changes))


def test_a_live_world():
    real = certificate_document(certificate(specimen=False))
    found = verify_document(real, live_bundle(), at=NOON, participation=PARTICIPATION)
    assert found.verdict is UNKNOWN
    assert "trust.profile" not in codes(found)
    specimen = verify_document(GOOD, live_bundle(), at=NOON, participation=PARTICIPATION)
    assert specimen.verdict is NOT_GENUINE
    assert codes(specimen) == {"trust.profile": "specimen"}


def test_a_good_signature_over_nonsense():
    body = decode(decode(GOOD).value[2])
    nonsense = seal("kpc", body | {-70002: ["SL0049110", bytes(32)]}, use_signer("SL", KeyUse.CERTIFICATE))
    found = verdict(nonsense)
    assert found.verdict is NOT_GENUINE
    assert codes(found) == {"content": "number"}


def test_what_was_not_found_at_all():
    found = unreadable(Malformed("No document.", code="no_document"), bundle(), at=NOON)
    assert found.verdict is UNREADABLE
    assert codes(found) == {"readable": "no_document"}
    assert str(found.headline) == "This cannot be read."


def test_a_bundle_with_bad_parts_is_noted():
    assert codes(verdict(checkpoints=(b"rubbish",)))["trust.parts"] == "left_out"


def test_closed_reasons_are_ordered():
    found = verdict(certificate_document(index=3), at=datetime(2026, 6, 1, tzinfo=UTC))
    assert found.closed is Closed.RECEIVED
    assert str(found.headline).startswith("Signed by its issuer, but already used")


# The verdict follows from the checks.


def checks(**outcomes) -> tuple[Check, ...]:
    names = ("readable", "key.known", "signature", "trust.profile", "key.allowed", "dates", "status", "number")
    return tuple(
        Check(name, "", Outcome(outcomes.get(name.replace(".", "_"), "pass")), Sentence(""), closes=None)
        for name in names
        if outcomes.get(name.replace(".", "_")) != "absent"
    )


@pytest.mark.parametrize(
    ("outcomes", "answer"),
    [
        ({}, OPEN),
        ({"number": "warn"}, OPEN),
        ({"status": "skipped"}, OPEN),
        ({"number": "absent"}, OPEN),
        ({"status": "unknown"}, UNKNOWN),
        ({"status": "absent"}, UNKNOWN),
        ({"signature": "absent"}, UNKNOWN),
        ({"number": "fail", "status": "unknown"}, NOT_GENUINE),
        ({"readable": "fail", "number": "fail"}, UNREADABLE),
    ],
)
def test_the_verdict_follows_from_the_checks(outcomes, answer):
    assert conclude(checks(**outcomes)) is answer


def test_no_checks_are_no_proof():
    assert conclude(()) is UNKNOWN


def test_policies_are_dated():
    text = """
    - {from: 2020-01-01, status_fresh_hours: 1, status_noted_hours: 2, clock_tolerance_minutes: 3, source: a}
    - {from: 2010-01-01, status_fresh_hours: 4, status_noted_hours: 5, clock_tolerance_minutes: 6, source: b}
    """
    known = read_policies(text)
    assert [policy_on(date(year, 1, 1), known).source for year in (2000, 2015, 2025)] == ["b", "b", "a"]
    with pytest.raises(ValueError):
        read_policies("")
    with pytest.raises(ValueError):
        VerificationPolicy(since=START.date(), fresh=DAY, noted=HOUR, clock=HOUR, source="")


# What a forger can do.

RANK = [OPEN, CLOSED, UNKNOWN, NOT_GENUINE, UNREADABLE]
BUNDLE = bundle_bytes()
VOIDED = certificate_document(index=1)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(BUNDLE) - 1), st.integers(1, 255), st.sampled_from([GOOD, VOIDED]))
def test_no_changed_bundle_gives_a_better_verdict(at, flip, document):
    bad = BUNDLE[:at] + bytes([BUNDLE[at] ^ flip]) + BUNDLE[at + 1 :]
    try:
        opened = open_bundle(bad, at=NOON, pinned=trust_list().hash)
    except Exception as error:
        assert type(error).__module__ == "openkp.documents.errors"
        return
    found = verify_document(document, opened, at=NOON, participation=PARTICIPATION)
    assert RANK.index(found.verdict) >= RANK.index(verdict(document).verdict)


@pytest.mark.parametrize("name", ["manifests", "statuses", "checkpoints"])
@pytest.mark.parametrize("document", [GOOD, VOIDED, certificate_document(index=2)])
def test_leaving_a_part_out_gives_no_better_verdict(name, document):
    before = verdict(document)
    for left_out in range(len(getattr(parts(), name))):
        kept = tuple(part for place, part in enumerate(getattr(parts(), name)) if place != left_out)
        assert RANK.index(verdict(document, **{name: kept}).verdict) >= RANK.index(before.verdict)


FULL = logged(GOOD)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(FULL) - 1), st.integers(1, 255))
def test_no_changed_document_is_good(at, flip):
    bad = FULL[:at] + bytes([FULL[at] ^ flip]) + FULL[at + 1 :]
    assert verify_document(bad, OPENED, at=NOON, participation=PARTICIPATION).verdict in (NOT_GENUINE, UNREADABLE)


OPENED = bundle()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing(data):
    assert verify_document(data, OPENED, at=NOON, participation=PARTICIPATION).verdict is UNREADABLE


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(st.integers(-(2**63), 2**63 - 1) | st.binary(max_size=9) | st.text(max_size=3), st.lists, max_leaves=5)
)
def test_odd_claims_raise_nothing(value):
    data = encode(Tag18([encode({1: -9, 4: b"k" * 8, 16: "kpc"}), {}, encode({1: "SL", 6: value}), b"s" * 64]))
    assert verify_document(data, OPENED, at=NOON, participation=PARTICIPATION).verdict is NOT_GENUINE


def test_ends_of_time_raise_nothing():
    for at in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)):
        assert verify_document(GOOD, OPENED, at=at, participation=PARTICIPATION).verdict is not OPEN


def test_the_next_trust_list_takes_a_participant_away():
    second = after(trust_list(), members=tuple(m for m in trust_list().members if m.code != "SL"))
    found = verdict(lists=(signed(trust_list()), signed(second, "BW", "EU", "SL")))
    assert found.verdict is NOT_GENUINE
