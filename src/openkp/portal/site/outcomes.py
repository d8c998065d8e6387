"""The five outcomes of a verification: never a bare tick, always words, a sign and a colour, and what to do next."""

from dataclasses import dataclass

from openkp.scheme.words import N_


@dataclass(frozen=True)
class Outcome:
    """How one outcome is told."""

    title: str
    means: str
    next: tuple[str, ...]
    look: str


OUTCOMES: dict[str, Outcome] = {
    "genuine_open": Outcome(
        N_("Genuine and still open"),
        N_("The authority named below signed this certificate, and it has not been used, voided or expired."),
        (
            N_("Compare each fact below with the paper and the parcel."),
            N_("Check that every seal is whole and bears the number shown."),
            N_("If anything differs, keep the parcel and ask the issuing authority."),
        ),
        "open",
    ),
    "genuine_closed": Outcome(
        N_("Genuine, but closed"),
        N_("The authority named below signed this certificate, but it can no longer cover a shipment."),
        (
            N_("Do not release a parcel on this certificate."),
            N_("Ask the issuing authority which certificate covers the parcel."),
        ),
        "closed",
    ),
    "status_unknown": Outcome(
        N_("Signature good, status not known"),
        N_("The authority named below signed this certificate. Whether it is still open cannot be told from here."),
        (
            N_("Compare each fact below with the paper and the parcel."),
            N_("Get a newer trust list, or ask the issuing authority, before you release the parcel."),
        ),
        "unknown",
    ),
    "not_genuine": Outcome(
        N_("Not genuine"),
        N_("No authority that we trust signed these words. It was made or altered by someone else."),
        (
            N_("Do not release the parcel."),
            N_("Keep the paper and the parcel together and tell your supervisor."),
            N_("Report it to the authority that is named on the paper, by an address you already know."),
        ),
        "false",
    ),
    "unreadable": Outcome(
        N_("Cannot be read"),
        N_("No certificate was found in what you gave us. This says nothing about the parcel."),
        (
            N_("Scan the code again: flat, sharp and in even light."),
            N_("Or upload the file as you received it, not a photograph of a screen."),
            N_("If it still cannot be read, ask the issuing authority for the file."),
        ),
        "unread",
    ),
}
