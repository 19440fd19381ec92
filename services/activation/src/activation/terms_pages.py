"""The terms of use: the current ones, every earlier one, and the page that asks again after a major change."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies, sessions, terms_acceptance, visit
from activation.cookies import Cookie
from activation.first_steps import TERMS_PAGE
from activation.local_path import local_path
from activation.parts import parts_of
from activation.sign_in_pages import sign_in_address
from activation.terms import Terms
from shared.contracts.paris import day_in_paris
from shared.web.forms import WHOLE_FORM, Checkbox, Form, Parsed, Required, blank, read_form
from shared.web.posted_form import guarded_form
from shared.web.problem import Problem

router = APIRouter(include_in_schema=False)

OTHER_NOW = "Une autre version est parue entre-temps\u00a0: lisez celle-ci."


class AcceptanceForm(Form):
    """One box."""

    terms: Annotated[Checkbox, Required("Cochez la case pour accepter les conditions générales d’utilisation")]


@router.get("/conditions")
async def current(request: Request) -> Response:
    """The terms that are accepted now; the earlier ones; for who is signed in, what they accepted and when."""
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        found = await sessions.find(work, cookies.read(request, Cookie.SESSION))
        accepted = await terms_acceptance.newest(work, found.who.account_id) if found else None
        today = day_in_paris(work.now)
    return parts.pages.render(
        request, "conditions.html", terms=parts.terms.current(today), earlier=parts.terms.earlier(today),
        accepted=accepted, is_current=True,
    )  # fmt: skip


@router.get("/conditions/{version}")
async def one(request: Request, version: Annotated[str, Path(max_length=9)]) -> Response:
    """One version, to be read or printed: also what will come into force, and what no longer is."""
    parts = parts_of(request)
    terms = parts.terms.of(version)
    if terms is None:
        raise Problem(404)
    is_current = terms == parts.terms.current(day_in_paris(datetime.now(UTC)))
    return parts.pages.render(
        request, "conditions.html", terms=terms, earlier=[], accepted=None, is_current=is_current
    )  # fmt: skip


@router.get(TERMS_PAGE)
async def ask(request: Request, suite: str = "") -> Response:
    """The new version, what it changes, and the box; who has nothing to accept goes on."""
    return await _ask(request, blank(AcceptanceForm), suite)


@router.post(TERMS_PAGE)
async def accept(request: Request) -> Response:
    """Accept what was shown, and go on to the page that was wanted."""
    data = await read_form(request)
    form, suite = await guarded_form(request, AcceptanceForm, data), data.get("suite", "")
    if form.value is None:
        return await _ask(request, form, suite, 422)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    async with parts.database.unit_of_work() as work:
        visitor = await visit.find(work, request)
        if visitor is None:
            return RedirectResponse(sign_in_address(suite, expired=True), 303)
    # apart: being here writes to the session, which whoever ends it locks after the account
    async with parts.database.unit_of_work() as work:
        if await terms_acceptance.accept(work, parts.terms, visitor.account.id, data.get("version", "")):
            return RedirectResponse(local_path(suite), 303)
    return await _ask(request, blank(AcceptanceForm).refuse(WHOLE_FORM, OTHER_NOW), suite, 422)


async def _ask(request: Request, form: Parsed[AcceptanceForm], suite: str, status: int = 200) -> Response:
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        visitor = await visit.find(work, request)
        if visitor is None:
            expired = bool(cookies.read(request, Cookie.SESSION))
            return RedirectResponse(sign_in_address(suite, expired=expired), 303)
        terms: Terms | None = await terms_acceptance.to_accept(work, parts.terms, visitor.account.id)
        accepted = await terms_acceptance.newest(work, visitor.account.id)
    if terms is None:
        return RedirectResponse(local_path(suite), 303)
    return parts.pages.render(
        request, "connexion-conditions.html", status, form=form, suite=local_path(suite), terms=terms, accepted=accepted
    )  # fmt: skip
