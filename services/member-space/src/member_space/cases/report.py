"""A report of a change: its form, the page that shows it once more, and its filing (RGAA 11.12: review before it counts)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from member_space.access.space_visit import SpaceVisit
from member_space.access.step_up import PROOF_PAGE, carried
from member_space.cases import queries
from member_space.cases.filing import TooManyCasesError, file_case, filed_before
from member_space.cases.rules import Kind
from member_space.cases.summaries import SUMMARIES
from member_space.files.models import StoredFile
from member_space.files.storing import MOST_WAITING, keep, waiting, waiting_count
from member_space.frame import show
from member_space.place import Place
from shared.files.limits import FILE_COUNT
from shared.web.csrf import Expired, GuardResult, guard
from shared.web.forms import WHOLE_FORM, Form, Parsed, parse, parse_upload, read_upload_form
from shared.web.opened_forms import FIELD, NOT_ASKED, Opened
from shared.web.uploads import SentForm

NOTHING: Mapping[str, str] = {}
KEPT = "kept"
"""Hidden field: ids of the files that came with an earlier step."""
TOO_MANY = f"Vous avez déjà joint des fichiers\u00a0: {FILE_COUNT} au plus en tout"
GONE = (
    "Un fichier que vous aviez joint n’est plus là\u00a0: nous le gardons 24\u00a0heures avant l’envoi, et pour un seul "
    "signalement. Joignez-le à nouveau, ou continuez sans lui"
)
NONE_MORE = (
    "Vous avez joint beaucoup de fichiers à des signalements qui ne sont pas envoyés. Envoyez-en un, ou recommencez dans "
    "24\u00a0heures"
)


@dataclass(frozen=True)
class Report:
    """One kind of report. ``path`` follows the space's base; ``details`` makes of a valid form what the case keeps."""

    kind: Kind
    path: str
    template: str
    title: str
    form_class: type[Form]
    details: Callable[[Any], dict[str, Any]]
    context: Mapping[str, Any]
    """What the form's template needs besides: choices."""
    proof: bool = False
    """Filed only with a password that was proved for it: its form asks, and its review once more when that is long ago."""

    def opened(self, request: Request, visit: SpaceVisit, sent: Mapping[str, str]) -> Opened | None:
        """What its form carries; None when a proof is due before it is filed. ``sent``: the form as it came."""
        return carried(request, visit, self.path, sent.get(FIELD, "")) if self.proof else NOT_ASKED


async def show_form(
    request: Request,
    visit: SpaceVisit,
    report: Report,
    form: Parsed[Any],
    kept: Sequence[UUID] = (),
    status: int = 200,
    *,
    sent: Mapping[str, str] = NOTHING,
) -> Response:
    """The form, with the files that came before; below it, what was reported earlier. ``sent``: what it was sent with."""
    session = visit.work.session
    files = [await session.get_one(StoredFile, one, options=queries.NAMES) for one in kept]
    after = Place.read(request.query_params.get("apres", ""))
    page = await queries.page(session, visit.subject, report.kind, after)
    return show(
        request, visit, report.template, status, form=form, kept=files, page=page, after=after, report=report,
        opened=report.opened(request, visit, sent) or NOT_ASKED, **report.context,
    )  # fmt: skip


async def receive(request: Request, visit: SpaceVisit, report: Report) -> Response:
    """A step of it: to be looked at once more (``verifier``), to be changed (``modifier``), to be filed (``envoyer``)."""
    work = visit.work
    async with read_upload_form(request) as sent:
        given = _ids(sent)
        kept = await waiting(work, visit.subject, given)
        guarded = await guard(request, sent)
        lacking = len(kept) < len(given)
        if lacking and guarded.ok and (before := await filed_before(visit, report.kind, guarded.submission_id)):
            return _filed(visit, report, before)  # they went with it
        form, status = await _checked(visit, report, sent, guarded, kept, lacking=lacking)
    if form.value is None or isinstance(guarded, Expired):
        return await show_form(request, visit, report, form, kept, status, sent=sent)
    kept += [await keep(work, visit.subject, file, attached=False) for file in form.value.proofs]
    if sent.get("action") == "modifier":
        return await show_form(request, visit, report, form, kept, sent=sent)
    opened, files = report.opened(request, visit, sent), sent.get("action") == "envoyer"
    if opened is None or not files:
        unproved = files and opened is None
        return await _review(request, visit, report, form, kept, opened or NOT_ASKED, unproved=unproved)
    try:
        reference = await file_case(visit, report.kind, report.details(form.value), kept, guarded.submission_id)
    except TooManyCasesError as refusal:
        refused = form.refuse(WHOLE_FORM, refusal.words)
        return await show_form(request, visit, report, refused, kept, refusal.status, sent=sent)
    return _filed(visit, report, reference)


async def _checked(
    visit: SpaceVisit, report: Report, sent: SentForm, guarded: GuardResult, kept: Sequence[UUID], *, lacking: bool
) -> tuple[Parsed[Any], int]:
    """The form, and the status to show it again with if it has no value. ``lacking``: files that it brings back are gone."""
    unchecked = parse(report.form_class, sent)
    if lacking:
        unchecked = unchecked.refuse("proofs", GONE)
    if isinstance(guarded, Expired):
        return unchecked.refuse(WHOLE_FORM, guarded.message), 422
    if lacking:
        return unchecked, 422
    if sent.files and await waiting_count(visit.work, visit.subject) >= MOST_WAITING:
        return unchecked.refuse("proofs", NONE_MORE), 429
    form: Parsed[Any] = await parse_upload(report.form_class, sent)
    if form.value is not None and len(kept) + len(form.value.proofs) > FILE_COUNT:
        form = form.refuse("proofs", TOO_MANY)
    return form, 422


def _filed(visit: SpaceVisit, report: Report, reference: str) -> Response:
    return RedirectResponse(f"{visit.base}{report.path}/{reference}?envoye=oui", 303)


async def _review(
    request: Request,
    visit: SpaceVisit,
    report: Report,
    form: Parsed[Any],
    kept: Sequence[UUID],
    opened: Opened,
    *,
    unproved: bool,
) -> Response:
    """``unproved``: it was to be filed, and takes the password first. That is proved in another tab: this page holds the
    answers, and nothing else does."""
    files = [await visit.work.session.get_one(StoredFile, one, options=queries.NAMES) for one in kept]
    summary = SUMMARIES[report.kind](report.details(form.value))
    return show(
        request, visit, "signalement-verifier.html", 422 if unproved else 200, report=report, answers=form.values,
        summary=summary, kept=files, unproved=unproved, proof_page=PROOF_PAGE, opened=opened,
    )  # fmt: skip


def _ids(sent: Mapping[str, str]) -> list[UUID]:
    """The files of earlier steps, without those whose box « Retirer » is ticked. What is no id is left out."""
    found = []
    for text in sent.get(KEPT, "").split(",")[:FILE_COUNT]:
        try:
            one = UUID(text)
        except ValueError:
            continue
        if one not in found and f"retirer_{one}" not in sent:
            found.append(one)
    return found
