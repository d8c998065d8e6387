"""Which languages the counter speaks, and which it only tries on.

English is the source. A language is offered when its catalogue is complete enough to be read by a
stranger; until then it is on trial: shown in the component gallery and to the tests, so that its
direction, its plurals and its width are known before its words are.
"""

from pathlib import Path

LANGUAGE_CODE = "en"
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]

OFFERED = (("en", "English"), ("fr", "français"))

PSEUDO = "en-xa"
"""English in brackets and 40 % longer: what is not marked for translation, or gets cut off, shows at once."""

ON_TRIAL = (("ar", "العربية"), (PSEUDO, "[Ƥşḗŭḓǿ]"))


def languages(*, with_trial: bool) -> list[tuple[str, str]]:
    """The languages of this node, each by its own name."""
    return [*OFFERED, *ON_TRIAL] if with_trial else list(OFFERED)
