"""What the mails say and how they are made."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from notifier.letter_mails import SUBJECTS as OF_A_LETTER
from notifier.mail import LINK_IS_OPTIONAL, LINKS, SUBJECTS, Composer, MailRoom, wire_address
from notifier.models import Delivery
from notifier.settings import read_mailbox

NOW = datetime(2026, 3, 27, 13, 5, tzinfo=UTC)


@pytest.fixture
def composer(room: MailRoom) -> Composer:
    return Composer(room)


OF_SPACE = {
    "name": "Mme\u00a0Garnier",
    "reference": "7K2M-Q9XR",
    "available_until": "2026-12-24",
    "ends_on": "2026-12-24",
    "changed_at": NOW.isoformat(),
    "frozen_at": NOW.isoformat(),
}
"""More than any one mail to a member is told."""
TO_ANYBODY = frozenset(
    {"access-invitation", "access-revoked-delegate", "identifier-reminder", "reset-link", "email-change"}
)
"""Whose address may be somebody else's, or that anybody can have sent."""


REFERENCED = ("document-", "address-change", "situation-", "question-", "account-clos")


def due(template: str, **values: Any) -> Delivery:
    given = {"params": {}, "recipient": "couriel.demande@exemple.fr", "created_at": NOW, "expires_at": None}
    if template in OF_A_LETTER:
        until = (NOW + timedelta(days=21)).isoformat()
        given["params"] = {"posted_at": NOW.isoformat(), "valid_until": until, "reason": "unknown-at-address"}
    elif template not in {"confirmation", "account-already-open", "address-already-used"}:
        given["params"] = OF_SPACE
    if template in TO_ANYBODY:
        given["params"] = {name: text for name, text in OF_SPACE.items() if name != "name"}
    return Delivery(id=uuid4(), cause_id=uuid4(), template=template, **(given | values))


@pytest.fixture
def linked(keys: Any, token: str) -> Callable[[str], Delivery]:
    """A mail with a link that holds ``token``."""
    return lambda template: due(
        template, sealed_token=keys.public.seal_text(token), expires_at=NOW + timedelta(hours=24)
    )


@pytest.fixture
def confirmation(linked: Callable[[str], Delivery]) -> Delivery:
    return linked("confirmation")


def bodies(mail: EmailMessage) -> tuple[str, str]:
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), unescape(html.get_content())


@pytest.fixture(params=[*sorted(SUBJECTS), *(f"{name} without link" for name in sorted(LINK_IS_OPTIONAL))])
def any_mail(request: pytest.FixtureRequest, composer: Composer, linked: Callable[[str], Delivery]) -> EmailMessage:
    delivery = linked(request.param) if request.param in LINKS else due(request.param.partition(" ")[0])
    wire = composer.compose(delivery).as_bytes()
    assert all(byte < 128 for byte in wire), "7 bits on the wire"
    read = message_from_bytes(wire, policy=default)
    assert isinstance(read, EmailMessage)
    return read


def test_every_mail_has_its_headers(any_mail: EmailMessage) -> None:
    assert any_mail["Subject"] in SUBJECTS.values()
    assert any_mail["From"] == "Espace assuré & adhérent <ne-pas-repondre@exemple.fr>"
    assert any_mail["To"] == "couriel.demande@exemple.fr"
    assert any_mail["Auto-Submitted"] == "auto-generated"
    assert any_mail["Date"].datetime == NOW
    assert re.fullmatch(r"<[0-9a-f-]{36}@exemple\.fr>", any_mail["Message-ID"])
    assert any_mail["Content-Language"] == "fr"
    assert not [name for name in any_mail if name.lower().startswith("list-")]


def test_every_mail_says_the_same_in_text_and_html(any_mail: EmailMessage) -> None:
    text, html = bodies(any_mail)
    shown = re.sub(r"<[^>]+>", " ", html.partition("<body")[2])
    for said in ("Merci de ne pas répondre à ce courriel", "01 99 00 00 00".replace(" ", "\u00a0"), "aide@exemple.fr"):
        assert said in " ".join(text.split(" ")).replace("\n", " ")
        assert said in shown
    links = {found.rstrip(".") for found in re.findall(r"https://[^\s<>\"]+", text)}
    assert links <= {*re.findall(r"https://[^\s<>\"]+", html), "https://espace.exemple.fr"}


def test_french_typography(any_mail: EmailMessage) -> None:
    for said in bodies(any_mail):
        words = re.sub(r"<style.*?</style>|<[^>]+>|https\S+", "", said, flags=re.DOTALL)
        assert not re.search(r"[ \w][;?!]| :|« | »|'|\d (?:heures|minutes|jours|h)\b", words)
        assert not re.search(r"Veuillez|invalide|Oups|Désolé|\bmail\b|e-mail", words)


def test_lines_of_the_text_are_short(any_mail: EmailMessage) -> None:
    text = bodies(any_mail)[0]
    assert [line for line in text.splitlines() if len(line) > 78 and "jeton=" not in line] == []


def test_html_asks_nothing_outside_and_knows_dark_mode(any_mail: EmailMessage) -> None:
    html = bodies(any_mail)[1]
    assert not re.search(r"<(img|script|link|iframe)|url\(|@import", html)
    assert "prefers-color-scheme: dark" in html
    assert 'style="' in html, "styles are inlined for old clients"
    assert 'role="presentation"' in html


def test_letter_posted_tells_dates_and_way_in(composer: Composer) -> None:
    for said in bodies(composer.compose(due("letter-posted"))):
        words = said.replace("\u00a0", " ")
        assert "27 mars 2026" in words
        assert "17 avril 2026" in words
        assert "https://espace.exemple.fr/compte/activer" in words


def test_confirmation_holds_link_twice_in_html(composer: Composer, confirmation: Delivery, token: str) -> None:
    mail = composer.compose(confirmation)
    text, html = bodies(mail)
    link = f"https://espace.exemple.fr/compte/confirmer?jeton={token}"
    assert f"\n{link}\n" in text
    assert f'href="{link}"' in html
    assert f">{link}<" in html, "a version to copy"
    assert "28\u00a0mars\u00a02026 à\u00a014\u00a0h\u00a005" in text
    assert token not in str(list(mail.items()))


def test_an_invitation_leads_to_the_mandate_and_names_nobody(composer: Composer, linked: Any, token: str) -> None:
    mail = composer.compose(linked("access-invitation"))
    link = f"https://espace.exemple.fr/espace/delegations/invitation?jeton={token}"
    text, html = bodies(mail)
    assert f"\n{link}\n" in text
    assert f'href="{link}"' in html
    assert f">{link}<" in html
    for said in (text, html):
        assert "Bonjour," in said
        assert "avec cette même adresse électronique" in " ".join(said.split())
        assert "28\u00a0mars\u00a02026 à\u00a014\u00a0h\u00a005" in said
        assert "24\u00a0décembre\u00a02026" in said
    assert token not in str(list(mail.items()))


@pytest.mark.parametrize("template", sorted(SUBJECTS.keys() - LINKS.keys()))
def test_mails_of_the_space_greet_and_say_what_to_quote(composer: Composer, template: str) -> None:
    delivery = due(template)
    for said in bodies(composer.compose(delivery)):
        assert ("Bonjour Mme\u00a0Garnier," in said) == ("name" in delivery.params)
        assert ("7K2M-Q9XR" in said) == template.startswith(REFERENCED)


@pytest.mark.parametrize(
    "template",
    [
        "address-change-reported", "address-changed", "account-closure-requested", "account-closure-withdrawn",
        "document-requested", "question-asked",
    ],
)  # fmt: skip
def test_who_did_not_ask_is_told_what_to_do(composer: Composer, template: str) -> None:
    for said in bodies(composer.compose(due(template))):
        assert re.search("ce n’était pas vous\u202f\\?", said, re.IGNORECASE)
        assert "https://espace.exemple.fr/compte/mot-de-passe-oublie" in said


def test_who_has_an_account_already_is_told_every_way_in_that_of_a_frozen_one_too(composer: Composer) -> None:
    for said in bodies(composer.compose(due("account-already-open"))):
        for page in ("connexion", "compte/mot-de-passe-oublie", "compte/courrier-de-secours"):
            assert re.search(rf"https://espace\.exemple\.fr/{page}(?![\w/-])", said), page
        assert "ou votre compte est bloqué\u202f?" in said


@pytest.mark.parametrize("template", sorted(name for name in SUBJECTS if name.startswith(("document-", "question-"))))
def test_what_a_delegate_may_have_done_is_not_said_to_be_the_owners_doing(composer: Composer, template: str) -> None:
    mail = composer.compose(due(template))
    for said in (mail["Subject"], *bodies(mail)):
        words = said.partition("Merci de ne pas répondre")[0].lower()
        assert not re.search(r"vous avez (?:demandé|faite|posé)|votre (?:demande|message|question)\b", words)
    for said in bodies(mail):
        leads = "https://espace.exemple.fr/espace/journal" in said
        assert leads == (template in {"document-requested", "question-asked"})


def test_a_ready_document_without_an_end_says_none(composer: Composer) -> None:
    params = {name: text for name, text in OF_SPACE.items() if name != "available_until"}
    for said in bodies(composer.compose(due("document-ready", params=params))):
        assert "télécharger" not in said


@pytest.mark.parametrize(
    "address", ["a@exemple.fr\nBcc: b@exemple.fr", "a@exemple.fr, b@exemple.fr", "", "x", "é@exemple.fr"]
)
def test_no_recipient_can_inject(composer: Composer, address: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        composer.compose(due("account-already-open", recipient=address))


def test_domains_with_accents_travel_as_idna() -> None:
    assert wire_address("jeanne@bücher.fr") == "jeanne@xn--bcher-kva.fr"


def test_names_of_a_mailbox_setting() -> None:
    assert str(read_mailbox("a@b.fr")) == '"Espace assuré & adhérent" <a@b.fr>'.replace('"', "")
    assert read_mailbox("MCV PAP <a@b.fr>").display_name == "MCV PAP"
    for wrong in ("a", "@b.fr", "a@", "X\r\nBcc: z@z.fr <a@b.fr>"):
        with pytest.raises(ValueError, match="a mailbox is written"):
            read_mailbox(wrong)
