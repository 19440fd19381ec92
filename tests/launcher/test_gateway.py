import json
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from shutil import copytree
from threading import Timer
from types import SimpleNamespace

import httpx
import pytest
from support.ports import free_ports

from launcher import caddy
from launcher.process import wait_until
from launcher.services import SERVICES
from shared.web.whole_requests import MOST

from .upstream import Upstream

GATEWAY_PAGES = caddy.CADDYFILE.parent / "pages"


@contextmanager
def started(folder, **told_besides):
    port, *ports = free_ports(len(SERVICES) + 1)
    upstreams = {name: Upstream(name, at) for name, at in zip(SERVICES, ports, strict=True)}
    told = caddy.environment(folder, port, {name: f"127.0.0.1:{one.port}" for name, one in upstreams.items()})
    told |= {"GATEWAY_PATIENCE": "2s", **told_besides}
    child = caddy.start(folder / "log", told)
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20)
    gateway = SimpleNamespace(client=client, upstreams=upstreams, log=folder / "log", environment=told, pid=child.pid)

    def answers():
        try:
            return client.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False

    wait_until(answers, 20, f"the gateway does not start: {gateway.log.read_text()}")
    yield gateway
    client.close()
    child.stop(15)
    for upstream in upstreams.values():
        upstream.stop()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with started(tmp_path_factory.mktemp("gateway")) as gateway:
        yield gateway


@pytest.fixture
def talkative(tmp_path, monkeypatch):
    """With ``debug`` on, as somebody would who looks for something."""
    configuration = copytree(caddy.CADDYFILE.parent, tmp_path / "gateway") / "Caddyfile"
    configuration.write_text(configuration.read_text().replace("\tadmin off\n", "\tadmin off\n\tdebug\n", 1))
    monkeypatch.setattr(caddy, "CADDYFILE", configuration)
    with started(tmp_path) as gateway:
        yield gateway


def test_the_configuration_is_valid_and_in_caddys_own_format(gateway):
    words = ["--config", caddy.CADDYFILE, "--adapter", "caddyfile"]
    done = subprocess.run(
        [caddy.program(), "validate", *words], env=gateway.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    formatted = subprocess.run([caddy.program(), "fmt", caddy.CADDYFILE], capture_output=True, text=True, check=False)
    assert formatted.stdout.strip() == caddy.CADDYFILE.read_text().strip()


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "registration"),
        ("/compte", "registration"),
        ("/compte/creer", "registration"),
        ("/compte/demande", "registration"),
        ("/compte/captcha/1/image", "registration"),
        ("/compte/identifiant-oublie", "registration"),
        ("/compte/identifiant-oublie/envoye", "registration"),
        ("/compte/courrier-de-secours", "registration"),
        ("/compte/suivi-du-courrier", "registration"),
        ("/aide", "registration"),
        ("/compte/activer", "activation"),
        ("/compte/cree", "activation"),
        ("/compte/confirmer?jeton=x", "activation"),
        ("/compte/mot-de-passe-oublie", "activation"),
        ("/connexion", "activation"),
        ("/deconnexion", "activation"),
        ("/conditions", "activation"),
        ("/conditions/1.0", "activation"),
        ("/gestion/connexion?suite=/gestion/", "activation"),
        ("/gestion/mot-de-passe", "activation"),
        ("/gestion/deconnexion", "activation"),
        ("/impression/lots/1", "letters"),
    ],
)
def test_each_path_reaches_its_service(gateway, path, service):
    shown = gateway.client.get(path).json()
    assert (shown["service"], shown["path"]) == (service, path)


@pytest.mark.parametrize(
    "path",
    [
        "/internal/session",
        "/internal/keys",
        "/internal/operations",
        "/internal/dead-letters/letters.print-receipts",
        "/internal/persons",
        "/livez",
        "/readyz",
        "/metrics",
    ],
)
@pytest.mark.parametrize(
    "form", ["{}", "/{}", "/compte/captcha/../..{}", "/compte/%2e%2e{}", "/espace/..{}", "/gestion/..{}"]
)
def test_what_is_internal_is_not_found(gateway, path, form):
    for variant in (path, path.upper(), f"{path}/"):
        before = {name: len(one.seen) for name, one in gateway.upstreams.items()}
        answer = _raw_get(gateway, form.format(variant))
        assert answer.startswith("HTTP/1.1 404"), variant
        assert {name: len(one.seen) for name, one in gateway.upstreams.items()} == before


def _raw_get(gateway, target):
    """Send a path as it is: clients tidy it up."""
    address = (gateway.client.base_url.host, gateway.client.base_url.port)
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


@pytest.mark.parametrize("path", ["/", "/connexion", "/impression/lots/1", "/compte/creer", "/gestion/connexion"])
def test_nobody_brings_an_assertion_along(gateway, path):
    forged = {"X-Espace-Assertion": "forged", "x-espace-assertion": "forged", "X-Forwarded-For": "6.6.6.6"}
    headers = gateway.client.get(path, headers=forged).json()["headers"]
    assert "x-espace-assertion" not in headers
    assert headers["x-forwarded-for"] == "127.0.0.1"


@pytest.mark.parametrize("path", ["/", "/connexion", "/impression/lots/1", "/compte/creer", "/espace/"])
def test_nobody_brings_a_trace_along(gateway, path):
    trace = {"traceparent": "00-" + "1" * 32 + "-" + "2" * 16 + "-01", "TraceState": "a=b", "BAGGAGE": "c=d"}
    headers = gateway.client.get(path, headers={"Cookie": "session=good", **trace}).json()["headers"]
    assert not {"traceparent", "tracestate", "baggage"} & set(headers)


def test_the_space_is_for_who_is_signed_in(gateway):
    refused = gateway.client.get("/espace/", headers={"X-Espace-Assertion": "forged"})
    assert (refused.status_code, refused.headers["Location"]) == (303, "/connexion")

    cookie = {"Cookie": "session=good", "X-Espace-Assertion": "forged"}
    shown = gateway.client.get("/espace/remboursements?page=2", headers=cookie).json()
    assert (shown["service"], shown["path"]) == ("member-space", "/espace/remboursements?page=2")
    assert shown["headers"]["x-espace-assertion"] == "signed by activation"
    assert gateway.upstreams["activation"].seen[-1] == "/internal/session?audience=member-space"


@pytest.mark.parametrize(
    "path", ["/gestion", "/gestion/", "/gestion/personnes?page=2", "/gestion/connexion/", "/gestion/deconnexion/x"]
)
def test_the_desk_is_for_staff_who_are_signed_in(gateway, path):
    refused = gateway.client.get(path, headers={"X-Espace-Assertion": "forged"})
    assert (refused.status_code, refused.headers["Location"]) == (303, "/connexion")

    cookie = {"Cookie": "session=good", "X-Espace-Assertion": "forged"}
    shown = gateway.client.get(path, headers=cookie).json()
    assert (shown["service"], shown["path"]) == ("member-space", path)
    assert shown["headers"]["x-espace-assertion"] == "signed by activation"
    assert gateway.upstreams["activation"].seen[-1] == "/internal/session?audience=desk"


@pytest.mark.parametrize("path", ["/gestionnaire", "/gestio", "/compte/../gestionx"])
def test_what_only_looks_like_the_desk_is_not_found(gateway, path):
    assert _raw_get(gateway, path).startswith("HTTP/1.1 404")


def test_robots_stay_outside(gateway):
    assert {"Disallow: /espace", "Disallow: /gestion"} <= set(gateway.client.get("/robots.txt").text.splitlines())


@pytest.mark.parametrize("name", SERVICES)
def test_healthy_is_when_every_service_is_ready(gateway, name):
    gateway.upstreams[name].ready = False
    try:
        answer = gateway.client.get("/healthz")
    finally:
        gateway.upstreams[name].ready = True
    assert (answer.status_code, answer.text) == (503, "not ready")
    assert gateway.client.get("/healthz").status_code == 200


def test_restarting_a_service_costs_a_wait_and_no_error(gateway):
    upstream = gateway.upstreams["registration"]
    upstream.stop()
    back = Timer(0.7, upstream.start)
    back.start()
    try:
        answer = gateway.client.post("/compte/creer", content=b"x" * 1000)
    finally:
        back.join()
    assert answer.json()["body"] == 1000


def test_people_who_wait_for_a_service_each_send_their_own_form(gateway):
    """Caddy 2.6 gives a buffered body back to its pool when a connection is refused, and tries again with it."""
    upstream = gateway.upstreams["registration"]
    forms = [f"{number:04}".encode() * 250 for number in range(24)]
    upstream.stop()
    back = Timer(0.7, upstream.start)
    back.start()
    try:
        with ThreadPoolExecutor(len(forms)) as pool:
            answers = list(pool.map(lambda form: gateway.client.post("/compte/creer", content=form), forms))
    finally:
        back.join()
    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json()["digest"] for answer in answers] == [sha256(form).hexdigest() for form in forms]


def test_a_service_that_stays_away_is_told_in_french(gateway):
    upstream = gateway.upstreams["letters"]
    upstream.stop()
    try:
        began = time.monotonic()
        answer = gateway.client.get("/impression/lots/1", headers={"Accept": "text/html"})
        waited = time.monotonic() - began
        problem = gateway.client.get("/impression/lots/1", headers={"Accept": "application/problem+json"})
    finally:
        upstream.start()
    assert answer.status_code == 502
    assert 1.5 < waited < 5
    assert answer.headers["Retry-After"] == "5"
    assert "<h1>Le service est momentanément indisponible</h1>" in answer.text
    assert problem.json() == {"type": "about:blank", "title": "Bad Gateway", "status": 502}


def test_pages_of_the_gateway_are_strict_french_and_made_of_its_static_files(gateway):
    answer = gateway.client.get("/nulle-part", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "<h1>Cette page n’existe pas</h1>" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in answer.headers
    assert "<style" not in answer.text
    assert {page.name for page in GATEWAY_PAGES.iterdir()} == {
        "401.html", "401-gestion.html", "404.html", "408.html", "413.html", "413-fichiers.html", "503.html"
    }  # fmt: skip
    for file in ("espace.css", "favicon.svg"):
        assert f"/static/{file}" in answer.text
        assert gateway.client.get(f"/static/{file}").status_code == 200


def test_static_files_with_a_version_are_kept_for_good(gateway):
    assert gateway.client.get("/static/espace.css?v=1").headers["Cache-Control"].endswith("immutable")
    assert gateway.client.get("/static/espace.css").headers["Cache-Control"] == "public, max-age=300"
    assert (
        gateway.client.get("/static/espace.css", headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"]
        == "gzip"
    )
    assert gateway.client.get("/static/").status_code == 404


def test_bodies_are_bounded(gateway):
    assert gateway.client.post("/compte/creer", content=b"x" * (MOST - 1)).json()["body"] == MOST - 1
    large = gateway.client.post("/compte/creer", content=b"x" * MOST)
    assert large.status_code == 413
    assert "Votre envoi est trop volumineux" in large.text
    assert gateway.client.post("/compte/creer", content=iter([b"x" * 2_000_000])).status_code == 411
    assert gateway.client.post("/compte/creer", content=b"x").json()["body"] == 1


def test_the_log_holds_no_secret(gateway):
    token = "a" * 43
    secret = {"Cookie": "session=c-secret", "Authorization": "Bearer h-secret", "Referer": "http://x/?jeton=r-secret"}
    batch = "/impression/lots/0b6f6a52-7f0c-4f6b-9d0e-0a4f9d3b2c11"
    gateway.client.get(f"{batch}?jeton=q-secret", headers=secret)
    gateway.client.get(f"/nulle-part/{token}?jeton=q-secret", headers=secret)
    for typed in ("7K3M-9XYZ-ABCD", "1581129762418", "%70%61%73%73", "la%20belette", f"{token}.png", "x" * 300):
        gateway.client.get(f"/compte/{typed}/creer")
    gateway.client.get("/dernier")
    wait_until(lambda: "/dernier" in gateway.log.read_text(), 10, "not logged")

    text = gateway.log.read_text()
    assert "secret" not in text
    assert token not in text
    lines = [json.loads(line) for line in text.splitlines()]
    assert any(line.get("request", {}).get("uri") == f"{batch}…" and line["status"] == 200 for line in lines)
    assert sum(line.get("request", {}).get("uri") == "/compte/…/creer" for line in lines) == 6


def test_with_debug_on_the_log_holds_no_secret_either(talkative):
    """Neither the assertion of the sign-in check's answer, nor what somebody took for a file of ours."""
    token = "B" * 43
    talkative.client.get(f"/espace/{token}?jeton={token}", headers={"Cookie": "session=good"})
    talkative.client.get(f"/static/{token}.css")
    talkative.client.get("/dernier")
    wait_until(lambda: "/dernier" in talkative.log.read_text(), 10, "not logged")
    text = talkative.log.read_text()
    assert talkative.upstreams["member-space"].seen, "the assertion was used"
    assert '"msg":"upstream roundtrip"' in text
    assert not [secret for secret in ("signed by activation", "a-secret-cookie", token) if secret in text]


@pytest.mark.parametrize("name", ["x" * 300, "é" * 100, "x/" * 2500, "%00", "..%2f..%2fCaddyfile", "😀" * 64])
def test_a_file_that_cannot_be_is_not_found(gateway, name):
    assert gateway.client.get(f"/static/{name}").status_code in {400, 404}
