"""Every form of the account counts for the network address that it comes from, but for those that only leave."""

import inspect
import re
import sys

import pytest
from fastapi.routing import iter_route_contexts

LEAVING = {"/deconnexion", "/gestion/deconnexion", "/compte/securite/connexions"}
"""Signing out here or elsewhere is always let pass."""


def source(function) -> str:
    """Of a function and of those of its module that it calls."""
    own = inspect.getsource(function)
    called = re.findall(r"await (_\w+)\(", own)
    return own + "".join(source(getattr(sys.modules[function.__module__], name)) for name in called)


def test_every_form_counts(world):
    forms = {one.path: one.endpoint for one in iter_route_contexts(world.app.routes) if "POST" in (one.methods or ())}
    assert len(forms) > 20
    assert {path for path, endpoint in forms.items() if ".let_pass(" not in source(endpoint)} == LEAVING


@pytest.mark.parametrize("path", ["/compte/cree", "/compte/confirmer", "/compte/adresse/confirmer"])
async def test_the_forms_of_links_too(make_world, path):
    world = make_world(tries_per_minute_per_address=3)
    visitor = world.visitor()
    hidden = await visitor.form_of("/connexion")
    seen = [(await visitor.http.post(path, data=hidden)).status_code for _ in range(4)]
    assert seen == [303, 303, 303, 429]
