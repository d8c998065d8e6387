"""Returns as documents: what is public, what only the full form says, large ones, and what is refused."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkp.documents.canonical import decode, encode
from openkp.documents.envelope import PRIVATE, Unsigned, compose, finish, open_envelope, public_form, type_of
from openkp.documents.errors import BadSignature, DocumentError, Malformed, Untrusted
from openkp.documents.filing_v1 import FIELDS, compose_filing, read_filing
from openkp.documents.keys import KeyUse
from openkp.documents.messages import Message, MessageType, sign_message
from openkp.documents.sign1 import LIMITS
from openkp.scheme.goods import Carats, HsSubheading, USDollars
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow, Nature, ValueBasis, Visibility
from tests.unit.documents.makers import AT, KEYS, SEED, SL_MESSAGE, SL_STATUS, certificate_document, keys_with, record
from tests.unit.documents.statistics_makers import filing_document, production, trade, trade_line


def read(data, keys=KEYS):
    return read_filing(open_envelope(data, keys, typ="kpf"))


@pytest.mark.parametrize(
    "value",
    [
        trade(),
        production(),
        trade(nature=Nature.NIL, trade=(), certificates_issued=0, certificates_received=0),
        trade(nature=Nature.CANNOT_PUBLISH, trade=(), reason="One mine would be recognised."),
        trade(version=2, reason="Typed twice.", note="金伯利", method="Weighed.", value_basis=ValueBasis.CIF),
        trade(trade=(), visibility=Visibility.PRIVATE),
    ],
    ids=["trade", "production", "nil", "notice", "second-version", "no-lines"],
)
def test_it_reads_as_it_was_written(value):
    document = read(filing_document(value))
    assert document.value == value and document.filed_at == AT
    public = (document.participant, document.kind, document.period, document.version, document.nature)
    assert public == (value.participant, value.kind, value.period, value.version, value.nature)


lines = st.builds(
    trade_line,
    flow=st.sampled_from(Flow),
    partner=st.sampled_from(["EU", "NA", "CN"]),
    hs=st.sampled_from(HsSubheading),
    origin=st.sampled_from(["", "***", "SL", "NO"]),
    carats=st.integers(0, 10**12 - 1).map(Carats.from_hundredths),
    value=st.integers(0, 10**12 - 1).map(USDollars.from_hundredths),
    certificates=st.integers(0, 9_999_999),
)


@given(st.lists(lines, max_size=6), st.none() | st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_any_lines_read_as_they_were_written(rows, issued):
    value = trade(trade=tuple(rows), certificates_issued=issued)
    assert read(filing_document(value)).value == value


def test_the_public_form_shows_who_what_and_when_and_no_figure():
    full = filing_document()
    public = public_form(full)
    document, whole = read(public), read(full)
    assert document.value is None and document.public_hash == whole.public_hash
    assert (document.period, document.version, document.root) == (Period.parse("2025-Q4"), 1, whole.root)
    for hidden in (b"NMA", b"EU", encode(123456), encode(30864000), b"kp_only"):
        assert hidden not in public.replace(b"figures", b"")


def test_two_seeds_hide_the_same_figures():
    drafts = [compose_filing(trade(), key=SL_STATUS.key, seed16=seed, at=AT) for seed in (SEED, bytes(16))]
    assert len({draft.payload for draft in drafts}) == 2


def test_a_trade_return_of_20_000_lines_fits_and_reads_fast():
    value = trade(trade=tuple(trade_line(carats=Carats.from_hundredths(n + 1)) for n in range(20_000)))
    draft = compose_filing(value, key=SL_STATUS.key, seed16=SEED, at=AT)
    assert Unsigned.from_bytes(draft.to_bytes()) == draft
    data = finish(draft, SL_STATUS.sign(draft.to_sign))
    started = time.perf_counter()
    document = read(data)
    assert time.perf_counter() - started < 5
    assert document.value == value and type_of(data) == "kpf" and len(data) < LIMITS["kpf"] / 4
    assert len(public_form(data)) < 300
    message = Message(
        type=MessageType.FILING,
        sender="SL",
        recipient="SECRETARIAT",
        id=bytes(16),
        seq=1,
        prev=bytes(32),
        at=AT,
        not_after=AT + timedelta(days=30),
        body=data,
    )
    assert sign_message(message, SL_MESSAGE)


def test_only_types_with_many_lines_may_be_large():
    full = certificate_document()
    with pytest.raises(Malformed) as caught:
        open_envelope(full + bytes(70_000), KEYS, typ="kpc")
    assert caught.value.code == "too_large"
    with pytest.raises(Malformed) as caught:
        open_envelope(filing_document() + bytes(LIMITS["kpf"]), KEYS, typ="kpf")
    assert caught.value.code == "too_large"


def test_more_than_a_document_may_have_is_not_composed():
    value = trade(trade=(trade_line(),) * 60_001)
    with pytest.raises(Malformed):
        compose_filing(value, key=SL_STATUS.key, seed16=SEED, at=AT)


@pytest.mark.parametrize("key", [14, 20, 21, 22, 25])
def test_a_private_field_that_was_altered_does_not_fit(key):
    outside = decode(filing_document()).value[1]
    seed, written = outside[PRIVATE]
    fields = decode(written)
    fields[key] = fields[key] + 1 if isinstance(fields.get(key), int) else [1] if key != 14 else "GGDO"
    other = encode([seed, encode(fields)])
    data = filing_document().replace(encode(outside[PRIVATE]), other)
    with pytest.raises(BadSignature) as caught:
        read(data)
    assert caught.value.code == "private_part"


def signed(claims, private=None):
    unsigned = compose("kpf", claims, SL_STATUS.key, unprotected={PRIVATE: private} if private else {})
    return finish(unsigned, SL_STATUS.sign(unsigned.to_sign))


def said(*place_and_value):
    """The claims of a filing whose public list has another value at a place."""
    claims = decode(decode(filing_document()).value[2])
    place, value = place_and_value
    claims[-70040] = [*claims[-70040][:place], value, *claims[-70040][place + 1 :]]
    return claims


@pytest.mark.parametrize(
    "claims",
    [
        said(0, "stocks"),
        said(1, "2025-H2"),
        said(1, "2025-Q9"),
        said(2, 0),
        said(2, "1"),
        said(3, "none"),
        said(4, b"short"),
        said(0, "trade") | {-70099: 1},
        said(0, "trade") | {4: 1_790_000_000},
    ],
)
def test_public_claims_that_cannot_be_are_refused(claims):
    with pytest.raises(Malformed):
        read(signed(claims))


@pytest.mark.parametrize(
    "fields",
    [
        {21: [["export", "EU", "SL", 710231, -1, 1, 1]]},
        {21: [["export", "eu", "SL", 710231, 1, 1, 1]]},
        {21: [["export", "EU", "SL", 710239, 1, 1, 1]]},
        {21: [["export", "EU", "SL", 710231, True, 1, 1]]},
        {21: [["export", "EU", "SL", 710231, 10**13, 1, 1]]},
        {21: []},
        {20: [["ASM", 1, 1]]},
        {24: "EXW"},
        {25: "everybody"},
        {28: "two\nlines"},
        {22: -1},
        {23: "3"},
    ],
)
def test_private_fields_that_cannot_be_are_refused(fields):
    private, root = FIELDS.commit(SEED, {14: "NMA", 25: "public"} | fields)
    with pytest.raises(Malformed):
        read(signed(said(4, root), private))


def test_the_key_is_one_of_the_authority_and_of_the_same_kind():
    keys = keys_with(status=record(SL_STATUS, KeyUse.STATUS, authority="GGDO"))
    with pytest.raises(Untrusted) as caught:
        read(filing_document(), keys)
    assert caught.value.code == "wrong_authority"
    with pytest.raises(Untrusted) as caught:
        read(filing_document(specimen=True))
    assert caught.value.code == "specimen"
    specimens = keys_with(status=record(SL_STATUS, KeyUse.STATUS, specimen=True))
    assert read(filing_document(specimen=True), specimens).specimen


@pytest.mark.parametrize("text", ["two\nlines", " space", "e\u0301"])
def test_words_that_cannot_be_written_are_never_composed(text):
    with pytest.raises((ValueError, DocumentError)):
        filing_document(replace(trade(), note=text))
