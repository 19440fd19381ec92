"""Builds the mails: French text and HTML from the templates, and headers that nothing can be injected into."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from importlib.resources import files
from typing import Any
from unicodedata import category

import structlog
from css_inline import CSSInliner
from email_validator import validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notifier import letter_mails, security_mails
from notifier.metrics import LINKS_LEFT_OUT
from notifier.models import Delivery
from shared.help_contact import HelpContact
from shared.security.key_ring import KeyRing
from shared.security.sealing import unseal_text
from shared.security.tokens import looks_like_token
from shared.web.french import date_fr, datetime_fr, nbsp

SUBJECTS: Mapping[str, str] = {
    **letter_mails.SUBJECTS,
    "confirmation": "Confirmez votre adresse électronique",
    "account-already-open": "Vous avez déjà un compte",
    "address-already-used": "Votre adresse électronique sert déjà à un autre compte",
    "document-requested": "Une demande de document est enregistrée",
    "document-ready": "Un document est disponible dans votre espace",
    "document-refused": "Une demande de document n’a pas abouti",
    "address-change-reported": "Un changement d’adresse postale nous a été signalé",
    "address-changed": "Votre changement d’adresse postale est accepté",
    "address-change-refused": "Votre changement d’adresse postale n’a pas été accepté",
    "situation-change-reported": "Votre changement de situation nous est parvenu",
    "situation-change-accepted": "Votre changement de situation est enregistré",
    "situation-change-refused": "Votre changement de situation n’a pas été accepté",
    "question-asked": "Un message nous est parvenu depuis votre espace",
    "question-answered": "Un conseiller vous a répondu",
    "question-closed": "Une question est close",
    "access-invitation": "Une personne vous propose d’accéder à son espace",
    "access-accepted": "Votre invitation a été acceptée",
    "access-revoked": "Un accès à votre espace a pris fin",
    "access-revoked-frozen": "Un accès à votre espace a pris fin avec le blocage de votre compte",
    "access-revoked-delegate": "Votre accès à l’espace d’une autre personne a pris fin",
    "access-ending": "Un accès à votre espace prend bientôt fin",
    "account-closure-requested": "Votre demande de clôture de compte est enregistrée",
    "account-closure-withdrawn": "Votre demande de clôture de compte est annulée",
    "account-closure-stopped": "Votre demande de clôture de compte est annulée",
    "account-closed": "Votre compte en ligne est clos",
    **security_mails.SUBJECTS,
}
"""Template to subject; each has a ``.txt`` and a ``.html`` in ``templates``."""
LINKS: Mapping[str, str] = {
    "confirmation": "/compte/confirmer",
    "access-invitation": "/espace/delegations/invitation",
    **letter_mails.LINKS,
    **security_mails.LINKS,
}
"""Template to the page that its token opens, which is sealed in the delivery until it is sent."""
LINK_IS_OPTIONAL = frozenset({*letter_mails.LINKS, *security_mails.CHANGES})
"""Those of them that say enough without it."""
_READERS: Mapping[str, Callable[[str], object]] = {
    "posted_at": datetime.fromisoformat,
    "valid_until": datetime.fromisoformat,
    "changed_at": datetime.fromisoformat,
    "frozen_at": datetime.fromisoformat,
    "available_until": date.fromisoformat,
    "ends_on": date.fromisoformat,
    "reason": letter_mails.why_returned,
}
"""What the parameters of these names are; the others are texts."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories: control, format (bidirectional marks among them), surrogates, ends of line and paragraph."""

log = structlog.get_logger()


@dataclass(frozen=True)
class MailRoom:
    """What every mail has in common. ``public_url`` has no slash at its end."""

    public_url: str
    sender: Address
    reply_to: Address | None
    help_contact: HelpContact
    private_keys: KeyRing


class Composer:
    """Makes the mail of a delivery, the same on every try: same Message-ID, same date, same words."""

    def __init__(self, room: MailRoom) -> None:
        self._room = room
        self._inliner = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
        self._environment = Environment(
            loader=FileSystemLoader(str(files("notifier") / "templates")),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._environment.filters |= {"date_fr": date_fr, "datetime_fr": datetime_fr, "nbsp": nbsp}

    def compose(self, delivery: Delivery) -> EmailMessage:
        """The mail; the token of a link is opened here, and lives no longer than the mail in memory.

        Raises:
            ValueError: the recipient is no address, or the token can't be opened (``CannotOpenError``).
            jinja2.TemplateError: a parameter is missing.
        """
        context = self._context(delivery)
        text = self._environment.get_template(f"{delivery.template}.txt").render(context)
        html = self._environment.get_template(f"{delivery.template}.html").render(context)
        mail = EmailMessage(policy=SMTP)
        self._address(mail, delivery)
        # quoted-printable: 7 bits on the wire with whole accents, whatever servers lie in between
        mail.set_content(text, cte="quoted-printable")
        mail.add_alternative(self._inliner.inline(html), subtype="html", cte="quoted-printable")
        mail["Content-Language"] = "fr"
        return mail

    def _address(self, mail: EmailMessage, delivery: Delivery) -> None:
        mail["From"] = self._room.sender
        mail["To"] = Address(addr_spec=wire_address(delivery.recipient))
        if self._room.reply_to is not None:
            mail["Reply-To"] = self._room.reply_to
        mail["Subject"] = SUBJECTS[delivery.template]
        mail["Date"] = format_datetime(delivery.created_at)
        mail["Message-ID"] = f"<{delivery.id}@{self._room.sender.domain}>"
        # RFC 3834: nobody's absence notice answers a machine
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"

    def _context(self, delivery: Delivery) -> dict[str, Any]:
        params = {name: _READERS.get(name, one_line)(text) for name, text in delivery.params.items()}
        context: dict[str, Any] = {
            "subject": SUBJECTS[delivery.template],
            "public_url": self._room.public_url,
            "help_contact": self._room.help_contact,
            "expires_at": delivery.expires_at,
            **params,
        }
        if delivery.sealed_token is not None and (token := self._token(delivery, delivery.sealed_token)):
            context["link"] = f"{self._room.public_url}{LINKS[delivery.template]}?jeton={token}"
        return context

    def _token(self, delivery: Delivery, sealed: str) -> str | None:
        """None when that of a letter can't be opened: by the time of its last mail, its key may have been retired.

        Raises:
            ValueError: another can't be opened (``CannotOpenError``).
        """
        try:
            token = unseal_text(self._room.private_keys, sealed)
            if delivery.template not in letter_mails.LINKS or looks_like_token(token):
                return token
        except ValueError:
            if delivery.template not in letter_mails.LINKS:
                raise
        LINKS_LEFT_OUT.labels(delivery.template).inc()
        log.warning("a mail without its link", delivery_id=str(delivery.id), template=delivery.template)
        return None


def one_line(text: str) -> str:
    """A name or reference as one line read in one direction, whatever its source let through: it can't add lines of its own
    to a mail, nor turn the words around."""
    return "".join(" " if category(sign) in _UNSEEN else sign for sign in text)


def wire_address(recipient: str) -> str:
    """The address with its domain in the letters that mail servers know (IDNA 2008).

    Raises:
        ValueError: no address (``EmailNotValidError``), one whose local part is not ASCII, which forms refuse too, or one
            that a mail server might decode to another (RFC 2047).
    """
    address = validate_email(recipient, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    if "=?" in address.local_part:
        raise ValueError("an encoded word is no local part")
    return address.ascii_email or address.normalized
