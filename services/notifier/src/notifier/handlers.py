"""One function per event: each says which mail the person is due.

``cause_id`` names the fact that a mail tells of, so that one fact makes one mail even if it is published twice under two
message ids. Notices that anybody could provoke again and again are told at most once a day.
"""

from uuid import UUID, uuid5

from notifier import overtaken
from notifier.deliveries import add, expire_invitations, park_superseded
from notifier.letter_mails import letter_mail
from notifier.member_mails import MemberMail, mails_of
from notifier.security_mails import security_mail
from shared.contracts.event import Event
from shared.contracts.events import (
    AccessRevoked,
    AccountActivated,
    AccountAlreadyOpen,
    AccountFrozen,
    ConfirmationLinkRequested,
    EmailChangeRequested,
    LetterPrinted,
    LetterReminderDue,
    LetterReturned,
    SecurityNoticeRaised,
)
from shared.database.unit_of_work import UnitOfWork
from shared.messaging.failures import PermanentError
from shared.security.key_ring import KeyRing
from shared.security.sealing import CannotOpenError, unseal_text
from shared.security.tokens import looks_like_token


async def letter_printed(event: LetterPrinted, work: UnitOfWork) -> None:
    """The 24 h e-mail."""
    if not await overtaken.has_come_back(work, event.letter_id):
        await _add(work, event, letter_mail(event))


async def letter_reminder_due(event: LetterReminderDue, work: UnitOfWork) -> None:
    """The one reminder of a letter."""
    if not await overtaken.is_reminder_late(work, event.letter_id, event.person_id):
        await _add(work, event, letter_mail(event))


async def letter_returned(event: LetterReturned, work: UnitOfWork) -> None:
    """The letter came back; mails that still speak of it as good are not sent."""
    await overtaken.letter_came_back(work, event.letter_id)
    await _add(work, event, letter_mail(event))


class ConfirmationHandler:
    """The confirmation e-mail, first or asked for again; its token stays sealed until the mail is built."""

    def __init__(self, private_keys: KeyRing) -> None:
        self._private_keys = private_keys

    async def __call__(self, event: AccountActivated | ConfirmationLinkRequested, work: UnitOfWork) -> None:
        """Queue the mail.

        Raises:
            PermanentError: the token can't be opened: a dead letter, which can be replayed once the key is there.
        """
        check_token(self._private_keys, event.sealed_token)
        if isinstance(event, AccountActivated):
            await overtaken.letters_ended(work, event.person_id)
        await park_superseded(work, "confirmation", event.account_id, event.token_expires_at)
        await add(
            work, "confirmation", event.email, person_id=event.person_id,
            cause_id=uuid5(event.account_id, event.sealed_token), account_id=event.account_id,
            sealed_token=event.sealed_token, expires_at=event.token_expires_at,
        )  # fmt: skip


class MemberSpaceHandler:
    """What the member space tells of requests, reports, questions and mandates; an invitation's token stays sealed."""

    def __init__(self, private_keys: KeyRing) -> None:
        self._private_keys = private_keys

    async def __call__(self, event: Event, work: UnitOfWork) -> None:
        """Queue the mails of an event; the invitation to an access that has ended does not leave any more.

        Raises:
            PermanentError: an invitation's token can't be opened.
        """
        if isinstance(event, AccessRevoked):
            await expire_invitations(work, event.mandate_id)
        for mail in mails_of(event):
            await _queue(work, event, mail, self._private_keys)


class SecurityHandler:
    """What the owner of an account is told of the way into it; the token of a link stays sealed."""

    def __init__(self, private_keys: KeyRing) -> None:
        self._private_keys = private_keys

    async def __call__(self, event: Event, work: UnitOfWork) -> None:
        """Queue the mail. Of several links to a new address the last alone works; those to a new password all do.

        Nobody is told of a freezing at an address that was never confirmed: the mail would carry a name (design §5).

        Raises:
            PermanentError: the token can't be opened, or no mail tells of such a change.
        """
        if isinstance(event, AccountFrozen):
            await overtaken.letters_ended(work, event.person_id)
            if not event.confirmed:
                return
        if isinstance(event, EmailChangeRequested):
            await park_superseded(work, "email-change", event.account_id, event.token_expires_at)
        await _queue(work, event, security_mail(event), self._private_keys)


async def _queue(work: UnitOfWork, event: Event, mail: MemberMail, private_keys: KeyRing) -> None:
    if mail.sealed_token is not None:
        check_token(private_keys, mail.sealed_token)
    await _add(work, event, mail)


async def _add(work: UnitOfWork, event: Event, mail: MemberMail) -> None:
    await add(
        work, mail.template, mail.recipient, person_id=event.person_id, cause_id=mail.cause_id,
        params=dict(mail.params), account_id=mail.account_id, mandate_id=mail.mandate_id,
        sealed_token=mail.sealed_token, expires_at=mail.expires_at,
    )  # fmt: skip


def check_token(private_keys: KeyRing, sealed_token: str) -> None:
    """See that a token can be opened when the mail is built.

    Raises:
        PermanentError: it can't, or it is none.
    """
    try:
        token = unseal_text(private_keys, sealed_token)
    except (CannotOpenError, UnicodeDecodeError) as error:
        raise PermanentError("the sealed token can't be opened with the keys of the notifier") from error
    if not looks_like_token(token):
        raise PermanentError("what was sealed is no token")


async def account_already_open(event: AccountAlreadyOpen, work: UnitOfWork) -> None:
    """Tell the owner, at the confirmed address, that an account was asked for again."""
    cause_id = _once_a_day(event.person_id, work)
    await add(work, "account-already-open", event.email, person_id=event.person_id, cause_id=cause_id)


async def security_notice_raised(event: SecurityNoticeRaised, work: UnitOfWork) -> None:
    """Tell the owner of an account what happened to it; the notice's name is the template's."""
    cause_id = _once_a_day(event.account_id, work)
    await add(work, event.notice, event.email, person_id=event.person_id, cause_id=cause_id)


def _once_a_day(who: UUID, work: UnitOfWork) -> UUID:
    return uuid5(who, work.now.date().isoformat())
