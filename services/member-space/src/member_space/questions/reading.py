"""A form with files, read and checked in one go: what it says, and the submission it is."""

from typing import TypeVar
from uuid import UUID

from starlette.requests import Request

from shared.web.csrf import Expired, guard
from shared.web.forms import WHOLE_FORM, Form, Parsed, parse, parse_upload, read_upload_form

F = TypeVar("F", bound=Form)


async def read(request: Request, form_class: type[F]) -> tuple[Parsed[F], UUID | None]:
    """The form and its submission; without one, it is not a form of ours any more and holds the reason."""
    async with read_upload_form(request) as sent:
        guarded = await guard(request, sent)
        if isinstance(guarded, Expired):
            return parse(form_class, sent).refuse(WHOLE_FORM, guarded.message), None
        return await parse_upload(form_class, sent), guarded.submission_id
