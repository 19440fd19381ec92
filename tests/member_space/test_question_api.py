"""Questions as JSON: the same threads as the pages."""

from uuid import uuid4

import pytest
from support import files_of

from member_space.questions import threads

from .questions_at_work import ASKED, Asker, Clerk, events, rows


@pytest.fixture
async def jeanne(client, activation, open_space) -> Asker:
    return Asker(client, activation, await open_space("DEMO-0001"))


async def test_asked_listed_read_and_answered_again(jeanne, client, activation, database) -> None:
    once = {**ASKED, "submission_id": str(uuid4())}
    answers = [await jeanne.api("POST", "", json=once) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    thread = answers[0].json()
    assert thread == answers[1].json()
    reference = thread["reference"]
    assert (thread["state"], thread["topic"], thread["title"]) == ("waiting", "remboursement", "Mes lunettes")
    assert [message["text"] for message in thread["messages"]] == [ASKED["text"]]
    zoe = Clerk(client, activation)
    await zoe.take(reference)
    await zoe.answer(reference, "Voici", ("releve.pdf", files_of.pdf()))
    (listed,) = (await jeanne.api("GET", "")).json()["questions"]
    assert (listed["reference"], listed["state"], listed["unread"]) == (reference, "answered", True)
    read = (await jeanne.api("GET", f"/{reference}")).json()
    assert read["unread"]
    assert not (await jeanne.api("GET", f"/{reference}")).json()["unread"]
    last = read["messages"][-1]
    assert (last["from_desk"], last["author"], last["text"]) == (True, "Zoé\u00a0L.", "Voici")
    (file,) = last["files"]
    assert (file["name"], file["kind"], file["size"]) == ("releve.pdf", "pdf", len(files_of.pdf()))
    assert (await jeanne.api("GET", f"/{reference}/files/{file['id']}")).content == files_of.pdf()
    assert (await jeanne.api("GET", f"/{reference}/files/{uuid4()}")).status_code == 404
    answer = await jeanne.api("POST", f"/{reference}/messages", json={"text": "  Merci  "})
    assert answer.status_code == 201
    assert [message["text"] for message in answer.json()["messages"]] == [ASKED["text"], "Voici", "Merci"]
    assert answer.json()["state"] == "waiting"
    first = (await jeanne.api("GET", "?size=1")).json()
    assert first["older"] is None
    second = (await jeanne.api("POST", "", json=ASKED)).json()["reference"]
    first = (await jeanne.api("GET", "?size=1")).json()
    rest = (await jeanne.api("GET", f"?size=1&after={first['older']}")).json()
    assert [page["questions"][0]["reference"] for page in (first, rest)] == [second, reference]
    assert rest["older"] is None


async def test_what_is_wrong_is_refused_and_nothing_is_kept(jeanne, open_space, database) -> None:
    wrong = [
        {}, {"text": "x"}, ASKED | {"topic": "inconnu"}, ASKED | {"title": "x" * 101}, ASKED | {"text": "x" * 5001},
        ASKED | {"text": " \n "}, ASKED | {"title": "a\u0000b"}, ASKED | {"text": "a\u202eb"}, ASKED | {"more": 1},
        ASKED | {"text": 3}, ASKED | {"submission_id": "x"}, [], "x",
        # each is two characters once it is NFC
        ASKED | {"title": "\u0958" * 51}, ASKED | {"text": "\u0958" * 2501},
    ]  # fmt: skip
    for one in wrong:
        answer = await jeanne.api("POST", "", json=one)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), one
    surrogate = rb'{"topic": "autre", "title": "\ud800", "text": "x"}'
    for content in (surrogate, b"{", b"\xff"):
        answer = await jeanne.api("POST", "", content=content)
        assert answer.status_code == 422, content
    for query in ("?after=x", "?size=0", "?size=201"):
        assert (await jeanne.api("GET", query)).status_code == 422
    assert await rows(database, "select * from question") == []
    assert await rows(database, "select * from journal_entry") == []

    once = ASKED | {"submission_id": str(uuid4())}
    reference = (await jeanne.api("POST", "", json=once)).json()["reference"]
    other = Asker(jeanne.client, jeanne.activation, await open_space("DEMO-0003", "ALMEIDA"))
    assert (await other.api("GET", f"/{reference}")).status_code == 404
    assert (await other.api("POST", f"/{reference}/messages", json={"text": "x"})).status_code == 404
    assert (await other.api("GET", "/%00")).status_code == 404
    stolen = await other.api("POST", "", json=once)
    assert (stolen.status_code, reference in stolen.text) == (409, False)
    assert len(await rows(database, "select * from message")) == 1


async def test_sent_again_it_is_noted_once_and_never_taken_for_something_else(jeanne, database) -> None:
    first, second = {**ASKED, "submission_id": str(uuid4())}, {**ASKED, "submission_id": str(uuid4())}
    one, other = [(await jeanne.api("POST", "", json=sent)).json()["reference"] for sent in (first, second)]
    written = {"text": "Encore", "submission_id": str(uuid4())}
    for _ in range(2):
        assert (await jeanne.api("POST", "", json=first)).status_code == 201
        assert (await jeanne.api("POST", f"/{one}/messages", json=written)).status_code == 201
    assert (await jeanne.api("POST", f"/{other}/messages", json=written)).status_code == 409
    assert len(await rows(database, "select * from message")) == 3
    assert [kind for kind, _ in await events(database)] == ["fr.espace.question-asked.v1"] * 3
    lines = await rows(database, "select action from journal_entry")
    assert sorted(line["action"] for line in lines) == ["ask", "ask", "reply"]


async def test_an_answer_that_comes_while_the_thread_is_read_is_shown_or_stays_unread(
    jeanne, client, activation, monkeypatch
) -> None:
    zoe = Clerk(client, activation)
    reference = (await jeanne.api("POST", "", json=ASKED)).json()["reference"]
    await zoe.take(reference)
    await zoe.answer(reference, "Première")
    mark_read = threads.mark_read

    async def answered_meanwhile(*given) -> None:
        monkeypatch.undo()
        assert (await zoe.answer(reference, "Seconde")).status_code == 303
        await mark_read(*given)

    monkeypatch.setattr(threads, "mark_read", answered_meanwhile)
    read = (await jeanne.api("GET", f"/{reference}")).json()
    shown = read["messages"][-1]["text"] == "Seconde"
    assert shown or (await jeanne.api("GET", f"/{reference}")).json()["unread"]
    assert read["unread"]
