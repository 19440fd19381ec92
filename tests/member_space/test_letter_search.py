"""Looking for a letter by what stands on it."""

from uuid import uuid4

from shared.contracts.print_room import FoundLetter

from .letters_side import AT, SERIAL

PATH = "/gestion/courriers/recherche"
MARK, REFERENCE = "7K2M9QX4R1", f"{SERIAL}/12"


def found(person, **changes) -> FoundLetter:
    given = {
        "id": uuid4(), "person_id": person, "mark": MARK, "serial": SERIAL, "place": 12, "state": "posted",
        "posted_at": AT, "returned_at": None,
    }  # fmt: skip
    return FoundLetter(**given | changes)


async def test_a_letter_is_found_by_its_mark_or_its_reference(letters_side, conseiller, known_person) -> None:
    letters_side.letters = {MARK: found(known_person), REFERENCE: found(known_person, returned_at=AT)}
    page = (await conseiller.post(PATH, named=f" {MARK} ")).text
    assert "<strong>Remise à La Poste le 27\u00a0novembre\u00a02026</strong>" in page
    assert f"{SERIAL}</span>, place 12" in page
    assert f'<a class="whole" href="/gestion/personnes/{known_person}">Mme G••••••</a>' in page
    page = (await conseiller.post(PATH, named=REFERENCE)).text
    assert "Revenue à l’expéditeur le 27\u00a0novembre\u00a02026, mot de passe provisoire sans effet" in page


async def test_what_stands_on_a_sheet_to_be_destroyed_leads_to_its_letter(
    letters_side, conseiller, known_person
) -> None:
    letters_side.letters = {MARK: found(known_person, remade=True, state="batched", posted_at=None)}
    page = (await conseiller.post(PATH, named=MARK)).text
    assert page.index("Feuille gâchée ou refusée à l’imprimerie") < page.index("<strong>À l’imprimerie</strong>")
    letters_side.letters = {MARK: found(known_person)}
    assert "gâchée" not in (await conseiller.post(PATH, named=MARK)).text


async def test_a_letters_that_tells_the_batch_leads_to_it(letters_side, conseiller, known_person) -> None:
    batch = uuid4()
    letters_side.letters = {MARK: found(known_person, batch_id=batch)}
    page = (await conseiller.post(PATH, named=MARK)).text
    assert f'<a href="/gestion/courriers/lots/{batch}">' in page


async def test_one_in_no_batch_and_of_nobody_known(letters_side, conseiller) -> None:
    waiting = found(uuid4(), serial="", place=None, state="waiting", posted_at=None, mark=None)
    letters_side.letters = {MARK: waiting}
    page = (await conseiller.post(PATH, named=MARK)).text
    for told in ("En attente d’impression", "Dans aucun lot", "Sans fiche ici"):
        assert told in page
    assert str(waiting.person_id) not in page


async def test_what_finds_nothing_stays_typed(letters_side, conseiller) -> None:
    page = await conseiller.post(PATH, named="<b>")
    assert (page.status_code, "Aucune lettre trouvée" in page.text) == (200, True)
    assert 'value="&lt;b&gt;"' in page.text
    for mistake, told in {" ": "Saisissez un repère ou une référence", "x" * 61: "60 caractères ou moins"}.items():
        page = await conseiller.post(PATH, named=mistake)
        assert (page.status_code, told in page.text) == (422, True)
    letters_side.fails = True
    away = await conseiller.post(PATH, named=MARK)
    assert (away.status_code, f'value="{MARK}"' in away.text) == (503, True)
    assert "Le service des courriers ne répond pas" in away.text
