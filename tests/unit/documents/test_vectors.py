"""The published test documents: as they are made, and answered as they say when read from the files alone."""

import json
from base64 import b64decode
from datetime import datetime
from pathlib import Path

import pytest

from openkp.cli import main
from openkp.cli.errors import Exit
from openkp.cli.vectors import FORMAT, SUITES, made
from openkp.documents.canonical import decode
from openkp.documents.certificate_v1 import check_code, read_certificate
from openkp.documents.checkpoint import open_checkpoint
from openkp.documents.commitment import Commitment
from openkp.documents.confirmation_v1 import read_confirmation
from openkp.documents.disclosure import read_disclosure
from openkp.documents.envelope import open_envelope
from openkp.documents.errors import BadSignature, DocumentError
from openkp.documents.filing_v1 import read_filing
from openkp.documents.keys import KeyRecord, KeyTable, KeyUse, PublicKey, SoftSigner, ed25519_key, new_private_key
from openkp.documents.log import leaf_hash, root, verify_consistency, verify_inclusion
from openkp.documents.questionnaire_v1 import read_questionnaire
from openkp.documents.status import open_status_list
from openkp.documents.status_statement_v1 import read_status_statement
from openkp.documents.total_check import Known, check_proof
from openkp.documents.total_proof import read_proof
from openkp.documents.total_v1 import read_total

VECTORS = Path(__file__).parents[3] / "vectors"


def load(name):
    content = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    assert content["format"] == FORMAT
    return content


def record(key):
    return KeyRecord(
        key=PublicKey(key["algorithm"], bytes.fromhex(key["cose_key"])),
        participant=key["participant"],
        authority=key["authority"],
        use=KeyUse(key["use"]),
        valid_from=datetime.fromisoformat(key["valid_from"]),
        valid_until=datetime.fromisoformat(key["valid_until"]),
        revoked_from_log_size=key["revoked_from_log_size"],
        specimen=key["specimen"],
    )


KEYS = load("keys")["keys"]
KEYRING = KeyTable(record(key) for key in KEYS.values() if key["known"])
READERS = {
    "certificate": lambda data: read_certificate(open_envelope(data, KEYRING, typ="kpc")),
    "import-confirmation": lambda data: read_confirmation(open_envelope(data, KEYRING, typ="kpi")),
    "status-statement": lambda data: read_status_statement(open_envelope(data, KEYRING, typ="kps")),
    "status-list": lambda data: open_status_list(data, KEYRING),
    "disclosure": lambda data: read_disclosure(data, KEYRING),
    "statistical-return": lambda data: read_filing(open_envelope(data, KEYRING, typ="kpf")),
    "questionnaire": lambda data: read_questionnaire(open_envelope(data, KEYRING, typ="kpq")),
    "proven-total": lambda data: read_total(open_envelope(data, KEYRING, typ="kpn"), KEYRING),
    "total-proof": lambda data: fitting(data),
}


def fitting(data):
    report = check_proof(read_proof(data), Known(keyring=KEYRING))
    for check in report.checks:
        if check.outcome == "fail":
            raise BadSignature(check.sentence, code=check.code)
    return report.total


CASES = [(kind, case) for kind in READERS for case in load(kind)["cases"]]


@pytest.mark.parametrize(("kind", "case"), CASES, ids=[f"{kind}/{case['name']}" for kind, case in CASES])
def test_each_document_is_answered_as_it_says(kind, case):
    data, expected = bytes.fromhex(case["data"]), case["expected"]
    if expected["result"] != "ok":
        with pytest.raises(DocumentError) as refusal:
            READERS[kind](data)
        assert {"result": refusal.value.kind, "code": refusal.value.code} == expected
        return
    found = READERS[kind](data)
    if "standing" in expected:
        assert found.standing(datetime.fromisoformat(case["at"])) == expected["standing"]
    if "values" in expected:
        assert found.values == expected["values"]
    if "shown" in expected:
        assert found[1] == expected["shown"]
    if "carats" in expected:
        figures = (str(found.carats), str(found.value), found.certificates)
        assert figures == (expected["carats"], expected["usd"], expected["certificates"])


def test_good_and_bad_are_many_and_named_once():
    for kind in READERS:
        names = [case["name"] for case in load(kind)["cases"]]
        assert len(names) == len(set(names))
        good = [name for name in names if name.startswith("good")]
        assert 0 < len(good) < len(names) - len(good)
    assert set(READERS) == set(SUITES)
    assert len(CASES) > 120


def test_keys_are_made_of_their_entropy():
    for key in KEYS.values():
        made_again = SoftSigner.from_pem(new_private_key(key["algorithm"], bytes.fromhex(key["entropy"]))).key
        assert (made_again.cose_key.hex(), made_again.kid.hex()) == (key["cose_key"], key["kid"])


def test_commitment():
    vector = load("commitment")
    seed, fields = bytes.fromhex(vector["seed"]), decode(bytes.fromhex(vector["fields"]))
    commitment = Commitment(bytes.fromhex(vector["label"]), tuple(vector["keys"]))
    assert commitment.commit(seed, fields)[1].hex() == vector["root"]
    assert check_code(seed) == vector["check_code"]


def test_log():
    vector = load("log")
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in vector["entries"]]
    roots = {int(size): bytes.fromhex(value) for size, value in vector["roots"].items()}
    assert all(root(leaves[:size]) == value for size, value in roots.items())
    for one in vector["inclusion"]:
        proof = [bytes.fromhex(hash_) for hash_ in one["proof"]]
        verify_inclusion(leaves[one["index"]], one["index"], one["size"], proof, roots[one["size"]])
    for one in vector["consistency"]:
        proof = [bytes.fromhex(hash_) for hash_ in one["proof"]]
        verify_consistency(one["old"], one["new"], roots[one["old"]], roots[one["new"]], proof)


def test_checkpoints():
    vector = load("checkpoint")
    origin, _, key = vector["verifier_key"].split("+", 2)
    for case in vector["cases"]:
        try:
            open_checkpoint(case["note"].encode(), ed25519_key(b64decode(key)[1:]), origin=origin)
            found = {"result": "ok"}
        except DocumentError as error:
            found = {"result": error.kind, "code": error.code}
        assert found == case["expected"], case["name"]


def test_the_command_finds_no_difference(capsys):
    assert main(["vectors", "--check"]) == Exit.OK
    assert set(capsys.readouterr().out.split()) == {path.name for path in VECTORS.glob("*.json")} == set(made())


def test_the_command_finds_a_changed_a_missing_and_a_strange_file(tmp_path, capsys):
    assert main(["vectors", "--out", str(tmp_path)]) == Exit.OK
    assert main(["vectors", "--out", str(tmp_path), "--check"]) == Exit.OK
    capsys.readouterr()
    (tmp_path / "log.json").unlink()
    (tmp_path / "strange.json").write_text("{}")
    (tmp_path / "keys.json").write_text((tmp_path / "keys.json").read_text() + " ")
    assert main(["vectors", "--out", str(tmp_path), "--check", "--json"]) == Exit.FAILED
    found = json.loads(capsys.readouterr().out)
    assert found["differing"] == ["keys.json", "log.json", "strange.json"] and found["mistaken"] == []
    assert main(["vectors", "--out", str(tmp_path), "--check"]) == Exit.FAILED
    assert "keys.json" in capsys.readouterr().err
    assert main(["vectors", "--out", str(tmp_path / "none"), "--check"]) == Exit.USAGE
