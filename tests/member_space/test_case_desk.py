"""The desk's side of cases: the list, who has which, and what can't be answered."""

import asyncio
import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import text
from support.files_of import pdf
from support.filling import hidden_fields
from support.waiting_locks import being_closed, somebody_waits

from shared.contracts.paris import PARIS
from shared.security.assertions import Role
from shared.web.french import date_fr

from .test_case_rules import ADDRESS
from .test_cases import DESK, events, fill, first_case, reference_of, rows, send, taken


async def test_two_people_never_take_the_same(jeanne, colleague, database) -> None:
    await fill(jeanne, "/espace/documents", "/espace/documents", {"document": "attestation-vitale"})
    people = [colleague(name=f"Personne {n}") for n in range(8)]
    path = await first_case(people[0])
    pages = [(await one.get(path)).text for one in people]
    answers = await asyncio.gather(
        *(send(one, page, f"{path}/prendre", {}) for one, page in zip(people, pages, strict=True))
    )
    assert sorted(answer.headers["location"] for answer in answers) == sorted([path, *[f"{path}?trop-tard=oui"] * 7])
    assert len(await rows(database, "select * from journal_entry where action = 'desk_take'")) == 1
    winner = next(one for one, answer in zip(people, answers, strict=True) if answer.headers["location"] == path)
    loser = next(one for one in people if one is not winner)
    page = (await loser.get(f"{path}?trop-tard=oui")).text
    assert "Un autre conseiller s’en occupe" in page
    assert "Attestation vitale" not in page
    refusal = {"reason": "not-issued-here", "refusal_words": "Une phrase à garder"}
    stolen = await send(loser, (await winner.get(path)).text, f"{path}/refuser", refusal)
    assert stolen.status_code == 409
    assert [name for name, _ in await events(database)] == ["document-requested"]
    back = await fill(winner, path, f"{path}/remettre", {})
    assert back.headers["location"] == path
    assert (await fill(loser, path, f"{path}/prendre", {})).headers["location"] == path


async def test_a_responsable_takes_over(jeanne, colleague, database) -> None:
    await fill(jeanne, "/espace/documents", "/espace/documents", {"document": "attestation-vitale"})
    zoe, chief, other = colleague(), colleague(Role.RESPONSABLE, "Léa Martin"), colleague(Role.RESPONSABLE, "Max Roy")
    path = await first_case(zoe)
    before = (await chief.get(path)).text
    await taken(zoe)
    assert (await send(zoe, before, f"{path}/prendre", {})).headers["location"] == path, "one's own already"
    late = await send(chief, before, f"{path}/prendre", {})
    assert late.headers["location"] == f"{path}?trop-tard=oui", "a page from before takes nothing from anybody"
    assert "Reprendre la demande" not in (await zoe.get(path)).text
    pages = [(await one.get(path)).text for one in (chief, other)]
    answers = await asyncio.gather(
        *(send(one, page, f"{path}/reprendre", {}) for one, page in zip((chief, other), pages, strict=True))
    )
    assert sorted(answer.headers["location"] for answer in answers) == [path, f"{path}?trop-tard=oui"]
    winner = next(n for n, answer in enumerate(answers) if answer.headers["location"] == path)
    assert f"Prise par {('Léa Martin', 'Max Roy')[winner]}" in (await zoe.get(path)).text
    again = await send((chief, other)[winner], pages[winner], f"{path}/reprendre", {})
    assert again.headers["location"] == path
    assert (await send(zoe, pages[0], f"{path}/reprendre", {})).status_code == 403
    acts = await rows(database, "select action from journal_entry where action like 'desk_take%' order by at")
    assert [one["action"] for one in acts] == ["desk_take", "desk_take_over"]
    nobody = await send((chief, other)[winner], pages[winner], f"{path}/reprendre", {"de": "x"})
    assert nobody.status_code == 422


async def test_exploitation_sees_no_case(jeanne, colleague) -> None:
    await fill(jeanne, "/espace/documents", "/espace/documents", {"document": "attestation-vitale"})
    path = await first_case(colleague())
    operator = colleague(Role.EXPLOITATION)
    for address in (DESK, path):
        assert (await operator.get(address)).status_code == 403


async def test_an_address_is_not_accepted_before_its_day(jeanne, colleague, database) -> None:
    day = datetime.now(PARIS).date() + timedelta(days=2)
    later = {"since_day": str(day.day), "since_month": str(day.month), "since_year": str(day.year)}
    review = await fill(jeanne, "/espace/adresse", "/espace/adresse", ADDRESS | later | {"action": "verifier"})
    reference = await reference_of(await send(jeanne, review.text, "/espace/adresse", {"action": "envoyer"}))
    assert "au plus tôt à la date indiquée" in (await jeanne.get(f"/espace/adresse/{reference}")).text
    zoe = colleague()
    path = await taken(zoe)
    page = (await zoe.get(path)).text
    assert "vous pourrez l’accepter à partir de ce jour" in page
    assert f'action="{path}/accepter"' not in page
    early = await zoe.post(f"{path}/accepter", **hidden_fields(page, f"{path}/refuser"))
    assert early.status_code == 422
    assert "vous pourrez l’accepter à partir de ce jour" in early.text
    assert [name for name, _ in await events(database)] == ["address-change-reported"]
    async with database.unit_of_work() as work:
        await work.session.execute(
            text("update member_case set details = details || jsonb_build_object('since', cast(:day as text))"),
            {"day": (day - timedelta(days=2)).isoformat()},
        )
    assert (await fill(zoe, path, f"{path}/accepter", {})).headers["location"] == path
    assert [name for name, _ in await events(database)] == ["address-change-reported", "address-changed"]


async def test_nobody_is_told_of_an_answer_in_a_space_that_is_closed(jeanne, colleague, database) -> None:
    await fill(jeanne, "/espace/documents", "/espace/documents", {"document": "attestation-vitale"})
    zoe = colleague()
    path = await taken(zoe)
    before = (await zoe.get(path)).text
    async with database.unit_of_work() as work:
        await work.session.execute(text("update space set closed_at = now()"))
    made = ("document", ("a.pdf", pdf(), "application/pdf"))
    refused = await send(zoe, before, f"{path}/accepter", {"words": "Une phrase à garder"}, [made])
    assert refused.status_code == 422
    assert "Une phrase à garder" in refused.text
    assert "L’espace de cette personne est clos" in refused.text
    page = (await zoe.get(path)).text
    assert "L’espace de cette personne est clos" in page
    assert "prévenir l’adhérent" not in page
    await send(zoe, page, f"{path}/refuser", {"reason": "does-not-match"})
    assert "Refusé" in (await zoe.get(path)).text
    assert [name for name, _ in await events(database)] == ["document-requested"]


async def test_an_answer_that_comes_too_late_keeps_its_words_and_tells_who_has_it(jeanne, colleague, database) -> None:
    await fill(jeanne, "/espace/documents", "/espace/documents", {"document": "attestation-vitale"})
    zoe, chief = colleague(), colleague(Role.RESPONSABLE, "Léa Martin")
    path = await taken(zoe)
    before = (await zoe.get(path)).text
    await fill(chief, path, f"{path}/reprendre", {})
    made = ("document", ("a.pdf", pdf(), "application/pdf"))
    refusal = {"reason": "does-not-match", "refusal_words": "Une phrase à garder"}
    for action, answers, files in (
        ("accepter", {"words": "Une phrase à garder"}, [made]),
        ("accepter", {"words": "Une phrase à garder"}, []),
        ("refuser", refusal, []),
        ("refuser", refusal | {"reason": ""}, []),
    ):
        late = await send(zoe, before, f"{path}/{action}", answers, files)
        assert late.status_code == 409
        assert "Votre réponse n’est pas envoyée\u00a0: Léa Martin s’occupe maintenant de cette demande." in late.text
        assert "Une phrase à garder" in late.text
        assert "GARNIER" not in late.text
    await fill(chief, path, f"{path}/remettre", {})
    free = await send(zoe, before, f"{path}/refuser", refusal)
    assert (free.status_code, "de nouveau à prendre" in free.text, "Une phrase à garder" in free.text) == (
        409,
        True,
        True,
    )
    await fill(zoe, path, f"{path}/prendre", {})
    page = (await zoe.get(path)).text
    for _ in range(2):  # a form that is sent twice is done
        done = await send(zoe, page, f"{path}/refuser", refusal)
        assert (done.status_code, done.headers["location"]) == (303, path)
    other = await send(zoe, page, f"{path}/refuser", refusal | {"refusal_words": "Autre chose"})
    assert (other.status_code, "vous avez déjà répondu" in other.text, "Autre chose" in other.text) == (409, True, True)
    assert [name for name, _ in await events(database)] == ["document-requested", "document-refused"]


async def report_address(jeanne, since) -> str:
    day = {"since_day": str(since.day), "since_month": str(since.month), "since_year": str(since.year)}
    review = await fill(jeanne, "/espace/adresse", "/espace/adresse", ADDRESS | day | {"action": "verifier"})
    return await reference_of(await send(jeanne, review.text, "/espace/adresse", {"action": "envoyer"}))


async def path_of(clerk, database, reference: str) -> str:
    """Of a case that the clerk takes."""
    (case,) = await rows(database, f"select id from member_case where reference = '{reference}'")
    path = f"{DESK}/{case['id']}"
    await fill(clerk, path, f"{path}/prendre", {})
    return path


async def test_an_address_report_does_not_take_the_place_of_a_newer_one(jeanne, colleague, database) -> None:
    today = datetime.now(PARIS).date()
    older = await report_address(jeanne, today + timedelta(days=5))
    newer = await report_address(jeanne, today)
    zoe, marc = colleague(), colleague(name="Marc Petit")
    first, second = await path_of(zoe, database, older), await path_of(marc, database, newer)
    async with database.unit_of_work() as work:
        await work.session.execute(
            text(
                "update member_case set details = details || jsonb_build_object('since', cast(:day as text))"
                " where reference = :reference"
            ),
            {"day": today.isoformat(), "reference": older},
        )
    told = f"Un signalement plus récent de cette personne, {newer}, vaut déjà"
    page = (await zoe.get(path=first)).text
    assert told in page
    assert f'action="{first}/accepter"' not in page
    refused = await zoe.post(f"{first}/accepter", words="Je note", **hidden_fields(page, f"{first}/refuser"))
    assert (refused.status_code, told in refused.text, "Je note" in refused.text) == (422, True, True)
    assert (await fill(marc, second, f"{second}/accepter", {})).headers["location"] == second
    assert told in (await zoe.get(first)).text, "answered or not"
    assert (await send(zoe, page, f"{first}/refuser", {"reason": "already-done"})).headers["location"] == first
    assert [name for name, _ in await events(database)][2:] == ["address-changed", "address-change-refused"]


async def test_an_address_that_was_reported_before_the_account_was_frozen_is_accepted_by_nobody(
    jeanne, colleague, database
) -> None:
    """The letter that opens the account anew would go to the thief."""
    today = datetime.now(PARIS).date()
    path = await path_of(zoe := colleague(), database, await report_address(jeanne, today))
    before = (await zoe.get(path)).text
    assert f'action="{path}/accepter"' in before
    async with database.unit_of_work() as work:
        # a request that was under way is written a moment after
        await work.session.execute(text("update space set frozen_at = now() - interval '20 seconds'"))
    told = "quelqu’un d’autre utilisait son compte"
    page = (await zoe.get(path)).text
    assert told in page
    assert f'action="{path}/accepter"' not in page
    refused = await zoe.post(f"{path}/accepter", words="Je note", **hidden_fields(before, f"{path}/accepter"))
    assert (refused.status_code, told in refused.text, "Je note" in refused.text) == (422, True, True)
    assert [name for name, _ in await events(database)] == ["address-change-reported"]
    await send(zoe, page, f"{path}/refuser", {"reason": "does-not-match"})
    # opened anew: what its owner reports then is accepted
    async with database.unit_of_work() as work:
        await work.session.execute(text("update space set frozen_at = now() - interval '2 days'"))
    path = await path_of(zoe, database, await report_address(jeanne, today))
    assert (await fill(zoe, path, f"{path}/accepter", {})).headers["location"] == path


@pytest.mark.parametrize("why", ["begins later", "was refused"])
async def test_a_newer_address_report_that_does_not_hold_hinders_nothing(jeanne, colleague, database, why) -> None:
    today = datetime.now(PARIS).date()
    older = await report_address(jeanne, today)
    newer = await report_address(jeanne, today + timedelta(days=5 if why == "begins later" else 0))
    zoe = colleague()
    if why == "was refused":
        refused = await path_of(zoe, database, newer)
        await fill(zoe, refused, f"{refused}/refuser", {"reason": "does-not-match"})
    path = await path_of(zoe, database, older)
    assert (await fill(zoe, path, f"{path}/accepter", {})).headers["location"] == path
    assert [name for name, _ in await events(database)][-1] == "address-changed"


async def test_what_one_has_taken_is_found_again_with_the_day_from_which_it_can_be_accepted(
    jeanne, colleague, database
) -> None:
    day = datetime.now(PARIS).date() + timedelta(days=5)
    reference = await report_address(jeanne, day)
    zoe, marc = colleague(), colleague(name="Marc Petit")
    await path_of(zoe, database, reference)
    for who, there in ((zoe, True), (marc, False)):
        page = (await who.get(f"{DESK}?etat=miennes")).text
        assert (reference in page) is there
        assert (f"À accepter à partir du {date_fr(day)}" in page.replace("\u00a0", " ")) is there
        home = (await who.get("/gestion/")).text
        assert f"Demandes prises par vous\u00a0: <strong>{int(there)}</strong>" in home
    path = await first_case(zoe)
    await fill(zoe, path, f"{path}/refuser", {"reason": "does-not-match"})
    assert reference not in (await zoe.get(f"{DESK}?etat=miennes")).text


async def test_an_answer_waits_for_a_space_that_is_being_closed(jeanne, colleague, database) -> None:
    await fill(jeanne, "/espace/documents", "/espace/documents", {"document": "attestation-vitale"})
    zoe = colleague()
    path = await taken(zoe)
    page = (await zoe.get(path)).text
    made = ("document", ("a.pdf", pdf(), "application/pdf"))
    async with being_closed(database, jeanne.person):
        answer = asyncio.create_task(send(zoe, page, f"{path}/accepter", {"words": "Voici."}, [made]))
        await somebody_waits(database)
    late = await answer
    assert (late.status_code, "est clos" in late.text, "Voici." in late.text) == (422, True, True)
    assert [name for name, _ in await events(database)] == ["document-requested"]


async def test_the_reasons_are_those_of_the_kind(jeanne, colleague) -> None:
    await fill(jeanne, "/espace/documents", "/espace/documents", {"document": "attestation-vitale"})
    zoe = colleague()
    path = await taken(zoe)
    page = (await zoe.get(path)).text
    assert re.findall(r'<option value="([a-z-]+)"', page) == ["does-not-match", "not-issued-here", "other"]
    wrong = await send(zoe, page, f"{path}/refuser", {"reason": "proof-missing", "refusal_words": "Une phrase"})
    assert wrong.status_code == 422
    assert "Choisissez un motif de la liste" in wrong.text[wrong.text.index('id="reason-error"') :].split("</p>")[0]
    assert "Une phrase" in wrong.text


async def test_the_list_is_narrowed_and_tells_the_age(jeanne, colleague, database) -> None:
    await fill(jeanne, "/espace/documents", "/espace/documents", {"document": "attestation-vitale"})
    async with database.unit_of_work() as work:
        await work.session.execute(text("update member_case set filed_at = filed_at - interval '3 days'"))
    zoe = colleague()
    assert "il y a 3\u00a0jours" in (await zoe.get(DESK)).text
    for query, there in (
        ("?nature=document", True),
        ("?nature=address", False),
        ("?etat=en-cours", False),
        ("?etat=x", True),
    ):
        assert (f'href="{DESK}/' in (await zoe.get(DESK + query)).text) == there, query


@pytest.mark.parametrize(("etat", "states", "newest_first"), [("", "filed", False), ("terminees", "done", True)])
async def test_the_list_is_read_to_its_end(jeanne, colleague, database, etat, states, newest_first) -> None:
    one = "gen_random_uuid(), :subject, :subject, gen_random_uuid(), '{}', :state, '', '', ''"
    async with database.unit_of_work() as work:
        await work.session.execute(
            text(
                "insert into member_case (id, subject_id, actor_id, submission_id, details, state, taken_name, reason, words,"
                f" reference, kind, filed_at) select {one}, 'D-' || n, 'document', now() - n * interval '1 minute'"
                " from generate_series(1001, 1120) n"
            ),
            {"subject": jeanne.person, "state": states},
        )
    zoe, found, link = colleague(), list[str](), f"{DESK}?etat={etat}&nature=document"
    while link:
        page = (await zoe.get(link)).text
        found += re.findall(r">D-(\d{4})</a>", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        link = unescape(following[1]) if following else ""
    assert found == [str(n) for n in (range(1001, 1121) if newest_first else range(1120, 1000, -1))]
