"""One message of every type, the same each time: what the golden files are made from and compared with."""

from datetime import UTC, date, datetime
from uuid import UUID

from shared.contracts.event import Message
from shared.contracts.events import (
    AccountActivated,
    AccountAlreadyOpen,
    AccountRequested,
    ConfirmationLinkRequested,
    EmailConfirmed,
    LetterPrinted,
    SecurityNoticeRaised,
)
from shared.contracts.postal_zone import PostalZone
from shared.contracts.print_batch import PrintBatch, PrintReceipt

AT = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
LATER = datetime(2026, 12, 14, 22, 59, 59, tzinfo=UTC)
PERSON = {"person_id": UUID(int=1), "civility": "Mme", "given_name": "Zoé", "family_name": "L’Hénoret-Œuvrard"}
EMAIL = "zoe@exemple.fr"
FINGERPRINTS = ("k1:" + "a" * 64, "k1:" + "b" * 64)

EXAMPLES: tuple[Message, ...] = (
    AccountRequested(
        **PERSON,
        email=EMAIL,
        request_id=UUID(int=2),
        requested_at=AT,
        number_fingerprints=FINGERPRINTS,
        birth_date=date(1957, 3, 27),
        address_lines=("12 RUE DE L EGLISE", "33000 BORDEAUX"),
        postal_zone=PostalZone.METROPOLITAN,
    ),
    AccountAlreadyOpen(person_id=UUID(int=1), request_id=UUID(int=2), email=EMAIL),
    LetterPrinted(
        **PERSON,
        email=EMAIL,
        request_id=UUID(int=2),
        letter_id=UUID(int=3),
        number_fingerprints=FINGERPRINTS,
        birth_date=date(1957, 3, 27),
        password_hash="k1$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
        valid_until=LATER,
        posted_at=AT,
    ),
    AccountActivated(**PERSON, email=EMAIL, account_id=UUID(int=4), sealed_token="k1:c2VhbGVk", token_expires_at=LATER),
    ConfirmationLinkRequested(
        person_id=UUID(int=1), account_id=UUID(int=4), email=EMAIL, sealed_token="k1:c2VhbGVk", token_expires_at=LATER
    ),
    EmailConfirmed(**PERSON, email=EMAIL, account_id=UUID(int=4)),
    SecurityNoticeRaised(person_id=UUID(int=1), account_id=UUID(int=4), email=EMAIL, notice="address-already-used"),
    PrintBatch(
        batch_id=UUID(int=5),
        serial="20261123-K7Q2M9",
        run=1,
        letter_ids=(UUID(int=3),),
        sheets=1,
        fetch_path=f"/impression/lots/{UUID(int=5)}",
        sealed_bytes=20_480,
        sealed_sha256="c" * 64,
        pdf_sha256="d" * 64,
        key_id="k1",
    ),
    PrintReceipt(batch_id=UUID(int=5), run=1, outcome="printed", at=AT, spoiled_letter_ids=(UUID(int=3),)),
)
