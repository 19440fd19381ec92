"""The reference of a request, kept in the browser that made it, so that *demande enregistrée* survives a reload.

A signed cookie rather than an address: what is shown can't be made up by a link, and nothing is left in histories.
"""

import hashlib
from datetime import UTC, datetime

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from registration.recorded_requests import Recorded
from shared.security.key_ring import KeyRing

COOKIE = "__Host-demande"
_SECONDS = 30 * 24 * 3600


class RequestCookie:
    """Writes and reads the cookie: reference, time and purpose of the request, no personal data."""

    def __init__(self, keys: KeyRing) -> None:
        newest_last = [key for _, key in keys][::-1]
        options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._serializer = URLSafeSerializer(newest_last, salt=b"registration.request", signer_kwargs=options)

    def write(self, response: Response, recorded: Recorded) -> None:
        """Set the cookie; it is the same whatever became of the request."""
        value = self._serializer.dumps([recorded.reference, int(recorded.requested_at.timestamp()), recorded.purpose])
        response.set_cookie(COOKIE, str(value), max_age=_SECONDS, path="/", secure=True, httponly=True, samesite="lax")

    def read(self, request: Request) -> Recorded | None:
        """The request that this browser made last."""
        try:
            reference, seconds, *purpose = self._serializer.loads(request.cookies.get(COOKIE, ""))
        except (BadSignature, ValueError):
            return None
        # a cookie of before there were two purposes says none
        return Recorded(reference, datetime.fromtimestamp(seconds, UTC), *purpose)
