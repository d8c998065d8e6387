"""A return as a file: read whole, every mistake at once with its row and column, and a mended template back."""

from base64 import b64encode
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from openkp.portal.certificates import takeaway
from openkp.portal.site.posting import FormPage, Request, acting_on, form_page, given
from openkp.portal.statistics import draft_page
from openkp.portal.statistics.desk import kind_of, page_of
from openkp.portal.statistics.forms import UploadForm
from openkp.portal.statistics.words import draft_tag
from openkp.registry.errors import NotFound
from openkp.registry.statistics import lists, queries
from openkp.registry.statistics.operations.draft import save_draft
from openkp.registry.statistics.permissions import check_may_write
from openkp.scheme.errors import Finding, Refused
from openkp.scheme.periods import Period
from openkp.scheme.returns import ReturnKind
from openkp.scheme.words import N_, Sentence

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_INSIDE = 1_000_000
"""Bytes of a mended template that travel inside the page itself; a longer file is mended where it was made."""

MOST_FINDINGS = 200


def reader() -> Any:
    """The module that reads files of returns. Raises ``NotFound`` on a node that runs without it."""
    try:
        from openkp.figures import uploads
    except ImportError as error:
        raise NotFound(N_("This node cannot read returns from files. Type the return in instead.")) from error
    return uploads


@form_page
def upload(request: Request, draft_id: int) -> FormPage:
    """Take a file over into the draft, if nothing in it is unreadable; else say all that is, and give it back."""
    row = queries.draft(request.actor, draft_id)
    check_may_write(request.actor, row.authority_id)
    uploads = reader()
    form = UploadForm(given(request), request.FILES or None)
    # Read before the form is acted on, so that nobody waits for a database that is locked meanwhile.
    about = {"kind": ReturnKind(row.kind), "period": Period.parse(row.period), "translate": gettext}
    read = uploads.read_upload(*form.data_given(), **about) if form.is_valid() else None

    def act() -> str:
        assert read is not None, "only a valid form is acted on"
        if read.findings:
            raise Refused(shown(read.findings))
        save_draft(row.pk, read.fields, came="uploaded", **acting_on(request))
        return page_of(row)

    def show() -> dict[str, Any]:
        wrong = read if read and read.findings else None
        mended = inside(wrong.template) if wrong and wrong.lines else ""
        return {**draft_page.told(row), "wrong": wrong, "mended": mended}

    return FormPage(
        template="statistics/upload.html",
        form=form,
        act=act,
        row=row,
        home=page_of(row),
        is_open=row.status == "draft",
        stands=draft_tag(row.status).text,
        show=show,
    )


def shown(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """As many as a page can list; the mended template has all of them."""
    more = len(findings) - MOST_FINDINGS
    if more <= 0:
        return findings
    words = Sentence(N_("%(count)s more findings are not listed here: mend these first."), {"count": more})
    return (*findings[:MOST_FINDINGS], Finding("STAT-01", "more-findings", "", words))


def inside(mended: bytes) -> str:
    """The mended template as an address that holds the file itself, so that nothing of a refused file is kept."""
    if not mended or len(mended) > LARGEST_INSIDE:
        return ""
    return f"data:{XLSX};base64,{b64encode(mended).decode()}"


@require_safe
def template(request: Request, kind: str) -> HttpResponse:
    """An empty template to fill in."""
    lists.check_may_watch(request.actor)
    wanted = kind_of(kind)
    data = reader().empty_template(wanted, gettext)
    return takeaway.file(data, f"{wanted.value}-template.xlsx", XLSX)
