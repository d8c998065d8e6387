"""What the preparing officer must have done: seen, weighed and counted the goods, and sealed them."""

from collections.abc import Iterator

from openkp.scheme.cases import ExportCase
from openkp.scheme.comparison import Measured, differences
from openkp.scheme.rules.base import Problem, problem, rule
from openkp.scheme.words import N_


@rule("CERT-07", source="Core Document II(b), IV")
def the_goods_were_inspected(case: ExportCase) -> Iterator[Problem]:
    """A certificate is issued only after the internal controls: an inspection by a named officer."""
    if case.inspection is None:
        sentence = N_("Weigh, count and seal the goods first. Nothing has been inspected, so nothing can be certified.")
        yield problem("inspection_missing", "", sentence)
    elif not case.preparing_officer:
        sentence = N_("Name the officer who inspected the goods. A certificate needs a person who answers for it.")
        yield problem("preparing_officer_missing", "", sentence)


@rule("EXP-04", source="Core Document Annex II 17", force="R")
def the_goods_were_presented(case: ExportCase) -> Iterator[Problem]:
    """The exporter brings the shipment itself to the Exporting Authority."""
    if case.inspection and not case.inspection.goods_presented:
        sentence = N_("Confirm that the goods lie before you. An inspection of papers alone does not do.")
        yield problem("goods_not_presented", "goods_presented", sentence)


@rule("EXP-03", source="Core Document IV(c), II(c)")
def the_container_is_sealed(case: ExportCase) -> Iterator[Problem]:
    """Rough diamonds travel in a tamper-resistant container, whose number and seals are on record."""
    if case.inspection and not case.inspection.seals:
        sentence = N_("Write the number of at least one seal. A shipment leaves in a sealed container only.")
        yield problem("seals_missing", "seals", sentence)
    if case.inspection and not case.inspection.container:
        sentence = N_("Write the container's number. The importing officer must know what to look for.")
        yield problem("container_missing", "container", sentence)


@rule("EXP-06", source="Core Document Annex II 19", force="R")
def the_certificate_travels_with_the_goods(case: ExportCase) -> Iterator[Problem]:
    """The certificate, or an authenticated copy, is sealed in with the goods; the record says which."""
    if case.inspection and case.inspection.certificate_location is None:
        sentence = N_(
            "Say where the certificate travels: inside the container, outside, or outside with a copy inside."
        )
        yield problem("certificate_location_missing", "certificate_location", sentence)


@rule("CERT-05", source="Core Document I, Annex I.A")
def the_blank_is_on_record(case: ExportCase) -> Iterator[Problem]:
    """A certificate resists forgery; an authority that prints on numbered blanks records the blank's number."""
    if case.inspection and case.policy.require_blank_serial and not case.inspection.blank_serial:
        sentence = N_("Write the serial number of the blank. This authority prints on numbered security paper.")
        yield problem("blank_serial_missing", "blank_serial", sentence)


@rule("CFLD-10", source="Core Document Annex I.A, Annex II 18; certificate-rules 3.2 stage 3")
def the_weight_is_as_declared(case: ExportCase) -> Iterator[Problem]:
    """The carats weighed are those declared, within the authority's tolerance."""
    yield from _differing(
        case,
        Measured.CARATS,
        N_("HS %(hs)s: %(found)s ct weighed, %(declared)s ct declared. Weigh again, or return the application."),
    )


@rule("CFLD-11", source="Core Document Annex I.A; certificate-rules 3.2 stage 3")
def the_value_is_as_declared(case: ExportCase) -> Iterator[Problem]:
    """The value found is that declared, within the authority's tolerance."""
    yield from _differing(
        case,
        Measured.VALUE,
        N_("HS %(hs)s: valued at USD %(found)s, declared at USD %(declared)s. Value again, or return the application."),
    )


@rule("CFLD-12", source="Core Document Annex I.A; certificate-rules 3.2 stage 3")
def the_parcels_are_as_declared(case: ExportCase) -> Iterator[Problem]:
    """The parcels counted are those declared."""
    yield from _differing(
        case,
        Measured.PARCELS,
        N_("HS %(hs)s: %(found)s parcels counted, %(declared)s declared. Count again, or return the application."),
    )


@rule("CFLD-13", source="Core Document Annex I.A; certificate-rules 3.2 stage 3")
def the_classes_are_as_declared(case: ExportCase) -> Iterator[Problem]:
    """The subheadings found are those declared, no more and no fewer."""
    yield from _differing(
        case,
        Measured.HS,
        N_("HS %(hs)s: %(found)s ct found, %(declared)s ct declared. Classify again, or return the application."),
    )


def _differing(case: ExportCase, measured: Measured, sentence: str) -> Iterator[Problem]:
    if case.inspection is None:
        return
    for each in differences(case.application.lines, case.inspection.lines, case.policy):
        if each.measured is measured:
            values = {"hs": each.hs, "found": each.found, "declared": each.declared}
            yield problem(f"{measured}_differs", f"lines.{each.place}.{measured}", sentence, **values)


RULES = (
    the_goods_were_inspected,
    the_goods_were_presented,
    the_classes_are_as_declared,
    the_weight_is_as_declared,
    the_value_is_as_declared,
    the_parcels_are_as_declared,
    the_container_is_sealed,
    the_certificate_travels_with_the_goods,
    the_blank_is_on_record,
)
