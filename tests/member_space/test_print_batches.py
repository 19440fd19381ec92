"""A batch at the desk: what happened to it, and having it printed again."""

import re
from uuid import uuid4

import pytest
from support.at_desk import plain
from support.sent_forms import hidden

from member_space.print_room.batch_words import after_doubt, doubt_of, note_of, on_paper, refusal_of, state_of
from shared.security.assertions import Role

from .letters_side import AT, SERIAL, a_batch, a_letter, a_note, a_page

HOME = "/gestion/courriers"
WHO = f"Zoé Lefèvre ({uuid4()})"


@pytest.fixture
def keep(letters_side):
    """``keep(a_page(…))``: ``letters`` knows it; the address of its page."""

    def kept(page) -> str:
        letters_side.batches[page.batch.id] = page
        return f"{HOME}/lots/{page.batch.id}"

    return kept


async def test_everything_that_happened_is_told_with_the_words_of_others_quoted(keep, at_desk) -> None:
    path = keep(
        a_page(
            a_batch(state="refused", run=2, ended_at=AT),
            a_note("fetched", 1), a_note("offered", 2, run=2, why="not-taken"),
            a_note("taken", 3, run=2, letters=12, sheets=13, said_at=AT), a_note("printed", 4, run=2, letters=12, sheets=14),
            a_note("doubted", 5, run=2, letters=11, sheets=0, spoiled=0, why="posted-count"),
            a_note("settled", 6, run=2, why="recompté à deux", who=WHO),
            a_note("offered", 7, run=3, why="bourrage papier", who=WHO),
            a_note("refused", 8, run=3, why="bac <vide>"),
        )
    )  # fmt: skip
    page = await at_desk[Role.EXPLOITATION].get(path)
    text = plain(page)
    history = text[text.index(">Historique<") : text.index(">Lettres</h2>")]
    for told in (
        "Lot proposé à l’imprimerie, tirage 1", "Fichier téléchargé par l’imprimerie",
        "Lot proposé à l’imprimerie de nouveau, faute de prise en charge à temps, tirage 2",
        "Pris en charge par l’imprimerie, tirage 2", "Imprimé, tirage 2", "à l’heure de l’imprimerie",
        "Compte rendu qui ne concorde pas : Lettres remises à La Poste et lettres gâchées ne font pas ensemble",
        "Doute levé par Zoé Lefèvre, tirage 2 : « recompté à deux »",
        "Lot proposé à l’imprimerie de nouveau par Zoé Lefèvre, tirage 3 : « bourrage papier »",
        "Refusé par l’imprimerie, tirage 3</strong> : « bac &lt;vide&gt; »",
    ):  # fmt: skip
        assert told in history, told
    assert WHO not in page.text, "the id of a colleague is for the journal"
    assert "elles sont reparties dans d’autres lots" in text


async def test_counts_of_both_sides_stand_side_by_side_and_what_differs_stands_out(keep, at_desk) -> None:
    path = keep(
        a_page(
            a_batch(state="posted", ended_at=AT, spoiled=2),
            a_note("taken", 1, letters=12, sheets=13), a_note("doubted", 2, letters=12, sheets=14, why="printed-count"),
            a_note("posted", 3, letters=10, sheets=0, spoiled=2),
        )
    )  # fmt: skip
    text = (await at_desk[Role.CONSEILLER].get(path)).text
    table = text[text.index("Nous, à la clôture") :].split("</table>")[0]
    rows = [
        [cell.split("</td>")[0].partition(">")[2] for cell in row.split('<td role="cell"')[1:]]
        for row in table.split("</tr>")[:-1]
    ]
    assert [[re.sub("<span class.*|</?span>", "", cell) for cell in row] for row in rows] == [
        ["12", "13", "–"], ["12", "13", "–"], ["12", "<strong>14</strong>", "–"], ["10", "–", "2"],
    ]  # fmt: skip


async def test_whose_letters_they_are_is_for_those_who_answer_members(keep, at_desk, known_person) -> None:
    nobody = uuid4()
    letters = [
        a_letter(1, known_person, returned_at=AT, state="posted"), a_letter(2, nobody, purpose="canary"),
        a_letter(3, nobody, state="spoiled", zone="overseas"),
    ]  # fmt: skip
    path = keep(a_page(a_batch(), letters=letters))
    for role in Role:
        page = await at_desk[role].get(path)
        knows = role is not Role.EXPLOITATION
        assert (f'<a class="whole" href="/gestion/personnes/{known_person}">Mme G••••••</a>' in page.text) is knows
        assert not knows or "Sans fiche ici" in page.text
        assert [one for one in (known_person, nobody) if str(one) in page.text] == ([known_person] if knows else [])
        for told in (
            "7K2M9QX4R1",
            "Revenue le 27 novembre 2026",
            "Lettre témoin",
            "Feuille gâchée ou refusée, lettre refaite",
            "Outre-mer",
        ):
            assert told in plain(page)


async def test_a_batch_is_printed_again_with_a_reason_by_who_may(keep, at_desk, letters_side) -> None:
    batch = a_batch()
    path = keep(a_page(batch))
    for role in (Role.RESPONSABLE, Role.EXPLOITATION):
        for mistake, told in {
            "": "Saisissez un motif",
            "x" * 201: "200 caractères ou moins",
            "a\x07": "ne s’affiche",
        }.items():
            refused = await at_desk[role].post(f"{path}/reimprimer", path, reprint_reason=mistake)
            assert (refused.status_code, told in plain(refused), letters_side.done) == (422, True, [])
        done = await at_desk[role].post(f"{path}/reimprimer", path, reprint_reason="perdu à l’imprimerie")
        assert (done.status_code, done.headers["location"]) == (303, f"{path}?fait=reimpression")
        assert letters_side.done.pop() == ("reprint", (batch.id, "perdu à l’imprimerie"))
        assert "de nouveau proposé à l’imprimerie" in plain(await at_desk[role].get(done.headers["location"]))
    form = await at_desk[Role.RESPONSABLE].get(path)
    answer = await at_desk[Role.CONSEILLER].send(f"{path}/reimprimer", hidden(form.text) | {"reprint_reason": "x"})
    foreign = await at_desk[Role.RESPONSABLE].send(f"{path}/reimprimer", {"reprint_reason": "x"})
    assert (answer.status_code, foreign.status_code, letters_side.done) == (403, 422, [])
    seen = await at_desk[Role.CONSEILLER].get(path)
    assert "/reimprimer" not in seen.text
    assert "Un responsable ou l’exploitation peut faire réimprimer ce lot" in seen.text


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ((), ""),
        (("fetched", "claimed"), "confié à un poste"),
        (("fetched", "taken"), "pris en charge"),
        (("taken", "printed"), "imprimé"),
    ],
)
async def test_a_second_print_is_warned_of_as_soon_as_a_first_may_exist(keep, at_desk, steps, told) -> None:
    """Also when a later run has not been fetched: an earlier one was."""
    notes = [a_note(step, 1) for step in steps]
    text = plain(
        await at_desk[Role.EXPLOITATION].get(keep(a_page(a_batch(run=2), *notes, a_note("offered", 9, run=2))))
    )
    assert "sous le tirage 3 : mêmes lettres, mêmes repères, mêmes mots de passe provisoires" in text
    assert ("rien n’a pu être imprimé" in text) is (not told)
    assert (f"une impression double est possible.</strong> L’imprimerie a déjà {told} ce lot" in text) is bool(told)


@pytest.mark.parametrize("code", ["posted", "refused", "file-gone", "earlier-version", "of-a-later-version"])
async def test_a_refused_act_is_told_in_words(keep, at_desk, letters_side, code) -> None:
    """Known when the page is shown, or only when the act arrives."""
    path = keep(a_page(a_batch(), why=code))
    page = await at_desk[Role.EXPLOITATION].get(path)
    assert "<form" not in page.text.partition(">Réimprimer ce lot</h2>")[2].partition("</main>")[0]
    assert plain(page).count(refusal_of(code).replace("\u00a0", " ")) == 1
    letters_side.refuses = code
    keep(a_page(letters_side.batches.popitem()[1].batch))
    done = await at_desk[Role.EXPLOITATION].post(f"{path}/reimprimer", path, reprint_reason="x")
    assert refusal_of(code) in (await at_desk[Role.EXPLOITATION].get(done.headers["location"])).text
    assert code not in refusal_of(code).split()


async def test_a_doubt_says_what_to_do_and_is_settled_by_people(keep, at_desk, letters_side) -> None:
    batch = a_batch(state="taken", doubt="posted-count")
    path = keep(a_page(batch, a_note("taken", 1), a_note("doubted", 2, why="posted-count")))
    for role in Role:
        page = plain(await at_desk[role].get(path))
        assert after_doubt("posted-count") in page
        assert ("/doute-leve" in page) is (role is not Role.CONSEILLER)
    mistake = await at_desk[Role.RESPONSABLE].post(f"{path}/doute-leve", path, settle_reason=" ")
    assert mistake.status_code == 422
    assert '<a href="#settle_reason">Saisissez un motif</a>' in mistake.text
    done = await at_desk[Role.RESPONSABLE].post(f"{path}/doute-leve", path, settle_reason="recompté : 12")
    assert letters_side.done == [("settle", (batch.id, "recompté : 12"))]
    assert "Le doute est levé." in plain(await at_desk[Role.RESPONSABLE].get(done.headers["location"]))
    letters_side.refuses = "no-doubt"
    done = await at_desk[Role.RESPONSABLE].post(f"{path}/doute-leve", path, settle_reason="encore")
    assert "n’a plus de doute" in (await at_desk[Role.RESPONSABLE].get(done.headers["location"])).text


async def test_a_batch_that_is_not_there_is_told(letters_side, at_desk) -> None:
    page = await at_desk[Role.CONSEILLER].get(f"{HOME}/lots/{uuid4()}")
    assert page.status_code == 404
    assert "ne connaît pas ce lot" in page.text
    assert (await at_desk[Role.CONSEILLER].get(f"{HOME}/lots/{SERIAL}")).status_code == 422


async def test_an_act_that_letters_did_not_answer_is_not_told_as_undone(keep, at_desk, letters_side) -> None:
    path = keep(a_page(a_batch()))
    form = await at_desk[Role.EXPLOITATION].get(path)
    letters_side.fails = True
    lost = await at_desk[Role.EXPLOITATION].send(f"{path}/reimprimer", hidden(form.text) | {"reprint_reason": "x"})
    assert lost.status_code == 503
    assert "regardez d’abord si elle a été faite" in lost.text
    assert len(letters_side.done) == 1


def test_codes_of_a_later_version_are_shown_as_they_are() -> None:
    assert state_of(a_batch(state="eaten")) == "eaten"
    assert doubt_of("odd") == "Comptes qui ne concordent pas (odd)"
    assert after_doubt("odd")
    assert note_of(a_note("eaten")) == "eaten"
    assert on_paper([a_note("eaten")]) == ""
