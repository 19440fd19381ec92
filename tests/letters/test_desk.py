"""The print room as the desk asks for it: who may, what is told, and that nothing personal is."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from pydantic import TypeAdapter
from sqlalchemy import text
from support.published import published

from letters.app import create_app
from letters.canary.asking import CanaryAddress, ask
from shared.contracts.paris import day_in_paris
from shared.contracts.print_room import BatchPage, Done, FoundLetter, ParkedLetter, PrintRoom, ReturnedMark
from shared.contracts.working_days import WorkingDays
from shared.security.assertions import DESK, HEADER, AssertionSigner, Role, StaffSignedIn
from shared.security.key_ring import KeyRing, encode_key

ROOM = "/internal/print-room"
EVERY_DAY = WorkingDays.parse("mon-sun,holidays")
ADDRESS = CanaryAddress.parse("Service courrier|1 rue de l’Exemple|75000 Paris")


class Inside:
    """Asks in the name of one of the staff."""

    def __init__(self, client: httpx.AsyncClient, signer: AssertionSigner) -> None:
        self.client, self.signer = client, signer

    async def ask(self, role, path, body=None):
        who = StaffSignedIn(staff_id=uuid4(), session_id=uuid4(), name="Zoé Lefèvre", role=role)
        headers = {HEADER: self.signer.sign(who, DESK, datetime.now(UTC))}
        return await self.client.request("GET" if body is None else "POST", ROOM + path, json=body, headers=headers)

    async def told(self, kind, path="", body=None, role=Role.RESPONSABLE):
        answer = await self.ask(role, path, body)
        assert answer.status_code == 200, answer.text
        return TypeAdapter(kind).validate_json(answer.content)


@pytest.fixture
async def inside(world, letter_settings) -> AsyncIterator[Inside]:
    signer = AssertionSigner(KeyRing.parse(f"k1:{encode_key(b'a' * 32)}"))
    with published(signer) as url:
        app = create_app(
            letter_settings(database_url=world.database.url, activation_keys_url=url, canary_address=ADDRESS)
        )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inside") as client:
            yield Inside(client, signer)


BATCH = f"/batches/{uuid4()}"
ALL, KNOWING, ACTING = set(Role), {Role.CONSEILLER, Role.RESPONSABLE}, {Role.RESPONSABLE, Role.EXPLOITATION}


@pytest.mark.parametrize(
    ("path", "body", "roles"),
    [
        ("", None, ALL),
        (BATCH, None, ALL),
        (f"{BATCH}/reprint", {"reason": "x"}, ACTING),
        (f"{BATCH}/settle", {"reason": "x"}, ACTING),
        (f"/canary/{uuid4()}/received", {"received_on": "2026-11-27"}, ALL),
        ("/parked", None, KNOWING),
        ("/parked/release", {"letter_ids": [str(uuid4())]}, KNOWING),
        ("/letters", {"named": "x"}, KNOWING),
        ("/returned", {"marks": ["x"], "reason": "other"}, KNOWING),
    ],
)
async def test_who_may(inside, path, body, roles):
    for role in Role:
        answer = await inside.ask(role, path, body)
        assert (answer.status_code != 403) is (role in roles), role
    method = "GET" if body is None else "POST"
    assert (await inside.client.request(method, ROOM + path, json=body)).status_code == 401


async def test_an_empty_room(inside):
    told = await inside.told(PrintRoom)
    assert (told.waiting, told.oldest_waiting_since, told.batched, told.parked, told.doubts) == (0, None, 0, 0, 0)
    assert (told.open, told.ended, told.promise.kept, told.canary.on) == ([], [], 0, True)
    assert told.next_cut_off > datetime.now(UTC)


async def test_the_room_tells_where_everything_is(inside, world, batch):
    await world.ask(2)
    await world.ask(1, address_lines=("1 rue X", "Paris"))
    await world.receive(batch, "taken")
    told = await inside.told(PrintRoom, role=Role.EXPLOITATION)
    assert (told.waiting, told.batched, told.parked) == (3, 3, 0)
    assert datetime.now(UTC) - told.oldest_waiting_since < timedelta(minutes=1)
    (line,) = told.open
    assert (line.serial, line.state, line.letters, line.sheets, line.overdue) == (batch.serial, "taken", 3, 4, "")
    await world.receive(batch, "printed", sheets=9)
    (line,) = (await inside.told(PrintRoom)).open
    assert (line.state, line.doubt) == ("printed", "printed-count")
    await world.receive(batch, "posted")
    told = await inside.told(PrintRoom)
    assert (told.open, [line.state for line in told.ended], told.posted) == ([], ["posted"], 3)
    await world.receive(batch, "refused")
    told = await inside.told(PrintRoom)
    assert ([line.doubt for line in told.open], told.doubts) == (["refused-after-posted"], 1), "until it is settled"


async def test_what_is_late_says_so(inside, world, batch):
    async with world.database.unit_of_work() as work:
        await work.session.execute(text("update print_batch set taken_by = now() - interval '1 minute'"))
    assert [line.overdue for line in (await inside.told(PrintRoom)).open] == ["not-taken"]
    await world.receive(batch, "taken")
    assert [line.overdue for line in (await inside.told(PrintRoom)).open] == [""]
    async with world.database.unit_of_work() as work:
        await work.session.execute(text("update print_batch set post_on = current_date - 2"))
    assert [line.overdue for line in (await inside.told(PrintRoom)).open] == ["not-posted"]


async def test_all_of_a_batch_with_its_spoiled_letter(inside, world, batch):
    await world.receive(batch, "taken")
    await world.receive(batch, "posted", spoiled_letter_ids=batch.letter_ids[:1])
    page = await inside.told(BatchPage, f"/batches/{batch.batch_id}", role=Role.EXPLOITATION)
    assert [(note.step, note.run, note.letters, note.spoiled) for note in page.notes] == [
        ("offered", 1, 3, None), ("taken", 1, 3, 0), ("posted", 1, 2, 1),
    ]  # fmt: skip
    await world.maker().make()
    page = await inside.told(BatchPage, f"/batches/{batch.batch_id}", role=Role.EXPLOITATION)
    assert [(one.place, one.state) for one in page.letters] == [(1, "spoiled"), (2, "posted"), (3, "posted")]
    assert [one.mark for one in page.letters] == [one.mark for one in batch.letters]
    assert (page.batch.spoiled, page.reprint_refused) == (1, "posted")
    assert (await inside.ask(Role.RESPONSABLE, f"/batches/{uuid4()}")).status_code == 404


async def test_printed_again_with_a_reason_that_is_kept(inside, world, batch):
    await world.receive(batch, "taken")
    path = f"/batches/{batch.batch_id}"
    assert await inside.told(Done, f"{path}/reprint", {"reason": "Pile tombée à l’eau"}) == Done()
    again = (await world.offered())[-1]
    assert (again.run, again.earlier_print_possible) == (2, False), "nobody had fetched the first one"
    page = await inside.told(BatchPage, path)
    note = page.notes[-1]
    assert (note.step, note.run, note.why) == ("offered", 2, "Pile tombée à l’eau")
    assert note.who.startswith("Zoé Lefèvre (")
    assert (page.batch.state, page.batch.run) == ("offered", 2)


@pytest.mark.parametrize(("outcome", "why"), [("posted", "posted"), ("refused", "refused")])
async def test_what_ended_is_not_printed_again(inside, world, batch, outcome, why):
    await world.receive(batch, outcome)
    assert await inside.told(Done, f"/batches/{batch.batch_id}/reprint", {"reason": "x"}) == Done(refused=why)
    assert len(await world.offered()) == 1


async def test_without_its_file_it_is_not_printed_again(inside, world, batch):
    async with world.database.unit_of_work() as work:
        await work.session.execute(text("delete from sealed_file"))
    assert await inside.told(Done, f"/batches/{batch.batch_id}/reprint", {"reason": "x"}) == Done(refused="file-gone")


@pytest.mark.parametrize("reason", ["", "x" * 201])
async def test_a_reason_is_needed(inside, batch, reason):
    for act in ("reprint", "settle"):
        path = f"/batches/{batch.batch_id}/{act}"
        assert (await inside.ask(Role.RESPONSABLE, path, {"reason": reason})).status_code == 422


async def test_a_doubt_is_settled_by_people(inside, world, batch):
    path = f"/batches/{batch.batch_id}"
    assert await inside.told(Done, f"{path}/settle", {"reason": "x"}) == Done(refused="no-doubt")
    await world.receive(batch, "printed", sheets=9)
    assert await inside.told(Done, f"{path}/settle", {"reason": "Bourrage, 5 feuilles jetées"}) == Done()
    page = await inside.told(BatchPage, path)
    assert (page.batch.doubt, page.notes[-1].step, page.notes[-1].why) == ("", "settled", "Bourrage, 5 feuilles jetées")


async def test_the_work_list_and_what_is_released(inside, world):
    await world.ask(1, address_lines=("1 rue du Secret", "Paris"))
    await world.maker().make()
    (parked,) = await inside.told(list[ParkedLetter], "/parked", role=Role.CONSEILLER)
    assert parked.reason == "postcode-line-wrong"
    assert "Secret" not in parked.model_dump_json()
    order = {"letter_ids": [str(parked.id), str(uuid4())]}
    assert await inside.told(Done, "/parked/release", order) == Done(count=1)
    assert await inside.told(Done, "/parked/release", order) == Done(count=0)
    assert await inside.told(list[ParkedLetter], "/parked") == []


async def test_a_letter_is_found_by_its_mark_or_its_reference(inside, world, batch):
    second = batch.letters[1]
    for named in (second.mark, second.mark.lower(), f" {batch.serial}/2 ", f"{batch.serial.lower()}/2"):
        (found,) = await inside.told(list[FoundLetter], "/letters", {"named": named})
        assert (found.id, found.serial, found.place, found.state) == (second.id, batch.serial, 2, "batched")
    for named in ("", "0" * 9 + "1", f"{batch.serial}/4", f"{batch.serial}/", "x/2", "/", f"{batch.serial}/9999"):
        assert await inside.told(list[FoundLetter], "/letters", {"named": named}) == []


async def test_returned_mail_is_recorded_here_too(inside, world, batch):
    await world.receive(batch, "posted")
    envelopes = {"marks": [batch.letters[0].mark, "NIMPORTE"], "reason": "unclaimed"}
    told = await inside.told(list[ReturnedMark], "/returned", envelopes)
    assert [one.outcome for one in told] == ["recorded", "mistyped"]
    page = await inside.told(BatchPage, f"/batches/{batch.batch_id}")
    assert [one.returned_at is not None for one in page.letters] == [True, False, False]
    assert (await inside.told(PrintRoom)).returned == 1
    for wrong in ({"marks": [], "reason": "other"}, {"marks": ["x"], "reason": "lost"}):
        assert (await inside.ask(Role.CONSEILLER, "/returned", wrong)).status_code == 422


async def test_the_canary_is_confirmed_here(inside, world):
    await ask(world.database, ADDRESS, EVERY_DAY)
    await world.maker().make()
    (batch,) = await world.offered()
    await world.receive(batch, "posted")
    today = day_in_paris(datetime.now(UTC)).isoformat()
    path = f"/canary/{batch.letter_ids[0]}/received"
    assert await inside.told(Done, path, {"received_on": today}) == Done()
    assert await inside.told(Done, path, {"received_on": "2001-01-01"}) == Done(refused="not-posted")
    canary = (await inside.told(PrintRoom)).canary
    assert (canary.on, canary.typical_days, [line.days for line in canary.letters]) == (True, 0, [0])


async def test_nothing_personal_is_told(inside, world, batch):
    await world.ask(1, address_lines=("1 rue X", "Paris"))
    await world.maker().make()
    for path in ("", f"/batches/{batch.batch_id}", "/parked"):
        told = (await inside.ask(Role.RESPONSABLE, path)).text
        assert batch.serial in told or path == "/parked"
        for personal in ("Garnier", "léonore", "exemple.fr", "Clermont", "argon2", "rue X"):
            assert personal not in told, path
