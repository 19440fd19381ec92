"""The sample service, and a client that speaks to it as a browser would over HTTPS."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from html.parser import HTMLParser

import httpx
import pytest
import uvicorn

ANSWERS = {
    "situation": "adherent",
    "number": "123456",
    "email": "marie@exemple.fr",
    "email_again": " Marie@EXEMPLE.fr",
    "family_name": "Lefèvre",
    "birth_date_day": "27",
    "birth_date_month": "mars",
    "birth_date_year": "1957",
    "postcode": "75 012",
    "question": "book",
    "message": "",
    "password": " une phrase assez longue ",
    "password_again": " une phrase assez longue ",
    "captcha": "123456",
    "terms": "oui",
}


class Inputs(HTMLParser):
    """The attributes of every element of a page, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def values(self) -> dict[str, str]:
        """Name → value of every input."""
        found = [attrs for tag, attrs in self.elements if tag == "input" and "name" in attrs]
        return {str(a["name"]): a.get("value") or "" for a in reversed(found)}


@pytest.fixture
def answers() -> dict[str, str]:
    return dict(ANSWERS)


@pytest.fixture
def elements():
    """Function: HTML text → its elements."""
    return Inputs


@pytest.fixture
def app():
    from support.sample_pages import make_app

    return make_app()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The sample service on a real server."""
    from support.sample_pages import make_app

    # Bound before the server starts: early connections wait in the backlog.
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://localhost:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(make_app(url), log_level="error", lifespan="off", loop="asyncio"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield url
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
async def client(app) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="https://testserver", headers={"Accept": "text/html,*/*;q=0.8"}
    ) as client:
        yield client


@pytest.fixture
def get_token(client):
    """Function: the hidden fields of a fresh page."""

    async def get() -> dict[str, str]:
        values = Inputs((await client.get("/formulaire")).text).values()
        return {name: values[name] for name in ("form_token", "submission_id")}

    return get
