"""How fast letters are made, on one core: each as its own WeasyPrint document, against the press; what else a batch costs."""

import asyncio
import io
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import faker
import pikepdf
from PIL import Image, ImageChops

from letters.sheets.letter_content import LetterContent, Sender, Wording
from letters.sheets.letter_page import LetterPage
from letters.sheets.press import Press
from letters.sheets.quality import read_back
from letters.sheets.separator import Separator
from shared.contracts.letter_mark import generate_mark
from shared.contracts.provisional_password import generate
from shared.printing.sheet_digest import sheet_digests
from shared.security.hashing import SecretHasher
from shared.security.key_ring import KeyRing, encode_key
from shared.security.sealing import SealingKey

IN_A_BATCH = 500
ALONE = 100
ROUNDS = 3
BATCHES = 20
SEEN = 40
HASHED = 20
SERIAL = "20261127-K7Q2M9"
DAY, NEAR, FAR = date(2026, 11, 27), date(2026, 12, 18), date(2026, 12, 27)

Numbered = list[tuple[UUID, LetterContent]]


def bench_letters() -> Iterator[str]:
    """Lines of a table: every figure of one run, of the same letters."""
    letters = _letters(IN_A_BATCH)
    page = LetterPage(Sender("MCV PAP", ("1 rue de l’Exemple", "75000 Paris"), "Paris"), "https://espace.exemple.fr")
    page.lay_out(letters[0][1]).write_pdf()  # fonts are found once
    alone, cold, warm, back = [], [], [], []
    pdf = b""
    for _ in range(ROUNDS):  # side by side, since machines are noisy
        alone.append(_each(lambda: [page.lay_out(one).write_pdf() for _, one in letters[:ALONE]], ALONE))
        press = Press(page)
        cold.append(_each(lambda press=press: press.print_file(letters, _separator(letters)), IN_A_BATCH))
        warm.append(_each(lambda press=press: press.print_file(letters, _separator(letters)), IN_A_BATCH))
        pdf = press.print_file(letters, _separator(letters))
        back.append(_each(lambda pdf=pdf: read_back(pdf, letters), IN_A_BATCH))
    best = min(alone)
    yield f"a letter as its own WeasyPrint document   {best:8.2f} ms"
    each = {
        "the press, forms laid out first": min(cold),
        "the press, forms of the day kept": min(warm),
        "the same, every sheet read back": min(warm) + min(back),
    }
    for name, took in each.items():
        yield f"{name:42}{took:8.2f} ms   {best / took:6.0f} times as many a second"
    yield f"read back                                 {min(back):8.2f} ms"
    yield f"digests of the sheets, sealing            {_each(lambda: _sealed(pdf), IN_A_BATCH):8.2f} ms"
    yield f"hashing of the password (Argon2id)        {_hashed():8.2f} ms"
    yield f"size in a batch of {IN_A_BATCH}                     {len(pdf) / IN_A_BATCH:8.0f} bytes"
    yield f"identical at 150 dpi                      {_identical(page, letters, pdf):4} of {SEEN}"
    yield "memory: " + ", ".join(f"{done} letters {mib:.0f} MiB" for done, mib in _memory(page))


def _letters(number: int, seed: int = 1) -> Numbered:
    made, draw = faker.Faker("fr_FR"), random.Random(seed)
    made.seed_instance(seed)
    contents = []
    for place in range(1, number + 1):
        far = draw.random() < 0.1
        purpose = "recovery" if draw.random() < 0.1 else "activation"
        wording = Wording(draw.choice(("Mme", "M.", "")), DAY, FAR if far else NEAR, purpose)
        lines = (made.name(), made.street_address().upper(), f"{made.postcode()} {made.city().upper()}")
        address = tuple(line.replace("\n", " ")[:38] for line in lines)
        contents.append((uuid4(), LetterContent(wording, address, generate(), f"{SERIAL}/{place}", generate_mark())))
    return contents


def _separator(letters: Numbered) -> Separator:
    first, last = letters[0][1].reference, letters[-1][1].reference
    return Separator(SERIAL, len(letters), first, last, datetime(2026, 11, 27, 14, 30, tzinfo=UTC), DAY)


def _each(work: Callable[[], object], number: int) -> float:
    """Milliseconds of processor time for each of so many."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000 / number


def _sealed(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        list(sheet_digests(file))
    SealingKey("k", b"k" * 32).seal(pdf)


def _hashed() -> float:
    hasher = SecretHasher(KeyRing.parse(f"p:{encode_key(b'p' * 32)}"), "provisional-password")
    began = time.process_time()

    async def hash_all() -> None:
        for _ in range(HASHED):
            await hasher.hash(generate())

    asyncio.run(hash_all())
    return (time.process_time() - began) * 1000 / HASHED


def _identical(page: LetterPage, letters: Numbered, pdf: bytes) -> int:
    """How many of the first letters are pixel for pixel their own WeasyPrint documents."""
    same = 0
    with tempfile.TemporaryDirectory() as folder:
        for at in range(SEEN):
            alone = page.lay_out(letters[at][1]).write_pdf()
            pictures = [_picture(pdf, at + 2, Path(folder)), _picture(alone, 1, Path(folder))]
            same += ImageChops.difference(*pictures).getbbox() is None
    return same


def _picture(pdf: bytes, number: int, folder: Path) -> Image.Image:
    (folder / "file.pdf").write_bytes(pdf)
    only = ["-f", str(number), "-l", str(number), "-singlefile"]
    subprocess.run(["pdftoppm", "-r", "150", *only, folder / "file.pdf", folder / "page"], check=True)
    with Image.open(folder / "page.ppm") as shown:
        return shown.copy()


def _memory(page: LetterPage) -> Iterator[tuple[int, float]]:
    """MiB that this process holds after so many letters, batch after batch, printed and read back."""
    press = Press(page)
    for number in range(1, BATCHES + 1):
        letters = _letters(IN_A_BATCH, seed=number)
        read_back(press.print_file(letters, _separator(letters)), letters)
        if number in {1, 2, 4, 10, BATCHES}:
            status = Path("/proc/self/status").read_text()
            kilobytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
            yield number * IN_A_BATCH, kilobytes / 1024
