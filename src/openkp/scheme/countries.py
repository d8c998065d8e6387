"""Names of countries and territories by ISO 3166-1 alpha-2 code, in English and French."""

from openkp.scheme.dated import read_data

EUROPEAN_UNION = "EU"
_NAMES_OF_THE_UNION = {"en": "European Union", "fr": "Union européenne"}


def codes() -> tuple[str, ...]:
    """Every ISO code, in alphabetical order; ``EU`` is not one of them."""
    return tuple(read_data("countries.yaml")["countries"])


def is_country(code: str) -> bool:
    """Whether ISO 3166-1 has this alpha-2 code."""
    return code in read_data("countries.yaml")["countries"]


def country_name(code: str, language: str = "en") -> str:
    """The name in ``language`` (English where there is none); the code itself where it is unknown."""
    names: dict[str, str] = read_data("countries.yaml")["countries"].get(code, {})
    if code == EUROPEAN_UNION:
        names = _NAMES_OF_THE_UNION
    return names.get(language) or names.get("en", code)
