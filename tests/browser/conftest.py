from contextlib import contextmanager

import pytest
from support.browser import Watched, chromium
from support.system import Running, journey, someone, started

__all__ = ["chromium", "journey", "someone"]


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    """Two replicas of every service: each request meets another one than the request before."""
    with started(Running(tmp_path_factory.mktemp("replicas"), replicas=2)) as running:
        yield running


@contextmanager
def visitor(running, chromium, **how):
    """A new browser, watched to its end."""
    context = chromium.new_context(**{"locale": "fr-FR", "viewport": {"width": 1000, "height": 800}} | how)
    watched = Watched(context, running.places.site)
    yield watched
    context.close()
    watched.no_complaints()


@pytest.fixture
def watched(running, chromium):
    """A page of a new visitor, with JavaScript."""
    with visitor(running, chromium) as watched:
        yield watched


@pytest.fixture
def watched_without_script(running, chromium):
    """A page of a new visitor on a phone, without JavaScript."""
    phone = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    with visitor(running, chromium, java_script_enabled=False, **phone) as watched:
        yield watched


@pytest.fixture
def tablet(running, chromium):
    """The same person at another browser."""
    safari = (
        "Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile/15E148 Safari/604.1"
    )
    with visitor(running, chromium, user_agent=safari) as watched:
        yield watched


@pytest.fixture
def desk(running, chromium):
    """The browser of one of the staff."""
    with visitor(running, chromium) as watched:
        yield watched


@pytest.fixture
def other_desk(running, chromium):
    """The browser of a second one."""
    with visitor(running, chromium) as watched:
        yield watched


@pytest.fixture
def desk_without_script(running, chromium):
    """The browser of one of the staff, without JavaScript."""
    with visitor(running, chromium, java_script_enabled=False) as watched:
        yield watched


@pytest.fixture
def other_desk_without_script(running, chromium):
    """The browser of a second one, without JavaScript."""
    with visitor(running, chromium, java_script_enabled=False) as watched:
        yield watched
