"""The gateway's sign-in check: a signed assertion for a live session, a way to sign in for the others (design §2)."""

import pytest

from activation.models import MemberSession
from shared.security.assertions import HEADER, AssertionRefusedError, verify

CHECK = "/internal/session?audience=member-space"


@pytest.fixture
async def signed_in(world, visitor):
    person_id = await world.confirmed()
    await visitor.sign_in()
    return person_id


async def age(world, *, seen: str = "0", created: str = "0") -> None:
    await world.sql(
        "update session set last_seen_at = last_seen_at - cast(cast(:seen as text) as interval), "
        "created_at = created_at - cast(cast(:created as text) as interval)",
        seen=seen,
        created=created,
    )


async def test_a_live_session_gets_an_assertion(world, visitor, signed_in):
    answer = await visitor.get(CHECK)
    assert (answer.status_code, answer.content) == (200, b"")
    keys = (await visitor.get("/internal/keys")).json()
    assert all("d" not in key for key in keys["keys"])
    who = verify(answer.headers[HEADER], keys, "member-space").who
    (session,) = await world.rows(MemberSession)
    assert (who.person_id, who.account_id, who.session_id) == (signed_in, session.account_id, session.id)
    with pytest.raises(AssertionRefusedError):
        verify(answer.headers[HEADER], keys, "letters")


async def test_only_known_audiences(visitor, signed_in):
    for audience in ("", "?audience=", "?audience=letters", "?audience=member-space%00"):
        answer = await visitor.get(f"/internal/session{audience}", accept="*/*")
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
        assert HEADER not in answer.headers


async def test_pages_are_sent_to_sign_in_and_back(visitor):
    forwarded = {"X-Forwarded-Method": "GET", "X-Forwarded-Uri": "/espace/remboursements?annee=2024&tri=date"}
    answer = await visitor.get(CHECK, **forwarded)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/connexion?suite=/espace/remboursements%3Fannee%3D2024%26tri%3Ddate"
    page = await visitor.get(answer.headers["location"])
    assert 'name="suite" value="/espace/remboursements?annee=2024&amp;tri=date"' in page.text


async def test_a_strange_address_leads_home(visitor):
    for uri in ("//ailleurs.fr", "https://ailleurs.fr", "/\\ailleurs.fr", "", "/espace\tx", "/" + "a" * 900):
        answer = await visitor.get(CHECK, **{"X-Forwarded-Uri": uri})
        assert answer.headers["location"] == "/connexion?suite=/espace/"


async def test_what_was_posted_leads_home(visitor):
    answer = await visitor.get(CHECK, **{"X-Forwarded-Method": "POST", "X-Forwarded-Uri": "/espace/adresse"})
    assert answer.headers["location"] == "/connexion?suite=/espace/"


async def test_programs_get_401(visitor):
    answer = await visitor.get(CHECK, accept="application/json", **{"X-Forwarded-Uri": "/espace/"})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.json()["title"] == "Connectez-vous pour continuer"


@pytest.mark.parametrize(
    ("aged", "live"),
    [
        ({"seen": "14 minutes 55 seconds"}, True),
        ({"seen": "15 minutes"}, False),
        ({"created": "11 hours 59 minutes"}, True),
        ({"created": "12 hours"}, False),
    ],
)
async def test_idle_and_longest_time(world, visitor, signed_in, aged, live):
    await age(world, **aged)
    answer = await visitor.get(CHECK, **{"X-Forwarded-Uri": "/espace/"})
    assert answer.status_code == (200 if live else 303)
    if not live:
        assert answer.headers["location"] == "/connexion?suite=/espace/&expiree=1"
        assert visitor.cookie("__Host-session") is None


async def test_use_is_written_at_most_every_30_seconds(world, visitor, signed_in):
    (before,) = await world.rows(MemberSession)
    await visitor.get(CHECK)
    (soon,) = await world.rows(MemberSession)
    assert soon.last_seen_at == before.last_seen_at
    await age(world, seen="31 seconds")
    await visitor.get(CHECK)
    (later,) = await world.rows(MemberSession)
    assert later.last_seen_at >= before.last_seen_at


async def test_a_cookie_that_opens_nothing(visitor):
    for cookie in ("x", "A" * 43, "A" * 5000, '"', "é"):
        headers = {"cookie": f"__Host-session={cookie}".encode(), "accept": "text/html"}
        answer = await visitor.http.get(CHECK, headers=headers)
        assert (answer.status_code, HEADER in answer.headers) == (303, False)


async def test_revoking_takes_effect_on_the_next_request(world, visitor, signed_in):
    assert (await visitor.get(CHECK)).status_code == 200
    await world.sql("delete from session")
    assert (await visitor.get(CHECK)).status_code == 303


async def test_a_waiting_member_is_told_of_the_time_out(world, visitor, signed_in, plain):
    await age(world, seen="16 minutes")
    answer = await visitor.get(CHECK, **{"X-Forwarded-Uri": "/espace/"})
    assert "déconnecté après 15 minutes sans activité" in plain(await visitor.get(answer.headers["location"]))
    assert (await visitor.sign_in(suite="/espace/")).headers["location"] == "/espace/"


INVITATION = "/espace/delegations/invitation"


async def test_the_token_of_an_invitation_is_in_no_address_while_one_signs_in(visitor, world):
    token = "T" * 43
    answer = await visitor.get(CHECK, **{"X-Forwarded-Method": "GET", "X-Forwarded-Uri": f"{INVITATION}?jeton={token}"})
    assert answer.headers["location"] == f"/connexion?suite={INVITATION}"
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-invitation="))
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=3600"} <= set(cookie.split("; "))
    assert visitor.cookie("__Host-invitation") == token
    page = await visitor.get(answer.headers["location"])
    assert token not in page.text
    await world.confirmed()
    assert (await visitor.sign_in(suite=INVITATION)).headers["location"] == INVITATION


@pytest.mark.parametrize("uri", [f"{INVITATION}?jeton=x", f"{INVITATION}?jeton=", f"{INVITATION}?jeton=%00&jeton=a"])
async def test_what_is_no_token_takes_the_earlier_one_away(visitor, uri):
    await visitor.get(CHECK, **{"X-Forwarded-Uri": f"{INVITATION}?jeton={'T' * 43}"})
    answer = await visitor.get(CHECK, **{"X-Forwarded-Uri": uri})
    assert answer.headers["location"] == f"/connexion?suite={INVITATION}"
    assert visitor.cookie("__Host-invitation") is None


@pytest.mark.parametrize("uri", [INVITATION, "/espace/?jeton=" + "T" * 43, f"{INVITATION}?&=&%&;x=jeton"])
async def test_other_addresses_are_kept_as_they_are(visitor, uri):
    answer = await visitor.get(CHECK, **{"X-Forwarded-Uri": uri})
    assert "set-cookie" not in answer.headers
