"""What the gateway believes of what it is sent, and what it tells browsers about TLS."""

import socket

import pytest

from .test_gateway import started

EVERYWHERE = ("/", "/connexion", "/conditions/1.0", "/static/espace.css", "/nulle-part", "/healthz", "/robots.txt")
HOSTILE = "evil.example"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with started(tmp_path_factory.mktemp("plain")) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def behind_a_proxy(tmp_path_factory):
    """As in production: TLS ends at a proxy before it, which reaches it from 127.0.0.1."""
    with started(tmp_path_factory.mktemp("tls"), GATEWAY_SCHEME="https", GATEWAY_PROXIES="127.0.0.1/32") as gateway:
        yield gateway


@pytest.mark.parametrize("path", EVERYWHERE)
def test_with_tls_browsers_are_told_to_keep_to_it(behind_a_proxy, path):
    answer = behind_a_proxy.client.get(path, headers={"Accept": "text/html"})
    assert answer.headers.get_list("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"]


def test_pages_of_services_that_are_away_say_it_too(behind_a_proxy):
    upstream = behind_a_proxy.upstreams["letters"]
    upstream.stop()
    try:
        answer = behind_a_proxy.client.get("/impression/lots/1", headers={"Accept": "text/html"})
    finally:
        upstream.start()
    assert (answer.status_code, answer.headers["Strict-Transport-Security"][:16]) == (502, "max-age=31536000")


@pytest.mark.parametrize("path", EVERYWHERE)
def test_without_tls_nothing_is_said_of_it(gateway, path):
    assert "Strict-Transport-Security" not in gateway.client.get(path).headers


def test_nobody_says_for_themselves_where_they_come_from(gateway):
    sent = {
        "X-Forwarded-For": "6.6.6.6",
        "Forwarded": "for=6.6.6.6",
        "X-Real-IP": "6.6.6.6",
        "X-Forwarded-Host": HOSTILE,
    }
    headers = gateway.client.get("/connexion", headers=sent).json()["headers"]
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert HOSTILE not in str(headers)
    assert "6.6.6.6" not in str(headers)


def test_a_proxy_of_ours_is_believed_and_appended_to(behind_a_proxy):
    sent = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9"}
    headers = behind_a_proxy.client.get("/connexion", headers=sent).json()["headers"]
    # the service, told that two proxies are ours, takes the second from the right
    assert headers["x-forwarded-for"] == "6.6.6.6, 203.0.113.9, 127.0.0.1"


@pytest.mark.parametrize("path", ["/espace/", "/gestion/"])
def test_large_bodies_come_from_the_same_place(behind_a_proxy, path):
    sent = {"X-Forwarded-For": "203.0.113.9", "Cookie": "session=good"}
    shown = behind_a_proxy.client.post(path, headers=sent, content=b"x" * 1_200_000).json()
    assert shown["body"] == 1_200_000
    assert shown["headers"]["x-forwarded-for"] == "203.0.113.9, 127.0.0.1"


@pytest.mark.parametrize("path", [*EVERYWHERE, "/espace", "/gestion", "/favicon.ico", "/static/"])
def test_nothing_of_the_host_that_is_asked_for_comes_back(gateway, path):
    for host in (HOSTILE, f"{HOSTILE}:80@localhost", f"localhost.{HOSTILE}"):
        with socket.create_connection((gateway.client.base_url.host, gateway.client.base_url.port), 10) as connection:
            lines = (f"GET {path} HTTP/1.1", f"Host: {host}", f"X-Forwarded-Host: {host}", "Connection: close", "", "")
            connection.sendall("\r\n".join(lines).encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode(errors="replace")
        head, _, body = answer.partition("\r\n\r\n")
        assert HOSTILE not in head
        # the upstream of these tests shows what it was sent, hosts too; no page does
        assert HOSTILE not in body or '"service": ' in body


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "DELETE", "PROPFIND", "QUERY"])
def test_strange_methods_meet_no_error_of_ours(gateway, method):
    answer = gateway.client.request(method, "/nulle-part", headers={"X-Secret": "c-secret"})
    assert answer.status_code < 500
    assert "c-secret" not in answer.text
