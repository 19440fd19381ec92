"""An account that was in other hands: what was given and asked for in it ends with its freezing, and nothing of its owner's."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from support.waiting_locks import somebody_waits

from member_space.handlers import account_frozen, security_changed
from member_space.mandates.models import Mandate
from member_space.models import Space
from member_space.profile.closing import close_one
from member_space.spaces.freezing import UNDER_WAY
from shared.contracts.events import AccountFrozen, SecurityChanged

from .test_closure import REVIEW, STATE, mandate_of
from .test_mandates import ANSWERS, FORM, LIST

LETTER = timedelta(days=4)
"""From the freezing of the account to the letter that opens it."""
PERSON = {"civility": "Mme", "given_name": "Jeanne", "family_name": "GARNIER", "email": "couriel@exemple.fr"}


@pytest.fixture
async def friend(visitor, open_space):
    return visitor(await open_space("DEMO-0003", "ALMEIDA", given_name="Maëlle", email="maelle@exemple.fr"))


@pytest.fixture
def told(database):
    """``await told("access-revoked")``: data of what was published of one kind, oldest first."""

    async def read(kind: str) -> list[dict]:
        query = text("select body from outbox where type = :kind order by created_at")
        async with database.unit_of_work() as work:
            rows = (await work.session.scalars(query, {"kind": f"fr.espace.{kind}.v1"})).all()
        return [json.loads(body)["data"] for body in rows]

    return read


@pytest.fixture
def keep(database):
    async def kept(*rows) -> None:
        async with database.unit_of_work() as work:
            work.session.add_all(rows)

    return kept


@pytest.fixture
def hear(database):
    async def heard(event) -> None:
        handle = account_frozen if isinstance(event, AccountFrozen) else security_changed
        async with database.unit_of_work() as work:
            await handle(event, work)

    return heard


@pytest.fixture
def due_now(database):
    async def come() -> None:
        async with database.unit_of_work() as work:
            await work.session.execute(text("update account_closure set due_at = now()"))

    return come


def frozen(who, at: datetime | None = None) -> AccountFrozen:
    return AccountFrozen(**PERSON, person_id=who.person, account_id=uuid4(), frozen_at=at or datetime.now(UTC))


def changed(who, change: str, at: datetime | None = None) -> SecurityChanged:
    at = at or datetime.now(UTC)
    return SecurityChanged(**PERSON, person_id=who.person, account_id=uuid4(), change=change, changed_at=at)


async def rows(database, table):
    async with database.unit_of_work() as work:
        return (await work.session.scalars(select(table))).all()


async def test_what_was_given_ends_and_both_sides_are_told(jeanne, friend, keep, hear, told, database):
    now, day = datetime.now(UTC), timedelta(days=1)
    given, offered = (
        mandate_of(jeanne.person, friend.person, created_at=now - 300 * day),
        mandate_of(jeanne.person, None, accepted_at=None, email="paul@exemple.fr"),
    )
    others = [
        mandate_of(friend.person, jeanne.person),
        mandate_of(jeanne.person, friend.person, ended_at=now - day, ended_by=friend.person),
        mandate_of(jeanne.person, friend.person, ends_on=now.date() - 2 * day),
        mandate_of(jeanne.person, None, accepted_at=None, invitation_ends_at=now - day),
    ]
    before = {one.id: (one.ended_at, one.ended_by) for one in others}
    await keep(given, offered, *others)
    space = f"/espace/pour/{given.id}/remboursements"
    assert (await friend.get(space)).status_code == 200

    for _ in range(2):  # delivered twice
        await hear(frozen(jeanne))

    assert (await friend.get(space)).status_code == 404
    ends = await told("access-revoked")
    assert {(one["mandate_id"], one["delegate_email"]) for one in ends} == {
        (str(given.id), "maelle@exemple.fr"), (str(offered.id), "paul@exemple.fr"),
    }  # fmt: skip
    assert [(one["person_id"], one["by"], one["reason"], one["account_closed"]) for one in ends] == [
        (str(jeanne.person), "grantor", "account-frozen", False)
    ] * 2
    found = {one.id: one for one in await rows(database, Mandate)}
    assert {one.id: (found[one.id].ended_at, found[one.id].ended_by) for one in others} == before
    theirs, hers = [(await who.get(f"{LIST}/{given.id}")).text for who in (jeanne, friend)]
    assert "Terminé le" in hers
    assert ", avec le blocage de votre compte" in theirs
    assert "blocage" not in hers
    lines = (await jeanne.get("/espace/journal")).text
    assert lines.count("<span>avez mis fin à un accès délégué en bloquant le compte</span>") == 2


async def test_an_invitation_that_is_still_in_the_mail_opens_nothing(jeanne, friend, hear, database):
    kept = await jeanne.fill(FORM, FORM, **ANSWERS)
    review = kept.headers["Location"]
    await jeanne.fill(review, review)
    await hear(frozen(jeanne))
    (mandate,) = await rows(database, Mandate)
    assert mandate.ended_at is not None
    assert "Terminé" in (await jeanne.get(f"{LIST}/{mandate.id}")).text
    assert (await friend.get(f"/espace/pour/{mandate.id}/remboursements")).status_code == 404


async def test_a_closing_that_waits_is_withdrawn_and_never_carried_out(jeanne, hear, told, due_now, database):
    await jeanne.fill(REVIEW, REVIEW, confirmed="oui")
    (asked,) = await told("account-closure-requested")
    for _ in range(2):  # delivered twice
        await hear(frozen(jeanne))
    await due_now()
    assert await close_one(database) is False
    (withdrawn,) = await told("account-closure-withdrawn")
    assert (withdrawn["reference"], withdrawn["request_id"]) == (asked["reference"], asked["request_id"])
    assert withdrawn["reason"] == "account-frozen"
    assert await told("account-closed") == []
    assert "a été annulée" in (await jeanne.get(STATE)).text
    assert "avez annulé la demande de clôture du compte en le bloquant" in (await jeanne.get("/espace/journal")).text


async def test_heard_late_it_leaves_what_the_owner_did_since(jeanne, friend, keep, hear, told, database, due_now):
    at = datetime.now(UTC) - LETTER
    thiefs = mandate_of(jeanne.person, None, accepted_at=None, created_at=at - timedelta(hours=1))
    written = mandate_of(jeanne.person, friend.person, created_at=at + UNDER_WAY)
    own = mandate_of(jeanne.person, friend.person, created_at=at + UNDER_WAY + timedelta(milliseconds=1))
    await keep(thiefs, written, own)
    await jeanne.fill(REVIEW, REVIEW, confirmed="oui")

    await hear(frozen(jeanne, at))
    await hear(frozen(jeanne, at - timedelta(days=30)))

    found = {one.id: one for one in await rows(database, Mandate)}
    ended = {one.id: found[one.id].ended_at is not None for one in (thiefs, written, own)}
    assert ended == {thiefs.id: True, written.id: True, own.id: False}
    assert (await friend.get(f"/espace/pour/{own.id}/remboursements")).status_code == 200
    assert await told("account-closure-withdrawn") == []
    (space,) = [one for one in await rows(database, Space) if one.person_id == jeanne.person]
    assert space.frozen_at == at, "an older one that comes later changes nothing"
    await due_now()
    assert await close_one(database) is True


async def test_what_was_offered_before_ends_though_it_was_accepted_since(jeanne, friend, keep, hear, database):
    at = datetime.now(UTC) - LETTER
    await keep(
        mandate_of(jeanne.person, friend.person, created_at=at - timedelta(days=1), accepted_at=datetime.now(UTC))
    )
    await hear(frozen(jeanne, at))
    (mandate,) = await rows(database, Mandate)
    assert mandate.ended_at is not None


async def test_a_letter_that_opens_the_account_stops_its_closing_and_keeps_what_was_given(
    jeanne, friend, keep, hear, told, due_now, database
):
    mandate = mandate_of(jeanne.person, friend.person)
    await keep(mandate)
    await jeanne.fill(REVIEW, REVIEW, confirmed="oui")
    await hear(changed(jeanne, "password-changed"))
    await hear(changed(jeanne, "account-recovered", datetime.now(UTC) - LETTER))
    assert await told("account-closure-withdrawn") == [], "of before the request"
    await hear(changed(jeanne, "account-recovered"))
    assert [one["reason"] for one in await told("account-closure-withdrawn")] == ["account-recovered"]
    assert (await friend.get(f"/espace/pour/{mandate.id}/remboursements")).status_code == 200
    await due_now()
    assert await close_one(database) is False


async def test_of_somebody_without_a_space_nothing_follows(hear, told, jeanne):
    stranger = type(jeanne)(jeanne.client, jeanne.assertion)
    await hear(frozen(stranger))
    await hear(changed(stranger, "account-recovered"))
    assert await told("access-revoked") + await told("account-closure-withdrawn") == []


@pytest.fixture
async def acts(jeanne):
    """Both acts of a thief, each up to its last button."""
    review = (await jeanne.fill(FORM, FORM, **ANSWERS)).headers["Location"]
    pages = [(review, {}), (REVIEW, {"confirmed": "oui"})]
    return [(page, await jeanne.hidden(page, page) | more) for page, more in pages]


async def test_a_request_of_before_the_freezing_does_nothing_after_it(jeanne, acts, activation, hear, told, database):
    activation.proved_ago = timedelta(minutes=1)
    await hear(frozen(jeanne, datetime.now(UTC) - timedelta(seconds=30)))
    for page, sent in acts:
        assert (await jeanne.post(page, **sent)).status_code == 401
    assert await told("access-delegated") + await told("account-closure-requested") == []
    activation.proved_ago = timedelta(0)
    for page, sent in acts:
        assert (await jeanne.post(page, **sent)).status_code == 303, "its owner's"
    assert len(await told("access-delegated") + await told("account-closure-requested")) == 2


async def test_a_request_that_was_under_way_waits_and_does_nothing(jeanne, acts, activation, database, told):
    activation.proved_ago = timedelta(minutes=1)
    for page, sent in acts:
        async with database.unit_of_work() as work:
            await account_frozen(frozen(jeanne), work)
            await work.session.flush()
            pressed = asyncio.create_task(jeanne.post(page, **sent))
            await somebody_waits(database)
        assert (await pressed).status_code == 401
    assert await told("access-delegated") + await told("account-closure-requested") == []


async def test_closing_and_freezing_at_once_is_one_of_both(jeanne, database, told, due_now):
    await jeanne.fill(REVIEW, REVIEW, confirmed="oui")
    await due_now()
    async with database.unit_of_work() as work:
        await account_frozen(frozen(jeanne), work)
        assert await close_one(database) is False, "neither waits for the other"
    assert await close_one(database) is False
    assert (len(await told("account-closure-withdrawn")), await told("account-closed")) == (1, [])
