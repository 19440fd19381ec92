"""The address in the window: NF Z10-011, never cut short."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from letters.address_block import MOST_LINES, AddressRefusedError, address_block
from shared.contracts.postal_abbreviation import EXTENSIONS, ROADS, SAINTS, TITLES, WORDS
from shared.contracts.postal_line import LONGEST_LINE, in_capitals
from shared.contracts.postal_refusal import PARKED, detail_in_words
from shared.contracts.postal_zone import PostalZone

HOME, OVERSEAS, ABROAD = PostalZone


def below(lines, zone=HOME):
    return list(address_block("", "Jean", "Ba", lines, zone)[1:])


def test_last_lines_in_postal_capitals_and_the_name_as_the_person_writes_it():
    block = address_block(
        "Mme", "Anne-Élise", "d’Œuvrard", ["Bât. C", "12, rue de l’Église", "63000 Clermont-Ferrand"], HOME
    )
    assert block == ("Mme Anne-Élise d’Œuvrard", "BAT C", "12 RUE DE L EGLISE", "63000 CLERMONT FERRAND")


def test_lines_above_the_last_three_stay_as_they_are():
    lines = ["Chez M. Noël", "Résidence « Les Œillets »", "8 bis, cœur de ville", "BP 12", "97400 Saint-Denis CEDEX 9"]
    assert below(lines, OVERSEAS) == [
        "Chez M. Noël", "Résidence « Les Œillets »", "8 BIS COEUR DE VILLE", "BP 12", "97400 SAINT DENIS CEDEX 9",
    ]  # fmt: skip


def test_the_universal_postal_unions_example_for_france():
    upper = ["Chez Mireille COPEAU Appartement 2", "Entrée A Bâtiment Jonquille"]
    assert below([*upper, "25, rue de l’Église", "Caudos", "33380 Mios"]) == [
        *upper, "25 RUE DE L EGLISE", "CAUDOS", "33380 MIOS",
    ]  # fmt: skip


def test_blank_lines_and_doubled_spaces_go():
    assert address_block("", "Jean ", " Ba", ["", " 1  rue X ", "  ", "75001 Paris"], HOME) == (
        "Jean Ba",
        "1 RUE X",
        "75001 PARIS",
    )


def test_a_long_name_takes_two_lines_when_there_is_room():
    block = address_block(
        "Mme", "Marie-Christine-Antoinette", "de La Rochefoucauld-Montbel", ["1 rue X", "75001 Paris"], HOME
    )
    assert block[:2] == ("Mme Marie-Christine-Antoinette", "de La Rochefoucauld-Montbel")


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        # La Poste (SNA, article 148): what has room is not abbreviated
        ("Avenue des Fleurs", "AVENUE DES FLEURS"),
        ("12 bis avenue du Maréchal de Lattre", "12 BIS AVENUE DU MARECHAL DE LATTRE"),
        # the kind of road that opens the line, then titles: as far as it takes, and no further
        ("3 rond-point de la Résistance et du Souvenir", "3 RPT DE LA RESISTANCE ET DU SOUVENIR"),
        ("12, boulevard du Maréchal de Lattre de Tassigny", "12 BD DU MAL DE LATTRE DE TASSIGNY"),
        ("12 bis avenue du Maréchal de Lattre de Tassigny", "12 BIS AV DU MAL DE LATTRE DE TASSIGNY"),
        # words of a building before a road in the middle of the line
        ("Résidence du Chemin Vert, bâtiment C, escalier 2", "RES DU CHEMIN VERT BAT C ESCALIER 2"),
        ("Résidence du Chemin du Docteur Calmette, bâtiment C", "RES DU CHEMIN DU DR CALMETTE BAT C"),
        ("La ferme des Trois Saules, chemin du Puits", "LA FERME DES TROIS SAULES CHE DU PUITS"),
        # BIS after the number, and SAINT at last
        ("14 bis faubourg Saint-Antoine de la Sainte-Trinité", "14 B FG ST ANTOINE DE LA STE TRINITE"),
        ("112 bis place de Saint-Hilaire-le-Vieux-Château", "112 B PL DE ST HILAIRE LE VX CHATEAU"),
        # the last word is what the road is known by: it stays
        ("12 rue des Marronniers du Vieux Boulevard", "12 RUE DES MARRONNIERS DU VX BOULEVARD"),
        ("112 rue des Marronniers du Vieux Boulevard", None),
        # given names and articles are letters, too
        ("12 boulevard du Maréchal Jean-Marie de Lattre de Tassigny", None),
        # no address line by any abbreviation
        ("1 rue X" + "." * 94, None),
    ],
)
def test_a_line_that_has_no_room_is_abbreviated_as_the_post_does_or_refused(written, printed):
    if printed is None:
        with pytest.raises(AddressRefusedError, match="line-too-long:2"):
            below([written, "33000 Bordeaux"])
    else:
        assert below([written, "33000 Bordeaux"]) == [printed, "33000 BORDEAUX"]


def test_an_upper_line_that_has_no_room_as_it_is_written_is_put_in_capitals():
    lines = ["Résidence « Les Œillets », bâtiment C, appartement 12", "Entrée 2", "1 rue X", "33000 Bordeaux"]
    assert below(lines)[0] == "RES LES OEILLETS BAT C APPARTEMENT 12"
    lines[0] = "Résidence « Les Œillets », (bât. C), 12"
    assert below(lines)[0] == "RESIDENCE LES OEILLETS BAT C 12"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        # as INSEE's list of CEDEX has them: two digits for an arrondissement, one for an office
        ("75380 Paris Cedex 8", "75380 PARIS CEDEX 08"), ("75380 PARIS CEDEX 08", "75380 PARIS CEDEX 08"),
        ("69399 Lyon cedex3", "69399 LYON CEDEX 03"), ("13401 Marseille Cédex 20", "13401 MARSEILLE CEDEX 20"),
        ("84905 Avignon CEDEX 09", "84905 AVIGNON CEDEX 9"), ("33077 Bordeaux Cedex", "33077 BORDEAUX CEDEX"),
        ("95701 Roissy-Charles-de-Gaulle Cedex 1", "95701 ROISSY CHARLES DE GAULLE CEDEX 1"),
        ("98001 Monaco Cedex", "98001 MONACO CEDEX"), ("75351 Paris SP 07", "75351 PARIS SP 07"),
        # a town is abbreviated by SAINT alone, and only when it has to be
        ("74161 Saint-Julien-en-Genevois Cedex", "74161 SAINT JULIEN EN GENEVOIS CEDEX"),
        ("60121 Saint-Remy-du-Val-Saint-Martin-du-Bois", "60121 ST REMY DU VAL ST MARTIN DU BOIS"),
        ("97400 Saint-Denis", "97400 SAINT DENIS"), ("98714 Papeete", "98714 PAPEETE"), ("98000 Monaco", "98000 MONACO"),
        ("00200 Hub Armées", "00200 HUB ARMEES"), ("00400 ARMEES", "00400 ARMEES"),
        ("00484 PARIS ARMEES LES LOGES", "00484 PARIS ARMEES LES LOGES"),
    ],
)  # fmt: skip
def test_the_town_is_written_as_the_post_has_it(written, printed):
    assert below(["BP 12", written]) == ["BP 12", printed]


def test_mail_posted_in_france_names_no_country():
    assert below(["1 rue X", "33000 Bordeaux", "France"]) == ["1 RUE X", "33000 BORDEAUX"]
    assert below(["a", "b", "c", "1 rue X", "33000 Bordeaux", "FRANCE"])[-1] == "33000 BORDEAUX"
    assert below(["1 rue de France", "France", "33000 Bordeaux"]) == ["1 RUE DE FRANCE", "FRANCE", "33000 BORDEAUX"]


@pytest.mark.parametrize(
    ("lines", "printed"),
    [
        (["SP 12345", "00200 Hub Armées"], ["SP 12345", "00200 HUB ARMEES"]),
        (["Sans domicile fixe", "CCAS, 2 place du Marché", "63000 Clermont-Ferrand"],
         ["SANS DOMICILE FIXE", "CCAS 2 PLACE DU MARCHE", "63000 CLERMONT FERRAND"]),
        (["Pôle solidarité", "TSA 12345", "75380 Paris Cedex 8"], ["POLE SOLIDARITE", "TSA 12345", "75380 PARIS CEDEX 08"]),
        (["Poste restante", "63000 Clermont-Ferrand"], ["POSTE RESTANTE", "63000 CLERMONT FERRAND"]),
    ],
)  # fmt: skip
def test_the_armies_a_centre_and_a_post_office_are_addresses(lines, printed):
    assert below(lines) == printed


@pytest.mark.parametrize(
    ("lines", "printed"),
    [
        (["Rue du Vivier 7C bte 5", "1000 Bruxelles", "Belgique"], ["Rue du Vivier 7C bte 5", "1000 BRUXELLES", "BELGIQUE"]),
        (["Av. da República, 3.º Dto", "1050-185 Lisboa", "Portugal"],
         ["Av. da República, 3.º Dto", "1050-185 LISBOA", "PORTUGAL"]),
        (["ul. Długa 1/3", "00-238 Łódź", "Pologne"], ["ul. Długa 1/3", "00-238 ŁÓDŹ", "POLOGNE"]),
        (["Flat 2", "10 Downing St.", "London", "SW1A 2AA", "Royaume-Uni"],
         ["Flat 2", "10 Downing St.", "London", "SW1A 2AA", "ROYAUME UNI"]),
        (["Königstraße 12", "70173 Stuttgart", "Allemagne"], ["Königstraße 12", "70173 STUTTGART", "ALLEMAGNE"]),
        (["1 rue X", "98000 Monaco", "Monaco"], ["1 rue X", "98000 MONACO", "MONACO"]),
    ],
)  # fmt: skip
def test_abroad_only_the_country_follows_our_rules(lines, printed):
    assert below(lines, ABROAD) == printed


@pytest.mark.parametrize(
    ("lines", "family_name", "detail", "code"),
    [
        ([], "Ba", "no-address", "no-address"),
        (["  ", ""], "Ba", "no-address", "no-address"),
        (["…", "-"], "Ba", "no-address", "no-address"),
        (["1 rue X", "75001 Paris"], " ", "no-name:1", "no-name"),
        (["a", "b", "c", "d", "e", "75001 Paris"], "Ba", "too-many-lines", "too-many-lines"),
        (["x" * 39, "75001 Paris"], "Ba", "line-too-long:2", "line-too-long"),
        (["Œ" * 20, "75001 Paris"], "Ba", "line-too-long:2", "line-too-long"),  # spelt out, it is 40
        (["x" * 39, "…", "b", "c", "d", "75001 Paris"], "Ba", "line-too-long:2", "line-too-long"),
        (["b", "x" * 39, "75001 Paris"], "B" * 34, "line-too-long:4", "line-too-long"),  # below two lines of name
        (["1 rue X", f"75001 {'x' * 33}"], "Ba", "town-too-long:3", "line-too-long"),
        (["1 rue X", "Paris 75001"], "Ba", "town-line-missing:3", "postcode-line-wrong"),
        (["1 rue X", "7500 Paris"], "Ba", "town-line-missing:3", "postcode-line-wrong"),
        (["1 rue X", "75001"], "Ba", "town-line-missing:3", "postcode-line-wrong"),
        (["1 rue X", "75001 16"], "Ba", "town-line-missing:3", "postcode-line-wrong"),
        (["1 rue X", "75001 Paris", "Belgique"], "Ba", "line-below-town:4", "postcode-line-wrong"),
        (["1 rue X", "97400 Saint-Denis", "La Réunion"], "Ba", "line-below-town:4", "postcode-line-wrong"),
        (["1 rue X", "00001 Paris"], "Ba", "postcode-unknown:3", "postcode-line-wrong"),
        (["1 rue X", "00001 ARMEES"], "Ba", "postcode-unknown:3", "postcode-line-wrong"),
        (["SP 12345", "00200 Paris"], "Ba", "postcode-unknown:3", "postcode-line-wrong"),
        (["1 rue\x00X", "75001 Paris"], "Ba", "character-not-printable:2", "character-not-printable"),
        (["1 rue X", "🙂", "75001 Paris"], "Ba", "character-not-printable:3", "character-not-printable"),
        (["1 rue de l’Əli", "75001 Paris"], "Ba", "character-not-printable:2", "character-not-printable"),
        (["1 rue X", "75001 Ŋ"], "Ba", "character-not-printable:3", "character-not-printable"),
        (["1 rue X", "75001 Paris"], "王", "character-not-printable:1", "character-not-printable"),
        (["1 rue X", "75001 Paris"], "B" * 39, "name-too-long:1", "name-too-long"),
        (["a", "b", "c", "d", "75001 Paris"], "B" * 36, "name-needs-two-lines:1", "name-too-long"),
    ],
)
def test_refused_with_a_reason_and_the_line(lines, family_name, detail, code):
    with pytest.raises(AddressRefusedError) as refused:
        address_block("M.", "Jean", family_name, lines, HOME)
    assert (refused.value.detail, refused.value.code) == (detail, code)


@pytest.mark.parametrize(
    ("lines", "detail"),
    [
        (["Belgique"], "country-missing:2"),
        (["1 rue X", "1000 Bruxelles"], "country-missing:3"),
        (["1 rue X", "1000 Bruxelles", "¼"], "country-missing:4"),
        (["x" * 39, "1000 Bruxelles", "Belgique"], "line-too-long:2"),
        (["1 avenue " + "x" * 30, "1000 Bruxelles", "Belgique"], "line-too-long:2"),  # French words stay French
        (["1 rue X", "x" * 39, "Belgique"], "line-too-long:3"),
        (["1 rue X", "1000 Bruxelles", "x" * 39], "line-too-long:4"),
        (["1 rue X", "1000 Bruxelles", "Бельгия"], "character-not-printable:4"),
        (["1 rue X", "1000 ŉ", "Belgique"], "character-not-printable:3"),  # it has no capital in the font
    ],
)
def test_abroad_refused_with_a_reason_and_the_line(lines, detail):
    with pytest.raises(AddressRefusedError) as refused:
        address_block("M.", "Jean", "Ba", lines, ABROAD)
    assert refused.value.detail == detail


FORMS = ROADS | TITLES | WORDS | EXTENSIONS | SAINTS
WORD = st.sampled_from([*FORMS, *FORMS.values(), "12", "rue", "de l’", "Œillets", "Saint-", "Vert", ",", "Ə", "«", "C"])
LINE = st.lists(WORD, max_size=9).map(" ".join) | st.text(max_size=45)
TOWN = st.sampled_from(
    ["33000 Bordeaux", "75380 PARIS CEDEX 08", "00200 HUB ARMEES", "1000 Bruxelles", "Belgique", "x"]
)
LINES = st.lists(LINE, max_size=5).flatmap(
    lambda above: st.lists(TOWN | LINE, max_size=2).map(lambda last: above + last)
)
ZONE = st.sampled_from(PostalZone)


def became(before: list[str], after: list[str]) -> bool:
    """Whether the words of ``after`` are those of ``before``, some in the form that the table gives them."""
    if not before or not after:
        return before == after
    if before[0] == after[0] and became(before[1:], after[1:]):
        return True
    forms = [phrase.split() for phrase, form in FORMS.items() if form == after[0]]
    return any(before[: len(one)] == one and became(before[len(one) :], after[1:]) for one in forms)


def block_or_refusal(*given):
    try:
        return address_block(*given), None
    except AddressRefusedError as error:
        return (), error


@given(LINES, st.text(max_size=45), st.text(max_size=45), ZONE)
@example(lines=["a", ":", "{", "{", "33000 X"], given_name="", family_name="0", zone=HOME)
@example(lines=["1ª rua X", "x", "y"], given_name="", family_name="0", zone=ABROAD)
@example(lines=["ŉ", "ß" * 20, "Brasil"], given_name="", family_name="0", zone=ABROAD)
def test_whatever_is_given_the_block_fits_or_is_refused(lines, given_name, family_name, zone):
    block, refused = block_or_refusal("Mme", given_name, family_name, lines, zone)
    if refused:
        assert refused.line is None or 1 <= refused.line <= MOST_LINES
        assert refused.code == PARKED[refused.reason]
        assert detail_in_words(refused.detail)
        return
    assert 2 <= len(block) <= MOST_LINES
    assert all(0 < len(line) <= LONGEST_LINE for line in block)
    assert block[-1] == in_capitals(block[-1])


@given(LINES, ZONE)
@example(["BOULEVARD " * 3 + "X", "1 rue\tX", "75380 Paris Cedex 8", "France"], HOME)
@example([":\r", "33000 Bordeaux"], HOME)
@example(["ẞ", "ß" * 19, "Brésil"], ABROAD)
def test_what_was_printed_is_printed_again(lines, zone):
    block, _ = block_or_refusal("", "Jean", "Ba", lines, zone)
    assert not block or tuple(below(block[1:], zone)) == block[1:]


@given(LINES, ZONE)
@example(["12 bis avenue du Maréchal de Lattre de Tassigny", "33000 Bordeaux"], HOME)
def test_no_letter_and_no_digit_is_lost_but_by_the_table(lines, zone):
    block, refused = block_or_refusal("", "Jean", "Ba", lines, zone)
    written = [in_capitals(line) for line in lines if in_capitals(line)]
    assert refused or len(written) == len(block[1:])
    for before, after in zip(written, block[1:], strict=not refused):
        assert became(before.split(), in_capitals(after).split())
