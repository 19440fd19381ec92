"""Questions under a mandate: in the grantor's space, under the delegate's own name, in the journal of both names."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import text
from support import files_of

from member_space.access.scopes import Scope

from .questions_at_work import ASKED, Asker, Clerk, events, rows
from .test_mandate_access import mandate, people

__all__ = ["mandate", "people"]


@pytest.fixture
async def maelle(client, activation, people, mandate) -> Asker:
    """The delegate, in the grantor's space."""
    base = f"/espace/pour/{await mandate([Scope.MESSAGES])}"
    return Asker(client, activation, people["delegate"], base)


async def test_a_delegate_writes_reads_and_downloads_for_the_grantor(
    client, activation, people, maelle, database
) -> None:
    jeanne, zoe = Asker(client, activation, people["grantor"]), Clerk(client, activation)
    reference = await maelle.asked(("photo.png", files_of.png()))
    page = (await maelle.get(f"/questions/{reference}")).text
    main = page[page.index("<main") :].partition("</main>")[0]
    assert re.findall(r"(?:href|action)=\"(/[^\"]+)", main)
    assert all(one.startswith(maelle.base) for one in re.findall(r"(?:href|action)=\"(/[^\"]+)", main))
    assert "Maëlle\u00a0Almeida, pour Mme\u00a0Garnier" in (await jeanne.get(f"/questions/{reference}")).text
    await zoe.take(reference)
    assert "Maëlle\u00a0Almeida, pour Mme\u00a0Garnier" in await zoe.page(reference)
    await zoe.answer(reference, "Voici", ("releve.pdf", files_of.pdf()))
    listing = (await maelle.get("/questions")).text
    assert "non lue)" not in listing
    assert "Répondue, pas encore lue par Mme\u00a0Garnier" in listing
    link = re.search(rf'href="{maelle.base}([^"]+)">releve\.pdf', (await maelle.get(f"/questions/{reference}")).text)
    assert link
    assert (await maelle.get(link[1])).content == files_of.pdf()
    assert (await maelle.api("GET", f"/{reference}")).json()["unread"] is True
    assert "Questions (1 non lue)" in (await jeanne.get("/questions")).text, "a delegate's reading is not theirs"
    assert "non lue)" not in (await jeanne.get(f"/questions/{reference}")).text
    assert (await maelle.reply(reference, "Merci pour elle")).status_code == 303
    sent = await maelle.api("POST", f"/{reference}/messages", json={"text": "Encore"})
    assert sent.status_code == 201

    about = {data["email"] for _, data in await events(database)}
    assert about == {"couriel@exemple.fr"}, "the grantor is told, whoever wrote"
    acts = await rows(database, "select * from journal_entry where action in ('ask', 'reply') order by at")
    assert [row["action"] for row in acts] == ["ask", "reply", "reply"]
    assert {(row["actor_id"], row["subject_id"], row["object_id"]) for row in acts} == {
        (people["delegate"], people["grantor"], reference)
    }
    assert {str(row["mandate_id"]) for row in acts} == {maelle.base.rpartition("/")[2]}
    own = Asker(client, activation, people["delegate"])
    assert (await own.get(f"/questions/{reference}")).status_code == 404
    assert reference not in (await own.get("/questions")).text


async def test_a_submission_opens_nothing_again_once_the_mandate_is_over(
    client, activation, people, maelle, database
) -> None:
    once = ASKED | {"submission_id": str(uuid4())}
    asked = await maelle.api("POST", "", json=once)
    assert asked.status_code == 201
    await rows(database, "update mandate set ended_at = now() returning 1")
    assert (await maelle.api("POST", "", json=once)).status_code == 404
    own = Asker(client, activation, people["delegate"])
    refused = await own.api("POST", "", json=once)
    assert refused.status_code == 409
    assert asked.json()["reference"] not in refused.text
    mine = (await own.api("POST", "", json=ASKED)).json()["reference"]
    again = await own.api("POST", f"/{mine}/messages", json={"text": "x", "submission_id": once["submission_id"]})
    assert again.status_code == 409
    assert ASKED["text"] not in again.text


async def test_who_is_told_by_mail_is_the_grantor(maelle, database) -> None:
    for table in ("message_file", "message", "question"):
        await rows(database, f"delete from {table} returning 1")
    assert "un courriel prévient Mme\u00a0Garnier" in (await maelle.get("/questions")).text
    reference = await maelle.asked()
    page = (await maelle.get(f"/questions/{reference}?envoi=question")).text
    assert "un courriel préviendra Mme\u00a0Garnier" in page
    assert "vous préviendra" not in page


async def test_without_the_scope_nothing_says_what_is_unread(client, activation, people, mandate, database) -> None:
    async with database.unit_of_work() as work:
        await work.session.execute(text("update question set unread_by_member = true"))
    base = f"/espace/pour/{await mandate([Scope.REIMBURSEMENTS])}"
    page = (await Asker(client, activation, people["delegate"], base).get("/remboursements")).text
    assert "non lue" not in page
    assert "Questions" not in page
