"""An attachment given back, of either side."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from member_space.files.downloading import download
from member_space.files.storing import load
from member_space.questions.models import Question
from member_space.questions.threads import is_attached
from shared.web.problem import Problem


async def give(session: AsyncSession, question: Question | None, file_id: str) -> Response:
    """The file of that id, when it belongs to this thread.

    Raises:
        Problem: 404 for anything else; the answer never says which.
    """
    try:
        wanted = UUID(file_id)
    except ValueError:
        raise Problem(404) from None
    if question is None or not await is_attached(session, question, wanted):
        raise Problem(404)
    file = await load(session, wanted, question.person_id)
    if file is None:
        raise Problem(404)
    return download(file)
