"""Batches close by size and by age, hold each letter once, and keep no secret outside the sealed file."""

import asyncio
import hashlib
import io
import re
import subprocess
from datetime import timedelta
from uuid import uuid4

import pikepdf
import pytest
from sqlalchemy import text, update
from sqlmodel import col

from letters.batches import claims
from letters.batches.store import ClaimLostError
from letters.models import Letter
from letters.sheets.letter_content import Sender
from letters.sheets.letter_page import LetterPage, ResourceError
from letters.sheets.press import Press
from shared.contracts.provisional_password import normalise
from shared.printing.sheet_digest import sheet_digests
from shared.security.key_ring import KeyRing, encode_key
from shared.security.sealing import CannotOpenError, unseal

SENDER = Sender("MCV PAP", ("75000 Paris",), "Paris")


def press_of(public_url="https://espace.exemple.fr"):
    return Press(LetterPage(SENDER, public_url))


def passwords_of(pdf, tmp_path):
    path = tmp_path / "batch.pdf"
    path.write_bytes(pdf)
    shown = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    return [normalise(one) for one in re.findall(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$", shown, re.MULTILINE)]


async def test_nothing_waits_nothing_is_made(world):
    assert await world.maker().make() is False
    assert await world.offered() == []


async def test_closes_by_size_oldest_first(world):
    events = await world.ask(3)
    maker = world.maker(most=2, max_age=3600)
    assert await maker.make() is True
    assert await maker.make() is False, "one letter is neither a full batch nor an old one"
    (batch,) = await world.offered()
    letters = {letter.id: letter for letter in await world.letters()}
    assert [letters[one].request_id for one in batch.letter_ids] == [event.request_id for event in events[:2]]
    assert sorted(letter.state for letter in letters.values()) == ["batched", "batched", "waiting"]


async def test_closes_by_age(world):
    await world.ask(2)
    assert await world.maker(max_age=3600).make() is False
    async with world.database.unit_of_work() as work:
        await work.session.execute(
            update(Letter).values(waiting_since=col(Letter.waiting_since) - timedelta(seconds=3601))
        )
    assert await world.maker(max_age=3600).make() is True
    (batch,) = await world.offered()
    assert len(batch.letter_ids) == 2


async def test_manifest_row_and_file_agree_and_only_the_key_opens_it(world, private_keys):
    await world.ask(2)
    await world.maker().make()
    (batch,), (row,) = await world.offered(), await world.batches()
    pdf = await world.pdf(batch)
    assert hashlib.sha256(pdf).hexdigest() == batch.pdf_sha256 == row.pdf_sha256
    assert batch.serial == row.serial
    assert (row.state, row.run, row.letters, row.sheets) == ("offered", 1, 2, 3)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert len(file.pages) == batch.sheets == 3, "with the separator"
        assert list(sheet_digests(file))[1:] == [letter.sha256 for letter in batch.letters]
    sealed = await world.sealed(batch)
    assert hashlib.sha256(sealed).hexdigest() == batch.sealed_sha256 == row.sealed_sha256
    assert len(sealed) == batch.sealed_bytes == row.sealed_bytes
    with pytest.raises(CannotOpenError):
        unseal(KeyRing.parse(f"shop-1:{encode_key(b's' * 32)}"), batch.key_id, sealed)
    with pytest.raises(CannotOpenError):
        unseal(private_keys, batch.key_id, sealed[:-1] + bytes([sealed[-1] ^ 1]))


async def test_each_letter_has_the_password_of_its_own_hash(world, tmp_path, hasher):
    await world.ask(3)
    await world.maker().make()
    (batch,) = await world.offered()
    letters = {letter.id: letter for letter in await world.letters()}
    passwords = passwords_of(await world.pdf(batch), tmp_path)
    assert len(set(passwords)) == 3
    for at, (letter_id, password) in enumerate(zip(batch.letter_ids, passwords, strict=True)):
        letter = letters[letter_id]
        assert letter.place == at + 1
        assert await hasher.verify(letter.password_hash, password)
        assert letter.printed_until is not None


async def test_no_plain_password_in_the_database(world, tmp_path):
    await world.ask(3)
    await world.maker().make()
    (batch,) = await world.offered()
    passwords = passwords_of(await world.pdf(batch), tmp_path)
    everything = await _dump(world)
    assert b"waiting_since" in everything
    assert batch.serial.encode() in everything, "the search would find what is there"
    for password in passwords:
        for written in (password, f"{password[:4]}-{password[4:8]}-{password[8:]}"):
            assert written.encode() not in everything
            assert written.encode().hex().encode() not in everything


async def _dump(world):
    """Every row of every table, as text and with its bytes."""
    parts = []
    async with world.database.unit_of_work() as work:
        tables = await work.session.scalars(
            text("select table_name from information_schema.tables where table_schema = 'public'")
        )
        for table in list(tables):
            rows = (await work.session.execute(text(f'select * from "{table}"'))).mappings()
            for row in rows:
                parts.append(str(row).encode())
                parts += [bytes(value) for value in row.values() if isinstance(value, bytes)]
    return b"\n".join(parts)


async def test_two_makers_at_once_make_each_letter_once(world):
    await world.ask(10)
    makers = [world.maker(most=3, press=press_of()) for _ in range(3)]

    async def work_off(maker):
        while await maker.make():
            pass

    await asyncio.gather(*map(work_off, makers))
    batches = await world.offered()
    made = [letter for batch in batches for letter in batch.letter_ids]
    assert len(made) == len(set(made)) == 10
    assert {letter.state for letter in await world.letters()} == {"batched"}
    assert len({batch.serial for batch in batches}) == len(batches)


async def test_a_letter_that_cannot_be_printed_does_not_hold_the_others(world):
    await world.ask(2)
    await world.ask(1, address_lines=("1 rue X", "Paris"))
    await world.ask(1, address_lines=("1 rue X" * 8, "75001 Paris"))
    maker = world.maker()
    while await maker.make():
        pass
    (batch,) = await world.offered()
    assert len(batch.letter_ids) == 2
    parked = {letter.reason: letter for letter in await world.letters() if letter.state == "parked"}
    assert set(parked) == {"postcode-line-wrong", "line-too-long"}
    assert all(letter.password_hash is None and letter.claim is None for letter in parked.values())


async def test_a_maker_that_dies_leaves_its_letters_to_another(world, closing_rules):
    await world.ask(2)
    async with world.database.unit_of_work() as work:
        dead = uuid4()
        assert len(await claims.claim(work, dead, closing_rules(max_age=timedelta(0)))) == 2
    maker = world.maker()
    assert await maker.make() is False, "still claimed"
    async with world.database.unit_of_work() as work:
        await work.session.execute(update(Letter).values(claimed_until=work.now - timedelta(seconds=1)))
    assert await maker.make() is True
    assert len(await world.offered()) == 1


async def test_a_maker_whose_claim_was_lost_stores_nothing(world):
    class Stealing(Press):
        def print_file(self, *given):
            pdf = super().print_file(*given)
            asyncio.run_coroutine_threadsafe(steal(), loop).result()
            return pdf

    async def steal():
        async with world.database.unit_of_work() as work:
            await work.session.execute(update(Letter).values(claim=None, claimed_until=None))

    loop = asyncio.get_running_loop()
    await world.ask(2)
    with pytest.raises(ClaimLostError):
        await world.maker(press=Stealing(LetterPage(SENDER, "https://espace.exemple.fr"))).make()
    assert await world.batches() == []
    assert await world.offered() == []
    assert {letter.state for letter in await world.letters()} == {"waiting"}


async def test_a_stop_gives_the_letters_back(world):
    await world.ask(2)
    maker = world.maker()
    maker.stop()
    assert await maker.make() is False
    assert [letter.claim for letter in await world.letters()] == [None, None]
    assert await world.maker().make() is True


async def test_when_nothing_can_be_printed_no_letter_is_parked(world):
    await world.ask(1)
    too_long = press_of(f"https://{'a' * 800}.fr")
    with pytest.raises(ResourceError):
        await world.maker(press=too_long).make()
    (letter,) = await world.letters()
    assert (letter.state, letter.claim) == ("waiting", None)
