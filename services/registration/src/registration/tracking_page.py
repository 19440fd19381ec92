"""« Où en est mon courrier ? »: the page behind the link of the mails about a letter."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from registration import letter_again, letter_news, tracking_cookie
from registration.judging import Judge
from registration.request_cookie import RequestCookie
from registration.request_page import FormParts, gone_to
from shared.contracts.working_days import WorkingDays
from shared.database.engine import Database
from shared.security.key_ring import KeyRing
from shared.web.csrf import Expired, guard
from shared.web.forms import read_form

PAGE = "/compte/suivi-du-courrier"
"""As the mails of ``notifier`` name it."""


@dataclass(frozen=True)
class TrackingParts:
    """What the page stands on, beside what it shares with the public forms. ``days``: those that the promise counts."""

    database: Database
    keys: KeyRing
    judge: Judge
    cookie: RequestCookie
    days: WorkingDays


def tracking_page(forms: FormParts, parts: TrackingParts) -> APIRouter:
    """Its routes."""
    router = APIRouter(include_in_schema=False)

    @router.api_route(PAGE, methods=["GET", "HEAD"])
    async def show(request: Request) -> Response:
        """With a token in the address: keep it and come back without. Then where the letter is, or how to ask for one."""
        if tracking_cookie.FIELD in request.query_params:
            return tracking_cookie.keep(PAGE, request.query_params[tracking_cookie.FIELD])
        async with parts.database.unit_of_work() as work:
            token = tracking_cookie.kept(request)
            news = await letter_news.read(work, token, parts.keys, parts.judge.policy, parts.days)
        if news is None:
            return forms.pages.render(request, "tracking_lost.html")
        return forms.pages.render(request, "tracking.html", news=news, letter=news.request, policy=parts.judge.policy)

    @router.post(PAGE)
    async def send(request: Request) -> Response:
        """Ask for another letter; the page says why there is none."""
        await forms.tries.let_pass(request)
        if isinstance(guarded := await guard(request, await read_form(request)), Expired):
            return gone_to(PAGE)
        await forms.requests.let_pass(request)
        async with parts.database.unit_of_work() as work:
            token = tracking_cookie.kept(request)
            recorded = await letter_again.ask(work, parts.judge, token, guarded.submission_id)
        if recorded is None:
            return gone_to(PAGE)
        response = gone_to("/compte/demande")
        parts.cookie.write(response, recorded)
        return response

    return router
