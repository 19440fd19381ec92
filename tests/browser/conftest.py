import pytest
from support.browser import Watched, chromium
from support.system import running, someone

__all__ = ["chromium", "running", "someone"]


@pytest.fixture
def watched(running, chromium):
    """A page of a new visitor, with JavaScript."""
    # no transitions: contrast is measured on what they end in
    context = chromium.new_context(locale="fr-FR", reduced_motion="reduce", viewport={"width": 1000, "height": 800})
    watched = Watched(context, running.places.site)
    yield watched
    context.close()
    watched.no_complaints()


@pytest.fixture
def watched_without_script(running, chromium):
    """A page of a new visitor on a phone, without JavaScript."""
    context = chromium.new_context(
        locale="fr-FR",
        java_script_enabled=False,
        viewport={"width": 390, "height": 800},
        has_touch=True,
        is_mobile=True,
    )
    watched = Watched(context, running.places.site)
    yield watched
    context.close()
    watched.no_complaints()
