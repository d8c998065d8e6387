"""Marking what a person will read, without choosing their language here.

``N_`` marks a sentence for the catalogues; whoever shows it translates it. The sentence
stays English in the law, so that a finding means the same on every node.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Translate = Callable[[str], str]


def N_(sentence: str) -> str:
    """Mark ``sentence`` for translation and give it back unchanged."""
    return sentence


def as_written(sentence: str) -> str:
    """The translation into the language the sentence was written in: itself."""
    return sentence


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with named gaps: ``Sentence(N_("%(country)s is no Participant"), {"country": "KE"})``."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, translate: Translate = as_written) -> str:
        """The sentence in the language of ``translate``, gaps filled; a gap may hold a ``Sentence`` too."""
        if not self.values:
            return translate(self.template)
        filled = {name: v.text(translate) if isinstance(v, Sentence) else v for name, v in self.values.items()}
        return translate(self.template) % filled

    def __str__(self) -> str:
        return self.text()

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted((k, str(v)) for k, v in self.values.items()))))
