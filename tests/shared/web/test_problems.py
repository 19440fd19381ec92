"""Errors answered in words that help, and without internals."""

import httpx
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from structlog.testing import capture_logs

from shared.web.answers import answer_problem, wants_html
from shared.web.problem import WORDS, Problem


@pytest.mark.parametrize("status", [404, 405, 413, 422, 429, 500, 503])
async def test_people_get_a_french_page(app, client, status):
    @app.get("/erreur")
    async def fail() -> None:
        raise HTTPException(status, "Internal detail")

    answer = await client.get("/erreur")
    assert answer.status_code == status
    assert all(words in answer.text for words in WORDS[status])
    assert "Internal detail" not in answer.text
    assert "01\u00a099\u00a000\u00a000\u00a000" in answer.text
    assert "aide@exemple.fr" in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_programs_get_problem_details(client):
    answer = await client.get("/nulle-part?jeton=secret", headers={"Accept": "*/*"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    title, detail = WORDS[404]
    assert answer.json() == {
        "type": "about:blank", "title": title, "status": 404, "detail": detail, "instance": "/nulle-part",
    }  # fmt: skip


async def test_a_problem_keeps_its_words_and_headers(client):
    page = await client.get("/probleme/429")
    assert page.status_code == 429
    assert page.headers["retry-after"] == "60"
    assert "Titre &amp; cause" in page.text
    api = await client.get("/probleme/429", headers={"Accept": "application/json"})
    assert (api.json()["title"], api.headers["retry-after"]) == ("Titre & cause", "60")


async def test_the_wrong_method_is_told_all_that_the_address_takes(app, client):
    @app.get("/deux/{key}")
    @app.put("/trois/{key}")
    async def read(key: str) -> str:
        return key

    @app.post("/deux/{key}")
    async def write(key: str) -> str:
        return key

    for path, methods in {"/fait": "GET", "/deux/a": "GET, POST", "/trois/a": "PUT"}.items():
        answer = await client.delete(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, methods), path


@pytest.mark.parametrize("status", [418, 499, 599])
async def test_statuses_without_words_of_their_own_have_some(client, status):
    answer = await client.get(f"/probleme/{status}")
    assert answer.status_code == status


async def test_bad_api_input_tells_where_and_why_but_not_what(client):
    answer = await client.post("/api/questions", json={"age": "mon-secret"}, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": "#/body/age", "rule": "int_parsing"}]
    assert "mon-secret" not in answer.text


async def test_a_failure_has_a_reference_in_the_page_and_in_the_log(client):
    with capture_logs() as logs:
        answer = await client.get("/echec?jeton=secret-de-la-page")
    assert answer.status_code == 500
    (entry,) = [log for log in logs if log["event"] == "request_failed"]
    assert entry["request_id"] in answer.text
    assert "secret" not in answer.text
    assert "secret-de-la-page" not in str({k: v for k, v in entry.items() if k != "exc_info"})
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_failure_is_problem_details_for_programs(client):
    with capture_logs() as logs:
        answer = await client.get("/echec", headers={"Accept": "application/json"})
    assert answer.json()["status"] == 500
    assert answer.json()["reference"] == logs[0]["request_id"]


async def test_a_broken_error_page_still_answers(app, client):
    app.state.pages.environment.globals.pop("help_contact")
    with capture_logs() as logs:
        answer = await client.get("/nulle-part")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert [log["event"] for log in logs] == ["error_page_failed"]


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("TEXT/HTML;q=0.9", True),
        ("*/*", False),
        ("", False),
        ("application/json", False),
    ],
)
def test_who_wants_a_page(accept, html):
    assert wants_html(Request({"type": "http", "headers": [(b"accept", accept.encode())]})) is html


def test_without_pages_the_answer_is_problem_details():
    request = Request({
        "type": "http", "app": FastAPI(), "headers": [(b"accept", b"text/html")], "path": "/x", "query_string": b"",
        "server": ("x", 80), "scheme": "http",
    })  # fmt: skip
    assert answer_problem(request, Problem(503)).status_code == 503


async def test_a_visitor_who_leaves_while_sending_is_no_failure(app):
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    scope = {
        "type": "http", "method": "POST", "path": "/formulaire", "raw_path": b"/formulaire", "root_path": "",
        "query_string": b"", "headers": headers, "server": ("x", 80), "scheme": "http", "http_version": "1.1",
    }  # fmt: skip
    with capture_logs() as logs:
        await app(scope, receive, send)
    assert (sent, logs) == ([], [])


async def test_half_a_page_is_cut_rather_than_ended_well(app):
    from starlette.responses import StreamingResponse

    @app.get("/moitie")
    async def half() -> StreamingResponse:
        async def body():
            yield b"half"
            raise RuntimeError

        return StreamingResponse(body())

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver") as client:
        with pytest.raises(RuntimeError):
            await client.get("/moitie")
