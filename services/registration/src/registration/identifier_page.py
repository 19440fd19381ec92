"""« Identifiant oublié »."""

from uuid import UUID

from starlette.responses import Response

from registration.captcha_challenge import Challenge
from registration.identifier_requests import Forgotten, IdentifierRequests
from registration.identity_match import Claim
from registration.request_forms import IdentityForm
from registration.request_page import FormParts, RequestPage, gone_to
from registration.used_captchas import CaptchaFailure

SENT = "/compte/identifiant-oublie/envoye"


class IdentifierPage(RequestPage[IdentityForm]):
    """Where it goes then says the same to everybody, and needs to know nobody."""

    path, template = "/compte/identifiant-oublie", "identifier.html"
    form_class = IdentityForm

    def __init__(self, parts: FormParts, requests: IdentifierRequests) -> None:
        super().__init__(parts)
        self._requests = requests

    async def record(
        self, submission_id: UUID, form: IdentityForm, challenge: Challenge | None
    ) -> Response | CaptchaFailure:
        """Record a request to be told the identifier."""
        claim = Claim(form.family_name, form.birth, form.postcode)
        failed = await self._requests.submit(Forgotten(submission_id, form.number, claim), challenge, form.captcha)
        return failed or gone_to(SENT)
