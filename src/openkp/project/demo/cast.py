"""Who plays: three nodes, their authorities and companies, and one person for each desk."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from openkp.project.demo.history import EXPORTERS
from openkp.registry.accounts.roles import Role

FOUNDED = datetime(2019, 1, 1, 8, tzinfo=UTC)
"""The nodes were set up before the first shipment of their past; their keys hold from then on."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """An authority that a node hosts; ``of_the_scheme`` where it is no Participant's, as the Secretariat is not."""

    code: str
    name: str
    city: str
    language: str
    settings: dict[str, Any] = field(default_factory=dict)
    of_the_scheme: bool = False


@dataclass(frozen=True, kw_only=True)
class Player:
    """A person with one role at one authority; an applicant applies for the company of that place in ``EXPORTERS``."""

    username: str
    name: str
    role: Role
    office: str
    company: int | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one node is: whose, and who works there. ``code`` is that of the Participant or office."""

    name: str
    code: str
    title: str
    port: int
    offices: tuple[Office, ...] = ()
    companies: tuple[tuple[str, str], ...] = ()
    players: tuple[Player, ...] = ()


SIERRA_LEONE = Part(
    name="sierra-leone",
    code="SL",
    title="Sierra Leone",
    port=8101,
    offices=(Office(code="SL-NMA", name="National Minerals Agency", city="Freetown", language="fr"),),
    companies=EXPORTERS,
    players=(
        Player(username="fatmata", name="Fatmata Kamara", role=Role.APPLICANT, office="SL-NMA", company=0),
        Player(username="sahr", name="Sahr Gbondo", role=Role.APPLICANT, office="SL-NMA", company=1),
        Player(username="isata", name="Isata Conteh", role=Role.APPLICANT, office="SL-NMA", company=2),
        Player(username="ibrahim", name="Ibrahim Sesay", role=Role.PREPARING_OFFICER, office="SL-NMA"),
        Player(username="mariama", name="Mariama Bangura", role=Role.VALIDATING_OFFICER, office="SL-NMA"),
        Player(username="joseph", name="Joseph Koroma", role=Role.ADMINISTRATOR, office="SL-NMA"),
        Player(username="aminata", name="Aminata Turay", role=Role.AUDITOR, office="SL-NMA"),
        Player(username="hawa", name="Hawa Jalloh", role=Role.STATISTICIAN, office="SL-NMA"),
        Player(username="foday", name="Foday Mansaray", role=Role.STATISTICIAN, office="SL-NMA"),
    ),
)
ANTWERP = Part(
    name="antwerp",
    code="EU",
    title="European Union",
    port=8102,
    offices=(
        # One Participant, two authorities: each numbers its certificates from a range of its own.
        Office(
            code="EU-ANT",
            name="Antwerp Diamond Office",
            city="Antwerp",
            language="fr",
            settings={"number_last": 49_999_999},
        ),
        Office(
            code="EU-LIS",
            name="Union authority of Portugal",
            city="Lisbon",
            language="pt",
            settings={"number_first": 50_000_000},
        ),
    ),
    players=(
        Player(username="an", name="An Peeters", role=Role.IMPORT_OFFICER, office="EU-ANT"),
        Player(username="wim", name="Wim Claes", role=Role.ADMINISTRATOR, office="EU-ANT"),
        Player(username="lotte", name="Lotte Maes", role=Role.AUDITOR, office="EU-ANT"),
        Player(username="greet", name="Greet Janssens", role=Role.STATISTICIAN, office="EU-ANT"),
        Player(username="tom", name="Tom Maertens", role=Role.STATISTICIAN, office="EU-ANT"),
        Player(username="duarte", name="Duarte Lopes", role=Role.IMPORT_OFFICER, office="EU-LIS"),
    ),
)
SECRETARIAT = Part(
    name="secretariat",
    code="SECRETARIAT",
    title="Secretariat",
    port=8103,
    offices=(Office(code="SECRETARIAT", name="KP Secretariat", city="Gaborone", language="en", of_the_scheme=True),),
    players=(
        Player(username="naledi", name="Naledi Moeti", role=Role.ANALYST, office="SECRETARIAT"),
        Player(username="kabo", name="Kabo Tsheko", role=Role.ANALYST, office="SECRETARIAT"),
        Player(username="thuso", name="Thuso Seretse", role=Role.ADMINISTRATOR, office="SECRETARIAT"),
    ),
)

PARTS = (SIERRA_LEONE, ANTWERP, SECRETARIAT)
