"""What a page needs beside the signed document: names, addresses and words that the document holds as codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from openkp.documents.pdf.labels import ENGLISH
from openkp.scheme.certificates import Certificate, Confirmation


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Who prints, in which second language, for which verifier.

    ``places`` names countries in English by their code (``{"SL": "Sierra Leone"}``; a code without a name is printed
    alone). ``language`` is one of ``labels.languages()``; ``en`` prints English only. ``words`` replaces printed
    words of the second language by key, as an authority wishes. ``base_url`` is the verifier's (see ``qr.qr_text``).
    ``fonts`` are directories with fonts for scripts that Typst's own fonts lack.
    """

    participant_name: str
    authority_name: str
    base_url: str
    authority_address: str = ""
    language: str = ENGLISH
    places: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    fonts: tuple[str, ...] = ()

    def place(self, code: str) -> str:
        """A country as it is printed: name and code, or the code alone."""
        return f"{self.places[code]} ({code})" if code in self.places else code

    @property
    def verifier(self) -> str:
        """The verifier's address in words."""
        return self.base_url.removeprefix("https://")


@dataclass(frozen=True, kw_only=True)
class CertificateView:
    """A certificate to print; ``check_code`` is the code for public look-up (documents.md 2.1, rule 8)."""

    certificate: Certificate
    letterhead: Letterhead
    check_code: str


@dataclass(frozen=True, kw_only=True)
class ConfirmationView:
    """An import confirmation to print; ``destination`` is the code of the country that received the shipment."""

    confirmation: Confirmation
    letterhead: Letterhead
