"""One's data of the account: everything of its owner, nothing that opens it, nothing of others; after a proof."""

import json
import re

import pytest
from sqlalchemy import inspect

from activation.models import SecurityEvent
from activation.security_settings.my_data import NOT_TOLD, PARTS, SECRET
from activation.tables import Table

PAGE, BACK = "/compte/securite/mes-donnees.json", "/espace/profil/export"
OPENS = re.compile(r"hash|secret$|digest|token|credential|public_key|challenge|fingerprint")


def test_every_table_is_told_or_has_a_reason():
    tables = {mapper.class_ for mapper in Table._sa_registry.mappers}
    told = [part.table for part in PARTS]
    assert {*told, *NOT_TOLD} == tables, "a new table: add a Part, or say why it is NOT_TOLD"
    assert len({*told}) == len(told)
    assert not {*told} & {*NOT_TOLD}
    assert len({part.key for part in PARTS}) == len(PARTS)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
def test_every_column_is_told_or_left_out_and_what_opens_the_account_is_left_out(part):
    columns = set(inspect(part.table).columns.keys())
    assert columns == part.fields.keys() | part.left_out.keys()
    assert not part.fields.keys() & part.left_out.keys()
    for name in columns:
        if OPENS.search(name):
            assert name in part.left_out, name
    for name, reason in part.left_out.items():
        assert (reason == SECRET) is bool(OPENS.search(name) and name != "number_fingerprints"), name


FILLED = """
    insert into totp_factor (account_id, secret, last_step, created_at)
      select id, 'CANARY-totp', 0, now() from account where email = '{email}';
    insert into passkey (id, account_id, credential_id, public_key, sign_count, name, created_at)
      select gen_random_uuid(), id, convert_to('CANARY-id' || id, 'UTF8'), convert_to('CANARY-key', 'UTF8'), 0,
        'Téléphone de {email}', now()
      from account where email = '{email}';
    insert into totp_enrolment (session_id, secret, created_at)
      select session.id, 'CANARY-totp', now() from session join account on account.id = account_id where email = '{email}';
    insert into recovery_code (id, account_id, place, code_hash, created_at)
      select gen_random_uuid(), id, 0, 'CANARY-code', now() from account where email = '{email}';
    insert into reset_token (digest, account_id, created_at, expires_at, wrong_answers)
      select convert_to('CANARY-reset' || id, 'UTF8'), id, now(), now(), 1 from account where email = '{email}';
    insert into recovery_request (request_id, person_id, requested_at)
      select gen_random_uuid(), person_id, now() from account where email = '{email}';
    insert into disavowal_token (digest, account_id, change, created_at, expires_at)
      select convert_to('CANARY-not-me' || id, 'UTF8'), id, 'password-changed', now(), now() from account
      where email = '{email}';
    insert into email_change (digest, account_id, email, address_key, created_at, expires_at)
      select convert_to('CANARY-email' || id, 'UTF8'), id, 'new-{email}', 'new-{email}', now(), now() from account
      where email = '{email}';
    insert into known_device (id, digest, account_id, label, created_at, last_seen_at)
      select gen_random_uuid(), convert_to('CANARY-device' || id, 'UTF8'), id, 'Firefox de {email}', now(), now() from account
      where email = '{email}';
    insert into second_step (digest, account_id, password_digest, created_at, expires_at, wrong)
      select convert_to('CANARY-step' || id, 'UTF8'), id, convert_to('CANARY-step', 'UTF8'), now(), now(), 0
      from account where email = '{email}'
"""


async def fill(world, email):
    for statement in FILLED.format(email=email).split(";\n"):
        await world.sql(statement)


@pytest.fixture
async def two(world, visitor):
    """Mme Garnier, signed in, and somebody else of whom there is the same."""
    await world.confirmed()
    other = world.visitor()
    await world.confirmed(email="paul@exemple.fr", number="900001")
    await other.sign_in("paul@exemple.fr")
    await visitor.sign_in()
    for email in ("jeanne@exemple.fr", "paul@exemple.fr"):
        await fill(world, email)


async def test_everything_of_ones_own_and_no_secret(world, visitor, two):
    answer = await visitor.get(PAGE)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert re.fullmatch(
        r'attachment; filename="mon-compte-\d{4}-\d\d-\d\d\.json"', answer.headers["content-disposition"]
    )
    told = answer.json()
    assert {part.key for part in PARTS} == set(told["documentation"])
    for part in PARTS:
        assert told[part.key], part.key
        assert {name for row in told[part.key] for name in row} == set(told["documentation"][part.key]["keys"])
    assert told["account"][0]["email"] == "jeanne@exemple.fr"
    assert told["terms"][0]["version"] == "1.0"
    assert [row["label"] for row in told["known_devices"]] == [
        "Navigateur inconnu",
        "Firefox de jeanne@exemple.fr",
    ]
    assert {"activated", "confirmed", "signed-in", "data-exported"} <= {row["kind"] for row in told["journal"]}
    assert "paul" not in answer.text
    for canary in ("CANARY", "43414e415259", "Q0FOQVJZ", "$argon2", "closed:"):
        assert canary not in answer.text
    assert "courriels" in told["elsewhere"]


async def test_it_is_in_the_journal(world, visitor, two):
    await visitor.get(PAGE)
    assert [line.kind for line in await world.rows(SecurityEvent)].count("data-exported") == 1


async def test_nobody_but_who_signed_in_and_has_proved_it_a_moment_ago(world, visitor, two):
    stranger = await world.visitor().get(PAGE)
    assert (stranger.status_code, stranger.headers["location"]) == (303, f"/connexion?suite={BACK}")
    await world.sql("update session set created_at = created_at - interval '6 minutes'")
    old = await visitor.get(PAGE)
    assert (old.status_code, old.headers["location"]) == (303, f"/connexion/confirmer?suite={BACK}")
    assert "data-exported" not in {line.kind for line in await world.rows(SecurityEvent)}
    for factor in ("totp_factor", "passkey"):  # else it would be asked for, too (test_second_factor_step_up.py)
        await world.sql(f"delete from {factor}")
    proof = "/connexion/confirmer"
    back = await visitor.fill(proof, page=old.headers["location"], password="trois lapins verts dansent")
    assert back.headers["location"] == BACK
    assert (await visitor.get(PAGE)).status_code == 200


async def test_other_ways_of_asking_do_not_give_it(visitor, two):
    for method in ("POST", "PUT", "DELETE"):
        answer = await visitor.http.request(method, PAGE)
        assert answer.status_code in {403, 405}
        with pytest.raises(json.JSONDecodeError):
            answer.json()
