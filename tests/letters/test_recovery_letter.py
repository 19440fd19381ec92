"""The letter that opens an account anew: asked for as any other, told as what it is, with words and warnings of its own."""

import subprocess
from datetime import date

import pytest

from letters.sheets.letter_content import Sender
from shared.contracts.events import LetterPrinted
from shared.contracts.provisional_password import grouped

from .letters_to_print import LONGEST, SENDER, content, pdf_of

PHONE = SENDER.phone
LONG_URL = "https://www.espace-adherents.mutuelle-complementaire.exemple.fr"
DAYS = {"day": date(2026, 11, 30), "valid_until": date(2026, 12, 30)}


def letter_for(purpose, civility="Mme"):
    return content(LONGEST, purpose=purpose, civility=civility, **DAYS)


def text_of(pdf, *options):
    read = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return " ".join(read.replace("\f", " — ").split())


def test_it_says_what_it_is_the_steps_and_what_to_do_if_nobody_asked():
    letter = letter_for("recovery")
    text = text_of(pdf_of(letter), "-layout")
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
    text = text_of(pdf_of(letter_for("activation")), "-layout")
    assert "pour activer votre compte" in text
    for words in ("retrouver", "secours", "à nouveau", "alerte"):
        assert words not in text


@pytest.mark.parametrize("phone", ["", PHONE])
@pytest.mark.parametrize("url", ["https://espace.exemple.fr", LONG_URL])
@pytest.mark.parametrize("civility", ["Mme", ""])
def test_it_is_no_longer_than_the_other_so_that_settings_that_fit_one_fit_both(phone, url, civility):
    def bottom(purpose):
        sender = Sender("MCV PAP", SENDER.lines, "Paris", phone)
        pdf = pdf_of(letter_for(purpose, civility), public_url=url, sender=sender)
        return max(float(line.split('yMax="')[1].split('"')[0]) for line in boxes(pdf))

    assert bottom("recovery") <= bottom("activation") + 0.01
    assert bottom("canary") <= bottom("activation") + 0.01


@pytest.mark.parametrize(
    "host", ["espace.exemple.fr", "w" * 29 + ".fr", "w" * 30 + ".fr", LONG_URL.removeprefix("https://")]
)
def test_an_address_is_broken_only_where_it_has_to_be(host):
    pdf = pdf_of(letter_for("recovery"), public_url=f"https://{host}")
    right = max(float(line.split('xMax="')[1].split('"')[0]) for line in boxes(pdf))
    assert right <= 190 * 72 / 25.4 + 0.1, "within the margin of the letter"
    whole = f"{host}/compte/courrier-de-secours."
    assert (whole in text_of(pdf)) == (len(whole) <= 61)


def boxes(pdf):
    read = subprocess.run(
        ["pdftotext", "-bbox", "-f", "2", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    return [line for line in read.splitlines() if "<word " in line]


def test_one_print_file_holds_both():
    kinds = ("activation", "recovery", "activation")
    pages = text_of(pdf_of(*map(letter_for, kinds))).split(" — ")[1:]
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
    (batch,) = await world.offered()
    pages = text_of(await world.pdf(batch)).split(" — ")
    await world.receive(batch, "posted")
    told = {one.request_id: one.purpose for one in await world.published(LetterPrinted)}
    assert told == {asked[0].request_id: "activation", asked[1].request_id: "recovery"}
    by_id = {letter.id: letter for letter in await world.letters()}
    for page, letter_id in zip(pages[1:], batch.letter_ids, strict=False):
        assert ("retrouver l’accès" in page) == (by_id[letter_id].purpose == "recovery")


async def test_a_spoiled_letter_is_made_again_as_what_it_was(world):
    await world.ask(purpose="recovery")
    await world.maker().make()
    (batch,) = await world.offered()
    await world.receive(batch, "posted", spoiled_letter_ids=batch.letter_ids)
    await world.maker().make()
    again = (await world.offered())[1]
    assert "retrouver l’accès" in text_of(await world.pdf(again))
    await world.receive(again, "posted")
    assert [one.purpose for one in await world.published(LetterPrinted)] == ["recovery"]
