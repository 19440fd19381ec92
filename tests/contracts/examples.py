"""One message of every type, the same each time: what the golden files are made from and compared with."""

from datetime import UTC, date, datetime
from uuid import UUID

from shared.contracts.event import Message
from shared.contracts.events import (
    AccessAccepted,
    AccessDelegated,
    AccessEnding,
    AccessRevoked,
    AccountActivated,
    AccountAlreadyOpen,
    AccountClosed,
    AccountClosureRequested,
    AccountClosureWithdrawn,
    AccountFrozen,
    AccountRequested,
    AccountRequestRefused,
    AccountRequestRefusedV1,
    ActivationRefused,
    AddressChanged,
    AddressChangeRefused,
    AddressChangeReported,
    ConfirmationLinkRequested,
    DocumentReady,
    DocumentRefused,
    DocumentRequested,
    EmailChangeRequested,
    EmailConfirmed,
    IdentifierReminderRequested,
    LetterBatched,
    LetterParked,
    LetterPrinted,
    LetterReminderDue,
    LetterReturned,
    MailGivenUp,
    MailSent,
    PasswordResetRequested,
    QuestionAnswered,
    QuestionAsked,
    QuestionClosed,
    RecoveryLetterRequested,
    SecurityChanged,
    SecurityNoticeRaised,
    SituationChangeAnswered,
    SituationChangeReported,
)
from shared.contracts.postal_zone import PostalZone
from shared.contracts.print_batch import PrintBatch, PrintBatchV1, PrintReceipt, PrintReceiptV1

AT = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
LATER = datetime(2026, 12, 14, 22, 59, 59, tzinfo=UTC)
PERSON = {"person_id": UUID(int=1), "civility": "Mme", "given_name": "Zoé", "family_name": "L’Hénoret-Œuvrard"}
EMAIL = "zoe@exemple.fr"
MEMBER = {**PERSON, "email": EMAIL, "reference": "7K2M-Q9XR"}
"""Whom an event of the member space is about, and what they can quote."""
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
        sealed_tracking="k1:c2VhbGVk",
    ),
    AccountAlreadyOpen(person_id=UUID(int=1), request_id=UUID(int=2), email=EMAIL),
    AccountRequestRefused(person_id=UUID(int=1), request_id=UUID(int=2), reason="too-soon", not_before=LATER),
    AccountRequestRefusedV1(person_id=UUID(int=1), request_id=UUID(int=2), reason="too-soon", not_before=LATER),
    IdentifierReminderRequested(person_id=UUID(int=1), request_id=UUID(int=22), email=EMAIL),
    RecoveryLetterRequested(person_id=UUID(int=1), request_id=UUID(int=2), requested_at=AT),
    LetterBatched(
        person_id=UUID(int=1),
        request_id=UUID(int=2),
        letter_id=UUID(int=3),
        batch_id=UUID(int=5),
        serial="20261123-K7Q2M9",
        batched_at=AT,
    ),
    LetterParked(person_id=UUID(int=1), request_id=UUID(int=2), letter_id=UUID(int=3), reason="line-too-long"),
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
        requested_at=AT,
        sealed_tracking="k1:c2VhbGVk",
    ),
    LetterReturned(
        person_id=UUID(int=1),
        request_id=UUID(int=2),
        letter_id=UUID(int=3),
        email=EMAIL,
        reason="unknown-at-address",
        posted_at=AT,
        returned_at=LATER,
        sealed_tracking="k1:c2VhbGVk",
    ),
    LetterReminderDue(
        person_id=UUID(int=1),
        request_id=UUID(int=2),
        letter_id=UUID(int=3),
        email=EMAIL,
        posted_at=AT,
        valid_until=LATER,
        sealed_tracking="k1:c2VhbGVk",
    ),
    AccountActivated(**PERSON, email=EMAIL, account_id=UUID(int=4), sealed_token="k1:c2VhbGVk", token_expires_at=LATER),
    ActivationRefused(person_id=UUID(int=1), request_id=UUID(int=2), letter_id=UUID(int=3), reason="letter-void"),
    ConfirmationLinkRequested(
        person_id=UUID(int=1), account_id=UUID(int=4), email=EMAIL, sealed_token="k1:c2VhbGVk", token_expires_at=LATER
    ),
    EmailConfirmed(**PERSON, email=EMAIL, account_id=UUID(int=4)),
    SecurityNoticeRaised(person_id=UUID(int=1), account_id=UUID(int=4), email=EMAIL, notice="address-already-used"),
    PasswordResetRequested(
        person_id=UUID(int=1), account_id=UUID(int=4), email=EMAIL, sealed_token="k1:c2VhbGVk", token_expires_at=LATER
    ),
    EmailChangeRequested(
        person_id=UUID(int=1), account_id=UUID(int=4), email=EMAIL, sealed_token="k1:c2VhbGVk", token_expires_at=LATER
    ),
    SecurityChanged(
        **PERSON,
        email=EMAIL,
        account_id=UUID(int=4),
        change="password-changed",
        changed_at=AT,
        sealed_token="k1:c2VhbGVk",
        token_expires_at=LATER,
    ),
    AccountFrozen(**PERSON, email=EMAIL, account_id=UUID(int=4), frozen_at=AT),
    MailSent(
        person_id=UUID(int=1), delivery_id=UUID(int=6), template="letter-posted", caused_by=UUID(int=7), sent_at=AT
    ),
    MailGivenUp(
        person_id=UUID(int=1),
        delivery_id=UUID(int=6),
        template="letter-posted",
        caused_by=UUID(int=7),
        reason="refused",
        given_up_at=AT,
    ),
    DocumentRequested(**MEMBER, request_id=UUID(int=10)),
    DocumentReady(**MEMBER, request_id=UUID(int=10), available_until=date(2026, 12, 24)),
    DocumentRefused(**MEMBER, request_id=UUID(int=10), reason="not-entitled"),
    AddressChangeReported(**MEMBER, report_id=UUID(int=11)),
    AddressChanged(
        **MEMBER,
        report_id=UUID(int=11),
        changed_at=AT,
        address_lines=("3 QUAI DES CHARTRONS", "33300 BORDEAUX"),
        postcode="33300",
        postal_zone=PostalZone.METROPOLITAN,
    ),
    AddressChangeRefused(**MEMBER, report_id=UUID(int=11), reason="proof-missing"),
    SituationChangeReported(**MEMBER, report_id=UUID(int=12)),
    SituationChangeAnswered(**MEMBER, report_id=UUID(int=12), accepted=False, reason="proof-missing"),
    QuestionAsked(**MEMBER, question_id=UUID(int=13), message_id=UUID(int=14)),
    QuestionAnswered(**MEMBER, question_id=UUID(int=13), message_id=UUID(int=15)),
    QuestionClosed(**MEMBER, question_id=UUID(int=13), closing_id=UUID(int=21)),
    AccountClosureRequested(**MEMBER, request_id=UUID(int=16), account_id=UUID(int=4)),
    AccountClosureWithdrawn(**MEMBER, request_id=UUID(int=16), account_id=UUID(int=4)),
    AccountClosed(**MEMBER, request_id=UUID(int=16), account_id=UUID(int=4), closed_at=AT),
    AccessDelegated(
        person_id=UUID(int=1),
        mandate_id=UUID(int=17),
        email=EMAIL,
        sealed_token="k1:c2VhbGVk",
        token_expires_at=LATER,
        ends_on=date(2026, 12, 24),
    ),
    AccessAccepted(**PERSON, email=EMAIL, mandate_id=UUID(int=17), ends_on=date(2026, 12, 24)),
    AccessRevoked(**PERSON, email=EMAIL, mandate_id=UUID(int=17), by="grantor", delegate_email="aidant@exemple.fr"),
    AccessEnding(**PERSON, email=EMAIL, mandate_id=UUID(int=17), ends_on=date(2026, 12, 24)),
    PrintBatch(batch_id=UUID(int=5), serial="20261123-K7Q2M9", run=1, signed_manifest="k1:c2lnbmVk"),
    PrintReceipt(
        batch_id=UUID(int=5), run=1, outcome="posted", at=AT, letters=1, sheets=0, spoiled_letter_ids=(UUID(int=3),)
    ),
    PrintBatchV1(
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
    PrintReceiptV1(batch_id=UUID(int=5), run=1, outcome="printed", at=AT, spoiled_letter_ids=(UUID(int=3),)),
)
