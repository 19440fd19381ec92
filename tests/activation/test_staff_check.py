"""The gateway's sign-in check for the desk: an assertion that is the staff's, and never a member's."""

import pytest
from support.forgetting import forget
from support.staff import at_work

from activation.models import StaffSession
from activation.retention import rules
from shared.security.assertions import DESK, HEADER, AssertionRefusedError, Role, verify, verify_staff

pytestmark = pytest.mark.usefixtures("clock")


async def age(world, *, seen: str = "0", created: str = "0") -> None:
    await world.sql(
        "update staff_session set last_seen_at = last_seen_at - cast(cast(:seen as text) as interval), "
        "created_at = created_at - cast(cast(:created as text) as interval)",
        seen=seen,
        created=created,
    )


@pytest.mark.parametrize("role", Role)
async def test_the_assertion_says_who_and_with_what_role(world, role):
    zoe = await at_work(world, role=role)
    answer = await zoe.check()
    assert (answer.status_code, answer.content, answer.headers["cache-control"]) == (200, b"", "no-store")
    keys = (await zoe.visitor.get("/internal/keys")).json()
    who = verify_staff(answer.headers[HEADER], keys).who
    (session,) = await world.rows(StaffSession)
    assert (who.staff_id, who.session_id, who.name, who.role) == (session.staff_id, session.id, "Zoé Lefèvre", role)
    for audience in ("member-space", DESK):
        with pytest.raises(AssertionRefusedError):
            verify(answer.headers[HEADER], keys, audience)


async def test_a_members_session_opens_no_desk_and_a_staff_session_no_space(world):
    await world.confirmed()
    member = world.visitor()
    await member.sign_in()
    keys = (await member.get("/internal/keys")).json()
    assertion = (await member.get("/internal/session?audience=member-space")).headers[HEADER]
    with pytest.raises(AssertionRefusedError):
        verify_staff(assertion, keys)
    token = member.cookie("__Host-session")
    for cookie in (f"__Host-session={token}", f"__Host-gestion={token}"):
        answer = await world.visitor().get("/internal/session?audience=desk", cookie=cookie)
        assert (answer.status_code, HEADER in answer.headers) == (303, False)

    token = (await at_work(world)).visitor.cookie("__Host-gestion")
    for cookie in (f"__Host-session={token}", f"__Host-gestion={token}"):
        answer = await world.visitor().get("/internal/session?audience=member-space", cookie=cookie)
        assert (answer.status_code, HEADER in answer.headers) == (303, False)


async def test_pages_are_sent_to_sign_in_and_programs_get_401(world):
    visitor = world.visitor()
    wanted = {"X-Forwarded-Method": "GET", "X-Forwarded-Uri": "/gestion/personnes?page=2"}
    answer = await visitor.get("/internal/session?audience=desk", **wanted)
    assert answer.headers["location"] == "/gestion/connexion?suite=/gestion/personnes%3Fpage%3D2"
    posted = {"X-Forwarded-Method": "POST", "X-Forwarded-Uri": "/gestion/demandes/1"}
    answer = await visitor.get("/internal/session?audience=desk", **posted)
    assert answer.headers["location"] == "/gestion/connexion?suite=/gestion/"
    answer = await visitor.get("/internal/session?audience=desk", accept="application/json", **wanted)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


@pytest.mark.parametrize(
    "uri", ["//ailleurs.fr", "https://ailleurs.fr", "/\\ailleurs.fr", "", "/espace/", "/gestion/\tx"]
)
async def test_a_strange_address_leads_to_the_desk(world, uri):
    answer = await world.visitor().get("/internal/session?audience=desk", **{"X-Forwarded-Uri": uri})
    assert answer.headers["location"] == "/gestion/connexion?suite=/gestion/"


@pytest.mark.parametrize(
    ("aged", "live"),
    [
        ({"seen": "14 minutes 55 seconds"}, True),
        ({"seen": "15 minutes"}, False),
        ({"created": "11 hours 59 minutes"}, True),
        ({"created": "12 hours"}, False),
    ],
)
async def test_idle_and_longest_time(world, plain, aged, live):
    zoe = await at_work(world)
    await age(world, **aged)
    answer = await zoe.check(**{"X-Forwarded-Uri": "/gestion/"})
    assert answer.status_code == (200 if live else 303)
    if not live:
        assert answer.headers["location"] == "/gestion/connexion?suite=/gestion/&expiree=1"
        assert zoe.visitor.cookie("__Host-gestion") is None
        assert "déconnecté après 15 minutes" in plain(await zoe.visitor.get(answer.headers["location"]))


async def test_use_keeps_it_open(world):
    zoe = await at_work(world)
    await age(world, seen="10 minutes")
    assert (await zoe.check()).status_code == 200
    await age(world, seen="10 minutes")
    assert (await zoe.check()).status_code == 200


async def test_sessions_and_old_lines_are_forgotten(world):
    await at_work(world)
    await forget(world.parts.database, rules(world.settings))
    assert await world.rows(StaffSession)
    await age(world, seen="16 minutes")
    await forget(world.parts.database, rules(world.settings))
    assert await world.rows(StaffSession) == []
    await world.sql("insert into staff_journal (at, kind) values (now() - interval '366 days', 'old')")
    await forget(world.parts.database, rules(world.settings))
    from activation.models import StaffJournal

    assert "old" not in {line.kind for line in await world.rows(StaffJournal)}
