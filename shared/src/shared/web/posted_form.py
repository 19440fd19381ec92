"""A form as it was posted, for pages that need nothing else of the request: one that is not ours is refused as a whole."""

from collections.abc import Mapping
from typing import TypeVar

from starlette.requests import Request

from shared.web.csrf import Expired, guard
from shared.web.forms import WHOLE_FORM, Form, Parsed, parse, read_form

F = TypeVar("F", bound=Form)


async def posted_form(request: Request, form_class: type[F]) -> Parsed[F]:
    """Read it, check its token and its answers."""
    return await guarded_form(request, form_class, await read_form(request))


async def guarded_form(request: Request, form_class: type[F], data: Mapping[str, str]) -> Parsed[F]:
    """The same for what was read already."""
    form = parse(form_class, data)
    guarded = await guard(request, data)
    return form.refuse(WHOLE_FORM, guarded.message) if isinstance(guarded, Expired) else form
