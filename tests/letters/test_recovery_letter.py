"""The letter that opens an account anew: asked for as any other, told as what it is, with words and warnings of its own."""

import subprocess
from datetime import date

import pytest

from letters.batch_file import print_file
from letters.letter_content import LetterContent, Sender
from letters.letter_page import LetterPage
from shared.contracts.events import LetterPrinted
from shared.contracts.print_batch import PrintBatch
from shared.contracts.provisional_password import generate, grouped

PHONE = "01 99 00 00 00"
SENDER = Sender("MCV PAP", ("Centre de sécurité sociale 602", "1 rue de l’Exemple", "75000 Paris"), "Paris", PHONE)
LONG_URL = "https://www.espace-adherents.mutuelle-complementaire.exemple.fr"


def content(purpose, civility="Mme"):
    return LetterContent(
        civility=civility, address=("W" * 38,) * 5 + ("97400 " + "W" * 32,), symbols=generate(), day=date(2026, 11, 30),
        valid_until=date(2026, 12, 30), reference="20261130-K7Q2M9/500", purpose=purpose,
    )  # fmt: skip


def text_of(pdf, *options):
    read = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return " ".join(read.replace("\f", " — ").split())


def printed(*letters, public_url="https://espace.exemple.fr", sender=SENDER):
    return print_file(LetterPage(sender, public_url), list(enumerate(letters)), lambda: False)


def test_it_says_what_it_is_the_steps_and_what_to_do_if_nobody_asked():
    letter = content("recovery")
    text = text_of(printed(letter), "-layout")
    for words in (
        "Objet : votre mot de passe provisoire pour retrouver l’accès à votre compte",
        "Vous avez demandé un courrier de secours pour retrouver l’accès à votre compte",
        grouped(letter.symbols),
        "Valable jusqu’au 30 décembre 2026 inclus",
        "espace.exemple.fr/compte/activer",
        "Choisissez à nouveau une question secrète",
        "espace.exemple.fr/compte/courrier-de-secours",
        "Vous n’avez rien demandé ? Détruisez ce courrier, ouvrez notre courriel d’alerte",
        "prévenez‑nous : espace.exemple.fr/aide ou 01 99 00 00 00",
    ):
        assert words in text.replace("\u00a0", " ").replace("\u202f", " ")
    for words in ("Vous avez demandé un compte", "pour activer votre compte", "/compte/creer"):
        assert words not in text


def test_a_letter_that_activates_says_nothing_of_recovery():
    text = text_of(printed(content("activation")), "-layout")
    assert "pour activer votre compte" in text
    for words in ("retrouver", "secours", "à nouveau", "alerte"):
        assert words not in text


@pytest.mark.parametrize("phone", ["", PHONE])
@pytest.mark.parametrize("url", ["https://espace.exemple.fr", LONG_URL])
@pytest.mark.parametrize("civility", ["Mme", ""])
def test_it_is_no_longer_than_the_other_so_that_settings_that_fit_one_fit_both(phone, url, civility):
    def bottom(purpose):
        pdf = printed(
            content(purpose, civility), public_url=url, sender=Sender("MCV PAP", SENDER.lines, "Paris", phone)
        )
        return max(float(line.split('yMax="')[1].split('"')[0]) for line in boxes(pdf))

    assert bottom("recovery") <= bottom("activation") + 0.01


def boxes(pdf):
    read = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return [line for line in read.splitlines() if "<word " in line]


def test_one_print_file_holds_both():
    kinds = ("activation", "recovery", "activation")
    pages = text_of(printed(*map(content, kinds))).split(" — ")
    assert [("recovery" if "retrouver" in page else "activation") for page in pages if page.strip()] == list(kinds)


async def test_the_purpose_is_kept_and_told_when_it_is_printed(world):
    asked = [
        *await world.ask(),
        *await world.ask(purpose="recovery"),
        *await world.ask(purpose="recovery", address_lines=("1 rue X", "Paris")),
    ]
    assert [letter.purpose for letter in await world.letters()] == [event.purpose for event in asked]
    while await world.maker().make():
        pass
    (batch,) = await world.published(PrintBatch)
    pages = text_of(await world.pdf(batch)).split(" — ")
    await world.receive(batch, "printed")
    told = {one.request_id: one.purpose for one in await world.published(LetterPrinted)}
    assert told == {asked[0].request_id: "activation", asked[1].request_id: "recovery"}
    by_id = {letter.id: letter for letter in await world.letters()}
    for page, letter_id in zip(pages, batch.letter_ids, strict=False):
        assert ("retrouver l’accès" in page) == (by_id[letter_id].purpose == "recovery")


async def test_a_spoiled_letter_is_made_again_as_what_it_was(world):
    await world.ask(purpose="recovery")
    await world.maker().make()
    (batch,) = await world.published(PrintBatch)
    await world.receive(batch, "printed", spoiled_letter_ids=batch.letter_ids)
    await world.maker().make()
    again = (await world.published(PrintBatch))[1]
    assert "retrouver l’accès" in text_of(await world.pdf(again))
    await world.receive(again, "printed")
    assert [one.purpose for one in await world.published(LetterPrinted)] == ["recovery"]
