"""Wrong and expired provisional passwords, and the same answers for numbers that nobody has (design §5)."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from support.statements import asked

from activation.models import Account, LetterState, NumberAttempts, ProvisionalLetter
from shared.contracts.provisional_password import generate

NO_MATCH = "Le numéro ou le mot de passe provisoire ne correspond pas à notre courrier"


def without_tokens(page: str) -> str:
    return re.sub(r'(name="(?:form_token|submission_id)" value=)"[^"]*"', r"\1", page)


async def pass_ten_minutes(world) -> None:
    await world.sql(
        "update number_attempts set wrong_at = "
        "(select coalesce(array_agg(t - interval '10 minutes'), '{}') from unnest(wrong_at) t)"
    )


async def test_five_wrong_then_a_pause_even_for_the_right_one(world, visitor, plain):
    typed = await world.letter()
    for _ in range(5):
        answer = await visitor.activate(provisional_password=generate())
        assert (answer.status_code, NO_MATCH in plain(answer)) == (422, True)
    blocked = await visitor.activate(provisional_password=typed)
    assert blocked.status_code == 429
    assert "Trop d’essais avec ce numéro. Réessayez dans 10 minutes" in plain(blocked)
    assert 0 < int(blocked.headers["retry-after"]) <= 600
    await pass_ten_minutes(world)
    assert (await visitor.activate(provisional_password=typed)).status_code == 303


async def test_ten_wrong_in_all_void_the_letters(world, visitor, plain):
    typed, person = await world.letter(), uuid4()
    sibling = world.printed(generate(), person_id=person)
    await world.receive(sibling)
    for round_of_five in range(2):
        for _ in range(5):
            await visitor.activate(provisional_password=generate())
        states = {letter.state for letter in await world.rows(ProvisionalLetter)}
        assert states == {LetterState.VALID if round_of_five == 0 else LetterState.VOID}
        await pass_ten_minutes(world)
        assert len(await world.events("activation-refused")) == 2 * round_of_five, "told when they are void, not before"
    answer = await visitor.activate(provisional_password=typed)
    assert (answer.status_code, NO_MATCH in plain(answer)) == (422, True)
    told = await world.events("activation-refused")
    letters = {
        (str(one.person_id), str(one.request_id), str(one.letter_id)) for one in await world.rows(ProvisionalLetter)
    }
    assert {(one["person_id"], one["request_id"], one["letter_id"]) for one in told} == letters
    assert [one["reason"] for one in told] == ["letter-void"] * 2, "each once: the wrong ones after that say nothing"
    fresh = await world.letter()
    assert (await visitor.activate(provisional_password=fresh)).status_code == 303


async def test_the_pause_is_the_guessers_alone(world, visitor):
    typed, stranger = await world.letter(), world.visitor()
    stranger.http.headers["X-Forwarded-For"] = "203.0.113.9"
    for _ in range(5):
        await stranger.activate(provisional_password=generate())
    assert (await stranger.activate(provisional_password=typed)).status_code == 429
    assert (await visitor.activate(provisional_password=typed)).status_code == 303
    assert (await stranger.activate(provisional_password=typed)).status_code == 429, "still"


async def test_guesses_make_no_letter_of_recovery_void(world, visitor):
    await world.confirmed()
    (account,) = await world.rows(Account)
    await world.sql("delete from provisional_letter")
    typed = await world.letter(person_id=account.person_id, purpose="recovery")
    for _ in range(3):
        for _ in range(5):
            await visitor.activate(provisional_password=generate())
        await pass_ten_minutes(world)
    (letter,) = await world.rows(ProvisionalLetter)
    assert (letter.state, letter.wrong_attempts) == (LetterState.VALID, 15)
    assert await world.events("activation-refused") == []
    assert (await visitor.activate(provisional_password=typed)).status_code == 303


async def test_known_and_unknown_numbers_get_the_same_pages(world):
    await world.letter(number="372257")
    known, unknown = world.visitor(), world.visitor()
    for _ in range(6):
        typed = generate()
        one = await known.activate(provisional_password=typed, number="372257")
        other = await unknown.activate(provisional_password=typed, number="999999")
        assert one.status_code == other.status_code
        assert without_tokens(one.text).replace("372257", "N") == without_tokens(other.text).replace("999999", "N")
        assert one.headers.keys() == other.headers.keys()
    assert (one.status_code, len(await world.rows(NumberAttempts))) == (429, 2)


async def test_the_database_is_asked_the_same_for_both(world):
    """As often as the letters of the one become void by it."""
    await world.letter(number="372257")
    seen = []
    with asked() as statements:
        for number in ("372257", "999999"):
            visitor = world.visitor()
            await visitor.get("/compte/activer")
            statements.clear()
            await visitor.activate(provisional_password=generate(), number=number)
            seen.append([statement.partition(" IN (")[0] for statement, _ in statements])
    assert sum("UPDATE provisional_letter" in statement for statement in seen[0]) == 2
    assert seen[0] == seen[1]


async def test_of_a_number_that_nobody_has_nothing_is_told(world, visitor):
    await world.letter(number="372257")
    for _ in range(2):
        for _ in range(5):
            await visitor.activate(provisional_password=generate(), number="999999")
        await pass_ten_minutes(world)
    assert await world.events("activation-refused") == []


async def test_known_and_unknown_numbers_cost_the_same_hashes(world, monkeypatch):
    hasher, seen = world.parts.provisional_passwords, []
    really = hasher.verify

    async def counted(stored, secret):
        seen.append(stored is not None)
        return await really(stored, secret)

    monkeypatch.setattr(hasher, "verify", counted)
    person = uuid4()
    for _ in range(3):
        await world.letter(person_id=person)
    await world.visitor().activate(provisional_password=generate(), number="372257")
    known, seen[:] = list(seen), []
    await world.visitor().activate(provisional_password=generate(), number="999999")
    assert (len(known), sum(known)) == (4, 3)
    assert (len(seen), sum(seen)) == (4, 0)


@pytest.mark.parametrize("right", [True, False])
async def test_expired_is_said_only_to_who_has_the_right_password(world, visitor, plain, right):
    typed = await world.letter(posted_at=datetime.now(UTC) - timedelta(days=22))
    answer = await visitor.activate(provisional_password=typed if right else generate())
    expired = "Ce mot de passe provisoire a expiré. Demandez un nouveau courrier." in plain(answer)
    assert (answer.status_code, expired, NO_MATCH in plain(answer)) == (422, right, not right)
    (attempts,) = await world.rows(NumberAttempts)
    assert len(attempts.wrong_at) == (0 if right else 1)
    assert [one["reason"] for one in await world.events("activation-refused")] == ["letter-expired"] * right
    assert await world.rows(Account) == []


async def test_a_newer_letter_helps_where_the_older_has_expired(world, visitor):
    person = uuid4()
    await world.letter(person_id=person, posted_at=datetime.now(UTC) - timedelta(days=25))
    assert (await visitor.activate(provisional_password=await world.letter(person_id=person))).status_code == 303


async def test_a_right_password_under_an_older_fingerprint_key(world, visitor):
    from shared.contracts.person_number import Situation, canonical_number
    from shared.security.fingerprints import fingerprints

    both = fingerprints(world.settings.fingerprint_keys, canonical_number(Situation.MEMBER, "372257"))
    typed = await world.letter(number_fingerprints=both[1:])
    assert (await visitor.activate(provisional_password=typed)).status_code == 303


async def test_attempts_on_one_number_do_not_touch_another(world, visitor):
    typed = await world.letter(number="111111")
    for _ in range(5):
        await visitor.activate(provisional_password=generate(), number="372257")
    assert (await visitor.activate(provisional_password=typed, number="111111")).status_code == 303
