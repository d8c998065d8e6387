"""What can go wrong, split by who can mend it. Each ring adds its own leaf.

Every error carries a stable ``code``; nothing in this project reads the words of an error.
"""

from dataclasses import dataclass

from openkp.scheme.words import N_, Sentence, Translate, as_written


class OpenkpError(Exception):
    """The root. ``sentence`` says what and why; ``advice`` says what to do next."""

    code = "error"
    advice = Sentence("")

    def __init__(self, sentence: Sentence | str, *, code: str | None = None, advice: Sentence | None = None) -> None:
        self.sentence = sentence if isinstance(sentence, Sentence) else Sentence(sentence)
        self.code = code or type(self).code
        self.advice = advice or type(self).advice
        super().__init__(str(self.sentence))

    def text(self, translate: Translate = as_written) -> str:
        """The error in a person's language."""
        return self.sentence.text(translate)


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found wrong.

    ``rule`` is the catalogue's id (``EXP-02``), ``code`` the stable name of this problem,
    ``field`` the dotted name of what to mend (``lines.0.carats``), empty for the whole.
    """

    rule: str
    code: str
    field: str
    sentence: Sentence

    def text(self, translate: Translate = as_written) -> str:
        """What is wrong and what to do, in a person's language."""
        return self.sentence.text(translate)


class Refused(OpenkpError):
    """The scheme says no, with every finding at once: the one who asked can mend them."""

    code = "refused"
    advice = Sentence(N_("Correct what is listed and send it again."))

    def __init__(self, findings: "tuple[Finding, ...] | list[Finding]") -> None:
        if not findings:
            raise ValueError("a refusal needs at least one finding")
        self.findings = tuple(findings)
        super().__init__(Sentence(N_("This was refused. Each reason is listed.")))
