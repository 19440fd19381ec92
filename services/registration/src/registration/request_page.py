"""A public form with a captcha: shown, shown again with its answers, or recorded. The answer is the same for everybody."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registration.captcha_challenge import Challenge, ChallengeLostError, Challenges
from registration.request_forms import CaptchaPart
from registration.used_captchas import CaptchaFailure
from shared.database.failures import is_away
from shared.web.address_limit import AddressLimit
from shared.web.csrf import Expired, guard, visitor_of
from shared.web.forms import WHOLE_FORM, Parsed, blank, parse, read_form
from shared.web.pages import Pages
from shared.web.problem import Problem

CHALLENGE_FIELD = "captcha_challenge"
_AWAY = "Le service est momentanément indisponible. Vos réponses sont gardées\u00a0: recommencez dans quelques minutes"
_TOO_MANY = "Trop de demandes en peu de temps. Vos réponses sont gardées\u00a0: recommencez dans quelques minutes"
_CAPTCHA_MESSAGES = {
    CaptchaFailure.LOST: "La série de chiffres a expiré ou a déjà servi. Recopiez la nouvelle série",
    CaptchaFailure.WRONG: "Les chiffres ne correspondent pas. Recopiez la nouvelle série",
}


F = TypeVar("F", bound=CaptchaPart)


@dataclass(frozen=True)
class FormParts:
    """What all these pages stand on. ``answer_seconds``: no recorded request is answered earlier."""

    pages: Pages
    challenges: Challenges
    tries: AddressLimit
    """Of whatever is sent."""
    requests: AddressLimit
    """Of what is judged, well filled in."""
    answer_seconds: float


class RequestPage(ABC, Generic[F]):
    """One such page; each says its address, its form and template, and how it records."""

    path: ClassVar[str]
    template: ClassVar[str]
    form_class: type[F]

    def __init__(self, parts: FormParts) -> None:
        self._parts = parts

    @abstractmethod
    async def record(self, submission_id: UUID, form: F, challenge: Challenge | None) -> Response | CaptchaFailure:
        """Do it once per submission; the answer is where the browser goes then."""

    def router(self) -> APIRouter:
        """Its routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route(self.path, self.show, methods=["GET"])
        router.add_api_route(self.path, self.send, methods=["POST"])
        return router

    async def show(self, request: Request) -> Response:
        """The empty form."""
        return self._page(request, 200, blank(self.form_class))

    async def send(self, request: Request) -> Response:
        """The form sent, or only « Changer le texte »."""
        data = await read_form(request)
        form = parse(self.form_class, data)
        try:
            return await self._answer(request, data, form)
        except Problem as refused:
            if refused.status != 429:
                raise
            page = self._page(request, 429, form.refuse(WHOLE_FORM, _TOO_MANY))
            page.headers.update(refused.headers)
            return page
        except Exception as error:
            if not is_away(error):
                raise
            return self._page(request, 503, form.refuse(WHOLE_FORM, _AWAY))

    async def _answer(self, request: Request, data: Mapping[str, str], form: Parsed[F]) -> Response:
        began = time.monotonic()
        await self._parts.tries.let_pass(request)
        if data.get("action") == "changer":
            return self._page(request, 200, blank(self.form_class, **form.values))
        guarded = await guard(request, data)
        if isinstance(guarded, Expired):
            return self._page(request, 422, form.refuse(WHOLE_FORM, guarded.message))
        if form.value is None:
            return self._page(request, 422, form)
        await self._parts.requests.let_pass(request)
        challenge = self._challenge(request, data.get(CHALLENGE_FIELD, ""))
        answer = await self.record(guarded.submission_id, form.value, challenge)
        if isinstance(answer, CaptchaFailure):
            return self._page(request, 422, form.refuse("captcha", _CAPTCHA_MESSAGES[answer]))
        await asyncio.sleep(began + self._parts.answer_seconds - time.monotonic())
        return answer

    def _page(self, request: Request, status: int, form: Parsed[F]) -> Response:
        token = self._parts.challenges.issue(visitor_of(request), datetime.now(UTC))
        return self._parts.pages.render(request, self.template, status, form=form, challenge=token)

    def _challenge(self, request: Request, token: str) -> Challenge | None:
        try:
            challenge = self._parts.challenges.open(token, datetime.now(UTC))
        except ChallengeLostError:
            return None
        return challenge if challenge.is_for(visitor_of(request)) else None


def gone_to(path: str) -> RedirectResponse:
    """Where the browser goes after a form."""
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})
