"""The timeline of a person: one entry an event, in any order and number, with words and without personal data."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from member_space.cases import rules
from member_space.timeline import timeline
from member_space.timeline.handlers import journey
from member_space.timeline.kept import KEPT, details
from member_space.timeline.models import TimelineEntry
from member_space.timeline.words import sentence
from shared.contracts.events import (
    EVENTS,
    AccessRevoked,
    AccountActivated,
    AccountAlreadyOpen,
    AccountClosed,
    AccountClosureWithdrawn,
    AccountFrozen,
    AccountRequested,
    AccountRequestRefused,
    AccountRequestRefusedV1,
    ActivationRefused,
    AddressChangeRefused,
    DocumentRefused,
    EmailConfirmed,
    LetterBatched,
    LetterParked,
    LetterPrinted,
    LetterReminderDue,
    LetterReturned,
    MailGivenUp,
    MailSent,
    SituationChangeAnswered,
)
from shared.database.unit_of_work import Cause

AT = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
PERSON = UUID(int=1)
SECRETS = {
    "civility": "Mme", "given_name": "Zoé", "family_name": "L’Hénoret", "email": "zoe@exemple.fr",
    "delegate_email": "aidant@exemple.fr", "number_fingerprints": ("k1:aaaa",), "birth_date": date(1957, 3, 27),
    "address_lines": ("12 RUE DE L EGLISE", "33000 BORDEAUX"), "postcode": "33000", "password_hash": "k1$argon2id$x",
    "sealed_token": "k1:c2VhbGVk", "sealed_tracking": "k1:dHJhY2tpbmc",
}  # fmt: skip
"""What no entry may hold, by the fields that events have it in."""
PLAIN = {
    "reason": "proof-missing", "accepted": True, "by": "grantor", "template": "confirmation", "serial": "20261123-K7Q2M9",
    "notice": "address-already-used", "reference": "7K2M-Q9XR", "postal_zone": "metropolitan",
    "ends_on": date(2026, 12, 24), "available_until": date(2026, 12, 24), "account_closed": False, "confirmed": True,
    "purpose": "activation", "change": "password-changed",
}  # fmt: skip
REASONS = {
    "account-request-refused": "too-soon", "letter-parked": "line-too-long", "activation-refused": "letter-void",
    "mail-given-up": "refused", "letter-returned": "unknown-at-address",
}  # fmt: skip


def made(kind, **changes):
    """An event of a kind, with all that it can carry."""
    values = {name: PLAIN.get(name, SECRETS.get(name)) for name in kind.model_fields}
    for name in kind.model_fields:
        if values[name] is None:
            values[name] = UUID(int=1) if name.endswith("_id") or name == "caused_by" else AT
        if name == "reason":
            values[name] = REASONS.get(kind.name, PLAIN["reason"])
    return kind.model_validate(values | {"person_id": PERSON} | changes)


@pytest.fixture
def hear(database):
    """Let the timeline handle an event as the consumer does; ``at`` is when its service said it."""

    async def heard(event, at=AT, event_id=None):
        async with database.unit_of_work() as work:
            work.cause = Cause(event_id or uuid4(), at)
            await journey(event, work)

    return heard


@pytest.fixture
def told(database):
    async def read(person=PERSON, **more):
        async with database.unit_of_work() as work:
            return (await timeline.page(work.session, person, **more)).moments

    return read


def test_every_event_has_its_allow_list():
    assert set(KEPT) == set(EVENTS)
    for kind, kept in KEPT.items():
        assert kept <= kind.model_fields.keys(), kind
        assert not kept & SECRETS.keys(), kind


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.name)
async def test_an_entry_holds_no_name_no_address_and_no_secret(kind, hear, told):
    await hear(made(kind))
    (entry,) = await told()
    assert (entry.kind, entry.occurred_at) == (kind.name, AT)
    kept = json.dumps([entry.details, entry.sentence], ensure_ascii=False)
    for secret in SECRETS.values():
        for text in secret if isinstance(secret, tuple) else [str(secret)]:
            assert text not in kept


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.name)
def test_every_kind_has_its_sentence(kind):
    whole, least = sentence(kind.name, details(made(kind))), sentence(kind.name, {})
    for said in (whole, least):
        assert not said.startswith("Autre événement")
        assert said[0].isupper()
        assert not re.search(r" [:;?!»]|« |'|\.$", said), said
    assert not re.search(r"[a-z]+-[a-z]+-|None|\{", re.sub("quelques-uns", "", whole)), whole


UNTIL = datetime(2026, 12, 14, 22, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            made(LetterPrinted, valid_until=UNTIL),
            (
                "Courrier imprimé et remis à La Poste le 23 novembre 2026, "
                "mot de passe provisoire valable jusqu’au 14 décembre 2026"
            ),
        ),
        (
            made(AccountRequestRefused),
            (
                "Demande sans courrier : le courrier précédent date de moins de 24 heures, "
                "nouveau courrier possible à partir du 23 novembre 2026"
            ),
        ),
        (
            made(AccountRequestRefused, reason="address-returned", not_before=None),
            "Demande sans courrier : le dernier courrier est revenu : l’adresse doit d’abord être corrigée",
        ),
        (
            made(AccountRequestRefusedV1, not_before=None),
            "Demande sans courrier : le courrier précédent date de moins de 24 heures",
        ),
        (
            made(LetterReturned, returned_at=UNTIL),
            "Courrier revenu à l’expéditeur le 14 décembre 2026, motif : destinataire inconnu à l’adresse",
        ),
        (
            made(LetterReminderDue, valid_until=UNTIL),
            "Mot de passe provisoire pas encore utilisé, personne à relancer, valable jusqu’au 14 décembre 2026",
        ),
        (made(LetterParked), "Courrier mis de côté : une ligne de l’adresse est trop longue"),
        (made(LetterBatched), "Courrier mis en page, en attente à l’imprimerie (lot 20261123-K7Q2M9)"),
        (made(MailSent), "Courriel envoyé : confirmation de l’adresse électronique"),
        (
            made(MailGivenUp),
            "Courriel non envoyé : confirmation de l’adresse électronique (refusé par le serveur du destinataire)",
        ),
        (made(SituationChangeAnswered), "Changement de situation accepté (référence 7K2M-Q9XR)"),
        (
            made(SituationChangeAnswered, accepted=False),
            "Changement de situation refusé (référence 7K2M-Q9XR), motif : « Il manque un justificatif »",
        ),
        (
            made(DocumentRefused, reason="other"),
            "Demande de document refusée (référence 7K2M-Q9XR), motif : autre, précisé dans la demande",
        ),
        (made(AccessRevoked, reason=None), "Accès à l’espace retiré par la personne"),
        (made(AccessRevoked, reason="account-frozen"), "Accès à l’espace retiré avec le blocage du compte"),
        (
            made(AccountClosureWithdrawn, reason=None),
            "Demande de clôture du compte annulée par la personne (référence 7K2M-Q9XR)",
        ),
        (
            made(AccountClosureWithdrawn, reason="account-frozen"),
            "Demande de clôture du compte annulée avec le blocage du compte (référence 7K2M-Q9XR)",
        ),
        (
            made(AccountClosureWithdrawn, reason="account-recovered"),
            (
                "Demande de clôture du compte annulée avec la réouverture du compte par un courrier de secours"
                " (référence 7K2M-Q9XR)"
            ),
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_words(event, said):
    assert sentence(event.name, details(event)).replace("\u00a0", " ") == said


@pytest.mark.parametrize("code", [code for code in rules.REASONS if code != "other"])
def test_a_refusal_is_told_with_every_reason_that_the_desk_gives(code):
    for kind in (DocumentRefused, AddressChangeRefused, SituationChangeAnswered):
        changes = {"accepted": False} if kind is SituationChangeAnswered else {}
        said = sentence(kind.name, details(made(kind, reason=code, **changes)))
        assert said.endswith(f", motif\u00a0: «\u00a0{rules.REASONS[code]}\u00a0»"), said


def test_what_a_later_version_says_is_told_all_the_same():
    assert sentence("letter-lost", {}) == "Autre événement (letter-lost)"
    assert sentence("letter-returned", {"reason": "moved-away"}).endswith("motif\u00a0: moved-away")
    assert sentence("mail-sent", {"template": "birthday"}) == "Courriel envoyé\u00a0: birthday"
    assert sentence("access-revoked", {"reason": "member-died"}) == "Accès à l’espace retiré (member-died)"


async def test_an_event_told_twice_under_one_id_is_one_entry(hear, told):
    event_id = uuid4()
    for _ in range(2):
        await hear(made(EmailConfirmed), event_id=event_id)
    assert len(await told()) == 1


async def test_the_order_is_that_of_the_journey_and_not_of_the_post(hear, told):
    hours = {LetterPrinted: 2, MailSent: 3, LetterBatched: 1, EmailConfirmed: 4}
    for kind, hour in hours.items():
        await hear(made(kind), AT + timedelta(hours=hour))
    newest_first = [entry.kind for entry in await told()]
    assert newest_first == ["email-confirmed", "mail-sent", "letter-printed", "letter-batched"]
    assert [entry.kind for entry in await told(size=2)] == newest_first[:2]


async def test_of_one_moment_the_order_stays(hear, told):
    for _ in range(5):
        await hear(made(MailSent))
    first = [entry.details for entry in await told()]
    assert [entry.details for entry in await told()] == first


async def test_older_entries_are_reached_page_by_page(hear, database):
    """Of one moment, too: their order is by their ids."""
    for number in range(7):
        await hear(made(MailSent, delivery_id=UUID(int=number)), AT + timedelta(hours=number // 3))
    found, before = [], None
    async with database.unit_of_work() as work:
        whole = await timeline.page(work.session, PERSON)
        for size in (3, 3, 1):
            page = await timeline.page(work.session, PERSON, before, 3)
            assert len(page.moments) == size
            found, before = [*found, *page.moments], page.older
    assert (found, before, whole.older) == (whole.moments, None, None)


async def test_where_the_letter_is_is_told_whatever_came_since(hear, database):
    """Of what is not about letters, nothing is read: it may be any number of entries."""
    about_letters = [
        AccountRequested, AccountAlreadyOpen, AccountRequestRefused, AccountRequestRefusedV1, LetterBatched, LetterParked,
        LetterPrinted, LetterReturned, AccountActivated, ActivationRefused, EmailConfirmed, AccountClosed, AccountFrozen,
    ]  # fmt: skip
    for kind in EVENTS:
        await hear(made(kind))
    for kind in (MailSent, MailGivenUp):
        await hear(made(kind, template="letter-posted"))
    async with database.unit_of_work() as work:
        read = [one.kind for one in await timeline.of_letters(work.session, PERSON)]
    assert sorted(read) == sorted([kind.name for kind in [*about_letters, MailSent, MailGivenUp]])


async def test_each_person_has_their_own(hear, told, database):
    other = uuid4()
    await hear(made(EmailConfirmed))
    await hear(made(EmailConfirmed, person_id=other))
    assert (len(await told()), len(await told(other)), await told(uuid4())) == (1, 1, [])
    async with database.unit_of_work() as work:
        assert await work.session.scalar(select(func.count()).select_from(TimelineEntry)) == 2
