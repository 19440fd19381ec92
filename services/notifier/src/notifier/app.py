"""The notifier put together: its queues in, one mail server out. No pages but health."""

from urllib.parse import urlsplit

from fastapi import FastAPI

from notifier import handlers, retention, security_mails
from notifier.closing import account_closed
from notifier.listener import Listener
from notifier.mail import Composer, MailRoom
from notifier.member_mails import FACTS
from notifier.sender import Sender
from notifier.settings import Settings, read_mailbox
from notifier.smtp import MailServer
from shared.background import Periodic
from shared.contracts.events import (
    AccountActivated,
    AccountAlreadyOpen,
    AccountClosed,
    ConfirmationLinkRequested,
    LetterPrinted,
    LetterReminderDue,
    LetterReturned,
    SecurityNoticeRaised,
)
from shared.service import Service
from shared.web.setup import install_web

POLL_SECONDS = 5.0
"""When mails are looked for without a notification: those that were postponed, or whose sender died."""


def create_service(settings: Settings) -> Service:
    """The notifier's consumers and sender."""
    service = Service("notifier", settings)
    confirmation = handlers.ConfirmationHandler(settings.notifier_private_keys)
    service.consume("notifier.letter-printed", {LetterPrinted: handlers.letter_printed})
    service.consume(
        "notifier.letters",
        {LetterReturned: handlers.letter_returned, LetterReminderDue: handlers.letter_reminder_due},
    )
    service.consume("notifier.confirmation", {AccountActivated: confirmation, ConfirmationLinkRequested: confirmation})
    service.consume(
        "notifier.notices",
        {AccountAlreadyOpen: handlers.account_already_open, SecurityNoticeRaised: handlers.security_notice_raised},
    )
    from_space = handlers.MemberSpaceHandler(settings.notifier_private_keys)
    service.consume("notifier.member-space", dict.fromkeys(FACTS, from_space))
    security = handlers.SecurityHandler(settings.notifier_private_keys)
    service.consume("notifier.security", dict.fromkeys(security_mails.EVENTS, security))
    service.consume("notifier.account-closed", {AccountClosed: account_closed})
    sending = Periodic("sender", POLL_SECONDS, create_sender(settings, service).send_due)
    service.run_beside(sending)
    service.run_beside(Listener(settings.database_url, sending.wake))
    service.forget(retention.rules(settings))
    return service


def create_sender(settings: Settings, service: Service) -> Sender:
    """The sender of the settings' mail server."""
    sender = read_mailbox(settings.smtp_sender)
    room = MailRoom(
        public_url=settings.public_url,
        sender=sender,
        reply_to=read_mailbox(settings.smtp_reply_to) if settings.smtp_reply_to else None,
        help_contact=settings.help_contact,
        private_keys=settings.notifier_private_keys,
    )
    server = MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        starttls=settings.smtp_starttls,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
        local_name=urlsplit(settings.public_url).hostname or "localhost",
    )
    return Sender(service.database, Composer(room), server, sender.addr_spec)


def create_app(settings: Settings) -> FastAPI:
    """The web application: health, metrics, and what operations ask."""
    app = create_service(settings).create_app()
    install_web(app)
    return app
