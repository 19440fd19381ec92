"""Forms that are shown after a fresh proof alone: sent slowly they are taken, sent without having been shown they are not."""

from datetime import timedelta

import pytest

from activation.models import Account, EmailChange

pytestmark = pytest.mark.usefixtures("clock")
ADDRESS, QUESTION = "/compte/securite/adresse", "/compte/securite/question"
NEW = {"email": "n@exemple.fr", "email_confirmation": "n@exemple.fr"}
ANOTHER = {"secret_question": "jeu", "secret_answer": "La marelle"}
PROOF = "/connexion/confirmer?suite="


@pytest.fixture
async def member(world, visitor):
    await world.confirmed()
    await visitor.sign_in()
    return visitor


async def stays(visitor, clock, minutes: int) -> None:
    """So many pass, and the session goes on."""
    for _ in range(minutes):
        clock.shift(timedelta(minutes=1))
        await visitor.get("/compte/securite")


async def test_who_writes_slowly_is_not_asked_again(world, member, clock):
    form = await member.form_of(QUESTION)
    await stays(member, clock, 19)
    slip = await member.http.post(QUESTION, data=form | ANOTHER | {"secret_answer": "x"})
    assert slip.status_code == 422
    # shown again it is no younger, and says what it said
    assert f'name="opened" value="{form["opened"]}"' in slip.text
    assert (await member.http.post(QUESTION, data=form | ANOTHER)).headers[
        "location"
    ] == "/compte/securite?fait=question"
    clock.shift(timedelta(minutes=2))
    late = await member.http.post(QUESTION, data=form | ANOTHER | {"secret_question": "plat"})
    assert late.headers["location"] == PROOF + QUESTION
    (account,) = await world.rows(Account)
    assert account.secret_question == "jeu"


async def test_at_a_browser_left_open_nothing_is_sent_that_was_not_shown(world, member, clock):
    other = world.visitor()
    await other.sign_in()
    words = {
        "none": None,
        "nonsense": "A" * 43,
        "other letters": "é.\U0001f600",
        "of another form": (await member.form_of(QUESTION))["opened"],
        "of another session": (await other.form_of(ADDRESS))["opened"],
    }
    await stays(member, clock, 6)
    form = await member.form_of("/compte/securite/mot-de-passe")
    assert "opened" not in form
    for what, word in words.items():
        sent = form | NEW | ({} if word is None else {"opened": word})
        told = await member.http.post(ADDRESS, data=sent)
        assert (told.status_code, told.headers["location"]) == (303, PROOF + ADDRESS), what
    assert await world.rows(EmailChange) == []


async def test_another_session_of_the_same_browser_is_asked(world, member, clock):
    form = await member.form_of(ADDRESS)
    await member.http.post("/deconnexion")
    await member.sign_in()
    await stays(member, clock, 6)
    told = await member.http.post(ADDRESS, data=form | NEW)
    assert told.headers["location"] == PROOF + ADDRESS
    assert await world.rows(EmailChange) == []


async def test_a_proof_of_just_now_is_enough_by_itself(world, member, clock):
    form = await member.form_of(ADDRESS)
    del form["opened"]
    await stays(member, clock, 5)
    assert (await member.http.post(ADDRESS, data=form | NEW)).headers["location"] == f"{ADDRESS}/suivi"
    assert len(await world.rows(EmailChange)) == 1
