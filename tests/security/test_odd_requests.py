"""On the running system: what is internal stays so, and odd requests find nothing but a refusal."""

import re

import pytest

INTERNAL = ("/internal/keys", "/internal/session", "/metrics", "/livez", "/readyz", "/docs", "/openapi.json", "/redoc")
WAYS_AROUND = (
    "{}", "/{}", "/.{}", "/x/..{}", "/compte/..{}", "/compte/%2e%2e{}", "/compte/..%2f..{}", "/espace/..{}", "/espace/..%2f{}",
    "/espace/%2e%2e%2f{}", "/gestion/..{}", "/static/..{}", "/static/%2e%2e{}", "/static/..%5c..{}", "/connexion/..;{}",
    "/impression/lots/..{}", "/compte/captcha/..{}", "/%2e{}", "{}/", "{}%00", "{};x=1", "{}%20", "{}.", "{}/..%2f.{}",
)  # fmt: skip
SIGNS_OF_INSIDE = re.compile(r'"kty"|# HELP|python_info|"openapi"|swagger|"status": ?"(ok|ready)"')


@pytest.mark.parametrize("inside", INTERNAL)
def test_what_is_internal_is_found_by_no_way_around(attacker, inside):
    browser = attacker()
    for way in WAYS_AROUND:
        path = way.format(inside, inside)
        for method in ("GET", "POST"):
            length = ("Content-Length: 0",) if method == "POST" else ()
            status, answer = browser.exchange(
                f"{method} {path} HTTP/1.1", "Host: localhost", "Accept: application/json", *length, "Connection: close"
            )
            assert status in {400, 401, 404, 405, 303, 308}, f"{method} {path}: {answer[:200]}"
            assert not SIGNS_OF_INSIDE.search(answer), f"{method} {path}: {answer[:300]}"


@pytest.mark.parametrize(
    "path",
    [
        "/espace/..%2f",
        "/espace/%2e%2e/",
        "//espace/",
        "/espace//",
        "/./espace/",
        "/ESPACE/",
        "/espace/%00",
        "/gestion/..%2f",
        "//gestion/",
        "/gestion//",
        "/GESTION/",
        "/gestion/%2e/",
        "/espace/../gestion/",
        "/compte/..%2fespace/",
    ],
)
def test_no_spelling_of_an_address_opens_what_is_closed(attacker, victim, path):
    browser = attacker()
    for accept in ("text/html", "application/json"):
        status, answer = browser.exchange(
            f"GET {path} HTTP/1.1", "Host: localhost", f"Accept: {accept}", "Connection: close"
        )
        assert status in {303, 307, 308, 400, 401, 404}, answer[:200]
        assert victim.family_name not in answer
    # nor does a member's own session open the desk by another spelling
    assert browser.sign_in(victim.email, victim.password).status_code == 303
    cookie = f"Cookie: __Host-session={browser.cookies['__Host-session']}"
    status, answer = browser.exchange(
        f"GET {path} HTTP/1.1", "Host: localhost", "Accept: text/html", cookie, "Connection: close"
    )
    # an error page may look like the desk's; nothing of the desk is on it
    assert not (status == 200 and "Gestion – " in answer), answer[:300]


FORGED = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIn0."


@pytest.mark.parametrize(
    "name", ["X-Espace-Assertion", "x-espace-assertion", "X-ESPACE-ASSERTION", "X_Espace_Assertion"]
)
def test_nobody_brings_an_assertion(attacker, name):
    """What is made to look valid is looked at in ``tests/journey/test_assertions.py``."""
    for path in ("/espace/", "/gestion/", "/espace/profil"):
        answer = attacker().send("GET", path, headers={name: FORGED})
        assert answer.status_code == 303
        assert "/connexion" in answer.headers["location"]


PROVE, ADDRESS = "/connexion/confirmer", "/compte/securite/adresse"
FORMS = ("/connexion", "/compte/activer", "/compte/creer", "/deconnexion")
METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "POSTS", "X")


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("method", METHODS)
def test_no_other_verb_does_what_a_form_does(attacker, victim, method, path):
    browser = attacker()
    assert browser.sign_in(victim.email, victim.password).status_code == 303
    own = browser.cookies["__Host-session"]
    body = b"email=x&password=y"
    status, answer = browser.exchange(
        f"{method} {path} HTTP/1.1", "Host: localhost", f"Cookie: __Host-session={own}", f"Content-Length: {len(body)}",
        "Content-Type: application/x-www-form-urlencoded", "Connection: close", body=body,
    )  # fmt: skip
    assert status in {400, 403, 404, 405, 501}, answer[:200]
    assert "TRACE" not in re.findall(r"(?im)^allow: (.*)$", answer)
    assert own not in answer, "no echo of what was sent"
    assert "set-cookie" not in answer.casefold()
    assert browser.open("/espace/").status_code == 200, "the session is still there"


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_makes_a_form_of_a_page(attacker, victim, header):
    browser = attacker()
    browser.sign_in(victim.email, victim.password)
    assert browser.send("GET", "/deconnexion", headers={header: "POST"}).status_code == 405
    assert browser.send("GET", "/deconnexion?_method=POST").status_code == 405
    assert browser.open("/espace/").status_code == 200


FIELDS = {
    "/connexion": {"email": "personne@exemple.fr", "password": "un mot de passe"},
    "/compte/activer": {
        "situation": "adherent",
        "number": "900000",
        "email": "a@exemple.fr",
        "secret_answer": "Sophie",
    },
    "/compte/creer": {"situation": "adherent", "number": "900000", "email": "a@exemple.fr", "family_name": "Personne"},
    "/gestion/connexion": {"login": "personne", "password": "un mot de passe", "code": "000000"},
    "/compte/mot-de-passe-oublie": {"email": "personne@exemple.fr"},
    "/compte/identifiant-oublie": {"situation": "adherent", "number": "900000", "family_name": "Personne"},
    "/compte/courrier-de-secours": {"situation": "adherent", "number": "900000", "email": "a@exemple.fr"},
}
STRANGE = {
    "zero bytes": "a\x00b", "only zero bytes": "\x00" * 10, "line breaks": "a@exemple.fr\r\nBcc: b@exemple.fr",
    "a line feed": "a@exemple.fr\nBcc: b@exemple.fr", "an encoded break": "a@exemple.fr%0d%0aBcc: b", "long": "é" * 3_000,
    "four bytes": "💩" * 60, "right to left": "a\u202eb", "combining": "e" + "\u0301" * 300, "a lone mark": "\ufeff",
    "SQL": "' OR 1=1 --", "script": "<script>alert(1)</script>", "template": "{{ 7*7 }}${7*7}#{7*7}",
    "path": "../../../../etc/passwd", "format": "%s%n%(x)s{0}", "array": "a[]=1", "number": "9" * 400, "null": "null",
    "fold": "ﷺ" * 200, "private": "\ue000\uffff", "spaces": "\u3000\u00a0 \t",
}  # fmt: skip


@pytest.mark.usefixtures("forgive")
@pytest.mark.parametrize("path", FIELDS)
@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_answer_is_told_next_to_its_field(attacker, path, name):
    browser = attacker()
    for field in FIELDS[path]:
        answer = browser.fill(path, {**FIELDS[path], field: STRANGE[name]})
        assert answer.status_code == 422, f"{field}: {answer.status_code}"
        assert "set-cookie" not in answer.headers
        assert "<script>alert" not in answer.text
        assert "bcc" not in {header.casefold() for header in answer.headers}
        assert "49" not in re.findall(r'value="([^"]*)"', answer.text)


def test_a_strange_new_address_is_told_next_to_its_field(attacker, victim):
    browser = attacker()
    browser.sign_in(victim.email, victim.password)
    proved = browser.fill(f"{PROVE}?suite={ADDRESS}", {"password": victim.password}, action=PROVE)
    assert proved.headers["location"] == ADDRESS
    for name, typed in STRANGE.items():
        answer = browser.fill(ADDRESS, {"email": typed, "email_confirmation": typed})
        assert answer.status_code == 422, name
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("path", FIELDS)
def test_bodies_that_are_too_much_are_refused(attacker, path):
    browser = attacker()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    hidden = browser.form(path).hidden
    # at the desk's addresses the gateway asks who is signed in before it reads a large body
    largest = 401 if path.startswith("/gestion/") else 413
    for body, refused in ((b"a=" + b"x" * 70_000, 413), (b"a=1&" * 200, 400), (b"a=" + b"x" * 1_100_000, largest)):
        assert browser.send("POST", path, body, form).status_code == refused
    # a name sent twice counts once, as it came first: nobody smuggles a second answer past a rule
    twice = f"form_token={hidden['form_token']}&form_token=x&submission_id={hidden['submission_id']}&submission_id=x"
    assert "Votre page a expiré" not in browser.send("POST", path, twice.encode(), form).text


def test_no_field_of_ours_is_filled_from_the_address(attacker, victim):
    """Parameters of the address are no answers of a form."""
    browser = attacker()
    hidden = browser.form("/connexion").hidden
    path = f"/connexion?email={victim.email}&password={victim.password.replace(' ', '+')}"
    assert browser.send("POST", path, hidden).status_code == 422
    # nor does what the form does not ask for reach anything
    extra = {
        "confirmed_at": "2020-01-01",
        "account_id": "1",
        "role": "responsable",
        "is_admin": "true",
        "person_id": "1",
    }
    answer = browser.fill("/connexion", {"email": victim.email, "password": victim.password, **extra})
    assert (answer.status_code, answer.headers["location"]) == (303, "/espace/")
    assert browser.open("/gestion/").status_code == 303


def test_requests_that_two_readers_may_read_differently_reach_nobody(attacker, victim):
    """Smuggling: a length and chunks together, two lengths, odd chunks, a line folded."""
    tail = "GET /internal/keys HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = ("POST /connexion HTTP/1.1", "Host: localhost", "Content-Type: application/x-www-form-urlencoded")
    for lines, body in (
        (("Content-Length: 4", "Transfer-Encoding: chunked"), f"0\r\n\r\n{tail}"),
        (("Transfer-Encoding: chunked", "Content-Length: 4"), f"0\r\n\r\n{tail}"),
        (("Content-Length: 0", "Content-Length: 60"), tail),
        (("Transfer-Encoding: xchunked", "Content-Length: 3"), f"a=1{tail}"),
        (("Transfer-Encoding : chunked", "Content-Length: 3"), f"a=1{tail}"),
        (("Transfer-Encoding:\x0bchunked",), f"0\r\n\r\n{tail}"),
        (("Content-Length: +3",), f"a=1{tail}"),
        (("Content-Length: 3 3",), f"a=1{tail}"),
    ):
        _, answer = attacker().exchange(*head, *lines, "Connection: close", body=body.encode())
        assert '"kty"' not in answer
        assert answer.count("HTTP/1.1 200") == 0, f"{lines}: {answer[:300]}"
