"""A batch that is not what its manifest says is refused, with the reason and the letter, and kept for people to look at."""

import io

import pikepdf
import pytest

from print_shop import opening
from print_shop.refusal import BatchRefusedError

from .conftest import pdf_of

NBSP = "\u00a0"


def spaced(text):
    return text.replace(NBSP, " ").replace("\u202f", " ")


def other_letter(at):
    def lie(manifest):
        letters = list(manifest.letters)
        letters[at] = letters[at].model_copy(update={"sha256": "0" * 64})
        return manifest.model_copy(update={"letters": tuple(letters)})

    return lie


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"sealed_sha256": "0" * 64}, "l’empreinte du fichier scellé n’est pas celle du manifeste"),
        ({"sealed_bytes": 10}, "le fichier scellé a 11 octets, le manifeste en annonce 10"),
        ({"sealed_bytes": 10**6}, "le manifeste en annonce 1 000 000"),
        ({"pdf_sha256": "0" * 64}, "l’empreinte du PDF n’est pas celle du manifeste"),
        ({"key_id": "shop-9"}, "l’imprimerie n’a pas la clé privée « shop-9 »"),
        ({"separators": 2}, "le PDF a 3 feuilles, le manifeste en annonce 4 feuilles (2 de séparation, 2 de lettres)"),
        ({"separators": 0}, "le PDF a 3 feuilles, le manifeste en annonce 2 feuilles (0 de séparation, 2 de lettres)"),
        ({"pdf": b"no pdf at all"}, "le fichier n’est pas un PDF lisible"),
    ],
)
async def test_a_lie_about_the_file(shop, offered, letters, lie, reason, capfd):
    batch = offered(**lie)
    async with shop.life() as life:
        await life.through(batch)
        await life.through(batch)
    assert shop.printed() == []
    assert shop.spooled() == []
    assert shop.aside() == [str(batch.batch_id)], "kept for people to look at"
    receipts = await letters.receipts()
    assert [one.outcome for one in receipts] == ["refused", "refused"]
    assert reason in spaced(receipts[0].reason)
    assert (receipts[0].letters, receipts[0].sheets) == (0, 0)
    assert "BATCH REFUSED" in capfd.readouterr().out


@pytest.mark.parametrize("place", [1, 3])
async def test_a_letter_that_is_another_is_named_by_its_place(shop, offered, letters, place):
    batch = other_letter(place - 1)(offered(letters=3))
    async with shop.life() as life:
        await life.through(batch)
    (receipt,) = await letters.receipts()
    assert spaced(receipt.reason) == f"l’empreinte de la lettre nº {place} du lot n’est pas celle du manifeste"


async def test_two_letters_that_changed_places_are_noticed(offered):
    batch = offered(letters=3)
    swapped = pdf_of(["separator", "letter 1", "letter 3", "letter 2"])
    with pytest.raises(BatchRefusedError, match="lettre nº 2"):
        opening.check_sheets(batch, swapped)


def test_a_sheet_that_can_not_be_read(offered):
    batch = offered(letters=2)
    blank = pdf_of(["separator", "letter 1", "letter 2"])
    with pikepdf.open(io.BytesIO(blank)) as pdf:
        del pdf.pages[2].obj["/Contents"]
        out = io.BytesIO()
        pdf.save(out)
    with pytest.raises(BatchRefusedError, match="la lettre nº 2 du lot n’est pas lisible"):
        opening.check_sheets(batch, out.getvalue())


async def test_altered_on_its_way(shop, offered, letters, served):
    batch = offered()
    sealed = bytearray(served.files[batch.fetch_path])
    sealed[100] ^= 1
    served.files[batch.fetch_path] = bytes(sealed)
    async with shop.life() as life:
        await life.through(batch)
    (receipt,) = await letters.receipts()
    assert receipt.outcome == "refused"


async def test_a_refusal_not_yet_told_is_told_after_a_crash(shop, offered, letters):
    batch = offered(sealed_sha256="0" * 64)
    async with shop.life() as life:
        await life.worker.taking.check(await life.take(batch))
    assert await letters.receipts() == []
    async with shop.life() as life:
        await life.worker.resume()
    assert [one.outcome for one in await letters.receipts()] == ["refused"]
    assert shop.aside() == [str(batch.batch_id)]
