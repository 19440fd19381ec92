"""A page with a form of files, as a report of the member space has one."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.files.checking import CheckedFile
from shared.files.kinds import PDF
from shared.web.csrf import Expired, guard
from shared.web.forms import (
    WHOLE_FORM,
    Files,
    Form,
    MaxLength,
    Multiline,
    Parsed,
    Required,
    blank,
    parse,
    parse_upload,
    read_upload_form,
)

router = APIRouter()


class UploadForm(Form):
    """A text, files that are asked for, and one that is not."""

    message: Annotated[str, Multiline(), Required("Saisissez votre message"), MaxLength(500)]
    proofs: Annotated[tuple[CheckedFile, ...], Files("Choisissez au moins un justificatif")]
    letter: Annotated[tuple[CheckedFile, ...], Files(most=1, kinds=(PDF,))]


def _page(request: Request, status: int, form: Parsed[UploadForm]) -> Response:
    page: Response = request.app.state.pages.render(request, "upload.html", status, form=form)
    return page


@router.get("/espace/envoi")
async def show(request: Request) -> Response:
    """The form, empty."""
    return _page(request, 200, blank(UploadForm))


@router.post("/espace/envoi")
async def send(request: Request) -> Response:
    """The form, read."""
    async with read_upload_form(request) as sent:
        guarded = await guard(request, sent)
        if isinstance(guarded, Expired):
            return _page(request, 422, parse(UploadForm, sent).refuse(WHOLE_FORM, guarded.message))
        form = await parse_upload(UploadForm, sent)
    if form.value is None:
        return _page(request, 422, form)
    request.app.state.kept.append((*form.value.proofs, *form.value.letter))
    return RedirectResponse("/espace/fait", 303)


@router.get("/espace/fait")
async def done(request: Request) -> Response:
    """A plain message."""
    page: Response = request.app.state.pages.render(request, "notice.html", title="C’est fait", text="Merci.")
    return page
