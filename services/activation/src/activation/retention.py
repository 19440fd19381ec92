"""What this service keeps how long (design §5, *retention*)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Executable, delete, func, or_
from sqlmodel import col, select

from activation.failure_subjects import OF_AN_ACCOUNT, FailureSubject
from activation.models import (
    Account,
    ActivationReceipt,
    ConfirmationToken,
    DisavowalToken,
    EmailChange,
    KnownDevice,
    MemberSession,
    NumberAttempts,
    ProvisionalLetter,
    RecoveryRequest,
    ResetToken,
    ReturnedLetter,
    SecondStep,
    SecurityEvent,
    SignInAttempts,
    StaffJournal,
    StaffSession,
    TermsAcceptance,
    TotpEnrolment,
)
from activation.receipts import KEPT
from activation.second_factor.application import OFFERED_FOR
from activation.security_settings import devices
from activation.session_rules import ABSOLUTE
from activation.settings import Settings
from activation.sign_in_limits import FAILURES_IN_A_ROW
from shared.database.retention import Rule
from shared.security.session_times import IDLE

DAY = timedelta(days=1)
BLOCKED_KEPT = timedelta(days=365)
"""Since the last of a hundred failures in a row, which leave only recovery: as long as the journal tells of them."""
REQUESTS_KEPT = timedelta(days=90)
"""Longer than it takes to print a letter, and than the 30 days that one is valid at most."""
RETURNS_KEPT = timedelta(days=60)
"""Twice as long as a letter is valid at most: whenever it is heard of after that, it opens nothing anyway."""


def rules(settings: Settings) -> tuple[Rule, ...]:
    """The terms of these settings."""
    links = timedelta(days=settings.links_kept_days)
    journals = timedelta(days=settings.security_journal_kept_days)
    return (
        _after_end("confirmation-links", "links to confirm an address", ConfirmationToken, links),
        _after_end("reset-links", "links to choose a new password", ResetToken, links),
        _after_end("disavowal-links", "links that say « ce n’était pas moi »", DisavowalToken, links),
        _after_end("address-links", "addresses to be confirmed in the place of another", EmailChange, links),
        Rule(
            "offered-secrets", "secrets that no authenticator application has shown a code of", TotpEnrolment,
            col(TotpEnrolment.created_at), OFFERED_FOR,
        ),
        _after_end("second-steps", "sign-ins that waited for a second factor", SecondStep, DAY),
        Rule(
            "recovery-requests", "that a letter for recovery was asked for", RecoveryRequest,
            col(RecoveryRequest.requested_at), REQUESTS_KEPT,
        ),
        Rule(
            "receipts", "what the page after an activation shows", ActivationReceipt,
            col(ActivationReceipt.created_at), KEPT,
        ),
        _sessions("sessions", "sessions that have ended by themselves", MemberSession),
        _sessions("staff-sessions", "the same of the staff", StaffSession),
        Rule(
            "known-devices", "browsers in which an account was signed in to", KnownDevice,
            col(KnownDevice.last_seen_at), devices.KEPT,
        ),
        Rule(
            "wrong-passwords", "failed activations, under a fingerprint of number and network", NumberAttempts,
            col(NumberAttempts.last_at), DAY,
        ),
        Rule(
            "failed-sign-ins", "failed sign-ins, under a fingerprint of the address; not those that still block",
            SignInAttempts, col(SignInAttempts.last_at), timedelta(days=settings.sign_in_failures_kept_days),
            (col(SignInAttempts.in_a_row) < FAILURES_IN_A_ROW,),
        ),
        Rule(
            "failures-of-nobody", "the same of a browser or an account that is there no longer; those that block, too",
            SignInAttempts, col(SignInAttempts.last_at), timedelta(0), (_of_nobody(),),
        ),
        Rule(
            "blocked-sign-ins", "failed sign-ins that block, under a fingerprint of the address", SignInAttempts,
            col(SignInAttempts.last_at), BLOCKED_KEPT, (col(SignInAttempts.in_a_row) >= FAILURES_IN_A_ROW,),
        ),
        Rule(
            "provisional-passwords", "hashes of provisional passwords, with whose they were, after their validity",
            ProvisionalLetter, col(ProvisionalLetter.valid_until), timedelta(days=settings.expired_letters_kept_days),
        ),
        Rule(
            "returned-letters", "ids of letters that came back before it was known here that they were posted",
            ReturnedLetter, col(ReturnedLetter.returned_at), RETURNS_KEPT,
        ),
        Rule(
            "security-journal", "lines of the security journal", SecurityEvent, col(SecurityEvent.at), journals,
            append_only=True,
        ),
        Rule(
            "staff-journal", "lines of the staff's journal", StaffJournal, col(StaffJournal.at), journals,
            append_only=True,
        ),
        Rule(
            "unconfirmed-accounts", "accounts whose address nobody confirmed, but for frozen ones", Account,
            col(Account.activated_at), timedelta(days=settings.unconfirmed_accounts_kept_days),
            (col(Account.confirmed_at).is_(None), col(Account.closed_at).is_(None), col(Account.frozen_at).is_(None)),
            along=_proofs,
        ),
        Rule(
            "closed-accounts", "closed accounts: name, birth date, dates, and the proof of the terms accepted", Account,
            col(Account.closed_at), timedelta(days=settings.closed_accounts_kept_days), along=_proofs,
        ),
    )  # fmt: skip


WITHOUT_RULE: Mapping[str, str] = {
    "terms_acceptance": "the proof of what was accepted goes with its account (closed-accounts)",
    "totp_factor": "what proves a member is there as long as its account, or until its owner takes it away",
    "passkey": "as totp_factor",
    "recovery_code": "as totp_factor",
    "staff_account": "whoever works at the desk; a disabled account stays, since the journals name it by its id",
}
"""Tables with personal data that no rule is for → why."""


def _after_end(name: str, what: str, table: Any, term: timedelta) -> Rule:
    """Kept a while after their end, so that an old link is told apart from no link."""
    return Rule(name, what, table, col(table.expires_at), term)


def _sessions(name: str, what: str, table: type[MemberSession | StaffSession]) -> Rule:
    ended = func.least(col(table.last_seen_at) + IDLE, col(table.created_at) + ABSOLUTE)
    return Rule(name, what, table, ended, timedelta(0))


def _of_nobody() -> ColumnElement[bool]:
    """Whose id is in the subject (``failure_subjects``): known no longer, or closed."""
    subject = col(SignInAttempts.address_fingerprint)
    known = select(KnownDevice.id).where(subject == func.concat(f"{FailureSubject.DEVICE}:", col(KnownDevice.id)))
    gone = [subject.startswith(f"{FailureSubject.DEVICE}:") & ~known.exists()]
    for kind in OF_AN_ACCOUNT:
        is_open = select(Account.id).where(
            subject == func.concat(f"{kind}:", col(Account.id)), col(Account.closed_at).is_(None)
        )
        gone.append(subject.startswith(f"{kind}:") & ~is_open.exists())
    return or_(*gone)


def _proofs(accounts: Sequence[Any]) -> Sequence[Executable]:
    """The other tables of an account go with its row by themselves."""
    return (delete(TermsAcceptance).where(col(TermsAcceptance.account_id).in_(accounts)),)
