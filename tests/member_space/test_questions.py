"""Questions from the member's side: asked, read, answered again, with their attachments; and refused with words."""

import asyncio
import re
from uuid import uuid4

import pytest
from support import files_of

from member_space.questions import rules
from shared.web.reading import FIELD_LIMIT

from .questions_at_work import ASKED, LIST, NEW, Asker, Clerk, events, hidden, parts, rows


@pytest.fixture
async def jeanne(client, activation, open_space) -> Asker:
    return Asker(client, activation, await open_space("DEMO-0001"))


@pytest.fixture
def zoe(client, activation) -> Clerk:
    return Clerk(client, activation)


def said(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).replace(" ,", ",")


def navigation(html: str) -> str:
    return html[html.index('<nav class="sections"') :].partition("</nav>")[0]


async def test_a_question_its_answer_and_what_is_unread(jeanne, zoe, database, open_space) -> None:
    assert "Aucune question pour le moment" in (await jeanne.get("/questions")).text
    form = (await jeanne.get("/questions/nouvelle")).text
    assert "Réponse sous 2\u00a0jours ouvrés." in form
    reference = await jeanne.asked(("photo.jpg", files_of.located_jpeg()))
    page = await jeanne.get(f"/questions/{reference}?envoi=question")
    assert "Votre question est bien enregistrée sous la référence" in page.text
    assert page.text.count(reference) >= 2
    assert "Vous le" in said(page.text)
    assert "quand serai-je remboursée ?" in page.text
    photo = re.search(r'href="([^"]+/fichiers/[^"]+)">photo\.jpg \(JPEG, \d+\u00a0Ko\)', page.text)
    assert photo
    picture = await jeanne.get(photo[1].removeprefix("/espace"))
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert "En attente de réponse" in (await jeanne.get("/questions")).text
    assert "non lue" not in navigation(page.text)

    assert (await zoe.take(reference)).status_code == 303
    assert (await zoe.answer(reference, "Sous huit jours.", ("releve.pdf", files_of.pdf()))).status_code == 303
    home = (await jeanne.get("/")).text
    assert "Questions (1 non lue)" in navigation(home)
    assert "Un conseiller a répondu à votre question" in said(home)
    assert "Réponse non lue" in (await jeanne.get("/questions")).text
    page = (await jeanne.get(f"/questions/{reference}")).text
    assert "non lue" not in navigation(page)
    assert "Zoé\u00a0L., votre mutuelle" in page
    assert "Lefèvre" not in page
    assert "Sous huit jours." in page
    bulletin = re.search(r'href="([^"]+)">releve\.pdf \(PDF', page)
    assert bulletin
    got = await jeanne.get(bulletin[1].removeprefix("/espace"))
    assert (got.status_code, got.content) == (200, files_of.pdf())
    assert "Répondue" in (await jeanne.get("/questions")).text

    other = Asker(jeanne.client, jeanne.activation, await open_space("DEMO-0003", "ALMEIDA"))
    for path in (
        f"/questions/{reference}",
        photo[1].removeprefix("/espace"),
        "/questions/Q-0000-0000",
        "/questions/%00",
    ):
        assert (await other.get(path)).status_code == 404, path
    mine = await other.asked()
    crossed = photo[1].removeprefix("/espace").replace(reference, mine)
    for path in (crossed, f"/questions/{reference}/fichiers/x", f"/questions/{reference}/fichiers/{uuid4()}"):
        assert (await other.get(path)).status_code == 404, path
    assert reference not in (await other.get("/questions")).text

    told = (await events(database))[:2]
    assert [kind for kind, _ in told] == ["fr.espace.question-asked.v1", "fr.espace.question-answered.v1"]
    for _, data in told:
        assert (data["reference"], data["person_id"]) == (reference, str(jeanne.person))
        assert not {"title", "text", "topic"} & data.keys()
        for word in ("lunettes", "rembours", "huit", "photo", "releve"):
            assert word not in str(data)


async def test_what_is_wrong_is_told_next_to_it_and_answers_are_kept(jeanne, database) -> None:
    page = await jeanne.ask(topic="", title="", text=" \u200b ")
    assert page.status_code == 422
    assert re.findall(r'id="(\w+)-error"', page.text) == ["topic", "title", "text"]
    for given, words in (
        ({"title": "x" * 101}, "100 caractères ou moins"),
        ({"text": "é" * 5_001}, "Votre message doit comporter 5000 caractères ou moins"),
        ({"text": "🙂" * 5_001}, "Votre message doit comporter 5000 caractères ou moins"),
        ({"topic": "inconnu"}, "Choisissez un sujet de la liste"),
        ({"title": "a\u202eb"}, "caractère qui ne s’affiche pas"),
    ):
        page = await jeanne.ask(**given)
        assert page.status_code == 422, given
        assert words in page.text.replace("5\u00a0000", "5000"), given
    assert FIELD_LIMIT > 5_001 * 4
    hostile = {
        "vide.pdf": b"", "script.pdf": files_of.SCRIPT, "bombe.pdf": files_of.bomb_pdf(), "page.jpg": files_of.PAGE,
        "ferme.pdf": files_of.locked_pdf(), "actif.pdf": files_of.script_pdf(), "zip.pdf": files_of.archive(1000),
    }  # fmt: skip
    for name, content in hostile.items():
        page = await jeanne.ask((name, content), ("bon.pdf", files_of.pdf()), title="Un titre à garder")
        assert page.status_code == 422, name
        assert f"« {name} »" in page.text.replace("\u00a0", " "), name
        assert 'id="files-error"' in page.text
        assert 'value="Un titre à garder"' in page.text
        assert "quand serai-je remboursée" in page.text
        assert '<option value="remboursement" selected>' in page.text
    page = await jeanne.ask(*((f"{n}.pdf", files_of.pdf()) for n in range(4)))
    assert "Vous avez choisi 4 fichiers" in page.text
    expired = await jeanne.client.post(NEW, files=parts(ASKED | {"form_token": "x"}), headers=jeanne.headers())
    assert expired.status_code == 422
    assert "Mes lunettes" in expired.text
    for table in ("question", "message", "stored_file", "outbox", "journal_entry"):
        assert await rows(database, f"select * from {table}") == [], table


async def test_the_limit_of_a_text_is_exact_and_it_is_shown_as_typed(jeanne) -> None:
    text = "<b>é</b> & \n" * 416 + "12345678"
    assert len(text) == 5_000
    reference = await jeanne.asked(text=text, title="x" * 100)
    page = (await jeanne.get(f"/questions/{reference}")).text
    assert "<b>é" not in page
    assert page.count("&lt;b&gt;é") == 416


async def test_the_same_form_sent_twice_or_ten_times_at_once_asks_once(jeanne, database) -> None:
    fields = ASKED | hidden((await jeanne.get("/questions/nouvelle")).text)
    sent = [parts(fields, [("a.pdf", files_of.pdf())]) for _ in range(6)]
    answers = await asyncio.gather(
        *(jeanne.client.post(NEW, files=one, headers=jeanne.headers()) for one in sent)
    )  # fmt: skip
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    reference = answers[0].headers["location"].removeprefix(f"{LIST}/").partition("?")[0]
    page = (await jeanne.get(f"/questions/{reference}")).text
    reply = hidden(page) | {"text": "Encore moi"}
    for _ in range(2):
        again = await jeanne.client.post(f"{LIST}/{reference}", files=parts(reply), headers=jeanne.headers())
        assert again.status_code == 303
    counted = [len(await rows(database, f"select * from {name}")) for name in ("question", "message", "stored_file")]
    assert counted == [1, 2, 1]
    assert [kind for kind, _ in await events(database)] == ["fr.espace.question-asked.v1"] * 2
    lines = await rows(database, "select action, object_id from journal_entry order by at")
    assert lines == [{"action": "ask", "object_id": reference}, {"action": "reply", "object_id": reference}]


async def test_writing_in_a_closed_thread_opens_it_for_anybody(jeanne, zoe, database) -> None:
    reference = await jeanne.asked()
    await zoe.take(reference)
    await zoe.answer(reference, "Voilà")
    assert (await zoe.press(reference, "clore")).status_code == 303
    page = (await jeanne.get(f"/questions/{reference}")).text
    assert "Rouvrir cette question" in page
    assert "Close" in (await jeanne.get("/questions")).text
    refused = await jeanne.reply(reference, "", ("a.pdf", files_of.SCRIPT))
    assert refused.status_code == 422
    assert re.findall(r'id="(\w+)-error"', refused.text) == ["text", "files"]
    assert (await jeanne.reply(reference, "Pas tout à fait")).status_code == 303
    (row,) = await rows(database, "select state, taken_by, taken_name, waiting_since from question")
    assert (row["state"], row["taken_by"], row["taken_name"]) == ("open", None, "")
    assert row["waiting_since"] is not None
    assert reference in (await zoe.get()).text


async def test_long_lists_go_on_by_pages(jeanne, database, monkeypatch) -> None:
    from member_space.questions import threads

    monkeypatch.setattr(threads.page, "__defaults__", (None, 2))
    references = [await jeanne.asked(title=f"Question {n}") for n in range(5)]
    seen, address = [], "/questions"
    while address:
        page = (await jeanne.get(address)).text
        seen += re.findall(r'/questions/(Q-\w{4}-\w{4})"', page)
        following = re.search(r'rel="next" href="/espace([^"]+)"', page)
        address = following and following[1]
    assert seen == references[::-1]
    for odd in ("x", "99999999999999999999-" + "0" * 32, "%00"):
        assert (await jeanne.get(f"/questions?apres={odd}")).status_code == 200


async def test_more_than_anybody_needs_is_refused_with_words(jeanne, monkeypatch, database) -> None:
    from member_space.questions import writing

    monkeypatch.setattr(writing, "DAILY_LIMIT", 2)
    reference = await jeanne.asked()
    await jeanne.reply(reference, "Deux")
    for answer in (await jeanne.reply(reference, "Trois"), await jeanne.ask()):
        assert answer.status_code == 422
        assert f"{rules.DAILY_LIMIT} messages en 24\u00a0heures" in answer.text
    assert (await jeanne.api("POST", "", json=ASKED)).status_code == 429
    assert len(await rows(database, "select * from message")) == 2
