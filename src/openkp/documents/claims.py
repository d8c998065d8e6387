"""The claims and fields that several documents share: their labels, and how each value is written and read.

Weights are whole hundredths of a carat, values whole US cents, instants whole seconds, days ``2026-11-23``.
What the law's constructors refuse is ``Malformed`` here.
"""

from typing import Any

from openkp.documents.envelope import Opened
from openkp.documents.errors import Malformed, Untrusted
from openkp.documents.shapes import Fields, built
from openkp.scheme.goods import Carats, HsSubheading, Line, Party, USDollars, plain_text
from openkp.scheme.numbers import CertificateNumber
from openkp.scheme.words import N_

ISSUER, EXPIRES, ISSUED = 1, 4, 6
STATUS_POINTER = 65535
COMMITTED = -70002
SPECIMEN = -70004
SUBJECT = -70005

EXPORTER_NAME, EXPORTER_PLACE, IMPORTER_NAME, IMPORTER_PLACE, LINES, REMARKS, AUTHORITY = 3, 4, 5, 6, 8, 13, 14

_HEADINGS = {int(hs.replace(".", "")): hs for hs in HsSubheading}
_MOST_LINES = 20


def proven_claims(opened: Opened) -> Fields:
    """The claims of a verified statement, without those that ``open_envelope`` has proven already."""
    known = (ISSUER, EXPIRES, ISSUED)
    return Fields({label: value for label, value in opened.claims.items() if label not in known})


def read_specimen(claims: Fields, opened: Opened) -> bool:
    """Whether the statement is a specimen. Raises ``Untrusted`` where its key is not of the same kind."""
    specimen = claims.has(SPECIMEN)
    if specimen and claims.flag(SPECIMEN) is not True:
        raise Malformed(N_("A statement is a specimen or does not mention it."), code="specimen")
    if specimen is not opened.key_record.specimen:
        raise Untrusted(N_("Specimens and real documents are signed with keys of their own."), code="specimen")
    return specimen


def specimen_claim(specimen: bool) -> dict[int, Any]:
    """The claim that marks a specimen: left out of everything else."""
    return {SPECIMEN: True} if specimen else {}


def check_authority(opened: Opened, authority: str) -> None:
    """Raises ``Untrusted`` where the key belongs to another authority of the Participant."""
    if opened.key_record.authority not in ("", authority):
        raise Untrusted(N_("The key belongs to another authority than the one named."), code="wrong_authority")


def read_number(text: str) -> CertificateNumber:
    """A certificate number with its check character. Raises ``Malformed``."""
    try:
        return CertificateNumber.parse_checked(text)
    except ValueError as error:
        raise Malformed(
            N_("The certificate number is not one, or its check character is wrong."), code="number"
        ) from error


def read_committed(claims: Fields) -> tuple[CertificateNumber, bytes]:
    """The number and the root over the private fields. Raises ``Malformed``."""
    match claims.items(COMMITTED):
        case [str() as number, bytes() as root] if len(root) == 32:
            return read_number(number), root
    raise Malformed(N_("The statement does not commit to its private fields."), code="field")


def plain(text: str, *, longest: int) -> str:
    """``text`` if it can be printed on one line. Raises ``Malformed``."""
    return built(lambda: plain_text(text, longest=longest))


def optional_text(fields: Fields, key: int, *, longest: int) -> str:
    """A printable text, or the empty one where the field is left out."""
    return plain(fields.text(key, longest=longest), longest=longest) if fields.has(key) else ""


def texts(fields: Fields, key: int, *, longest: int) -> tuple[str, ...]:
    """A list of printable texts that is not empty, or no texts where the field is left out."""
    values = fields.items(key, least=1, most=200) if fields.has(key) else []
    if any(type(value) is not str for value in values):
        raise Malformed(N_("A list of texts holds something else."), code="field")
    return tuple(plain(value, longest=longest) for value in values)


def party_fields(party: Party, name: int, place: int) -> dict[int, Any]:
    """The two fields of a party: its name; its country and address."""
    return {name: party.name, place: [party.country, party.address]}


def read_party(fields: Fields, name: int, place: int) -> Party:
    """A party from its two fields. Raises ``Malformed``."""
    named = fields.text(name)
    match fields.items(place):
        case [str() as country, str() as address]:
            return built(lambda: Party(name=named, address=address, country=country))
    raise Malformed(N_("The country and address of a party cannot be read."), code="field")


def heading_value(hs: HsSubheading) -> int:
    """An HS subheading as documents hold it: 710231."""
    return int(hs.replace(".", ""))


def heading(value: int) -> HsSubheading:
    """The HS subheading of that number. Raises ``Malformed``."""
    if value not in _HEADINGS:
        raise Malformed(N_("A line of goods cannot be read."), code="line")
    return _HEADINGS[value]


def line_values(lines: tuple[Line, ...]) -> list[list[int]]:
    """Lines as documents hold them: heading, hundredths of a carat, cents, parcels."""
    return [[heading_value(line.hs), line.carats.hundredths, line.value.hundredths, line.parcels] for line in lines]


def read_lines(fields: Fields) -> tuple[Line, ...]:
    """The lines; none where the field is left out. Raises ``Malformed``."""
    values = fields.items(LINES, least=1, most=_MOST_LINES) if fields.has(LINES) else []
    return tuple(_line(value) for value in values)


def _line(value: Any) -> Line:
    if type(value) is not list or [type(part) for part in value] != [int] * 4 or value[0] not in _HEADINGS:
        raise Malformed(N_("A line of goods cannot be read."), code="line")
    heading, carats, cents, parcels = value
    return built(
        lambda: Line(
            hs=_HEADINGS[heading],
            carats=Carats.from_hundredths(carats),
            value=USDollars.from_hundredths(cents),
            parcels=parcels,
        )
    )
