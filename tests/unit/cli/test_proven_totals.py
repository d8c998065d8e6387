"""``openkp statistics check``: exit codes, JSON and words, without a database; and ``verify`` of the same documents."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from openkp.cli import main
from openkp.documents.checkpoint import sign_checkpoint
from openkp.documents.filing_v1 import compose_filing
from openkp.documents.keys import KeyUse
from openkp.documents.log import leaf_hash
from openkp.documents.merkle_sum import EMPTY
from openkp.documents.questionnaire_v1 import compose_questionnaire
from openkp.documents.total_proof import write_proof
from openkp.documents.total_v1 import Scope, Total, compose_total
from openkp.documents.unsigned import finish
from openkp.scheme.periods import Period
from openkp.scheme.returns import Flow
from tests.unit.documents.makers import KEYS
from tests.unit.documents.statistics_makers import questionnaire, trade
from tests.unit.documents.total_world import Book, document
from tests.unit.documents.trust_world import DAY, NOON, log_signer, trust_list, use_signer
from tests.unit.documents.verify_world import bundle_bytes

BOOK = Book(document(number) for number in (1, 2, 3))
OPEN = BOOK.opened()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A node's directory with a trust bundle."""
    monkeypatch.setenv("OPENKP_HOME", str(tmp_path))
    monkeypatch.setenv("NO_COLOR", "1")
    (tmp_path / "trust.bundle").write_bytes(bundle_bytes())
    (tmp_path / "trust.pin").write_text(trust_list().fingerprint)
    return tmp_path


@pytest.fixture
def trusted(monkeypatch):
    """A bundle that knows the keys of the small world of documents."""
    found = SimpleNamespace(keyring=KEYS, checkpoints={})
    monkeypatch.setattr("openkp.cli.figuring.check.read_bundle", lambda *_given: found)


def check(home, proof, *options):
    file = home / "total.kpn"
    file.write_bytes(proof if isinstance(proof, bytes) else write_proof(proof))
    return main(["statistics", "check", str(file), *options])


@pytest.mark.parametrize("proof", [BOOK.public(), OPEN], ids=lambda proof: proof.grade)
def test_what_fits_says_so(home, trusted, capsys, proof):
    assert check(home, proof, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["fits"] is True and found["grade"] == proof.grade
    assert found["total"] | {"log": 0} == {
        "participant": "SL",
        "flow": "export",
        "period": "2026-Q1",
        "hs": None,
        "origin": None,
        "carats": "33.85",
        "usd": "632.50",
        "certificates": 3,
        "void": 0,
        "other": 0,
        "logged_in_period": 3,
        "log": 0,
        "specimen": False,
        "at": "2026-04-02T08:00:00Z",
    }
    assert {one["outcome"] for one in found["checks"]} <= {"pass", "skipped"}


def test_what_does_not_fit_names_the_first_certificate(home, trusted, capsys):
    entry = replace(OPEN.entries[1], parts=OPEN.entries[0].parts)
    wrong = replace(OPEN, entries=(OPEN.entries[0], entry, OPEN.entries[2]))
    assert check(home, wrong, "--json") == 3
    found = json.loads(capsys.readouterr().out)
    assert (found["fits"], found["checks"][-1]["code"]) == (False, "amounts")
    assert found["checks"][-1]["text"].startswith("Certificate 2 of the proof: The tree has it with")
    assert check(home, wrong) == 3
    assert capsys.readouterr().out.startswith("The total does NOT fit.")


def test_a_holder_names_their_certificate(home, trusted, capsys):
    mine, other = home / "mine.kpc", home / "other.kpc"
    mine.write_bytes(BOOK.documents[1])
    other.write_bytes(BOOK.documents[2])
    assert check(home, BOOK.holder(1), "--certificate", str(mine)) == 0
    assert "with 13.35 carats" in capsys.readouterr().out
    assert check(home, BOOK.holder(1), "--certificate", str(other)) == 3
    assert check(home, BOOK.holder(1)) == 2
    assert check(home, OPEN, "--certificate", str(mine)) == 2
    assert check(home, BOOK.holder(1), "--certificate", str(home / "none.kpc")) == 2


def test_what_is_no_proof_is_unreadable(home, trusted):
    assert check(home, b"not a proof") == 8
    assert check(home, write_proof(OPEN)[:-1]) == 8
    assert check(home, BOOK.total()) == 8


def test_a_signer_that_the_bundle_does_not_know_is_not_believed(home, capsys):
    assert check(home, BOOK.public(), "--json") == 3
    found = json.loads(capsys.readouterr().out)
    assert (found["total"], found["checks"][0]["code"]) == (None, "unknown_key")


def test_it_needs_no_django_and_no_network(home):
    script = (
        "import sys; from openkp.cli import main; code = main(['statistics', 'check', sys.argv[1]]);"
        "print(code, [name for name in ('django', 'socket', 'duckdb', 'ibis') if name in sys.modules])"
    )
    file = home / "total.kpn"
    file.write_bytes(write_proof(BOOK.public()))
    told = subprocess.run([sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "3 []"


@pytest.mark.parametrize(
    "options",
    [
        ("--period", "2026-Q5"),
        ("--period", "2026-Q1", "--hs", "7103.10"),
        ("--period", "2026-Q1", "--flow", "import", "--origin", "SL"),
        ("--period", "2026-Q1", "--grade", "holder"),
        ("--period", "2026-Q1", "--number", "SL004911"),
    ],
)
def test_what_cannot_be_proven_is_a_usage_problem(home, options):
    flow = () if "--flow" in options else ("--flow", "export")
    out = str(home / "total.kpn")
    assert main(["statistics", "prove", "--participant", "SL", "--out", out, *flow, *options]) == 2


# Verification of the documents themselves.

AT = NOON - DAY
SL_STATUS = use_signer("SL", KeyUse.STATUS)


def filing():
    value = trade(authority="SL-GGDO")
    return signed(compose_filing(value, key=SL_STATUS.key, seed16=bytes(16), at=AT, specimen=True), SL_STATUS)


def total():
    scope = Scope(participant="SL", flow=Flow.EXPORT, period=Period.parse("2025-Q4"))
    log = log_signer("SL")
    note = sign_checkpoint("kp.example.sl/log", 1, leaf_hash(b""), log, AT)
    value = Total(scope=scope, tree=EMPTY, specimen=True)
    draft = compose_total(value, key=SL_STATUS.key, log_key_id=log.key.kid, note=note, at=AT + timedelta(hours=1))
    return signed(draft, SL_STATUS)


def question():
    by = use_signer("SECRETARIAT", KeyUse.MESSAGE)
    return signed(compose_questionnaire(questionnaire(at=AT, specimen=True), key=by.key), by)


def signed(draft, by):
    return finish(draft, by.sign(draft.to_sign))


@pytest.mark.parametrize(
    ("data", "kind", "issuer", "words"),
    [
        (filing(), "filing", "SL", "Statistical return"),
        (total(), "total", "SL", "Proven total"),
        (question(), "questionnaire", "SECRETARIAT", "Data Anomaly Questionnaire"),
    ],
    ids=["kpf", "kpn", "kpq"],
)
def test_verify_knows_the_documents_of_statistics(home, capsys, data, kind, issuer, words):
    file = home / "document"
    file.write_bytes(data)
    arguments = ["verify", str(file), "--at", "2026-03-01T12:00:00Z"]
    assert main([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["kind"], found["issuer"], found["number"]) == ("genuine_open", kind, issuer, None)
    assert found["facts"]["period"]
    assert main(arguments) == 0
    told = capsys.readouterr().out
    assert words in told and "goods" not in told
    file.write_bytes(data.replace(b"2025", b"2024"))
    assert main(arguments) == 3
