import pytest
from support.browser import Watched, chromium
from support.system import Running, someone, started

__all__ = ["chromium", "someone"]


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    """Two replicas of every service: each request meets another one than the request before."""
    with started(Running(tmp_path_factory.mktemp("replicas"), replicas=2)) as running:
        yield running


@pytest.fixture
def watched(running, chromium):
    """A page of a new visitor, with JavaScript."""
    context = chromium.new_context(locale="fr-FR", viewport={"width": 1000, "height": 800})
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
