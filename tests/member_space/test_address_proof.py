"""Reporting an address takes a password proved for it, and the asking loses nothing of what was written."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import text
from support.files_of import pdf
from support.filling import hidden_fields

from shared.web.opened_forms import GOOD_FOR

from .test_case_rules import ADDRESS

FORM = "/espace/adresse"
PROOF = ("proofs", ("facture.pdf", pdf(), "application/pdf"))
AS_JSON = {"street": "12 rue des Exemples", "postcode": "33000", "town": "Bordeaux", "since": "2026-12-01"}


@pytest.fixture
def clock():
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        yield traveller


async def filed(database) -> int:
    async with database.unit_of_work() as work:
        return await work.session.scalar(text("select count(*) from member_case"))


async def test_the_form_asks_before_anything_is_written(jeanne, activation) -> None:
    for ago in (timedelta(minutes=5, seconds=5), None):
        activation.proved_ago = ago
        asked = await jeanne.get(FORM)
        assert (asked.status_code, asked.headers["location"]) == (303, f"/connexion/confirmer?suite={FORM}")
    assert (await jeanne.get("/espace/situation")).status_code == 200


async def test_who_was_shown_the_form_may_take_a_while(jeanne, activation, database) -> None:
    form = (await jeanne.get(FORM)).text
    activation.proved_ago = timedelta(minutes=20)
    wrong = await jeanne.send(form, FORM, [PROOF], **ADDRESS | {"postcode": "1"}, action="verifier")
    review = await jeanne.send(wrong.text, FORM, **ADDRESS, action="verifier")
    changed = await jeanne.send(review.text, FORM, action="modifier")
    review = await jeanne.send(changed.text, FORM, **ADDRESS, action="verifier")
    sent = await jeanne.send(review.text, FORM, action="envoyer")
    assert sent.status_code == 303, sent.text
    assert await filed(database) == 1


async def test_at_a_browser_left_open_nothing_is_sent_that_was_not_shown(jeanne, activation, database) -> None:
    form = (await jeanne.get(FORM)).text
    other = hidden_fields((await jeanne.get("/espace/situation")).text, "/espace/situation")
    activation.proved_ago = timedelta(minutes=6)
    for action in ("verifier", "envoyer"):
        data = other | ADDRESS | {"action": action}
        sent = await jeanne.client.post(FORM, data=data, headers=jeanne.assertion())
        assert (sent.status_code, await filed(database)) == (200 if action == "verifier" else 422, 0)
        sent = await jeanne.send(sent.text, FORM, action="envoyer")
        assert (sent.status_code, await filed(database)) == (422, 0)
    activation.sessions = uuid4()
    sent = await jeanne.send(form, FORM, **ADDRESS, action="envoyer")
    assert (sent.status_code, await filed(database)) == (422, 0), "another session's form"


async def test_a_review_that_waited_for_long_asks_once_more_and_keeps_everything(
    jeanne, activation, database, clock
) -> None:
    form = (await jeanne.get(FORM)).text
    activation.proved_ago = timedelta(minutes=34)
    review = await jeanne.send(form, FORM, [PROOF], **ADDRESS, action="verifier")
    assert review.status_code == 200
    for session in (activation.sessions, uuid4()):
        activation.sessions = session
        clock.shift(GOOD_FOR + timedelta(seconds=1))
        asked = await jeanne.send(review.text, FORM, action="envoyer")
        assert asked.status_code == 422
        assert 'href="/connexion/confirmer?suite=/espace/" target="_blank"' in asked.text
        assert "facture.pdf" in asked.text
    assert await filed(database) == 0
    activation.proved_ago = timedelta(0)
    sent = await jeanne.send(asked.text, FORM, action="envoyer")
    assert sent.status_code == 303
    page = (await jeanne.get(sent.headers["location"])).text
    assert "12 rue des Exemples" in page
    assert "facture.pdf" in page


async def test_json_refuses_without_a_proof_and_says_where_it_is_made(jeanne, activation, database) -> None:
    activation.proved_ago = timedelta(minutes=6)
    body = AS_JSON | {"submission_id": str(uuid4())}
    headers = jeanne.assertion() | {"Accept": "application/json"}
    refused = await jeanne.client.post("/espace/api/v1/addresses", json=body, headers=headers)
    assert refused.status_code == 403
    assert "/connexion/confirmer" in refused.json()["detail"]
    assert await filed(database) == 0
