"""Files that go with a report: whose they are, how many, and what becomes of those that wait for their form to be sent."""

import re

from sqlalchemy import text
from support.forgetting import forget

from member_space.files import storing
from member_space.retention import rules
from shared.files import checking

from .test_case_rules import ADDRESS, SITUATION
from .test_cases import PROOF, fill, first_case, reference_of, rows, send, taken


async def test_files_belong_to_their_case_and_person(jeanne, visitor, open_space, colleague) -> None:
    paul = visitor(await open_space("DEMO-0002", "LEFÈVRE", email="paul@exemple.fr"))
    review = await fill(jeanne, "/espace/adresse", "/espace/adresse", ADDRESS | {"action": "verifier"}, [PROOF])
    kept = re.search(r'name="kept" value="([0-9a-f-]{36})"', review.text)[1]
    theirs = await fill(paul, "/espace/adresse", "/espace/adresse", ADDRESS | {"action": "verifier", "kept": kept})
    assert "facture.pdf" not in theirs.text
    reference = await reference_of(await send(jeanne, review.text, "/espace/adresse", {"action": "envoyer"}))
    link = f"/espace/adresse/{reference}/fichiers/{kept}"
    assert (await jeanne.get(link)).status_code == 200
    assert (await paul.get(link)).status_code == 404
    assert (await paul.get(f"/espace/adresse/{reference}")).status_code == 404
    assert (await jeanne.get(f"/espace/situation/{reference}")).status_code == 404
    zoe = colleague()
    path = await first_case(zoe)
    assert (await zoe.get(f"{path}/fichiers/{kept}")).status_code == 404, "not before it is taken"
    await taken(zoe)
    assert (await zoe.get(f"{path}/fichiers/{kept}")).status_code == 200


async def test_no_more_than_three_files_in_all(jeanne) -> None:
    review = await fill(jeanne, "/espace/adresse", "/espace/adresse", ADDRESS | {"action": "verifier"}, [PROOF, PROOF])
    changed = await send(jeanne, review.text, "/espace/adresse", {"action": "modifier"})
    more = await send(jeanne, changed.text, "/espace/adresse", ADDRESS | {"action": "verifier"}, [PROOF, PROOF])
    assert more.status_code == 422
    assert "3 au plus en tout" in more.text
    removed = re.findall(r'name="(retirer_[0-9a-f-]{36})"', more.text)
    assert len(removed) == 2
    fewer = await send(
        jeanne, more.text, "/espace/adresse", ADDRESS | {"action": "verifier", removed[0]: "oui"}, [PROOF, PROOF]
    )
    assert fewer.status_code == 200
    assert fewer.text.count("facture.pdf") == 3


async def test_a_proof_that_is_gone_is_missed(jeanne, database, settings) -> None:
    """Of two tabs, the second one's proof went with the first one's report; another's time was over."""
    review = await fill(jeanne, "/espace/adresse", "/espace/adresse", ADDRESS | {"action": "verifier"}, [PROOF])
    changed = await send(jeanne, review.text, "/espace/adresse", {"action": "modifier"})
    tab = await send(jeanne, changed.text, "/espace/adresse", ADDRESS | {"action": "verifier"})
    await reference_of(await send(jeanne, review.text, "/espace/adresse", {"action": "envoyer"}))
    missed = await send(jeanne, tab.text, "/espace/adresse", {"action": "envoyer"})
    assert missed.status_code == 422
    assert "n’est plus là" in missed.text
    assert "facture.pdf" not in missed.text
    assert len(await rows(database, "select * from member_case")) == 1
    again = await send(jeanne, missed.text, "/espace/adresse", ADDRESS | {"action": "verifier"}, [PROOF])
    async with database.unit_of_work() as work:
        await work.session.execute(text("update stored_file set created_at = created_at - interval '25 hours'"))
    await forget(database, rules(settings))
    over = await send(jeanne, again.text, "/espace/adresse", {"action": "envoyer"})
    assert over.status_code == 422
    without = await send(jeanne, over.text, "/espace/adresse", ADDRESS | {"action": "verifier"})
    await reference_of(await send(jeanne, without.text, "/espace/adresse", {"action": "envoyer"}))


async def test_files_that_nobody_sends_do_not_pile_up(jeanne, visitor, open_space, database, monkeypatch) -> None:
    async def begin(who, path="/espace/situation", answers=SITUATION):
        return await fill(who, path, path, answers | {"action": "verifier"}, [PROOF] * 3)

    assert [(await begin(jeanne)).status_code for _ in range(4)] == [200] * 4
    monkeypatch.setattr(checking, "_PROGRAM", ("-m", "shared.files.nowhere"))  # no more is checked
    for path, answers in (("/espace/situation", SITUATION), ("/espace/adresse", ADDRESS)):
        full = await begin(jeanne, path, answers)
        assert full.status_code == 429
        assert "recommencez dans 24\u00a0heures" in full.text
    assert len(await rows(database, "select id from stored_file")) == storing.MOST_WAITING
    alone = await send(jeanne, full.text, "/espace/adresse", ADDRESS | {"action": "verifier"})
    await reference_of(await send(jeanne, alone.text, "/espace/adresse", {"action": "envoyer"}))
    monkeypatch.undo()
    assert (await begin(visitor(await open_space("DEMO-0002", email="paul@exemple.fr")))).status_code == 200


async def test_files_of_a_form_that_nobody_sent_are_forgotten(jeanne, database, settings) -> None:
    review = await fill(jeanne, "/espace/adresse", "/espace/adresse", ADDRESS | {"action": "verifier"}, [PROOF])
    await send(jeanne, review.text, "/espace/adresse", {"action": "envoyer"})
    await fill(jeanne, "/espace/adresse", "/espace/adresse", ADDRESS | {"action": "verifier"}, [PROOF])
    await forget(database, rules(settings))
    assert len(await rows(database, "select id from stored_file")) == 2
    async with database.unit_of_work() as work:
        await work.session.execute(text("update stored_file set created_at = created_at - interval '25 hours'"))
    await forget(database, rules(settings))
    left = await rows(database, "select f.id from stored_file f join member_case_file c on c.file_id = f.id")
    assert len(left) == len(await rows(database, "select id from stored_file")) == 1
