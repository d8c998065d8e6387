"""Why a certificate may be voided: a closed list, and words where none of it fits.

Source: CERT-14 (the list of the United States authority, 31 CFR 592 practice); ``other`` needs a note.
"""

from openkp.scheme.words import N_

OTHER = "other"

VOID_REASONS: dict[str, str] = {
    "printer_error": N_("Printer error"),
    "lost_in_transit": N_("Certificate lost in transit"),
    "transposition_error": N_("Transposition error"),
    "customer_cancelled": N_("Customer cancelled the shipment"),
    "shipment_returned": N_("Shipment returned"),
    "surrendered": N_("Certificate surrendered"),
    OTHER: N_("Another reason"),
}
