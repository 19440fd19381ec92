"""Forms answered only from our own pages."""

from uuid import UUID

import pytest
import time_machine
from support.sample_pages import KEYS

from shared.web.csrf import FormSigner

EXPIRED = "Votre page a expiré. Vérifiez vos réponses et recommencez l’envoi."


async def test_a_form_of_ours_passes_with_its_submission_id(client, app, answers, get_token):
    token = await get_token()
    answer = await client.post("/formulaire", data=answers | token)
    assert answer.status_code == 303
    again = await client.post("/formulaire", data=answers | token)
    assert again.status_code == 303
    assert app.state.received == [UUID(token["submission_id"])] * 2, "the service can tell a page sent twice"


async def test_the_cookie_is_kept_from_scripts_other_sites_and_sub_domains(client):
    answer = await client.get("/formulaire")
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-visiteur=")
    assert len(name.partition("=")[2]) == 32
    assert {a.lower() for a in attributes} == {"path=/", "secure", "httponly", "samesite=lax"}
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in (await client.get("/formulaire")).headers
    assert "set-cookie" not in (await client.get("/fait")).headers, "no form, no cookie"


@pytest.mark.parametrize(
    "change", [{"form_token": ""}, {"form_token": "é.ü"}, {"submission_id": "x"}, {"form_token": "a.b"}]
)
async def test_an_expired_page_is_shown_again_with_its_answers(client, app, answers, get_token, elements, change):
    answer = await client.post("/formulaire", data=answers | await get_token() | change)
    assert answer.status_code == 422
    assert EXPIRED in answer.text
    assert elements(answer.text).values()["family_name"] == "Lefèvre"
    assert app.state.received == []
    again = await client.post("/formulaire", data=answers | elements(answer.text).values() | answers)
    assert again.status_code == 303


async def test_another_submission_id_does_not_go_with_a_token(client, answers, get_token):
    first, second = await get_token(), await get_token()
    mixed = first | {"submission_id": second["submission_id"]}
    assert (await client.post("/formulaire", data=answers | mixed)).status_code == 422


async def test_without_the_cookie_the_page_says_so(client, answers, get_token):
    token = await get_token()
    client.cookies.clear()
    answer = await client.post("/formulaire", data=answers | token)
    assert answer.status_code == 422
    assert "autorisez les cookies" in answer.text


async def test_a_made_up_cookie_is_replaced(client):
    answer = await client.get("/formulaire", headers={"Cookie": "__Host-visiteur=abc"})
    assert "__Host-visiteur=" in answer.headers["set-cookie"]


def test_a_token_is_for_one_visitor_and_one_day():
    signer = FormSigner(KEYS)
    with time_machine.travel("2026-06-01T08:00:00+00:00", tick=False) as clock:
        made = signer.issue("a" * 32)
        data = {"form_token": made.token, "submission_id": str(made.submission_id)}
        assert signer.check("a" * 32, data) == made.submission_id
        assert signer.check("b" * 32, data) is None
        clock.shift(24 * 3600)
        assert signer.check("a" * 32, data) == made.submission_id
        clock.shift(1)
        assert signer.check("a" * 32, data) is None


def test_keys_turn_without_breaking_open_pages():
    made = FormSigner(KEYS[1:]).issue("a" * 32)
    data = {"form_token": made.token, "submission_id": str(made.submission_id)}
    assert FormSigner(KEYS).check("a" * 32, data) == made.submission_id
    assert FormSigner(KEYS[:1]).check("a" * 32, data) is None
    newest = FormSigner(KEYS).issue("a" * 32)
    data = {"form_token": newest.token, "submission_id": str(newest.submission_id)}
    assert FormSigner(KEYS[:1]).check("a" * 32, data) == newest.submission_id


@pytest.mark.parametrize("keys", [[], [("kid", b"short")]])
def test_weak_keys_are_refused(keys):
    with pytest.raises(ValueError, match="16 bytes"):
        FormSigner(keys)


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://testserver"}, False),
        ({"Origin": "https://testserver"}, True),
        ({"Origin": "https://TESTSERVER:443"}, True),
        ({"Origin": "http://testserver"}, False),
        ({"Origin": "https://testserver.exemple.fr"}, False),
        ({"Origin": "https://testserver:8443"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "https://[oops"}, False),
        ({"Origin": ""}, False),
    ],
)
async def test_other_sites_cannot_make_a_browser_send(client, headers, allowed):
    page = await client.post("/formulaire", headers=headers)
    api = await client.post("/api/questions", json={"age": 3}, headers=headers | {"Accept": "application/json"})
    assert (page.status_code, api.status_code) == ((422, 200) if allowed else (403, 403))
    assert (await client.get("/formulaire", headers=headers)).status_code == 200
    if not allowed:
        assert "Cette action n’est pas autorisée" in page.text
        assert api.headers["content-type"] == "application/problem+json"
