"""One address, one person: the same page for who asks, a notice for who owns it (design §5)."""

import re

from activation.models import Account, LetterState, ProvisionalLetter

OTHER = {"number": "222222", "civility": "M.", "given_name": "Paul", "family_name": "Martin"}


def without_tokens(page: str) -> str:
    return re.sub(r'(name="(?:form_token|submission_id)" value=)"[^"]*"', r"\1", page)


async def paul_wants(world, email: str, visitor=None, typed: str = ""):
    visitor = visitor or world.visitor()
    typed = typed or await world.letter(**OTHER)
    return visitor, await visitor.activate(provisional_password=typed, number="222222", email=email)


async def test_same_answer_nothing_changed_and_the_owner_is_told(world):
    await world.confirmed("jeanne@exemple.fr", number="111111")
    _, answer = await paul_wants(world, "Jeanne@Exemple.FR")
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte/cree")
    assert len(await world.rows(Account)) == 1
    states = {letter.family_name: letter.state for letter in await world.rows(ProvisionalLetter)}
    assert states["Martin"] == LetterState.VALID
    (notice,) = await world.events("security-notice-raised")
    assert (notice["email"], notice["notice"]) == ("jeanne@exemple.fr", "address-already-used")
    assert len(await world.events("account-activated")) == 1


async def test_the_pages_are_those_of_a_free_address(world):
    await world.confirmed("jeanne@exemple.fr", number="111111")
    taken, _ = await paul_wants(world, "jeanne@exemple.fr")
    taken_page = await taken.get("/compte/cree")
    taken_resend = await taken.fill("/compte/cree")
    free, _ = await paul_wants(world, "joseph@exemple.fr")
    free_page = await free.get("/compte/cree")
    free_resend = await free.fill("/compte/cree")
    assert without_tokens(taken_page.text) == without_tokens(free_page.text)
    assert taken_page.headers.keys() == free_page.headers.keys()
    assert taken_resend.headers["location"] == free_resend.headers["location"] == "/compte/cree?renvoi=attendre"
    await world.sql("update activation_receipt set last_sent_at = last_sent_at - interval '3 minutes'")
    await world.sql("update confirmation_token set created_at = created_at - interval '3 minutes'")
    for visitor in (taken, free):
        assert (await visitor.fill("/compte/cree")).headers["location"] == "/compte/cree?renvoi=parti"
    assert [event["email"] for event in await world.events("confirmation-link-requested")] == ["joseph@exemple.fr"]


async def test_the_letter_still_works_with_another_address(world):
    await world.confirmed("jeanne@exemple.fr", number="111111")
    typed = await world.letter(**OTHER)
    await paul_wants(world, "jeanne@exemple.fr", typed=typed)
    _, answer = await paul_wants(world, "paul@exemple.fr", typed=typed)
    assert answer.status_code == 303
    assert len(await world.rows(Account)) == 2


async def test_the_owner_is_told_once_a_day(world):
    await world.confirmed("jeanne@exemple.fr", number="111111")
    typed = await world.letter(**OTHER)
    for _ in range(2):
        await paul_wants(world, "jeanne@exemple.fr", typed=typed)
    assert len(await world.events("security-notice-raised")) == 1
    await world.sql("update account set address_notice_at = address_notice_at - interval '24 hours'")
    await paul_wants(world, "jeanne@exemple.fr", typed=typed)
    assert len(await world.events("security-notice-raised")) == 2


async def test_probing_addresses_with_one_letter_is_slowed_like_guessing(world):
    for place, number in enumerate(("111111", "333333", "444444", "555555", "666666")):
        await world.confirmed(f"owner{place}@exemple.fr", number=number)
    typed = await world.letter(**OTHER)
    for place in range(5):
        _, answer = await paul_wants(world, f"owner{place}@exemple.fr", typed=typed)
        assert answer.status_code == 303
    _, answer = await paul_wants(world, "paul@exemple.fr", typed=typed)
    assert answer.status_code == 429


async def test_a_claim_that_nobody_confirmed_keeps_nobody_from_their_address(world, plain):
    squatter, _ = await paul_wants(world, "jeanne@exemple.fr")
    squatters_link = await world.newest_token()
    await world.confirmed("jeanne@exemple.fr", number="111111")
    await squatter.get(f"/compte/confirmer?jeton={squatters_link}")
    answer = await squatter.fill("/compte/confirmer")
    assert "Cette adresse électronique sert déjà à un autre compte" in plain(answer)
    assert len(await world.events("email-confirmed")) == 1


async def test_compatible_spellings_are_one_address(world):
    await world.confirmed("jeanne@exemple.fr", number="111111")
    _, answer = await paul_wants(world, "jeanne@ｅｘｅｍｐｌｅ.fr")
    assert answer.status_code == 303
    assert len(await world.rows(Account)) == 1
