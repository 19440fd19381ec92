"""Questions at the desk: who has one, what is masked, what the journal tells."""

import asyncio
import re
from collections import Counter

import pytest
from support import files_of
from support.waiting_locks import being_closed, somebody_waits

from shared.security.assertions import Role

from .questions_at_work import DESK_LIST, Asker, Clerk, events, hidden, rows, shown


@pytest.fixture
async def jeanne(client, activation, open_space) -> Asker:
    return Asker(client, activation, await open_space("DEMO-0001"))


@pytest.fixture
def clerk(client, activation):
    """``clerk(name, role)``: one of the staff."""
    return lambda name="Zoé Lefèvre", role=Role.CONSEILLER: Clerk(client, activation, name, role)


def listed(html: str) -> list[str]:
    return re.findall(r"/gestion/questions/(Q-\w{4}-\w{4})\"", html)


async def journal(database) -> list[str]:
    found = await rows(database, "select action from journal_entry where staff order by at")
    return [row["action"] for row in found]


async def test_of_ten_who_take_it_one_gets_it(jeanne, clerk, database) -> None:
    reference = await jeanne.asked()
    staff = [clerk(f"Agent {n}") for n in range(10)]
    form = hidden(await staff[0].page(reference))
    address = f"{DESK_LIST}/{reference}/prendre"
    answers = await asyncio.gather(
        *(jeanne.client.post(address, data=form, headers=one.headers()) for one in staff)
    )  # fmt: skip
    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: 9}
    (row,) = await rows(database, "select taken_by, taken_name from question")
    (winner,) = [one for one, answer in zip(staff, answers, strict=True) if answer.status_code == 303]
    assert (row["taken_by"], row["taken_name"]) == (winner.id, winner.name)
    loser = next(answer for answer in answers if answer.status_code == 409)
    assert f"{winner.name} a pris cette question avant vous." in loser.text
    assert "serai-je" not in loser.text
    assert (await journal(database)).count("desk_take_question") == 1
    again = await jeanne.client.post(address, data=form, headers=winner.headers())
    assert again.status_code == 303
    assert (await journal(database)).count("desk_take_question") == 1


async def test_names_and_messages_are_for_who_took_it_and_each_look_is_in_the_journal(jeanne, clerk, database) -> None:
    zoe, marc = clerk(), clerk("Marc Petit")
    reference = await jeanne.asked(("photo.png", files_of.png()))
    file_id = (await rows(database, "select file_id from message_file"))[0]["file_id"]
    hidden_words = ("Garnier", "lunettes", "serai-je", "photo.png")
    for page in ((await zoe.get()).text, await zoe.page(reference), (await zoe.get("?etat=miennes")).text):
        assert not [word for word in hidden_words if word in page]
    shown = (await zoe.get()).text
    assert "Mme\u00a0G…" in shown
    assert "Une question attend une réponse depuis" in shown
    assert "Un remboursement" in shown
    assert (await zoe.get(f"/{reference}/fichiers/{file_id}")).status_code == 404
    assert await journal(database) == []

    await zoe.take(reference)
    page = await zoe.page(reference)
    assert not [word for word in hidden_words if word not in page]
    assert (await zoe.get(f"/{reference}/fichiers/{file_id}")).headers["content-type"] == "image/png"
    about = await rows(database, "select actor_id, subject_id, object_id from journal_entry where staff")
    assert {tuple(row.values()) for row in about} == {(zoe.id, jeanne.person, reference)}
    assert await journal(database) == ["desk_take_question", "desk_read_question", "desk_read_attachment"]
    assert listed((await zoe.get("?etat=miennes")).text) == [reference]
    told = await jeanne.get("/journal")
    assert "a pris en charge une question" in told.text
    assert "demande" not in told.text[told.text.index("<h1") :].split("</main>")[0]

    other = await marc.page(reference)
    assert "Zoé Lefèvre" in other
    assert not [word for word in hidden_words if word in other]
    assert (await marc.get(f"/{reference}/fichiers/{file_id}")).status_code == 404
    for path in ("/Q-0000-0000", "/x", "/%00", f"/{reference}/fichiers/x"):
        assert (await marc.get(path)).status_code == 404, path


async def test_only_who_has_it_answers_gives_back_and_closes(jeanne, clerk, database) -> None:
    zoe, marc = clerk(), clerk("Marc Petit")
    reference = await jeanne.asked()
    await zoe.take(reference)
    refused = await marc.answer(reference, "Ma réponse à moi")
    assert refused.status_code == 409
    assert "Votre réponse n’est pas envoyée" in refused.text
    assert "Ma réponse à moi" in refused.text
    for verb in ("clore", "rendre"):
        assert (await marc.press(reference, verb)).status_code == 409
    assert (await marc.press(reference, "prendre")).status_code == 409
    assert (await marc.press(reference, "reprendre", de=str(zoe.id))).status_code == 403
    assert len(await events(database)) == 1
    for content, words in ((b"", "vide"), (files_of.SCRIPT, "« a.pdf »"), (files_of.archive(1000), "« a.pdf »")):
        page = await zoe.answer(reference, "Une réponse à garder", ("a.pdf", content))
        assert page.status_code == 422
        assert words in page.text.replace("\u00a0", " ")
        assert "Une réponse à garder" in page.text
    assert (await zoe.answer(reference, "")).status_code == 422
    form = shown(await zoe.page(reference)) | {"text": "Voilà"}
    for _ in range(2):
        sent = await jeanne.client.post(f"{DESK_LIST}/{reference}", data=form, headers=zoe.headers())
        assert (sent.status_code, sent.headers["location"]) == (303, f"{DESK_LIST}/{reference}?fait=reponse")
    assert [kind for kind, _ in await events(database)] == [
        "fr.espace.question-asked.v1",
        "fr.espace.question-answered.v1",
    ]
    assert (await journal(database)).count("desk_answer") == 1
    assert listed((await zoe.get()).text) == []
    assert listed((await zoe.get("?etat=repondues")).text) == [reference]
    assert "Votre réponse est envoyée" in (await zoe.get(f"/{reference}?fait=reponse")).text
    assert (await zoe.press(reference, "clore")).headers["location"] == f"{DESK_LIST}/{reference}?fait=close"
    assert (await zoe.press(reference, "clore")).status_code == 303
    assert [kind for kind, _ in await events(database)][2:] == ["fr.espace.question-closed.v1"], "told once"
    assert listed((await zoe.get("?etat=closes")).text) == [reference]
    assert "Répondre" not in await zoe.page(reference)

    second = await jeanne.asked()
    await zoe.take(second)
    assert (await zoe.press(second, "rendre")).headers["location"] == f"{DESK_LIST}?rendue=1"
    assert (await zoe.press(second, "rendre")).status_code == 303
    assert (await marc.take(second)).status_code == 303
    expired = await jeanne.client.post(f"{DESK_LIST}/{second}/rendre", data={}, headers=marc.headers())
    assert expired.status_code == 422
    assert "Votre page a expiré" in expired.text


@pytest.mark.parametrize("ahead", [False, True], ids=["clocks agree", "the clock of the first replica is ahead"])
async def test_what_the_member_writes_while_the_desk_answers_goes_on_waiting(jeanne, clerk, database, ahead) -> None:
    zoe = clerk()
    reference = await jeanne.asked()
    await zoe.take(reference)
    if ahead:
        hour = "interval '1 hour'"
        await rows(database, f"update message set at = at + {hour} returning 1")
        await rows(database, f"update question set last_message_at = last_message_at + {hour} returning 1")
    before = await zoe.page(reference)
    await jeanne.reply(reference, "Et mes verres ?")
    sent = await zoe.answer(reference, "La monture part demain.", page=before)
    assert sent.headers["location"] == f"{DESK_LIST}/{reference}?fait=reponse-croisee"
    (row,) = await rows(
        database,
        "select waiting_since = (select at from message where text like 'Et mes%') as since, unread_by_desk from question",
    )
    assert row == {"since": True, "unread_by_desk": True}
    assert "Entre-temps, la personne a écrit" in (await zoe.get(f"/{reference}?fait=reponse-croisee")).text
    assert listed((await zoe.get()).text) == [reference]
    # the second answer was written with that message in view
    assert (await zoe.answer(reference, "Les verres aussi.")).headers["location"].endswith("?fait=reponse")
    assert listed((await zoe.get()).text) == []
    page = await zoe.page(reference)
    places = [page.index(words) for words in ("serai-je", "Et mes verres", "La monture", "Les verres")]
    assert places == sorted(places)


async def test_an_answer_that_does_not_say_what_it_was_shown_takes_nothing_out_of_the_list(jeanne, clerk) -> None:
    zoe = clerk()
    reference, other = await jeanne.asked(), await jeanne.asked()
    await zoe.take(reference)
    await zoe.take(other)
    elsewhere = shown(await zoe.page(other))["seen"]
    page = await zoe.page(reference)
    for place in (f'value="{elsewhere}"', 'value="x"', 'value="%00"'):
        strange = page.replace(f'value="{shown(page)["seen"]}"', place)
        assert (await zoe.answer(reference, "Voilà", page=strange)).status_code == 303
        assert listed((await zoe.get()).text) == [reference, other]
        page = await zoe.page(reference)


async def test_a_question_is_not_closed_over_a_message_that_was_not_shown(jeanne, clerk, database) -> None:
    zoe = clerk()
    reference = await jeanne.asked()
    await zoe.take(reference)
    before = await zoe.page(reference)
    await jeanne.reply(reference, "Attendez, encore ceci")
    refused = await zoe.press(reference, "clore", page=before)
    assert refused.status_code == 409
    assert "la personne vient d’écrire" in refused.text
    assert "Attendez, encore ceci" in refused.text
    assert [kind for kind, _ in await events(database)] == ["fr.espace.question-asked.v1"] * 2
    assert listed((await zoe.get()).text) == [reference]
    assert (await zoe.press(reference, "clore", page=refused.text)).status_code == 303
    assert listed((await zoe.get()).text) == []


async def test_nothing_is_written_in_a_closed_thread_from_a_tab_of_before(jeanne, clerk, database) -> None:
    zoe = clerk()
    reference = await jeanne.asked()
    await zoe.take(reference)
    before = await zoe.page(reference)
    assert (await zoe.press(reference, "clore")).status_code == 303
    refused = await zoe.answer(reference, "Une réponse à garder", page=before)
    assert refused.status_code == 409
    assert "Votre réponse n’est pas envoyée\u00a0: cette question est close." in refused.text
    assert "Une réponse à garder" in refused.text
    assert (await zoe.press(reference, "rendre", page=before)).status_code == 409
    assert (await rows(database, "select taken_by, state from question")) == [{"taken_by": zoe.id, "state": "closed"}]
    assert len(await rows(database, "select * from message")) == 1


async def test_the_desk_sees_that_a_space_is_closed_and_writes_to_nobody(jeanne, clerk, database) -> None:
    zoe = clerk()
    reference = await jeanne.asked()
    await zoe.take(reference)
    before = await zoe.page(reference)
    assert "espace clos" not in (await zoe.get()).text
    await rows(database, "update space set closed_at = now() returning 1")
    assert "espace clos" in (await zoe.get()).text
    page = await zoe.page(reference)
    assert "L’espace de cette personne est clos depuis le" in page
    assert "Envoyer la réponse" not in page
    refused = await zoe.answer(reference, "Une réponse à garder", page=before)
    assert refused.status_code == 409
    assert "Votre réponse n’est pas envoyée\u00a0: l’espace de la personne est clos." in refused.text
    assert "Une réponse à garder" in refused.text
    closed = await zoe.press(reference, "clore")
    assert closed.headers["location"] == f"{DESK_LIST}/{reference}?fait=close-sans-avis"
    assert "Aucun courriel n’est parti" in (await zoe.get(f"/{reference}?fait=close-sans-avis")).text
    assert [kind for kind, _ in await events(database)] == ["fr.espace.question-asked.v1"]


async def test_an_answer_waits_for_a_space_that_is_being_closed(jeanne, clerk, database) -> None:
    zoe = clerk()
    reference = await jeanne.asked()
    await zoe.take(reference)
    before = await zoe.page(reference)
    async with being_closed(database, jeanne.person):
        answer = asyncio.create_task(zoe.answer(reference, "Une réponse à garder", page=before))
        await somebody_waits(database)
    refused = await answer
    assert refused.status_code == 409
    assert "l’espace de la personne est clos" in refused.text
    assert "Une réponse à garder" in refused.text
    assert [kind for kind, _ in await events(database)] == ["fr.espace.question-asked.v1"]


async def test_a_responsable_takes_over_and_the_journal_says_so(jeanne, clerk, database) -> None:
    zoe, chief, other = clerk(), clerk("Irène Roux", Role.RESPONSABLE), clerk("Ali Bey", Role.RESPONSABLE)
    reference = await jeanne.asked()
    await zoe.take(reference)
    assert "Reprendre la question" not in await zoe.page(reference)
    assert "Reprendre la question" in await chief.page(reference)
    stale = await other.press(reference, "reprendre", de=str(chief.id))
    assert stale.status_code == 409
    assert "vient de changer de mains" in stale.text
    assert (await chief.press(reference, "reprendre", de=str(zoe.id))).status_code == 303
    assert "desk_take_over_question" in await journal(database)
    lost = await zoe.answer(reference, "Trop tard")
    assert lost.status_code == 409
    assert (await chief.answer(reference, "C’est moi")).status_code == 303


async def test_the_list_is_narrowed_and_its_oldest_comes_first(jeanne, clerk, database, monkeypatch) -> None:
    from member_space.questions import desk_queries

    zoe = clerk()
    references = [await jeanne.asked(topic="contrat" if n % 2 else "autre") for n in range(5)]
    assert listed((await zoe.get()).text) == references
    assert listed((await zoe.get("?sujet=contrat")).text) == references[1::2]
    assert listed((await zoe.get("?sujet=inconnu&etat=x")).text) == references
    monkeypatch.setattr(desk_queries, "PAGE", 2)
    seen, address = [], "?sujet=autre"
    while address:
        page = (await zoe.get(address)).text
        seen += listed(page)
        following = re.search(r'rel="next" href="/gestion/questions([^"]+)"', page)
        address = following and following[1].replace("&amp;", "&")
    assert seen == references[::2]
    await jeanne.reply(references[0], "Toujours rien ?")
    assert listed((await zoe.get()).text) == references[:2], "asking again loses nobody their place"
    assert (await zoe.get("?apres=x&etat=closes")).status_code == 200


async def test_exploitation_sees_nothing_of_it(jeanne, clerk) -> None:
    reference = await jeanne.asked()
    ops = clerk("Ops", Role.EXPLOITATION)
    for path in ("", f"/{reference}", f"/{reference}/fichiers/x"):
        assert (await ops.get(path)).status_code == 403
