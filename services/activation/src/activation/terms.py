"""The terms of use: one text file a version, and the proof of what was accepted (``research/identity.md`` §6)."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from activation.models import Account, TermsAcceptance
from shared.database.unit_of_work import UnitOfWork

CURRENT_VERSION = "1.0"
CHANNEL = "web"


@dataclass(frozen=True)
class Terms:
    """A version of the terms. In the text, a line beginning with ``# `` is a heading; blank lines part paragraphs."""

    version: str
    text: str

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the exact text (UTF-8)."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def blocks(self) -> list[tuple[str, str]]:
        """``("h2" or "p", text)`` in reading order."""
        parts = (" ".join(part.split("\n")).strip() for part in self.text.split("\n\n"))
        return [("h2", part[2:]) if part.startswith("# ") else ("p", part) for part in parts if part]


@cache
def current_terms() -> Terms:
    """The version that is shown and accepted now."""
    text = (files("activation") / "terms" / f"conditions-{CURRENT_VERSION}.txt").read_text("utf-8")
    return Terms(CURRENT_VERSION, text)


def record_acceptance(work: UnitOfWork, account: Account) -> None:
    """Write down that the person accepted the current terms now."""
    terms = current_terms()
    work.session.add(
        TermsAcceptance(
            account_id=account.id,
            version=terms.version,
            text_sha256=terms.sha256,
            accepted_at=work.now,
            channel=CHANNEL,
        )
    )
