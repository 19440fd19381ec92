"""Forms that are shown only after a fresh proof: each carries a signed word that it was.

So who fills one in slowly is not asked again, and nobody at a browser left open sends what was never shown there: the word
belongs to one session and one page, and only the page that was shown has it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from itsdangerous import BadSignature, TimestampSigner
from markupsafe import Markup

FIELD = "opened"
GOOD_FOR = timedelta(minutes=20)
"""After it was shown: longer than a session lasts without a request."""


@dataclass(frozen=True)
class Opened:
    """What such a page puts in its form; written in a template, it is the hidden field."""

    word: str

    def __html__(self) -> str:
        if not self.word:
            return ""
        return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, self.word)


NOT_ASKED = Opened("")
"""Of a page that asks for no proof: no field at all."""


class OpenedForms:
    """Signs with the first key of a ring and believes them all. Session and page are signed, and not told."""

    def __init__(self, keys: Iterable[tuple[str, bytes]]) -> None:
        newest_first = [key for _, key in keys]
        self._signer = TimestampSigner(
            newest_first[::-1], salt=b"shared.web.opened_forms", key_derivation="hmac", digest_method=hashlib.sha256
        )

    def show(self, session_id: UUID, page: str) -> Opened:
        """The word of a form that is shown now."""
        whose = _whose(session_id, page)
        return Opened(self._signer.sign(whose).decode().removeprefix(f"{whose}."))

    def carried(self, session_id: UUID, page: str, sent: str, *, proved: bool) -> Opened | None:
        """What the form of a page carries, to be shown and to be taken: a new word after a proof of a moment ago, else the one
        that it was sent with, which grows no younger. None when neither counts, and a proof is due."""
        if proved:
            return self.show(session_id, page)
        return Opened(sent) if self.was_shown(session_id, page, sent) else None

    def was_shown(self, session_id: UUID, page: str, word: str) -> bool:
        """Whether the word is that of this page's form, shown in this session a short time ago."""
        try:
            self._signer.unsign(f"{_whose(session_id, page)}.{word}", max_age=int(GOOD_FOR.total_seconds()))
        except (BadSignature, ValueError):  # the latter: no UTF-8
            return False
        return True


def _whose(session_id: UUID, page: str) -> str:
    return f"{session_id}:{page}"
