"""Returned envelopes at the desk: scanned, typed or from a file, and safe to send twice."""

from uuid import uuid4

import pytest
from sqlalchemy import select
from support.at_desk import plain
from support.sent_forms import hidden

from member_space.journal.models import JournalEntry
from member_space.journal.words import what
from shared.contracts.print_room import MOST_AT_ONCE, ReturnedMark

PATH = "/gestion/courriers/retours"
MARK, OTHER, TEST_LETTER = "7K2M9QX4R1", "7K2M9QX4R2", "7K2M9QX4R3"


@pytest.fixture
async def known_person(known_person, letters_side):
    """Two letters of hers are with the post, and a test letter that is nobody's."""
    for mark, person in ((MARK, known_person), (OTHER, known_person), (TEST_LETTER, uuid4())):
        letters_side.marks[mark] = ReturnedMark(given=mark, outcome="", letter_id=uuid4(), person_id=person)
    return known_person


@pytest.fixture
def send(conseiller):
    """Send the form; ``files``: name and content."""

    async def sent(reason="unclaimed", marks="", *files):
        form = await conseiller.get(PATH)
        data = hidden(form.text) | {"marks": marks} | ({"reason": reason} if reason else {})
        return await conseiller.client.post(
            PATH, data=data, files=[("marks_file", one) for one in files] or None, headers=conseiller._assertion()
        )

    return sent


@pytest.fixture
def journal(database):
    async def read():
        async with database.unit_of_work() as work:
            return list(await work.session.scalars(select(JournalEntry).order_by(JournalEntry.at)))

    return read


async def test_each_mark_is_told_with_what_to_do(send, letters_side, known_person) -> None:
    """As a scanner types them, the last one with its Enter."""
    page = await send("incomplete-address", f"{MARK}\r\n{OTHER}\r\n{MARK}\r\nZZZZZZZZZZ\r\n{TEST_LETTER}\r\n")
    assert page.status_code == 200
    order = {"marks": [MARK, OTHER, MARK, "ZZZZZZZZZZ", TEST_LETTER], "reason": "incomplete-address"}
    assert letters_side.done == [("returned", order)]
    text = plain(page)
    assert "3 retours enregistrés, 1 lu deux fois, <strong>1 à vérifier</strong>." in text
    assert text.index("ZZZZZZZZZZ") < text.index(MARK), "what is left to do stands first"
    for told in (
        "Le mot de passe provisoire n’est plus valable, et la personne en est avertie par un courriel.", "Repère inconnu",
        "Vérifiez que le pli vient de la mutuelle", "Lu deux fois dans cette liste", "Sans fiche ici",
    ):  # fmt: skip
        assert told in text
    assert page.text.count(f'<a class="whole" href="/gestion/personnes/{known_person}">Mme G••••••</a>') == 3
    assert 'value="incomplete-address" checked' in page.text, "the next envelopes may have the same reason"


async def test_a_sheet_that_was_to_be_destroyed_is_for_somebody_to_look_at(
    send, letters_side, known_person, journal
) -> None:
    letters_side.marks[MARK] = letters_side.marks[MARK].model_copy(update={"outcome": "remade"})
    text = plain(await send(marks=MARK))
    assert "Aucun retour enregistré, <strong>1 à vérifier</strong>." in text
    assert "Détruisez-la, son mot de passe provisoire n’ouvre rien." in text
    assert [one for one in await journal() if one.action == "desk_return_letter"] == []


async def test_sent_twice_it_is_recorded_once_and_leaves_one_line_in_the_journal(
    send, known_person, journal, letters_side
) -> None:
    first, second = await send(marks=MARK), await send(marks=f"{MARK}\n{OTHER}")
    assert "1 retour enregistré." in plain(first)
    assert "1 retour enregistré, 1 déjà connu." in plain(second)
    lines = [one for one in await journal() if one.action == "desk_return_letter"]
    assert [(one.subject_id, one.staff, one.object_id) for one in lines] == [
        (known_person, True, str(letters_side.marks[mark].letter_id)) for mark in (MARK, OTHER)
    ]
    assert what(lines[0]) == "a enregistré le retour d’un courrier"


async def test_a_line_that_was_lost_is_written_when_the_list_is_sent_again(
    send, known_person, journal, letters_side
) -> None:
    """``letters`` has recorded it and its answer did not arrive."""
    letters_side.fails = True
    lost = await send(marks=MARK)
    assert (lost.status_code, len(letters_side.done), await journal()) == (503, 1, [])
    assert "rien n’est enregistré deux fois" in lost.text
    assert f">\n{MARK}</textarea>" in lost.text
    letters_side.fails = False
    assert "Aucun retour enregistré, 1 déjà connu." in plain(await send(marks=MARK))
    assert len(await journal()) == 1


async def test_nobody_unknown_here_gets_a_journal(send, known_person, journal) -> None:
    await send(marks=TEST_LETTER)
    assert await journal() == []


@pytest.mark.parametrize(
    "content",
    [
        f"{MARK};Mme Garnier\r\n{OTHER};x\r\n".encode(),
        f"\ufeff{MARK}\n\n{OTHER}".encode(),
        f'"{MARK}","Élodie"\r"{OTHER}"'.encode("latin-1"),
        f"{MARK}\tœuvre\n{OTHER}".encode("cp1252"),
    ],
    ids=["csv", "utf-8 with its mark", "latin-1", "windows"],
)
async def test_a_file_is_read_by_its_first_column(send, letters_side, known_person, content) -> None:
    page = await send("other", "", ("retours.csv", content))
    assert "2 retours enregistrés." in plain(page)
    assert letters_side.done[0][1]["marks"] == [MARK, OTHER]


async def test_what_is_typed_and_the_file_are_one_list(send, letters_side, known_person) -> None:
    await send("other", f"{OTHER}\n", ("a.txt", MARK.encode()), ("b.txt", TEST_LETTER.encode()))
    assert letters_side.done[0][1]["marks"] == [OTHER, MARK, TEST_LETTER]


async def test_without_a_reason_nothing_is_lost_not_even_of_the_file(send, letters_side, known_person) -> None:
    page = await send("", OTHER, ("retours.txt", MARK.encode()))
    assert (page.status_code, letters_side.done) == (422, [])
    assert "Choisissez le motif que le facteur a coché" in page.text
    assert f">\n{OTHER}\n{MARK}</textarea>" in page.text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7\x00\x01", "n’est pas un texte"),
        (f"{MARK}\n".encode("utf-16"), "n’est pas un texte"),
        (b"\x81\x8d", "n’est pas un texte"),
        (b"A\n" * 33_000, "dépasse 64 Ko"),
    ],
    ids=["pdf", "utf-16", "no text of windows", "large"],
)
async def test_a_file_that_is_no_list_is_refused_and_what_was_typed_stays(send, letters_side, content, told) -> None:
    page = await send("other", OTHER, ("retours.txt", content))
    assert (page.status_code, told in plain(page), letters_side.done) == (422, True, [])
    assert '<a href="#marks_file">' in page.text
    assert f">\n{OTHER}</textarea>" in page.text


async def test_nothing_and_too_much_are_told(send, letters_side) -> None:
    page = await send("other", " \n ")
    assert '<a href="#marks">Scannez ou saisissez au moins un repère' in page.text
    many = "\n".join(f"A{number:09d}" for number in range(MOST_AT_ONCE + 1))
    for page, field in (
        (await send("other", many), "marks"),
        (await send("other", "", ("a", many.encode())), "marks_file"),
    ):
        assert page.status_code == 422
        assert f'<a href="#{field}">Cette liste compte 501 repères : envoyez-en 500 au plus' in plain(page)
    assert letters_side.done == []
    most = many.rpartition("\n")[0]
    assert (await send("other", most)).status_code == 200
    assert len(letters_side.done[0][1]["marks"]) == MOST_AT_ONCE


async def test_another_sites_form_is_refused_with_what_it_holds(conseiller, letters_side) -> None:
    page = await conseiller.send(PATH, {"marks": MARK, "reason": "other"})
    assert (page.status_code, letters_side.done) == (422, [])
    assert f">\n{MARK}</textarea>" in page.text
