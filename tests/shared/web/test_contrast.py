"""Contrast of the sheet's own colours, in both themes (WCAG 1.4.3 and 1.4.11)."""

import re

import pytest

from shared.web.pages import STATIC_DIR

SHEET = (STATIC_DIR / "espace.css").read_text()
TEXT = [
    ("text", "surface"), ("text", "page"), ("hint", "surface"), ("hint", "page"), ("link", "surface"), ("link", "page"),
    ("error", "surface"), ("error", "error-tint"), ("text", "error-tint"), ("text", "good-tint"), ("link", "good-tint"),
    ("on-brand", "brand"), ("on-desk", "desk"), ("on-acting", "acting"), ("on-button", "button"), ("on-button", "button-over"),
]  # fmt: skip
CONTROLS = [("border", "surface"), ("border", "page"), ("focus", "surface"), ("focus", "page"), ("good", "good-tint")]


def themes() -> dict[str, dict[str, str]]:
    light, dark = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{([^}]*)\}", SHEET)[:2]
    )
    assert light.keys() == dark.keys()
    return {"light": light, "dark": dark}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pair", "least"), [(p, 4.5) for p in TEXT] + [(p, 3.0) for p in CONTROLS])
def test_colours_stand_apart(theme, pair, least):
    colours = themes()[theme]
    assert contrast(colours[pair[0]], colours[pair[1]]) >= least


def test_the_measure_itself():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
