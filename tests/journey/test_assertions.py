"""On the running system: nobody brings an assertion through the gateway, and signing out ends what was signed in."""

import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
from support.system import Running

from launcher.story import Journey
from shared.security.assertions import HEADER, AssertionSigner, SignedIn
from shared.security.key_ring import KeyRing

OPENING = "/espace/ouverture"
"""Where somebody goes who is inside and has no space yet."""
"""What somebody sees whose space is not there: the stranger of these tests."""


@pytest.fixture
def assertion(running: Running):
    """``assertion()``: a valid one for a stranger, as only activation can make it; each opens one page."""
    keys = (running.system.keys.of("activation") / "assertion_keys").read_text()
    signer = AssertionSigner(KeyRing.parse(keys))
    return lambda: signer.sign(SignedIn(uuid4(), uuid4(), uuid4()), "member-space", datetime.now(UTC))


@pytest.fixture(scope="module")
def journey(running: Running, someone) -> Iterator[Journey]:
    """Somebody who is signed in and sees their space."""
    journey = Journey(running.places, someone())
    for _, play in journey.steps():
        play()
    yield journey
    journey.member.close()


def session_of(journey: Journey) -> str:
    return f"__Host-session={journey.member._client._transport._kept['__Host-session']}"


def exchange(running: Running, *lines: str, body: bytes = b"") -> tuple[int, str]:
    """Status and text of the first answer to a request written by hand: clients would tidy it up."""
    head = ("GET /espace/ HTTP/1.1", "Host: localhost", "Accept: text/html", *lines)
    address = ("127.0.0.1", running.places.port("GATEWAY_PORT"))
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall("\r\n".join((*head, "", "")).encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode(errors="replace")
    return int(answer.split(" ", 2)[1]), answer


def direct(running: Running, sent: str) -> httpx.Response:
    """Past the gateway, as only something inside could."""
    headers = {HEADER: sent, "Accept": "text/html"}
    return httpx.get(f"{running.system.address('member-space')}/espace/", headers=headers, trust_env=False, timeout=20)


BROUGHT = {
    "as it is": ("X-Espace-Assertion: {}",),
    "in small letters": ("x-espace-assertion: {}",),
    "in capitals": ("X-ESPACE-ASSERTION: {}",),
    "twice": ("X-Espace-Assertion: {}", "x-espace-assertion: {}"),
    "after a tab": ("X-Espace-Assertion:\t{}",),
    "before the colon": ("X-Espace-Assertion : {}",),
    "folded": ("X-Other: x", " X-Espace-Assertion: {}"),
    "after a bare newline": ("X-Other: x\nX-Espace-Assertion: {}",),
    "after a bare return": ("X-Other: x\rX-Espace-Assertion: {}",),
    "with a zero byte": ("X-Espace-Assertion\x00: {}",),
    "with underscores": ("X_Espace_Assertion: {}",),
    "with one underscore": ("X-Espace_Assertion: {}",),
    "named as hop-by-hop": ("Connection: close, X-Espace-Assertion", "X-Espace-Assertion: {}"),
    "as a cookie": ("Cookie: X-Espace-Assertion={}",),
    "as an authorisation": ("Authorization: Bearer {}",),
    "as the sign-in check's answer": ("X-Forwarded-Uri: /espace/", "X-Forwarded-Method: GET", "X-Espace-Assertion: {}"),
}


@pytest.mark.parametrize("name", BROUGHT)
def test_nobody_brings_an_assertion_through_the_gateway(running, journey, assertion, name):
    assert direct(running, assertion()).headers["location"] == OPENING, "valid, and of use to who is inside"
    lines = [line.format(assertion()) for line in BROUGHT[name]]
    status, answer = exchange(running, "Connection: close", *lines)
    assert status in {303, 400}, answer[:300]
    assert status == 400 or "\r\nLocation: /connexion" in answer

    kept = session_of(journey)
    cookie = f"Cookie: {kept}"
    lines = [line.format(assertion()) for line in BROUGHT[name]]
    lines = [f"{line}; {kept}" if line.startswith("Cookie:") else line for line in lines]
    status, answer = exchange(running, "Connection: close", *lines, *([] if name == "as a cookie" else [cookie]))
    # who has the gateway take the assertion for a hop's own shuts only themselves out
    allowed = {401} if name == "named as hop-by-hop" else {200, 400}
    assert status in allowed, answer[:300]
    assert status != 200 or journey.person.family_name in answer
    assert OPENING not in answer


@pytest.mark.parametrize("signed_in", [False, True])
def test_an_assertion_after_the_body_is_none(running, journey, assertion, signed_in):
    """Trailers, and a second request hidden in the body of the first."""
    cookie = [f"Cookie: {session_of(journey)}"] if signed_in else []
    trailed = f"1\r\nx\r\n0\r\nX-Espace-Assertion: {assertion()}\r\n\r\n".encode()
    chunked = ("Transfer-Encoding: chunked", "Trailer: X-Espace-Assertion", "Connection: close")
    head = "GET /espace/ HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close"
    hidden = f"0\r\n\r\n{head}\r\nX-Espace-Assertion: {assertion()}\r\n\r\n".encode()
    both = ("Transfer-Encoding: chunked", f"Content-Length: {len(hidden)}")
    short = ("Content-Length: 5",)
    for lines, body in ((chunked, trailed), (both, hidden), (short, hidden)):
        _, answer = exchange(running, *cookie, *lines, body=body)
        statuses = set(re.findall(r"HTTP/1\.1 (\d+)", answer))
        assert statuses <= {"200", "303", "400"}, answer[:300]
        assert OPENING not in answer
        if not signed_in:
            assert "200" not in statuses


def test_each_opens_one_page_and_the_second_use_none(running, assertion):
    sent = assertion()
    assert direct(running, sent).headers["location"] == OPENING
    assert [direct(running, sent).status_code for _ in range(3)] == [401] * 3


def test_signing_out_ends_it(running, someone):
    journey = Journey(running.places, someone())
    for _, play in journey.steps():
        play()
    cookie = {"Cookie": session_of(journey), "Accept": "text/html"}
    check = f"{running.system.address('activation')}/internal/session?audience=member-space"

    def issued() -> httpx.Response:
        return httpx.get(check, headers=cookie, trust_env=False, timeout=20)

    used, unused = issued().headers[HEADER], issued().headers[HEADER]
    assert journey.person.family_name in direct(running, used).text

    journey.member.open("/espace/")
    journey.member.send("/deconnexion")
    assert journey.member.path == "/connexion"

    after = httpx.get(f"{running.places.site}/espace/", headers=cookie, timeout=20, trust_env=False)
    assert (after.status_code, after.headers["location"]) == (303, "/connexion?suite=/espace/&expiree=1")
    assert journey.person.family_name not in after.text
    refused = issued()
    assert (refused.status_code, HEADER in refused.headers) == (303, False)
    assert direct(running, used).status_code == 401
    # what the gateway had in hand and not used: one page within its seconds (decision 0017)
    assert [direct(running, unused).status_code for _ in range(2)] == [200, 401]
    journey.member.close()
