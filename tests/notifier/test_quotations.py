"""What a mail server says is kept, without what it quotes."""

import pytest

from notifier.smtp import without_quotations

TOKEN = "J8mZ-3kQx_Vb7Lw0TnRy5HcPe2Sd9FgUa4IoK1NqMzX"


@pytest.mark.parametrize(
    "quoted",
    [
        f"https://espace.example/compte/confirmer?jeton={TOKEN}",
        f"<a href=3Dhttps://espace.example/?jeton=3D{TOKEN}>",
        f"espace.example/compte/confirmer?jeton={TOKEN}",
        TOKEN,
        f"jeton={TOKEN[:12]}",
    ],
)
def test_a_link_that_a_filter_quotes_is_not_kept(quoted):
    kept = without_quotations(f"5.7.1 {quoted} is listed, message refused", "jeanne@exemple.fr")
    assert TOKEN[:12] not in kept
    assert kept.startswith("5.7.1 ")
    assert kept.endswith("… is listed, message refused")


def test_plain_words_are_kept():
    words = "4.7.1 Greylisted, try again in 300 seconds (queue 4GZq1x2k)"
    assert without_quotations(words, "jeanne@exemple.fr") == words
