"""Every key of the running system is renewed in the three steps of `keys rotate`, while people are on their way.

What was made, sealed or shown under an old key is good after it: nobody is signed out, no letter and no mail is lost.
"""

from datetime import UTC, datetime

import pytest
from support.system import Running, started

from launcher.files import write_private
from launcher.production_keys import ProductionKeys
from launcher.secret_values import RINGS, new_key
from launcher.services import PRINT_SHOP, SERVICES
from launcher.story import Journey
from launcher.waiting import wait_for

FIRST_KID = "2026-01a"
"""As in a production: ids that sort by age."""
SOON_OVER = ("form_keys", "captcha_keys", "assertion_keys", "notifier_private_keys", "print_shop_private_keys")
"""Rings whose old key nothing needs any more when all that was on its way has arrived; the others' goes years later."""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    running = Running(tmp_path_factory.mktemp("renewed"))
    for ring in RINGS:
        write_private(running.system.keys.folder / "launcher" / ring, new_key(FIRST_KID).encode())
    with started(running):
        yield running


@pytest.fixture
def on_their_way(running, someone):
    """People who have begun nothing yet."""
    journeys = [Journey(running.places, someone()) for _ in range(5)]
    yield journeys
    for journey in journeys:
        journey.member.close()


def renew(running, step, rings):
    """One step for these rings; then every program starts anew with what its folder holds now."""
    keys = ProductionKeys(running.system.keys.folder, datetime.now(UTC).date())
    for ring in rings:
        getattr(keys, step)(ring)
    parts = (*SERVICES, PRINT_SHOP)
    running.do(running.system.stop(*parts))
    for part in parts:
        running.do(running.system.begin(part))
    running.do(running.system.healthy())
    return keys.listed()


def play(journey, *steps):
    for step in steps:
        getattr(journey, step)()


def batched(running, journey):
    """Whether the letter lies in a batch that is sealed."""
    sql = f"select count(*) from letter where state = 'batched' and email = '{journey.email}'"
    return int(running.system.postgres.sql(sql, database="letters")) == 1


def password_hash(running, journey):
    return running.system.postgres.sql(
        f"select password_hash from account where email = '{journey.email}'", database="activation"
    )


def told(running, journey):
    """Whether the event with the sealed link has left activation."""
    sql = (
        "select count(*) from outbox join account on account.person_id::text = "
        "convert_from(body, 'UTF8')::jsonb -> 'data' ->> 'person_id' "
        f"where type = 'fr.espace.account-activated.v1' and published_at is not null and email = '{journey.email}'"
    )
    return int(running.system.postgres.sql(sql, database="activation")) == 1


def test_nobody_notices_that_every_key_is_renewed(running, on_their_way):
    at_home, awaits_letter, awaits_mail, at_the_form, elsewhere = on_their_way
    for _, step in at_home.steps():
        step()
    play(awaits_mail, "ask", "receive_letter", "receive_notice")
    assert all(kids[0] == FIRST_KID and len(kids) == 2 for kids in renew(running, "add", RINGS).values())
    at_home.see_space()

    # sealed under the first keys and opened after the renewal: a batch, and the link of a mail
    running.do(running.system.stop(PRINT_SHOP, "notifier"))
    awaits_letter.ask()
    wait_for(lambda: batched(running, awaits_letter), 30, "the batch")
    awaits_mail.activate()
    wait_for(lambda: told(running, awaits_mail), 30, "the event with the link")
    at_the_form.member.open("/compte/creer")
    assert all(kids[1] == FIRST_KID for kids in renew(running, "promote", RINGS).values())
    at_home.see_space()
    at_the_form.member.send("/compte/creer", **at_the_form.request())
    assert at_the_form.member.path == "/compte/demande"
    play(awaits_letter, "receive_letter", "receive_notice", "activate", "receive_confirmation")
    play(awaits_mail, "receive_confirmation", "confirm", "sign_in", "see_space")
    play(at_the_form, "receive_letter", "receive_notice")

    left = renew(running, "retire", SOON_OVER)
    assert {ring for ring, kids in left.items() if FIRST_KID in kids} == set(RINGS) - set(SOON_OVER)
    at_home.see_space()
    awaits_mail.see_space()
    play(awaits_letter, "confirm", "sign_in", "see_space")
    play(at_the_form, "activate", "receive_confirmation", "confirm", "sign_in", "see_space")
    # the password of before is the right one still, and is kept under the new key from now on
    elsewhere.email, elsewhere.person = at_home.email, at_home.person
    assert FIRST_KID in password_hash(running, at_home)
    play(elsewhere, "sign_in", "see_space")
    assert left["password_peppers"][0] in password_hash(running, at_home)
