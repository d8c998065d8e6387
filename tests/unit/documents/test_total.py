"""A total fits its certificates; one hundredth of a carat, one certificate, one moved sum, and it does not."""

from dataclasses import replace

import pytest

from openkp.documents.checkpoint import open_checkpoint, sign_checkpoint
from openkp.documents.confirmation_v1 import compose_confirmation, finish_confirmation
from openkp.documents.envelope import open_envelope, public_form
from openkp.documents.errors import DocumentError, Malformed
from openkp.documents.keys import KeyUse
from openkp.documents.log import leaf_hash
from openkp.documents.merkle_sum import EMPTY, NOTHING, Node, Part, Sums
from openkp.documents.total_check import Known, check_proof
from openkp.documents.total_proof import Grade, Newer, Proof, read_proof, write_proof
from openkp.documents.total_v1 import Scope, Total, compose_total, finish_total, read_total
from openkp.scheme.certificates import Outcome
from openkp.scheme.goods import HsSubheading, Origin, OriginMode
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow
from tests.unit.documents.makers import (
    EU_CONFIRMATION,
    KEYS,
    SEED,
    SL_CERTIFICATE,
    SL_LOG,
    SL_STATUS,
    confirmation,
    keys_with,
    record,
)
from tests.unit.documents.total_world import EXPORTS, LATER, QUARTER, Book, checked, claims_of, codes, document

MANY = 7
BOOK = Book(document(number) for number in range(1, MANY + 1))
OPEN = BOOK.opened()


def entries(proof: Proof, *changed) -> Proof:
    return replace(proof, entries=tuple(changed))


def test_the_total_is_the_sum_of_the_lines():
    total = read_total(open_envelope(BOOK.total(), KEYS, typ="kpn"), KEYS)
    assert (str(total.carats), str(total.value), total.certificates) == ("81.05", "2896.50", MANY)
    assert (total.scope, total.logged_in_period, total.checkpoint.size) == (EXPORTS, MANY, 1 + 2 * MANY)


@pytest.mark.parametrize("proof", [BOOK.public(), OPEN, BOOK.holder(3)], ids=lambda proof: proof.grade)
def test_each_grade_fits_and_reads_as_it_was_written(proof):
    again = read_proof(write_proof(proof))
    assert again == proof
    report = checked(again, certificate=BOOK.documents[3])
    assert report.fits and not codes(report)


@pytest.mark.parametrize("number", range(MANY))
def test_every_holder_finds_their_own_certificate_and_no_other(number):
    proof = BOOK.holder(number)
    assert checked(proof, certificate=BOOK.documents[number]).fits
    other = BOOK.documents[(number + 1) % MANY]
    assert codes(checked(proof, certificate=other)) == ["other_certificate"]
    assert codes(checked(proof, certificate=public_form(BOOK.documents[number]))) == ["public_form"]
    assert codes(checked(proof)) == ["no_certificate"]


@pytest.mark.parametrize("number", range(MANY))
@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("change", [Sums(1, 0, 0), Sums(0, 1, 0), Sums(0, 0, 1)], ids=["carat", "cent", "count"])
def test_one_hundredth_more_in_any_leaf_breaks_it(number, part, change):
    entry = OPEN.entries[number]
    parts = list(entry.parts)
    parts[part] = replace(parts[part], part=replace(parts[part].part, sums=parts[part].part.sums + change))
    changed = [*OPEN.entries]
    changed[number] = replace(entry, parts=tuple(parts))
    report = checked(entries(OPEN, *changed))
    assert codes(report) == ["amounts"] and f"Certificate {number + 1} " in report.checks[-1].text()


@pytest.mark.parametrize("number", range(MANY))
def test_an_authority_that_counts_a_certificate_otherwise_than_it_signed_it_is_found_out(number):
    """The tree itself is made with 0.01 ct too much, and signed: the certificate's own signature says otherwise."""
    book = Book(BOOK.documents)
    first, *rest = book.parts[number]
    book.parts[number] = (replace(first, sums=first.sums + Sums(1, 0, 0)), *rest)
    assert codes(checked(book.opened())) == ["amounts"]
    assert codes(checked(book.holder(number), certificate=book.documents[number])) == ["amounts"]


@pytest.mark.parametrize("number", range(MANY))
def test_a_certificate_with_other_carats_under_the_same_number_breaks_it(number):
    other = document(number + 1, "10.26")
    changed = [*OPEN.entries]
    changed[number] = replace(changed[number], statement=BOOK.disclosure(other))
    assert codes(checked(entries(OPEN, *changed))) == ["proof"]


@pytest.mark.parametrize("number", range(MANY))
def test_dropping_or_repeating_a_certificate_breaks_it(number):
    one = OPEN.entries[number]
    assert codes(checked(entries(OPEN, *(each for each in OPEN.entries if each is not one)))) == ["count"]
    assert codes(checked(entries(OPEN, *OPEN.entries, one))) == ["repeated"]


@pytest.mark.parametrize("number", range(MANY))
def test_sums_moved_between_two_certificates_break_it(number):
    book = Book(BOOK.documents)
    other = (number + 1) % MANY
    one = max(book.parts[number], key=lambda part: part.sums.carats)
    place = book.parts[number].index(one)
    moved = list(book.parts[number])
    moved[place] = replace(one, sums=Sums(one.sums.carats - 1, one.sums.cents, one.sums.certificates))
    first, *rest = book.parts[other]
    book.parts[number] = tuple(moved)
    book.parts[other] = (replace(first, sums=first.sums + Sums(1, 0, 0)), *rest)
    proof = book.opened()
    assert claims_of(proof.total)[-70051] == claims_of(BOOK.total())[-70051]
    assert codes(checked(proof)) == ["amounts"]


def test_sums_moved_along_a_path_break_it():
    proof = BOOK.holder(2)
    entry = proof.entries[0]
    for place, placed in enumerate(entry.parts):
        for level, sibling in enumerate(placed.siblings):
            siblings = list(placed.siblings)
            siblings[level] = Node(sibling.hash, sibling.sums + Sums(0, 1, 0))
            parts = list(entry.parts)
            parts[place] = replace(placed, siblings=tuple(siblings))
            wrong = entries(proof, replace(entry, parts=tuple(parts)))
            assert codes(checked(wrong, certificate=BOOK.documents[2])) == ["tree"]


def test_one_leaf_does_not_stand_for_two_parts():
    """The sums are right, and every leaf is in the tree; but two of the parts are one."""
    book = Book(BOOK.documents)
    whole, twin = book.amounts[2], Part(b"b" * 16, Sums(1, 1, 0))
    rest = Part(b"a" * 16, Sums(whole.carats - 2, whole.cents - 2, 1))
    book.parts[2] = (rest, twin, twin, Part(b"c" * 16, NOTHING))
    assert codes(checked(book.holder(2), certificate=book.documents[2])) == ["repeated"]


def test_a_total_that_is_more_than_its_certificates_is_found_out():
    tree = Node(claims_of(BOOK.total())[-70052], Sums(8106, 289650, MANY))
    assert codes(checked(BOOK.opened(tree=tree))) == ["sums"]
    hash_only = Node(bytes(32), Sums(8105, 289650, MANY))
    assert codes(checked(BOOK.opened(tree=hash_only))) == ["tree"]


def test_a_certificate_of_another_quarter_or_another_participant_is_found_out():
    late = Book([document(1), document(90)])
    assert codes(checked(late.opened())) == ["period"]
    assert codes(checked(late.holder(1), certificate=late.documents[1])) == ["period"]
    keys = keys_with(certificate=record(SL_CERTIFICATE, KeyUse.CERTIFICATE, "BW"))
    for proof in (OPEN, BOOK.holder(0)):
        assert codes(check_proof(proof, Known(keyring=keys, certificate=BOOK.documents[0]))) == ["wrong_issuer"]


def test_a_certificate_that_is_not_in_the_log_is_found_out():
    book = Book(BOOK.documents)
    book.places[4] += 1
    assert codes(checked(book.opened())) == ["proof"]


def test_a_total_of_one_heading_counts_its_lines_only():
    scope = replace(EXPORTS, hs=HsSubheading.INDUSTRIAL)
    book = Book([document(number) for number in (2, 4, 6)], scope)
    report = checked(book.opened(other=4))
    assert report.fits and (str(report.total.carats), report.total.logged_in_period) == ("9.30", 7)
    gems_only = Book([document(3)])
    gems_only.scope = scope
    assert codes(checked(gems_only.opened())) == ["scope"]


def test_a_total_of_one_origin_shows_the_origin_as_well():
    scope = replace(EXPORTS, origin="SL")
    report = checked(Book([document(1)], scope).opened())
    assert report.fits
    mixed = document(2, origin=Origin(OriginMode.MIXED))
    book = Book([document(1)], scope)
    assert codes(checked(entries(book.opened(), replace(book.entry(0), statement=book.disclosure(mixed))))) == ["proof"]


def test_a_proof_shows_no_trader():
    data = write_proof(OPEN) + write_proof(BOOK.holder(1)) + write_proof(BOOK.public())
    for name in (b"Kono", b"Antwerpen", b"Siaka", b"SL-77120", b"Hoveniers", b"B 204417"):
        assert name not in data


def test_a_public_or_held_proof_shows_no_other_certificate():
    data = write_proof(BOOK.holder(1)) + write_proof(BOOK.public())
    for statement in BOOK.statements[:1] + BOOK.statements[2:]:
        assert statement not in data


def test_a_total_of_imports_counts_what_was_found():
    def found(number: int, outcome: Outcome = Outcome.ACCEPTED) -> bytes:
        value = confirmation(number=CertificateNumber("SL", f"{number:06}"), outcome=outcome)
        draft = compose_confirmation(value, key=EU_CONFIRMATION.key, seed16=SEED)
        return finish_confirmation(draft, EU_CONFIRMATION.sign(draft.to_sign))

    # The confirmations are the European Union's; so are the log and the total over them.
    keys = keys_with(log=record(SL_LOG, KeyUse.LOG, "EU"), status=record(SL_STATUS, KeyUse.STATUS, "EU"))
    scope = Scope(participant="EU", flow=Flow.IMPORT, period=QUARTER)
    book = Book([found(1), found(2)], scope, typ="kpi")
    report = check_proof(book.opened(other=1), Known(keyring=keys))
    assert report.fits and report.total.certificates == 2
    assert check_proof(book.holder(1), Known(keyring=keys, certificate=book.documents[1])).fits
    refused = book.disclosure(found(3, Outcome.REFUSED))
    wrong = entries(book.opened(), replace(book.entry(0), statement=refused), book.entry(1))
    assert codes(check_proof(wrong, Known(keyring=keys))) == ["proof"]


def test_no_certificates_is_a_total_too():
    report = checked(Book([]).opened())
    assert report.fits and report.total.sums == NOTHING


def test_a_log_that_was_rewritten_is_found_out():
    other = Book(document(number) for number in range(2, MANY + 2))
    proof = replace(BOOK.public(), newer=other.newer())
    assert codes(checked(proof)) == ["proof"]


def test_a_checkpoint_from_elsewhere_is_compared():
    newer = BOOK.newer()
    same = open_checkpoint(newer.note, SL_LOG.key)
    assert [c.outcome for c in checked(BOOK.public(), checkpoint=same).checks] == ["pass"] * 3
    assert codes(checked(BOOK.public(), checkpoint=replace(same, root=bytes(32)))) == ["split_view"]
    elsewhere = replace(same, size=same.size + 1)
    assert checked(BOOK.public(), checkpoint=elsewhere).checks[-1].outcome == "skipped"


def test_a_total_is_bound_to_a_checkpoint_after_the_period():
    early = sign_checkpoint("kp.gov.sl/log", 1, leaf_hash(b""), SL_LOG, LATER.replace(month=3))
    book = Book(BOOK.documents)
    book.note = early
    with pytest.raises(DocumentError) as caught:
        read_total(open_envelope(book.total(), KEYS, typ="kpn"), KEYS)
    assert caught.value.code == "period"


def test_a_total_of_the_last_quarter_that_can_be_written_is_refused_as_any_other_to_come():
    book = Book([], replace(EXPORTS, period=Period.parse("2999-Q4")))
    assert codes(checked(book.public())) == ["period"]


def test_a_signature_by_another_key_is_not_a_total():
    draft = compose_total(
        Total(scope=EXPORTS, tree=EMPTY), key=SL_LOG.key, log_key_id=SL_LOG.key.kid, note=BOOK.note, at=LATER
    )
    signed = finish_total(draft, SL_LOG.sign(draft.to_sign))
    report = checked(replace(BOOK.public(), total=signed))
    assert (codes(report), report.total, report.fits) == (["key_use"], None, False)


@pytest.mark.parametrize("size", range(0, 2000, 97))
def test_a_cut_proof_is_not_read(size):
    with pytest.raises(Malformed):
        read_proof(write_proof(OPEN)[:size])


@pytest.mark.parametrize(
    "wrong",
    [
        replace(OPEN, grade=Grade.PUBLIC),
        replace(BOOK.holder(0), entries=()),
        replace(OPEN, newer=Newer(b"short", b"", ())),
        entries(OPEN, replace(OPEN.entries[0], parts=OPEN.entries[0].parts[:3])),
        entries(OPEN, replace(OPEN.entries[0], inclusion=(b"short",))),
    ],
)
def test_a_proof_of_another_shape_is_not_read(wrong):
    with pytest.raises(Malformed):
        read_proof(write_proof(wrong))
