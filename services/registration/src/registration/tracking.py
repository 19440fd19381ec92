"""The link by which a person follows their letter: its token is in the mails alone, sealed for the notifier until then.

With it goes the address for news, so that the page can have another letter made without asking for it again: locked with a
key that is made from the token, which the database does not hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from registration.masked_place import masked_place
from registration.models import AccountRequest, Person
from shared.contracts.person_id import person_id
from shared.contracts.postal_line import in_capitals
from shared.contracts.postal_zone import PostalZone
from shared.security.fingerprints import fingerprint, fingerprints
from shared.security.key_ring import KeyRing
from shared.security.locking import CannotUnlockError, Locker
from shared.security.sealing import SealingKey
from shared.security.tokens import looks_like_token, new_token, token_digest

KEPT = timedelta(days=61)
"""After posting: a password is good for 31 days at most, and for as long as this ``letters`` knows whose letter it is, and
tells that it came back."""
WAITING = timedelta(days=90)
"""How long a letter may wait to be printed (``PARKED_LETTERS_KEPT_DAYS`` of ``letters``)."""
_PURPOSE = "registration.tracking.news"

NOBODY = Person(
    id=person_id("nobody"), reference="", civility="", given_name="", family_name="", birth_name="",
    birth_date=date(1900, 1, 1), postcode="33000", address_lines=["12 rue des Exemples", "33000 BORDEAUX"],
    postal_zone=PostalZone.METROPOLITAN.value,
)  # fmt: skip
"""Whom the same work is done for when nobody matched (decision 0012)."""


@dataclass(frozen=True)
class Tracking:
    """``sealed`` goes with the letter, the rest is kept with its request (see ``AccountRequest``)."""

    sealed: str
    tracking_digest: str
    news: str
    place: str
    postal_zone: str
    address_fingerprint: str


def begin(notifier: SealingKey, keys: KeyRing, person: Person, news: str) -> Tracking:
    """Draw a token for a letter to a person. ``news``: the e-mail address that will hear of it."""
    token = new_token()
    return Tracking(
        sealed=notifier.seal_text(token),
        tracking_digest=digest(token),
        news=_locker(token).lock(news),
        place=masked_place(person.address_lines, PostalZone(person.postal_zone)),
        postal_zone=person.postal_zone,
        address_fingerprint=fingerprint(keys, canonical_address(person.address_lines)),
    )


def digest(token: str) -> str:
    """What is kept of a token, and looked up by."""
    return token_digest(token).hex()


def address_for_news(token: str, request: AccountRequest) -> str | None:
    """The e-mail address; None when that is not the token of this request."""
    try:
        return _locker(token).unlock(request.news or "") if looks_like_token(token) else None
    except CannotUnlockError:
        return None


def present_address(keys: KeyRing, person: Person) -> tuple[str, ...]:
    """Fingerprints of where a person is written to now, under every key of the ring."""
    return fingerprints(keys, canonical_address(person.address_lines))


def canonical_address(lines: Sequence[str]) -> str:
    """The same for one address, however it is written: small letters, accents and punctuation don't count."""
    return "address:" + "\n".join(map(in_capitals, lines))


def ends_at(request: AccountRequest) -> datetime:
    """When the link stops working: it would say nothing useful any more."""
    return (request.posted_at or request.requested_at + WAITING) + KEPT


def _locker(token: str) -> Locker:
    return Locker(KeyRing.parse(f"link:{token}"), _PURPOSE)
