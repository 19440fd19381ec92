"""Closing the account: asked for once, taken back in time, else carried out once, and what stands open afterwards."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from member_space.journal.models import JournalEntry
from member_space.mandates.models import Mandate
from member_space.profile.closing import close_one
from shared.messaging.envelope import open_envelope
from shared.messaging.tables import outbox

REVIEW, BACK, STATE = (
    "/espace/profil/cloture/verification", "/espace/profil/cloture/annulation", "/espace/profil/cloture"
)  # fmt: skip


@pytest.fixture
async def me(visitor, open_space):
    return visitor(await open_space("DEMO-0001"))


@pytest.fixture
def told(database):
    """``await told()``: data of the events in the outbox, each with its type."""

    async def read():
        async with database.unit_of_work() as work:
            bodies = (await work.session.scalars(select(outbox.c.body).order_by(outbox.c.created_at))).all()
        opened = [open_envelope(body) for body in bodies]
        return [{"type": one.type.removeprefix("fr.espace."), **one.data} for one in opened]

    return read


@pytest.fixture
def days_pass(database):
    async def move(days: float):
        async with database.unit_of_work() as work:
            statement = "update account_closure set due_at = due_at - make_interval(hours => :hours)"
            await work.session.execute(text(statement), {"hours": int(days * 24)})

    return move


async def test_it_takes_a_tick_and_is_asked_for_once(me, told, database) -> None:
    assert "Clore le compte n’est pas résilier le contrat" in (await me.get(STATE)).text
    refused = await me.fill(REVIEW, REVIEW)
    assert refused.status_code == 422
    assert "Cochez la case pour confirmer" in refused.text
    forged = await me.post(REVIEW, confirmed="oui")
    assert forged.status_code == 422
    assert "Votre page a expiré" in forged.text
    assert await told() == []

    hidden = await me.hidden(REVIEW, REVIEW)
    sent = [await me.post(REVIEW, **hidden, confirmed="oui") for _ in range(2)]
    assert [(answer.status_code, answer.headers["location"]) for answer in sent] == [(303, STATE)] * 2
    (event,) = await told()
    assert event["type"] == "account-closure-requested.v1"
    assert event["reference"].startswith("C-")
    page = (await me.get(STATE)).text
    assert event["reference"] in page
    assert (await me.get(REVIEW)).status_code == 303
    assert event["reference"] in (await me.get("/espace/profil")).text
    async with database.unit_of_work() as work:
        actions = (await work.session.scalars(text("select action from journal_entry"))).all()
    assert actions == ["request_closure"]


async def test_it_takes_a_password_proved_a_moment_ago_and_the_way_back_none(me, activation, told) -> None:
    hidden = await me.hidden(REVIEW, REVIEW)
    for ago in (timedelta(minutes=5, seconds=5), None):
        activation.proved_ago = ago
        asked = [await me.get(REVIEW), await me.post(REVIEW, **hidden, confirmed="oui")]
        assert [(one.status_code, one.headers["location"]) for one in asked] == [
            (303, f"/connexion/confirmer?suite={REVIEW}")
        ] * 2
    assert await told() == []
    activation.proved_ago = timedelta(0)
    await me.fill(REVIEW, REVIEW, confirmed="oui")
    activation.proved_ago = timedelta(hours=1)
    assert (await me.fill(STATE, BACK)).status_code == 303
    assert [event["type"] for event in await told()][1:] == ["account-closure-withdrawn.v1"]


async def test_it_is_taken_back_in_time(me, told, database, days_pass) -> None:
    await me.fill(REVIEW, REVIEW, confirmed="oui")
    await days_pass(6.9)
    assert await close_one(database) is False
    back = await me.fill(STATE, BACK)
    assert (back.status_code, back.headers["location"]) == (303, STATE)
    assert "a été annulée" in (await me.get(STATE)).text
    await days_pass(1)
    assert await close_one(database) is False
    assert [event["type"] for event in await told()] == [
        "account-closure-requested.v1", "account-closure-withdrawn.v1",
    ]  # fmt: skip
    # and asked for again, under another reference
    await me.fill(REVIEW, REVIEW, confirmed="oui")
    assert len({event["reference"] for event in await told()}) == 2


async def test_it_is_carried_out_once_and_nobody_gets_in(me, visitor, open_space, told, database, days_pass) -> None:
    friend = await open_space("DEMO-0003", "ALMEIDA", email="maelle@exemple.fr")
    mandate = mandate_of(me.person, friend)
    async with database.unit_of_work() as work:
        work.session.add(mandate)
    shared = f"/espace/pour/{mandate.id}/remboursements"
    assert (await visitor(friend).get(shared)).status_code == 200
    await me.fill(REVIEW, REVIEW, confirmed="oui")
    await days_pass(7.1)
    assert (await me.get("/espace/")).status_code == 200, "late is not closed"
    assert sorted(await asyncio.gather(close_one(database), close_one(database))) == [False, True]
    events = await told()
    assert [event["type"] for event in events] == [
        "account-closure-requested.v1", "access-revoked.v1", "account-closed.v1"
    ]  # fmt: skip
    assert events[2]["reference"] == events[0]["reference"]
    closed = await me.get("/espace/profil")
    assert closed.status_code == 410
    assert "Votre espace est clos" in closed.text
    assert (await me.get("/espace/api/v1/reimbursements", Accept="application/json")).status_code == 410
    assert (await visitor(friend).get(shared)).status_code == 404


def mandate_of(grantor, delegate, **differs) -> Mandate:
    """One that holds, but for what is given."""
    now = datetime.now(UTC)
    values = {
        "id": uuid4(), "grantor_id": grantor, "delegate_id": delegate, "given_name": "Maëlle", "family_name": "Almeida",
        "email": "ancienne@exemple.fr", "scopes": ["remboursements"], "ends_on": now.date() + timedelta(days=30),
        "created_at": now, "invitation_ends_at": now + timedelta(days=7), "accepted_at": now,
    }  # fmt: skip
    return Mandate(**values | differs)


async def test_closing_ends_what_is_open_on_both_sides_and_nothing_else(
    me, visitor, open_space, told, database, days_pass
) -> None:
    friend = await open_space("DEMO-0003", "ALMEIDA", given_name="Maëlle", email="maelle@exemple.fr")
    day = timedelta(days=1)
    now = datetime.now(UTC)
    given, invited, received = (
        mandate_of(me.person, friend),
        mandate_of(me.person, None, accepted_at=None, email="paul@exemple.fr"),
        mandate_of(friend, me.person),
    )
    past = [
        mandate_of(me.person, friend, ends_on=now.date() - 2 * day),
        mandate_of(me.person, None, accepted_at=None, invitation_ends_at=now - day),
        mandate_of(me.person, friend, ended_at=now - day, ended_by=friend),
        mandate_of(friend, me.person, ends_on=now.date() - 2 * day),
    ]
    ended_before = [(one.id, one.ended_at, one.ended_by) for one in past]
    async with database.unit_of_work() as work:
        work.session.add_all([given, invited, received, *past])
    await me.fill(REVIEW, REVIEW, confirmed="oui")
    await days_pass(7.1)
    assert await close_one(database) is True

    ends = [event for event in await told() if event["type"] == "access-revoked.v1"]
    assert {(one["mandate_id"], one["by"], one["delegate_email"], one["account_closed"]) for one in ends} == {
        (str(given.id), "grantor", "maelle@exemple.fr", True),
        (str(invited.id), "grantor", "paul@exemple.fr", True),
        (str(received.id), "delegate", "couriel@exemple.fr", True),
    }
    assert {one["mandate_id"]: one["person_id"] for one in ends}[str(received.id)] == str(friend)
    async with database.unit_of_work() as work:
        rows = {one.id: one for one in (await work.session.scalars(select(Mandate))).all()}
        lines = (await work.session.scalars(select(JournalEntry))).all()
    assert [(one.id, rows[one.id].ended_at, rows[one.id].ended_by) for one in past] == ended_before
    assert {rows[one.id].ended_by for one in (given, invited, received)} == {me.person}
    assert {(line.mandate_id, line.actor_id, line.subject_id) for line in lines if line.action == "end_mandate"} == {
        (given.id, me.person, me.person), (invited.id, me.person, me.person), (received.id, me.person, friend),
    }  # fmt: skip
    theirs = (await visitor(friend).get(f"/espace/delegations/{received.id}")).text
    assert "Terminé" in theirs
    assert "En cours" not in theirs


async def test_a_new_account_opens_the_space_again_without_the_mandates(me, open_space, database, days_pass) -> None:
    await me.fill(REVIEW, REVIEW, confirmed="oui")
    await days_pass(7.1)
    assert await close_one(database) is True
    assert (await me.get("/espace/")).status_code == 410
    await open_space("DEMO-0001")
    assert (await me.get("/espace/")).status_code == 200
    assert "Continuer" in (await me.get(STATE)).text
