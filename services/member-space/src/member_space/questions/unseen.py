"""What a member wrote while the desk had the thread open: their page can't know of it, the row's lock does."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from member_space.questions.models import Message, Question


async def unseen_since(session: AsyncSession, question: Question, seen: UUID | None) -> datetime | None:
    """When the first message came that waits and was not shown; None when all were. ``question`` is locked.

    ``seen``: the last message that was shown; when it is none of the thread's, nothing of what waits was.
    """
    if question.waiting_since is None:
        return None
    shown = select(Message.at).where(Message.id == seen, Message.question_id == question.id).scalar_subquery()
    query = select(func.min(Message.at)).where(
        Message.question_id == question.id,
        col(Message.from_desk).is_(False),
        col(Message.at) >= question.waiting_since,
        func.coalesce(col(Message.at) > shown, True),
    )
    return (await session.execute(query)).scalar_one()
