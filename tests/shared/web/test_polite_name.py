import pytest

from shared.web.french import polite_name


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (("Mme", "Jeanne", "GARNIER"), "Mme\u00a0Garnier"),
        (("Mme", "Maëlle", "D’ALMEIDA-RIVIÈRE"), "Mme\u00a0D’Almeida-Rivière"),
        (("M.", "François-Xavier", "LE BŒUF"), "M.\u00a0Le Bœuf"),
        (("M.", "Ange", "d’Ornano"), "M.\u00a0d’Ornano"),
        (("", "Zoë", "ÇELIK"), "Zoë\u00a0Çelik"),
    ],
)
def test_a_person_is_named_as_people_write_it(given: tuple[str, str, str], shown: str) -> None:
    assert polite_name(*given) == shown
