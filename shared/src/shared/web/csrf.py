"""Forms answered only from our own pages: a token signed over a visitor cookie, and an id per submission.

Works without JavaScript and before any session exists (research/ui.md §5). The second line of defence is
``cross_site.CrossSiteGuard``.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID, uuid4

from itsdangerous import BadSignature, TimestampSigner
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from shared.web.cross_site import CrossSiteGuard

__all__ = ["VISITOR_COOKIE", "CrossSiteGuard", "Expired", "FormSigner", "FormToken", "GuardResult", "Guarded", "guard"]

VISITOR_COOKIE = "__Host-visiteur"
TOKEN_FIELD, SUBMISSION_FIELD = "form_token", "submission_id"
PAGE_EXPIRED = "Votre page a expiré. Vérifiez vos réponses et recommencez l’envoi."
COOKIE_MISSING = f"{PAGE_EXPIRED} Si ce message revient, autorisez les cookies de ce site dans votre navigateur."
_VISITOR = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class FormToken:
    """What a page puts in its form; written in a template, it is the two hidden fields."""

    token: str
    submission_id: UUID

    def __html__(self) -> str:
        return Markup('<input type="hidden" name="{}" value="{}"><input type="hidden" name="{}" value="{}">').format(
            TOKEN_FIELD, self.token, SUBMISSION_FIELD, self.submission_id
        )


class FormSigner:
    """Signs forms with the first key of a ring and accepts them all; a token is good for ``max_age`` seconds.

    A day, because public forms have no time limit that a slow reader could meet (research/ui.md §2, *session*).
    """

    def __init__(self, keys: Iterable[tuple[str, bytes]], *, max_age: int = 24 * 3600) -> None:
        newest_first = [key for _, key in keys]
        if not newest_first or any(len(key) < 16 for key in newest_first):
            raise ValueError("forms are signed with keys of at least 16 bytes")
        self.max_age = max_age
        self._signer = TimestampSigner(
            newest_first[::-1], salt=b"shared.web.csrf", key_derivation="hmac", digest_method=hashlib.sha256
        )

    def issue(self, visitor: str) -> FormToken:
        """A token for a new submission by this visitor."""
        submission_id = uuid4()
        signed = self._signer.sign(f"{visitor}:{submission_id}").decode()
        return FormToken(signed.partition(".")[2], submission_id)

    def check(self, visitor: str, data: Mapping[str, str]) -> UUID | None:
        """The submission id of an authentic, recent form of this visitor; None for any other."""
        submission, token = data.get(SUBMISSION_FIELD, ""), data.get(TOKEN_FIELD, "")
        try:
            self._signer.unsign(f"{visitor}:{submission}.{token}", max_age=self.max_age)
            return UUID(submission)
        except (BadSignature, ValueError):
            return None


@dataclass(frozen=True)
class Guarded:
    """The form is ours. ``submission_id`` is the same when one page is sent twice: do nothing the second time."""

    ok: ClassVar[Literal[True]] = True
    submission_id: UUID


@dataclass(frozen=True)
class Expired:
    """The token is missing, too old, or of another visitor: show the page again with its answers and ``message``."""

    ok: ClassVar[Literal[False]] = False
    message: str = PAGE_EXPIRED


GuardResult = Guarded | Expired


async def guard(request: Request, data: Mapping[str, str], signer: FormSigner | None = None) -> GuardResult:
    """Check the token of a posted form; the signer is that of the app's ``Pages`` (see ``setup.install_web``)."""
    visitor = _cookie(request)
    if visitor is None:
        return Expired(COOKIE_MISSING)
    used = signer or request.app.state.pages.site.form_signer
    submission_id = used.check(visitor, data)
    return Expired() if submission_id is None else Guarded(submission_id)


def visitor_of(request: Request) -> str:
    """128 random bits in hexadecimal that tell this browser from others; made when the cookie is absent or strange."""
    known = _cookie(request) or getattr(request.state, "new_visitor", None)
    if known is None:
        known = request.state.new_visitor = secrets.token_hex(16)
    return known


def remember_visitor(request: Request, response: Response) -> None:
    """Set the cookie when ``visitor_of`` made a visitor during this request."""
    made = getattr(request.state, "new_visitor", None)
    if made is not None:
        response.set_cookie(VISITOR_COOKIE, made, path="/", secure=True, httponly=True, samesite="lax")


def _cookie(request: Request) -> str | None:
    value = request.cookies.get(VISITOR_COOKIE, "")
    return value if _VISITOR.fullmatch(value) else None
