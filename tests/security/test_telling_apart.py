"""The measure itself: a stand-in server that leaks on purpose is found out, and one that does not is left alone."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from support.telling_apart import CHANCE, LEAST, Found, chance_of, tell_apart, timed, typical_shift

from shared.security.hashing import SecretHasher
from shared.security.key_ring import KeyRing

PAIRS = 80
HASHER = SecretHasher(KeyRing.parse("x:" + "A" * 43), "tests")
STORED = HASHER.hash_now("right")


class StandIn(BaseHTTPRequestHandler):
    """Signs nobody in. Its address says in what it treats those that it knows differently."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # one packet an answer: two would wait for each other

    def do_POST(self) -> None:
        typed = self.rfile.read(int(self.headers["Content-Length"])).decode()
        known, leak = "connu" in typed, self.path.strip("/")
        if leak == "even" or (leak == "no-dummy-hash" and known):
            HASHER._verify_now(STORED, "wrong")
        body = f"<p>Cela ne va pas{' !' if known and leak == 'word' else '.'}</p>".encode()
        self.send_response(429 if known and leak == "status" else 422)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if known and leak == "header":
            self.send_header("Retry-After", "60")
        if known and leak == "cookie":
            self.send_header("Set-Cookie", "__Host-session=x; Path=/")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def stand_in() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(10)


@contextmanager
def asked(address: str) -> Iterator[Found]:
    with httpx.Client(trust_env=False, timeout=60) as http:

        def ask(known: bool, number: int):
            typed = {"email": f"{'connu' if known else 'autre'}{number:03}@exemple.fr"}
            return timed(lambda: http.post(address, data=typed), typed)

        yield tell_apart(lambda: ask, PAIRS)


def test_who_treats_all_alike_is_left_alone(stand_in):
    with asked(f"{stand_in}/even") as found:
        assert found.problems() == []
        assert len(found.known) == 1


def test_a_missing_stand_in_for_a_hash_is_found(stand_in):
    with asked(f"{stand_in}/no-dummy-hash") as found:
        (problem,) = found.problems()
        assert "ms longer" in problem
        assert typical_shift(found.differences) > LEAST


@pytest.mark.parametrize(
    ("leak", "said"), [("word", " !"), ("status", "429"), ("header", "retry"), ("cookie", "session")]
)
def test_what_is_said_to_one_kind_alone_is_found(stand_in, leak, said):
    with asked(f"{stand_in}/{leak}") as found:
        (problem,) = found.problems()
        assert said in problem.casefold()


def test_no_noise_is_taken_for_a_difference():
    """A thousand measurements of equal kinds, with the long tails that a busy machine has."""
    chance = random.Random(5)
    seen = [[noise(chance) - noise(chance) for _ in range(200)] for _ in range(1000)]
    assert min(map(chance_of, seen)) > CHANCE
    # small ones are as frequent as they should be: the figure means what it says
    assert 30 < sum(chance_of(one) < 0.05 for one in seen) < 70


def test_a_hash_is_seen_through_the_noise():
    chance = random.Random(6)
    for _ in range(50):
        seen = [0.02 + noise(chance) - noise(chance) for _ in range(200)]
        assert chance_of(seen) < CHANCE
        assert typical_shift(seen) > LEAST


def noise(chance: random.Random) -> float:
    """Seconds that a machine with other things to do adds."""
    return chance.gauss(0.04, 0.01) + chance.expovariate(1 / 0.02)
