"""A case as its member sees it, whatever it is about."""

from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from member_space.access.space_visit import SpaceVisit
from member_space.cases import queries
from member_space.cases.models import Case
from member_space.cases.rules import KIND_WORDS, REASONS, Kind, State, state_words
from member_space.cases.summaries import SUMMARIES
from member_space.files.downloading import download
from member_space.files.storing import load
from member_space.frame import show
from shared.web.problem import Problem


async def show_case(request: Request, visit: SpaceVisit, kind: Kind, reference: str, path: str) -> Response:
    """What was asked or reported, where it is, and the answer.

    Raises:
        Problem: 404 when there is none of this person's.
    """
    case = await _case(visit, kind, reference)
    return show(
        request, visit, "dossier.html", case=case, kind_words=KIND_WORDS[kind], path=path,
        summary=SUMMARIES[kind](case.details), files=(await queries.attached(visit.work.session, case.id))[case.id],
        state=state_words(kind, State(case.state), case.available_until, visit.today),
        reason=REASONS.get(case.reason, ""), sent=request.query_params.get("envoye") == "oui",
    )  # fmt: skip


async def send_file(visit: SpaceVisit, kind: Kind, reference: str, file_id: UUID) -> Response:
    """A file of a case.

    Raises:
        Problem: 404 when it is not of a case of this person's; 410 when the document is no longer there.
    """
    case = await _case(visit, kind, reference)
    found = (await queries.attached(visit.work.session, case.id))[case.id]
    wanted = next((file for file in found if file.id == file_id), None)
    file = await load(visit.work.session, file_id, visit.subject)
    if wanted is None or file is None:
        raise Problem(404)
    if wanted.from_desk and case.available_until is not None and case.available_until < visit.today:
        raise Problem(410, "Ce document n’est plus disponible", "Faites une nouvelle demande depuis la page Documents.")
    return download(file)


async def _case(visit: SpaceVisit, kind: Kind, reference: str) -> Case:
    case = await queries.by_reference(visit.work.session, visit.subject, kind, reference)
    if case is None:
        raise Problem(404)
    return case
