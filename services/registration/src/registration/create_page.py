"""*Créer mon compte*: shown, shown again with its answers, or recorded. The answer is the same for everybody."""

import asyncio
import time
from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registration.account_requests import AccountRequests, Asked, CaptchaFailure
from registration.captcha_challenge import Challenge, ChallengeLostError, Challenges
from registration.create_form import CreateForm
from registration.identity_match import Claim
from registration.request_cookie import RequestCookie
from shared.database.failures import is_away
from shared.web.csrf import Expired, guard, visitor_of
from shared.web.forms import WHOLE_FORM, Parsed, blank, parse, read_form
from shared.web.pages import Pages

CHALLENGE_FIELD = "captcha_challenge"
_AWAY = "Le service est momentanément indisponible. Vos réponses sont gardées : recommencez dans quelques minutes"
_CAPTCHA_MESSAGES = {
    CaptchaFailure.LOST: "La série de chiffres a expiré ou a déjà servi. Recopiez la nouvelle série",
    CaptchaFailure.WRONG: "Les chiffres ne correspondent pas. Recopiez la nouvelle série",
}


class CreatePage:
    """The page and what it stands on. ``answer_seconds``: no recorded request is answered earlier."""

    def __init__(
        self,
        pages: Pages,
        challenges: Challenges,
        requests: AccountRequests,
        cookie: RequestCookie,
        answer_seconds: float,
    ) -> None:
        self._pages = pages
        self._challenges = challenges
        self._requests = requests
        self._cookie = cookie
        self._answer_seconds = answer_seconds

    def router(self) -> APIRouter:
        """Its routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/compte/creer", self.show, methods=["GET"])
        router.add_api_route("/compte/creer", self.send, methods=["POST"])
        return router

    async def show(self, request: Request) -> Response:
        """The empty form."""
        return self._page(request, 200, blank(CreateForm))

    async def send(self, request: Request) -> Response:
        """The form sent, or only « Changer le texte »."""
        began = time.monotonic()
        data = await read_form(request)
        form = parse(CreateForm, data)
        if data.get("action") == "changer":
            return self._page(request, 200, blank(CreateForm, **form.values))
        guarded = await guard(request, data)
        if isinstance(guarded, Expired):
            form = form.refuse(WHOLE_FORM, guarded.message)
        if form.value is None or isinstance(guarded, Expired):
            return self._page(request, 422, form)
        value = form.value
        asked = Asked(
            guarded.submission_id,
            value.number,
            Claim(value.family_name, value.birth, value.postcode),
            value.email,
        )
        challenge = self._challenge(request, data.get(CHALLENGE_FIELD, ""))
        try:
            result = await self._requests.submit(asked, challenge, value.captcha)
        except Exception as error:
            if not is_away(error):
                raise
            return self._page(request, 503, form.refuse(WHOLE_FORM, _AWAY))
        if isinstance(result, CaptchaFailure):
            return self._page(request, 422, form.refuse("captcha", _CAPTCHA_MESSAGES[result]))
        response = RedirectResponse("/compte/demande", 303, {"Cache-Control": "no-store"})
        self._cookie.write(response, result)
        await asyncio.sleep(began + self._answer_seconds - time.monotonic())
        return response

    def _page(self, request: Request, status: int, form: Parsed[CreateForm]) -> Response:
        token = self._challenges.issue(visitor_of(request), datetime.now(UTC))
        return self._pages.render(request, "create.html", status, form=form, challenge=token)

    def _challenge(self, request: Request, token: str) -> Challenge | None:
        try:
            challenge = self._challenges.open(token, datetime.now(UTC))
        except ChallengeLostError:
            return None
        return challenge if challenge.is_for(visitor_of(request)) else None
