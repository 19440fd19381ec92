"""« Où en est mon courrier ? »: after a whole journey the person's timeline says all of it, in order, over four services."""

import asyncio
from datetime import UTC, datetime

from launcher import services
from launcher.story import Journey
from member_space.timeline import timeline
from shared.database.engine import Database
from shared.web.french import date_fr, nbsp

ORDER = [
    "account-requested",
    "letter-batched",
    "letter-printed",
    "mail-sent letter-posted",
    "account-activated",
    "mail-sent confirmation",
    "email-confirmed",
]


async def told(running, person_id, entries):
    """The person's timeline, oldest first, once it has so many entries."""
    database = Database(running.secret("member-space", "database_url"), "tests")
    try:
        async with asyncio.timeout(30):
            while True:
                async with database.unit_of_work() as work:
                    found = (await timeline.page(work.session, person_id)).moments
                if len(found) >= entries:
                    return found[::-1]
                await asyncio.sleep(0.1)
    finally:
        await database.close()


def test_the_timeline_of_a_journey_says_all_of_it_in_order(running, someone):
    journey = Journey(running.places, someone())
    began = datetime.now(UTC)
    for _, play in journey.steps():
        play()
    journey.member.close()
    name = journey.person.family_name
    query = f"select id from person where family_name = '{name}'"
    person_id = running.system.postgres.sql(query, database=services.package("registration"))
    found = running.do(told(running, person_id, len(ORDER)))
    assert [f"{one.kind} {one.details.get('template', '')}".rstrip() for one in found] == ORDER
    times = [one.occurred_at for one in found]
    assert times == sorted(times)
    assert began < times[0] <= times[-1] < datetime.now(UTC)
    said = [one.sentence for one in found]
    posted = nbsp(date_fr(datetime.now(UTC)))
    assert said[2].startswith(
        f"Courrier imprimé et remis à La Poste le {posted}, mot de passe provisoire valable jusqu’au "
    )
    assert said[3] == "Courriel envoyé\u00a0: départ du mot de passe provisoire par courrier"
    assert said[-1] == "Adresse électronique confirmée, espace ouvert"
    whole = str([(one.sentence, one.details) for one in found]).casefold()
    for secret in (name, journey.email, journey.person.number, journey.provisional_password, journey.password):
        assert secret.casefold() not in whole
