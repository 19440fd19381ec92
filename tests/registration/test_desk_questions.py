"""Whose number, whose request: answered to the desk alone, with ids alone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from support.published import published

from registration.app import create_app
from registration.models import AccountRequest
from shared.security.assertions import DESK, HEADER, AssertionSigner, Role, SignedIn, StaffSignedIn
from shared.security.key_ring import KeyRing, encode_key

PATH = "/internal/persons"
JEANNE = {"situation": "adherent", "number": "123 456"}


@pytest.fixture
def signer() -> AssertionSigner:
    return AssertionSigner(KeyRing.parse(f"k1:{encode_key(b'a' * 32)}"))


@pytest.fixture
async def inside(settings, signer) -> AsyncIterator[httpx.AsyncClient]:
    with published(signer) as url:
        app = create_app(settings.model_copy(update={"activation_keys_url": url}))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inside") as client:
            yield client


@pytest.fixture
def staff(signer):
    def header(role: Role = Role.CONSEILLER) -> dict[str, str]:
        who = StaffSignedIn(staff_id=uuid4(), session_id=uuid4(), name="Zoé Lefèvre", role=role)
        return {HEADER: signer.sign(who, DESK, datetime.now(UTC))}

    return header


async def test_whose_number_and_whose_request(inside, staff, register, database, capsys) -> None:
    jeanne = await register()
    nir = "1570333063045"
    twins = {(await register(f"T{one}", (f"nir:{nir}",), given_name="Léa")).id for one in (1, 2)}
    async with database.unit_of_work() as work:
        for reference, person in {"7K2MQ9XR": jeanne.id, "AAAABBBB": None}.items():
            work.session.add(
                AccountRequest(
                    id=uuid4(), submission_id=uuid4(), reference=reference, requested_at=work.now, outcome="letter",
                    purpose="activation", person_id=person,
                )
            )  # fmt: skip
    asked = [
        (JEANNE, {jeanne.id}),
        ({"situation": "assure", "number": nir}, twins),
        ({"situation": "adherent", "number": "654321"}, set()),
        ({"situation": "adherent", "number": "n’importe quoi"}, set()),
        ({"reference": "7k2m-q9xr"}, {jeanne.id}),
        ({"reference": "AAAA-BBBB"}, set()),
        ({}, set()),
    ]
    for question, persons in asked:
        answer = await inside.post(PATH, json=question, headers=staff())
        assert answer.status_code == 200, answer.text
        assert answer.json() == {"person_ids": sorted(map(str, persons))}
    logged = capsys.readouterr().out
    assert "123456" not in logged.replace(" ", "")
    assert nir not in logged


async def test_only_who_answers_members_may_ask(inside, staff, signer, register, visitor, database) -> None:
    await register()
    member = SignedIn(account_id=uuid4(), person_id=uuid4(), session_id=uuid4())
    refused = [({}, 401), ({HEADER: signer.sign(member, "member-space", datetime.now(UTC))}, 401),
               (staff(Role.EXPLOITATION), 403)]  # fmt: skip
    for headers, status in refused:
        answer = await inside.post(PATH, json=JEANNE, headers=headers)
        assert (answer.status_code, "person_ids" in answer.text) == (status, False)
    once = staff(Role.RESPONSABLE)
    assert [(await inside.post(PATH, json=JEANNE, headers=once)).status_code for _ in range(2)] == [200, 401]
    assert (await inside.get(PATH, headers=staff())).status_code == 405
    wrong = await inside.post(PATH, json={"number": "1" * 41}, headers=staff())
    assert (wrong.status_code, "1" * 41 in wrong.text) == (422, False)
    async with database.unit_of_work() as work:
        kept = (await work.session.execute(text("SELECT inbox::text FROM inbox"))).scalars().all()
    assert not [row for row in kept if "123456" in row]
    # without activation's address, as a version before was configured, there is no such place
    assert (await visitor.client.post(PATH, json=JEANNE)).status_code == 404
