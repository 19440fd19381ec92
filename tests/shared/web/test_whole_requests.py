"""An answer given before the request was read: behind it the connection ends, and the answer must not be lost with it."""

import socket
from urllib.parse import urlsplit

import pytest
from starlette.responses import PlainTextResponse

from shared.web import whole_requests

LONG = b"a=" + b"x" * 900_000
"""More than lies in the buffers between a client and an application."""


def exchange(address: str, path: str, announced: int, body: bytes, **headers: str) -> bytes:
    """What comes until the connection's end; a reset connection is an error."""
    server = urlsplit(address)
    lines = {
        "Host": server.netloc, "Connection": "close", "Content-Length": str(announced),
        "Content-Type": "application/x-www-form-urlencoded", **headers,
    }  # fmt: skip
    head = f"POST {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    with socket.create_connection((server.hostname, server.port), timeout=10) as line:
        line.sendall(head.encode() + body)
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/nulle-part", {}, 404),
        ("/livez", {}, 405),
        ("/formulaire", {}, 413),
        ("/formulaire", {"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_an_early_answer_to_a_long_body_arrives_whole(address, path, headers, status):
    answer = exchange(address, path, len(LONG), LONG, **headers)
    head, _, page = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert f"content-length: {len(page)}".encode() in head


def test_a_body_that_does_not_come_is_not_waited_for(address, monkeypatch):
    monkeypatch.setattr(whole_requests, "WAIT_SECONDS", 0.2)
    assert exchange(address, "/nulle-part", len(LONG), b"a=").startswith(b"HTTP/1.1 404 ")


async def test_no_more_is_read_than_the_gateway_lets_through():
    received, said = 0, []

    async def refuse(scope, receive, send):
        await PlainTextResponse("non", 403)(scope, receive, send)

    async def receive():
        nonlocal received
        received += 1000
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    async def send(message):
        said.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"transfer-encoding", b"chunked")]}
    await whole_requests.WholeRequests(refuse, most=100_000)(scope, receive, send)
    assert (received, said[0]["status"]) == (101_000, 403)
