"""Files on their way through the gateway: only from who is signed in, whole, and not lost while a service restarts."""

import os
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from threading import Timer

import pytest

from launcher import caddy
from shared.web.reading import UPLOAD_LIMIT

from .test_gateway import started

SIGNED_IN = {"Cookie": "session=good"}
REPORT = "/espace/signalement"
LARGE = 15_800_000
"""Three files of 5 MiB with their form."""
FREE_MEMORY = 100
"""Megabytes of memory of a gateway that holds no file."""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with started(tmp_path_factory.mktemp("gateway")) as gateway:
        yield gateway


@pytest.fixture
def impatient(tmp_path, monkeypatch):
    """A body has two seconds to come, and four before the other part gives it up."""
    configuration = copytree(caddy.CADDYFILE.parent, tmp_path / "gateway") / "Caddyfile"
    text = configuration.read_text().replace("read_body 170s", "read_body 2s").replace("read_body 180s", "read_body 4s")
    assert text.count("read_body 2s") == text.count("read_body 4s") == 1
    configuration.write_text(text)
    monkeypatch.setattr(caddy, "CADDYFILE", configuration)
    with started(tmp_path) as gateway:
        yield gateway


def digests(bodies):
    return [sha256(body).hexdigest() for body in bodies]


def by_hand(gateway, path, announced, body=b"", *, pause=0.0, pieces=1, headers=SIGNED_IN):
    """What comes back for a body that is announced and sent, as it is, in pieces with pauses; and after how long."""
    head = {"Host": "localhost", "Connection": "close", "Accept": "text/html", "Content-Length": announced, **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    address = (gateway.client.base_url.host, gateway.client.base_url.port)
    began = time.monotonic()
    with socket.create_connection(address, timeout=200) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode())
        size = -(-len(body) // pieces)
        for piece in range(pieces):
            line.sendall(body[piece * size : (piece + 1) * size])
            time.sleep(pause)  # the slowness of a line
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    return answer.decode(), time.monotonic() - began


@pytest.mark.parametrize("path", [REPORT, "/ESPACE/signalement", "/gestion/demandes/1/accepter"])
def test_files_pass_whole_for_who_is_signed_in(gateway, path):
    body = os.urandom(UPLOAD_LIMIT - 1)
    forged = {"X-Espace-Assertion": "forged", "X-Forwarded-For": "6.6.6.6", "traceparent": "00-1-2-01"}
    shown = gateway.client.post(path, content=body, headers=SIGNED_IN | forged).json()
    assert (shown["service"], shown["body"], [shown["digest"]]) == ("member-space", len(body), digests([body]))
    seen = shown["headers"]
    assert seen["x-espace-assertion"] == "signed by activation"
    assert (seen["x-forwarded-for"], seen["x-forwarded-proto"]) == ("127.0.0.1", "http")
    assert seen["x-forwarded-host"] == seen["host"] == gateway.client.base_url.netloc.decode()
    assert "traceparent" not in seen


def test_the_assertion_is_made_when_the_files_have_come(gateway):
    """It is good for 60 s, and a slow line takes longer."""
    activation = gateway.upstreams["activation"]
    for size, asked in ((10, 1), (999_999, 1), (1_000_000, 2)):
        activation.seen.clear()
        activation.bodies.clear()
        assert gateway.client.post(REPORT, content=bytes(size), headers=SIGNED_IN).status_code == 200
        assert activation.seen == ["/internal/session?audience=member-space"] * asked
        assert activation.bodies == [0] * asked, "the files are not sent there"


@pytest.mark.parametrize("size", [UPLOAD_LIMIT, 20_000_000, 100_000_000, 999_999_999_999])
@pytest.mark.parametrize("zeros", ["", "00"])
def test_more_than_three_files_are_refused_in_words(gateway, size, zeros):
    answer, _ = by_hand(gateway, REPORT, f"{zeros}{size}")
    assert answer.startswith("HTTP/1.1 413 ")
    assert "3\u00a0fichiers de 5\u00a0Mo chacun" in answer


@pytest.mark.parametrize("path", ["/compte/creer", "/connexion", "/impression/lots/1", "/espace", "/espaces/x", "/"])
@pytest.mark.parametrize("size", ["1000000", "001000000", "16000000"])
def test_elsewhere_a_megabyte_stays_the_limit(gateway, path, size):
    answer, _ = by_hand(gateway, path, size)
    assert answer.startswith("HTTP/1.1 413 ")
    assert "1 Mo. Revenez" in answer.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("path", "way_in"),
    [
        (REPORT, "/connexion"),
        ("/gestion/demandes/1", "/gestion/connexion"),
        ("/Gestion/x", "/gestion/connexion"),
    ],
)
@pytest.mark.parametrize("size", ["1000000", "0016999999"])
def test_who_is_not_signed_in_is_told_before_anything_is_read(gateway, path, way_in, size):
    """Nothing of the body is sent here, and the answer does not wait for it: nobody else fills the gateway's memory."""
    before = list(gateway.upstreams["member-space"].seen)
    answer, took = by_hand(gateway, path, size, headers={"Cookie": "session=bad"})
    assert answer.startswith("HTTP/1.1 401 ")
    assert "<h1>Vous n’êtes plus connecté</h1>" in answer
    assert f'href="{way_in}" target="_blank">Connectez-vous' in answer
    assert "Location:" not in answer
    assert took < 5
    assert gateway.upstreams["member-space"].seen == before


@pytest.mark.parametrize("path", [REPORT, "/gestion/demandes/1"])
@pytest.mark.parametrize(("status", "told"), [(401, 401), (403, 401), (429, 503), (500, 503), (503, 503)])
def test_who_cannot_be_asked_about_is_not_called_signed_out(gateway, path, status, told):
    activation, space = gateway.upstreams["activation"], gateway.upstreams["member-space"]
    before = list(space.seen)
    activation.broken = status
    try:
        answer, _ = by_hand(gateway, path, "1000000")
    finally:
        activation.broken = None
    assert answer.startswith(f"HTTP/1.1 {told} ")
    assert ("<h1>Le service est momentanément indisponible</h1>" in answer) == (told == 503)
    assert ("Retry-After: 5" in answer) == (told == 503)
    assert space.seen == before


def test_files_without_a_length_are_refused(gateway):
    answer = gateway.client.post(REPORT, content=iter([b"x" * 2_000_000]), headers=SIGNED_IN)
    assert answer.status_code == 411


def test_an_empty_form_is_no_cut_one(gateway):
    assert gateway.client.post(REPORT, content=b"", headers=SIGNED_IN).json()["body"] == 0


@pytest.mark.parametrize("service", ["member-space", "activation"])
def test_a_restart_loses_no_file_and_mixes_none_up(gateway, service):
    upstream = gateway.upstreams[service]
    bodies = [os.urandom(LARGE) for _ in range(4)]
    upstream.stop()
    back = Timer(1.0, upstream.start)
    back.start()
    try:
        with ThreadPoolExecutor(len(bodies)) as pool:
            answers = list(pool.map(lambda body: gateway.client.post(REPORT, content=body, headers=SIGNED_IN), bodies))
    finally:
        back.join()
    assert [answer.status_code for answer in answers] == [200] * len(bodies)
    assert [answer.json()["digest"] for answer in answers] == digests(bodies)


def test_a_service_that_stays_away_is_told_with_the_way_back(gateway):
    upstream = gateway.upstreams["member-space"]
    upstream.stop()
    try:
        answer = gateway.client.post(REPORT, content=bytes(LARGE), headers={**SIGNED_IN, "Accept": "text/html"})
    finally:
        upstream.start()
    assert answer.status_code == 502
    assert "<h1>Le service est momentanément indisponible</h1>" in answer.text


@pytest.mark.parametrize(("path", "size"), [(REPORT, 900_000), (REPORT, 3_000_000), ("/compte/creer", 900_000)])
def test_a_body_that_does_not_come_to_its_end_is_told_and_reaches_no_service(impatient, path, size):
    upstream = impatient.upstreams["member-space" if path == REPORT else "registration"]
    answer, took = by_hand(impatient, path, str(size), bytes(size // 2))
    assert answer.startswith("HTTP/1.1 408 ")
    assert "<h1>Votre envoi n’est pas arrivé en entier</h1>" in answer
    assert 1 < took < 6
    assert path not in upstream.seen
    slow, _ = by_hand(impatient, path, str(size), bytes(size), pieces=10, pause=0.1)
    assert slow.startswith("HTTP/1.1 200 ")


def memory_of(pid):
    """Megabytes, the most so far."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024


def test_what_a_file_costs_the_gateway(tmp_path):
    """The figure of decision 0025: ten at once, held while their service is away."""
    with started(tmp_path) as gateway:
        upstream = gateway.upstreams["member-space"]
        before = memory_of(gateway.pid)
        assert before < FREE_MEMORY
        upstream.stop()
        back = Timer(1.5, upstream.start)
        back.start()
        body = bytes(LARGE)
        try:
            with ThreadPoolExecutor(10) as pool:
                answers = list(
                    pool.map(lambda _: gateway.client.post(REPORT, content=body, headers=SIGNED_IN), range(10))
                )
        finally:
            back.join()
        assert {answer.status_code for answer in answers} == {200}
        assert (memory_of(gateway.pid) - before) / 10 < 60


@pytest.mark.soak
@pytest.mark.timeout(240)
def test_a_phone_on_a_slow_line_is_waited_for(gateway):
    """15 MB at 1 Mbit/s: two minutes."""
    body = os.urandom(15_000_000)
    answer, took = by_hand(gateway, REPORT, str(len(body)), body, pieces=1200, pause=0.1)
    assert answer.startswith("HTTP/1.1 200 ")
    assert digests([body])[0] in answer
    assert took > 115


@pytest.mark.soak
@pytest.mark.timeout(240)
def test_who_never_ends_is_not_waited_for_for_ever(gateway):
    answer, took = by_hand(gateway, REPORT, "900000", b"x")
    assert answer.startswith("HTTP/1.1 408 ")
    assert took < 190
