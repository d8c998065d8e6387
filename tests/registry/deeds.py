"""Every operation on an application, a certificate or an arrival, as one table that several tests read.

``Deed``: how the operation is called, the statuses from which it is open, and who may do it there. Whoever and
whatever is not named here is refused.
"""

from dataclasses import dataclass

from openkp.registry.certificates.models import Application, Arrival, Certificate
from openkp.registry.certificates.operations import close as closing
from openkp.registry.certificates.operations.apply import apply
from openkp.registry.certificates.operations.confirm import confirm
from openkp.registry.certificates.operations.decide import reject, return_to_applicant, send_back
from openkp.registry.certificates.operations.prepare import prepare
from openkp.registry.certificates.operations.record_arrival import record_arrival
from openkp.registry.certificates.operations.save_inspection import save_inspection
from openkp.registry.certificates.operations.start import save, withdraw
from openkp.registry.certificates.operations.validate import validate
from openkp.registry.certificates.operations.void import void
from openkp.scheme.life import Status
from tests.factories import INSPECTION, NOW, RECEIPT, application_at, arrival_at, certificate_at
from tests.registry.stage import LATER

S = Status
APPLICATIONS = (S.DRAFT, S.APPLIED, S.RETURNED, S.REJECTED, S.WITHDRAWN, S.PREPARED, S.ISSUED)
CERTIFICATES = (S.VALIDATED, S.DELIVERED, S.CONFIRMED, S.CLOSED, S.VOID, S.EXPIRED_UNUSED)
ARRIVALS = (S.EXPECTED, S.ARRIVED, S.RECEIVED, S.CANCELLED)

# The roles at the authority whose turn it is; the same roles at another authority are refused.
APPLICANTS = ("applicant@SL", "exporter")
PREPARING = ("preparing_officer@SL",)
VALIDATING = ("validating_officer@SL",)
IMPORTING = ("import_officer@EU",)


@dataclass(frozen=True)
class Deed:
    """One operation: ``act(row_id, actor, at, version)``."""

    model: type
    act: object
    open_from: tuple
    allowed: tuple
    at: object = NOW


def _deed(model, operation, *arguments, open_from, allowed, at=NOW):
    def act(row_id, actor, *, version=None):
        return operation(row_id, *arguments, actor=actor, at=at, version=version)

    return Deed(model, act, open_from, allowed, at)


FAR = NOW.replace(year=NOW.year + 1)

DEEDS = {
    # The company of the application writes, sends and takes back; nobody else, and no other company.
    "save": _deed(Application, save, {"remarks": "x"}, open_from=(S.DRAFT, S.RETURNED), allowed=APPLICANTS),
    "apply": _deed(Application, apply, open_from=(S.DRAFT, S.RETURNED), allowed=APPLICANTS),
    "withdraw": _deed(Application, withdraw, open_from=(S.DRAFT, S.APPLIED, S.RETURNED), allowed=APPLICANTS),
    # The Exporting Authority weighs with one pair of eyes and signs with another.
    "save_inspection": _deed(Application, save_inspection, INSPECTION, open_from=(S.APPLIED,), allowed=PREPARING),
    "prepare": _deed(Application, prepare, INSPECTION, open_from=(S.APPLIED,), allowed=PREPARING),
    "return_to_applicant": _deed(
        Application, return_to_applicant, "Why.", open_from=(S.APPLIED, S.PREPARED), allowed=PREPARING + VALIDATING
    ),
    "reject": _deed(Application, reject, "Why.", open_from=(S.APPLIED, S.PREPARED), allowed=PREPARING + VALIDATING),
    "send_back": _deed(Application, send_back, "Why.", open_from=(S.PREPARED,), allowed=VALIDATING),
    "validate": _deed(Application, validate, open_from=(S.PREPARED,), allowed=VALIDATING),
    # What it issued it may void, until it was confirmed; and close once a difference is explained.
    "void": _deed(
        Certificate, void, "printer_error", open_from=(S.VALIDATED, S.DELIVERED), allowed=VALIDATING, at=LATER
    ),
    "close": _deed(
        Certificate, closing.close, "Weighed twice.", open_from=(S.CONFIRMED,), allowed=PREPARING + VALIDATING, at=FAR
    ),
    "expire": _deed(
        Certificate, closing.expire, open_from=(S.VALIDATED, S.DELIVERED), allowed=PREPARING + VALIDATING, at=FAR
    ),
    # Only the destination's import officers take goods in and confirm them.
    "record_arrival": _deed(
        Arrival, record_arrival, LATER.date(), open_from=(S.EXPECTED,), allowed=IMPORTING, at=LATER
    ),
    "confirm": _deed(Arrival, confirm, RECEIPT, open_from=(S.ARRIVED,), allowed=IMPORTING, at=LATER),
}
#: ``send_back`` leads to a status from which others begin: an application that stands there is told otherwise.
ALREADY = {("save", "already-sent"), ("save_inspection", "not-waiting")}


def subject(model, status, here):
    """A row of ``model`` at ``status``, by the steps that people take."""
    make = {Application: application_at, Certificate: certificate_at, Arrival: arrival_at}[model]
    return make(status, here)


def statuses(model):
    """The statuses a row of ``model`` can be in and stay."""
    return {Application: APPLICATIONS, Certificate: CERTIFICATES, Arrival: ARRIVALS}[model]
