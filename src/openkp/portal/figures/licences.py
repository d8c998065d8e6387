"""Under what terms figures may be used: what the Kimberley Process published bears no licence that was found."""

from dataclasses import dataclass

from django.utils.translation import gettext

from openkp.scheme.words import N_


@dataclass(frozen=True)
class Licence:
    """An SPDX identifier, what it means in words, and where its text stands, if anywhere."""

    id: str
    text: str
    address: str = ""

    def words(self) -> str:
        """What to tell a reader."""
        return gettext(self.text)


LICENCES = {
    "real": Licence(
        "NOASSERTION",
        N_("No licence is stated for the public statistics of the Kimberley Process. Name it as their source."),
    ),
    "synthetic": Licence(
        "CC0-1.0",
        N_("Made by a program from a seed: no rights are reserved (CC0 1.0)."),
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
}


def licence_of(world: str) -> Licence:
    """The terms of a world's figures."""
    return LICENCES["synthetic" if world == "synthetic" else "real"]
