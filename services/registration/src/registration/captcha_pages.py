"""A challenge seen and heard: ``/compte/captcha/{challenge}.png`` and ``.wav``."""

from datetime import UTC, datetime

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from registration.captcha_challenge import ChallengeLostError, Challenges
from registration.captcha_media import CaptchaMedia, NoVoiceError
from shared.web.address_limit import AddressLimit
from shared.web.problem import Problem

_HEADERS = {"Cache-Control": "no-store"}


def captcha_pages(challenges: Challenges, media: CaptchaMedia, tries: AddressLimit) -> APIRouter:
    """Routes of the captcha's image and sound; making one costs work, so that each counts as a try."""
    router = APIRouter(prefix="/compte/captcha", include_in_schema=False)

    async def answer_of(request: Request, token: str) -> str:
        await tries.let_pass(request)
        try:
            return challenges.open(token, datetime.now(UTC)).answer
        except ChallengeLostError:
            raise Problem(
                404, "Cette série de chiffres n’est plus valable", "Revenez au formulaire et changez le texte."
            ) from None

    @router.get("/{token}.png")
    async def image(request: Request, token: str) -> Response:
        return Response(await media.image(await answer_of(request, token)), headers=_HEADERS, media_type="image/png")

    @router.get("/{token}.wav")
    async def speech(request: Request, token: str) -> Response:
        try:
            sound = await media.speech(await answer_of(request, token))
        except NoVoiceError as error:
            structlog.get_logger().error("captcha can't be spoken", reason=str(error))
            raise Problem(503, "Les chiffres ne peuvent pas être lus à voix haute pour le moment") from None
        return Response(sound, headers=_HEADERS, media_type="audio/wav")

    return router
