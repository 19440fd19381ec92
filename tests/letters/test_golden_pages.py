"""Every kind of sheet looks as it did when people last looked at it."""

import pytest
from PIL import ImageChops
from support.golden_pages import FEW, differing, drawn, golden


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return dict(drawn(tmp_path_factory.mktemp("pages")))


@pytest.mark.parametrize("name", ["separator", "activation", "recovery", "canary", "longest"])
def test_a_sheet_looks_as_it_was_found_good(pages, name):
    assert differing(pages[name], golden(name)) <= FEW, "look at it: python -m support.golden_pages draws them anew"


def test_the_comparison_sees_a_line_that_moved_and_a_word_that_changed(pages):
    page = pages["activation"]
    assert differing(page, ImageChops.offset(page, 0, 2)) > 50 * FEW
    assert differing(page, pages["recovery"]) > 10 * FEW
    assert differing(page, page.resize((page.width // 2, page.height))) > 50 * FEW
