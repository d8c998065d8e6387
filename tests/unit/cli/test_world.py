"""What ``openkp world`` is asked wrongly is said in a sentence, never as an error inside."""

import pytest

from openkp.cli import main


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("score", "--seeds", ","), "Write seeds as numbers"),
        (("score", "--seeds", "one,two"), "Write seeds as numbers"),
        (("score",), "Name the directories to score"),
        (("score", "--seeds", "-1"), "from 0 to 9223372036854775807"),
        (("--seed", "9223372036854775808", "--out", "OUT"), "from 0 to 9223372036854775807"),
        (("--seed", "1", "--certificates", "100", "--out", "FULL"), "something else than a synthetic world"),
        (("score", "FULL"), "holds no synthetic world"),
        (("score", "CUT"), "holds no synthetic world"),
    ],
)
def test_what_cannot_be_meant_is_said(typed, said, tmp_path, capsys):
    for name, text in (("FULL/notes.txt", "mine"), ("CUT/world.json", '{"seed": 1, "ye'), ("CUT/truth.json", "{}")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    code = main(["world", *(str(tmp_path / word) if word.isupper() else word for word in typed)])
    told = capsys.readouterr().err
    assert code and said in told and "went wrong inside" not in told
