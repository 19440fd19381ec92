"""« Application d’authentification »: show it the secret, then have it show a code."""

import segno
from fastapi import APIRouter, Depends
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation.one_time_codes import enrolment_uri, in_groups
from activation.parts import parts_of
from activation.second_factor import application
from activation.second_factor.changes import Added, NotAdded, add
from activation.second_factor.forms import ApplicationForm
from activation.second_factor.models import TotpEnrolment, TotpFactor
from activation.second_factor.overview_pages import after_adding
from activation.second_factor.policy import OVERVIEW, offered
from activation.sign_in_pages import sign_in_address
from activation.visit import Visit, visiting
from shared.web.forms import Parsed, blank
from shared.web.posted_form import posted_form

router = APIRouter(include_in_schema=False, dependencies=[Depends(offered)])

PAGE = f"{OVERVIEW}/application"
WRONG = "Ce code n’est pas celui que votre application montre en ce moment. Vérifiez-le, ou attendez le suivant"


@router.get(PAGE)
async def show(request: Request) -> Response:
    """The secret as a picture and as letters, and the field for the first code."""
    visit = await visiting(request, PAGE, proved=True, enrols=True)
    if isinstance(visit, Response):
        return visit
    return await _page(request, visit, blank(ApplicationForm, others="oui"))


@router.post(PAGE)
async def send(request: Request) -> Response:
    """Keep the application, once it has shown that it knows the secret."""
    visit = await visiting(request, PAGE, proved=True, enrols=True)
    if isinstance(visit, Response):
        return visit
    form = await posted_form(request, ApplicationForm)
    if form.value is None:
        return await _page(request, visit, form, 422)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    async with parts.database.unit_of_work() as work:
        enrolment = await work.session.get(TotpEnrolment, visit.session.id)
    code = application.shown(parts.totp, enrolment, form.value.code) if enrolment else None
    if enrolment and code is None:
        return await _page(request, visit, form.refuse("code", WRONG), 422)
    outcome = await add(parts, visit, code, end_others=form.value.others) if code else NotAdded()
    # not added: a form sent twice
    return after_adding(request, outcome.codes) if isinstance(outcome, Added) else RedirectResponse(OVERVIEW, 303)


async def _page(request: Request, visit: Visit, form: Parsed[ApplicationForm], status: int = 200) -> Response:
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        secret = await application.offer(work, parts.totp, visit.session.id)
        replaces = await work.session.get(TotpFactor, visit.account.id) is not None
    if secret is None:
        return RedirectResponse(sign_in_address(PAGE, expired=True), 303)
    uri = enrolment_uri(secret, visit.account.email, application.ISSUER)
    return parts.pages.render(
        request, "double-verification-application.html", status,
        form=form, opened=visit.opened, picture=_qr_code(uri), secret=in_groups(secret), replaces=replaces,
    )  # fmt: skip


def _qr_code(uri: str) -> Markup:
    """Drawn in the page itself, dark on light in every colour scheme, without a style that the page's policy forbids."""
    drawn = segno.make_qr(uri, error="m").svg_inline(
        omitsize=True, border=4, light="#fff", svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704 (made of numbers by the library)
