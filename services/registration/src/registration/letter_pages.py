"""« Créer mon compte » and « Retrouver l’accès par courrier »: either asks for a letter."""

from typing import ClassVar
from uuid import UUID

from starlette.responses import Response

from registration.account_requests import AccountRequests, Asked
from registration.captcha_challenge import Challenge
from registration.identity_match import Claim
from registration.request_cookie import RequestCookie
from registration.request_forms import LetterForm
from registration.request_page import FormParts, RequestPage, gone_to
from registration.used_captchas import CaptchaFailure
from shared.contracts.events import LetterPurpose


class LetterPage(RequestPage[LetterForm]):
    """What the two have in common."""

    form_class = LetterForm
    purpose: ClassVar[LetterPurpose]

    def __init__(self, parts: FormParts, requests: AccountRequests, cookie: RequestCookie) -> None:
        super().__init__(parts)
        self._requests = requests
        self._cookie = cookie

    async def record(
        self, submission_id: UUID, form: LetterForm, challenge: Challenge | None
    ) -> Response | CaptchaFailure:
        """Record a request for a letter; its reference goes to the browser."""
        claim = Claim(form.family_name, form.birth, form.postcode)
        asked = Asked(submission_id, self.purpose, form.number, claim, form.email)
        result = await self._requests.submit(asked, challenge, form.captcha)
        if isinstance(result, CaptchaFailure):
            return result
        response = gone_to("/compte/demande")
        self._cookie.write(response, result)
        return response


class CreatePage(LetterPage):
    """« Créer mon compte »."""

    path, template = "/compte/creer", "create.html"
    purpose = "activation"


class RecoveryPage(LetterPage):
    """« Retrouver l’accès par courrier »."""

    path, template = "/compte/courrier-de-secours", "recovery.html"
    purpose = "recovery"
