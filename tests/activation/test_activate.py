"""« Activer mon compte », from the form to the events (design §5)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import text

from activation.models import Account, LetterState, ProvisionalLetter, TermsAcceptance
from activation.terms import published


async def test_a_letter_opens_an_account(world, visitor, plain):
    typed = await world.letter()
    answer = await visitor.activate(provisional_password=typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte/cree")
    page = plain(await visitor.get("/compte/cree"))
    assert "Merci Mme Garnier. Votre compte est créé." in page
    assert "Le courriel a été envoyé à j•••@exemple.fr . Pensez à regarder dans vos courriels indésirables." in page
    assert "jeanne@" not in page


async def test_what_activation_tells_the_other_services(world, visitor):
    await visitor.activate(provisional_password=await world.letter())
    (event,) = await world.events("account-activated")
    (account,) = await world.rows(Account)
    assert (event["account_id"], event["email"]) == (str(account.id), "jeanne@exemple.fr")
    assert event["family_name"] == "Garnier"
    assert len(await world.newest_token()) == 43
    expires_in = datetime.fromisoformat(event["token_expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < expires_in <= timedelta(hours=24)


async def test_nothing_usable_is_stored(world, visitor):
    typed = await world.letter(number="257037800608423")
    await visitor.activate(provisional_password=typed, situation="assure", number="2 57 03 78 006 084 23")
    stored = ""
    async with world.database.unit_of_work() as work:
        for table in ("account", "provisional_letter", "security_event", "number_attempts", "activation_receipt"):
            rows = await work.session.execute(text(f"select row_to_json({table})::text from {table}"))
            stored += "".join(rows.scalars())
        bodies = await work.session.execute(text("select convert_from(body, 'UTF8') from outbox"))
        stored += "".join(bodies.scalars())
    assert await world.rows(Account)
    token = await world.newest_token()
    for secret in ("2570378006084", typed, typed.replace("-", ""), "trois lapins", "Malheurs", "malheurs", token):
        assert secret not in stored


async def test_the_typed_password_is_forgiven_case_separators_and_look_alikes(world, visitor):
    typed = (await world.letter()).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    answer = await visitor.activate(provisional_password=typed, number="37 22.57")
    assert answer.status_code == 303


async def test_terms_are_recorded_with_version_and_digest(world, visitor):
    await visitor.activate(provisional_password=await world.letter())
    (acceptance,) = await world.rows(TermsAcceptance)
    assert (acceptance.version, acceptance.channel) == ("1.0", "web")
    assert acceptance.text_sha256 == published().versions[0].sha256
    assert datetime.now(UTC) - acceptance.accepted_at < timedelta(minutes=1)


async def test_every_unexpired_letter_works_and_one_used_burns_its_siblings(world, plain):
    person = uuid4()
    older = await world.letter(person_id=person, posted_at=datetime.now(UTC) - timedelta(days=9))
    newer = await world.letter(person_id=person)
    assert (await world.visitor().activate(provisional_password=older)).status_code == 303
    again = await world.visitor().activate(provisional_password=newer)
    assert again.status_code == 422
    assert "ne correspond pas à notre courrier" in plain(again)
    states = {letter.state for letter in await world.rows(ProvisionalLetter)}
    assert states == {LetterState.USED, LetterState.VOID}


async def test_an_account_not_confirmed_is_replaced_by_activating_again(world):
    person = uuid4()
    await world.visitor().activate(provisional_password=await world.letter(person_id=person))
    first_token = await world.newest_token()
    second = world.visitor()
    answer = await second.activate(
        provisional_password=await world.letter(person_id=person),
        email="autre@exemple.fr",
        password="deux renards bleus chantent",
    )
    assert answer.status_code == 303
    (account,) = await world.rows(Account)
    assert account.email == "autre@exemple.fr"
    assert len(await world.events("account-activated")) == 2
    assert (await second.sign_in("autre@exemple.fr", "deux renards bleus chantent")).headers[
        "location"
    ] == "/compte/cree"
    assert (await second.sign_in()).status_code == 422
    await second.get(f"/compte/confirmer?jeton={first_token}")
    assert "Un lien plus récent vous a été envoyé" in (await second.get("/compte/confirmer")).text


async def test_the_same_submission_twice_activates_once_and_answers_the_same(world, visitor, fields, plain):
    typed = await world.letter()
    sent = await visitor.form_of("/compte/activer") | fields(provisional_password=typed)
    first = await visitor.http.post("/compte/activer", data=sent)
    second = await visitor.http.post("/compte/activer", data=sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert "Merci Mme Garnier" in plain(await visitor.get("/compte/cree"))
    assert len(await world.events("account-activated")) == 1


async def test_a_used_letter_says_no_more_than_a_wrong_one(world, visitor, plain):
    typed = await world.letter()
    await visitor.activate(provisional_password=typed)
    again = await world.visitor().activate(provisional_password=typed)
    assert again.status_code == 422
    assert "Le numéro ou le mot de passe provisoire ne correspond pas à notre courrier" in plain(again)


async def test_two_people_with_one_number_each_use_their_own_letter(world, plain):
    mother = await world.letter(number="257037800608423", given_name="Jeanne")
    son = await world.letter(number="257037800608423", civility="M.", given_name="Paul", family_name="Le Goff")
    visitor = world.visitor()
    await visitor.activate(
        provisional_password=son, situation="assure", number="2570378006084", email="paul@exemple.fr"
    )
    assert "Merci M. Le Goff." in plain(await visitor.get("/compte/cree"))
    other = await world.visitor().activate(provisional_password=mother, situation="assure", number="257037800608423")
    assert other.status_code == 303
    assert len(await world.rows(Account)) == 2
