"""The browser in words: one of a closed list, whatever the browser says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.security_settings.browser_label import LABELS, UNKNOWN, browser_label

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (f"{MOZILLA} (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0", "Firefox sur Android"),
        (f"{MOZILLA} (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox sur Linux"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/142.0.0.0 Safari/537.36", "Chrome sur Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/142.0 Safari/537.36 Edg/142.0", "Edge sur Windows"),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/142.0 Safari/537.36", "Chrome sur ChromeOS"),
        (
            f"{MOZILLA} (Linux; Android 10; K) {WEBKIT} SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36",
            "Samsung Internet sur Android",
        ),
        (
            f"{MOZILLA} (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile/15E Safari/604.1",
            "Safari sur iPhone",
        ),
        (
            f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605",
            "Safari sur Mac",
        ),
        (
            f"{MOZILLA} (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 CriOS/142.0 Mobile/15E148 Safari/604.1",
            "Chrome sur iPad",
        ),
        ("Firefox/145.0", "Firefox"),
        ("curl/8.14.1", UNKNOWN),
        ("Version/4.0", UNKNOWN),
        ("", UNKNOWN),
        ("x" * 400 + "Firefox/145.0", UNKNOWN),
    ],
)
def test_browsers_of_today(said, words):
    assert browser_label(said) == words
    assert words in LABELS


@given(
    st.text()
    | st.lists(st.sampled_from(["Firefox/", "Chrome/", "<b>", "Android", "Version/", "\x00", "é"])).map("".join)
)
def test_never_anything_else(said):
    assert browser_label(said) in LABELS
