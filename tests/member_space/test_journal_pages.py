"""The journal of a space: the person, the staff and delegates, in words, page by page."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from member_space.desk.actions import DeskAction
from member_space.desk.why import WHY, Why
from member_space.journal.models import JournalEntry
from member_space.place import Place


async def test_the_journal_page_by_page(visitor, open_space, database) -> None:
    jeanne, other = await open_space("DEMO-0001"), await open_space("DEMO-0003", "ALMEIDA")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    lines = [
        ("make_mandate", jeanne, False),
        (DeskAction.ACCEPT.key, uuid4(), True),
        ("of a later version", uuid4(), False),
    ]
    async with database.unit_of_work() as work:
        for number in range(249):
            action, actor, staff = lines[number % 3]
            # three lines of the same moment: their order is by their ids
            at = start + timedelta(minutes=number // 3)
            entry = JournalEntry(
                id=uuid4(), at=at, actor_id=actor, subject_id=jeanne, action=action, staff=staff, object_id=""
            )
            work.session.add(entry)
        work.session.add(
            JournalEntry(id=uuid4(), at=start, actor_id=other, subject_id=other, action="secret", staff=False)
        )
    me, address, counts = visitor(jeanne), "/espace/journal", []
    said = ""
    while address:
        page = (await me.get(address)).text
        counts.append(page.count('role="rowheader"'))
        said += page
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = found and found[1]
    assert counts == [100, 100, 49]
    for who, what, times in (
        ("Vous", "avez invité une personne", 83),
        ("Un conseiller", "a accepté la demande", 83),
        ("Une autre personne", "a agi dans l’espace", 83),
    ):
        assert len(re.findall(rf"<span>{who}</span></td>\s*<td[^>]*><span>{what}", said)) == times
    assert (
        "Rien pour l’instant" in (await visitor(await open_space("DEMO-0004", "LE BŒUF")).get("/espace/journal")).text
    )


async def test_why_the_staff_had_data_shown_is_told(visitor, open_space, database) -> None:
    jeanne = await open_space("DEMO-0001")
    async with database.unit_of_work() as work:
        shown = {"subject_id": jeanne, "action": DeskAction.SHOW_PERSON.key, "staff": True}
        for why in (*Why, "of a later version", ""):
            work.session.add(JournalEntry(id=uuid4(), at=work.now, actor_id=uuid4(), object_id=why, **shown))
    page = (await visitor(jeanne).get("/espace/journal")).text
    for words in WHY.values():
        assert page.count(f"<span>a affiché les données personnelles, motif\u00a0: «\u00a0{words}\u00a0»</span>") == 1
    assert page.count("<span>a affiché les données personnelles</span>") == 2


async def test_the_journal_as_json_and_strange_places(visitor, open_space, database) -> None:
    jeanne = await open_space("DEMO-0001")
    async with database.unit_of_work() as work:
        for _ in range(101):
            work.session.add(
                JournalEntry(
                    id=uuid4(), at=work.now, actor_id=uuid4(), subject_id=jeanne, action="desk_take", staff=True
                )
            )  # fmt: skip
    me = visitor(jeanne)
    first = await me.json("/espace/api/v1/journal")
    second = await me.json(f"/espace/api/v1/journal?before={first['older']}")
    assert (len(first["lines"]), len(second["lines"]), second["older"]) == (100, 1, None)
    assert (first["lines"][0]["actor"], first["lines"][0]["words"]) == ("staff", "a pris en charge la demande")
    for place in ("x", "1-2", "9" * 18 + "-" + "0" * 32, "-1-" + "0" * 32):
        assert (await me.get(f"/espace/journal?avant={place}")).status_code == 200
        json_answer = await me.get(f"/espace/api/v1/journal?before={place}", Accept="application/json")
        assert json_answer.status_code == 422
    assert Place.read(str(Place(datetime(2026, 5, 5, 1, 2, 3, 4, UTC), jeanne))) == Place(
        datetime(2026, 5, 5, 1, 2, 3, 4, UTC), jeanne
    )


async def test_a_line_stays_as_it_is_for_a_year(open_space, database) -> None:
    jeanne = await open_space("DEMO-0001")
    async with database.unit_of_work() as work:
        for age in (0, 359, 361):
            at = work.now - timedelta(days=age)
            work.session.add(
                JournalEntry(id=uuid4(), at=at, actor_id=jeanne, subject_id=jeanne, action="x", object_id=f"{age}")
            )
    for change in (
        "update journal_entry set object_id = 'y'",
        "update journal_entry set object_id = 'y' where object_id = '361'",
        "delete from journal_entry where object_id <> '361'",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.unit_of_work() as work:
                await work.session.execute(text(change))
    async with database.unit_of_work() as work:
        await work.session.execute(text("delete from journal_entry where object_id = '361'"))
