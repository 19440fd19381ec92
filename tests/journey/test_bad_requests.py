"""Whatever is sent to whatever page, nobody sees a 500: the request is answered, refused, or not found."""

import random

import httpx
import pytest

PATHS = (
    "/", "/aide", "/compte", "/compte/creer", "/compte/demande", "/compte/captcha/x.png", "/compte/captcha/x.wav",
    "/compte/activer", "/compte/cree", "/compte/confirmer", "/connexion", "/deconnexion", "/conditions",
    "/compte/identifiant-oublie", "/compte/identifiant-oublie/envoye", "/compte/courrier-de-secours",
    "/compte/mot-de-passe-oublie", "/espace", "/espace/", "/impression/lots/x",
    "/static/..%2f..%2fsettings.py", "/%00", "/compte/%ff%fe", "/nulle-part",
)  # fmt: skip
FORM = "application/x-www-form-urlencoded"
BODIES = (
    (FORM, b""),
    (FORM, b"situation=adherent&number=%00%01&email=a%0d%0aBcc:%20b@c.fr&form_token=x&submission_id=y"),
    (FORM, b"number=\xff\xfe&email=%ff%fe&birth_day=%F0%9F%92%A9"),
    (FORM, b"a=1&" * 500),
    (FORM, b"number=" + b"9" * 200_000),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="number"\r\n\r\n1'),
    ("application/json", b'{"number": [[[['),
    ("text/plain; charset=utf-7", b"+ADw-script+AD4-"),
)  # fmt: skip
COOKIES = (
    "",
    "__Host-visiteur=x; __Host-session=x; __Host-activation=x; __Host-confirmation=x; __Host-demande=x",
    "__Host-session=" + "A" * 43 + "; __Host-confirmation=" + "A" * 43,
    "=;;; \xe9=\xe9",
)
QUERIES = (
    "",
    "?jeton=%00",
    "?suite=//ailleurs.example",
    "?suite=/espace/%0d%0aSet-Cookie:x",
    "?vue=-1&jeton=" + "A" * 4000,
)


def requests():
    """Every path with every method; query, body and cookie chosen by a seed that the test's name shows."""
    for path in PATHS:
        for method in ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"):
            yield method, path


@pytest.mark.parametrize("seed", range(3))
def test_no_request_makes_an_error_of_ours(running, seed):
    choose = random.Random(seed)
    seen = []
    # a connection each: a server that has refused a request may close it
    alone = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(base_url=running.places.site, timeout=20, trust_env=False, limits=alone) as client:
        for method, path in requests():
            kind, body = choose.choice(BODIES) if method in {"POST", "PUT"} else ("", b"")
            cookie = choose.choice(COOKIES)
            headers = {
                "Accept": choose.choice(["text/html", "application/json", "*/*", ""]), "Content-Type": kind, "Cookie": cookie,
            }  # fmt: skip
            query = choose.choice(QUERIES)
            raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items() if value]
            answer = client.request(method, path + query, headers=raw, content=body or None)
            seen.append(answer.status_code)
            assert answer.status_code < 500, f"{method} {path}{query[:60]} {kind} {cookie[:40]}: {answer.status_code}"
    assert len(set(seen)) > 3
