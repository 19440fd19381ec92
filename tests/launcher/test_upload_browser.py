"""A form of files in a real browser, through the real gateway, with and without JavaScript."""

import socket
import threading

import pytest
import uvicorn
from support import files_of
from support.browser import Watched, chromium
from support.sample_pages import make_app

from .test_gateway import started

__all__ = ["chromium"]
PAGE = "/espace/envoi"
PDF = {"name": "bulletin.pdf", "mimeType": "application/pdf", "buffer": files_of.pdf()}
SCRIPT = {"name": "facture.pdf", "mimeType": "application/pdf", "buffer": files_of.SCRIPT}
HEAVY = {"name": "lourd.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-" + bytes(6_000_000)}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The gateway with the sample page in the place of the member space; who has the cookie is signed in."""
    with started(tmp_path_factory.mktemp("gateway")) as gateway:
        behind = gateway.upstreams["member-space"]
        behind.stop()
        listening = socket.create_server(("127.0.0.1", behind.port))
        address = str(gateway.client.base_url).rstrip("/").replace("127.0.0.1", "localhost")
        app = make_app(address)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", loop="asyncio"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield address, app.state.kept
        server.should_exit = True
        thread.join(10)
        behind.start()


@pytest.fixture(params=[True, False], ids=["javascript", "no javascript"])
def visit(request, chromium, site):
    """A page of who is signed in, and whether it has JavaScript."""
    address, kept = site
    kept.clear()
    context = chromium.new_context(java_script_enabled=request.param, base_url=address, locale="fr-FR")
    context.add_cookies([{"name": "session", "value": "good", "url": address}])
    watched = Watched(context, address)
    watched.open(PAGE)
    yield watched, request.param
    watched.no_complaints()
    context.close()


def fill(watched, *files):
    watched.page.locator("#message").fill("Je reprends à mi-temps.")
    watched.page.locator("#proofs").set_input_files(list(files))


def test_files_reach_the_service(visit, site):
    watched, javascript = visit
    if javascript:
        watched.in_every_look()
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": files_of.located_jpeg(size=(1500, 1500))}
    fill(watched, PDF, photo)
    assert len(photo["buffer"]) > 1_000_000, "the way of large bodies"
    watched.press(PAGE)
    assert watched.page.locator("h1").inner_text() == "C’est fait"
    [files] = site[1]
    assert [file.name for file in files] == ["bulletin.pdf", "photo.jpg"]


def test_a_refused_file_is_told_next_to_it(visit, site):
    watched, javascript = visit
    fill(watched, SCRIPT)
    watched.press(PAGE)
    assert "« facture.pdf »".replace(" ", "\u00a0") in watched.page.locator("#proofs-error").inner_text()
    assert watched.page.locator("#message").input_value() == "Je reprends à mi-temps."
    assert site[1] == []
    if javascript:
        watched.in_every_look()


def test_what_is_too_large_is_told_and_the_text_is_kept(visit, site):
    """With JavaScript before it travels; without, by the page of the form, which the browser comes back to."""
    watched, javascript = visit
    fill(watched, PDF, HEAVY)
    if javascript:
        asked = []
        watched.page.on("request", lambda request: asked.append(request.method))
        watched.page.get_by_role("button", name="Envoyer").last.click()
        assert watched.page.evaluate("document.activeElement.id") == "proofs"
        assert asked == []
    else:
        watched.press(PAGE)
    assert "« lourd.pdf » dépasse 5 Mo" in watched.page.locator("#proofs-error").inner_text().replace("\u00a0", " ")
    assert watched.page.locator("#message").input_value() == "Je reprends à mi-temps."
    if javascript:
        watched.in_every_look()
        watched.page.locator("#proofs").set_input_files([PDF])
        assert watched.page.locator("#proofs-error").count() == 0
        watched.press(PAGE)
        assert len(site[1]) == 1


@pytest.mark.parametrize("visit", [False], ids=["no javascript"], indirect=True)
def test_more_than_the_gateway_takes_is_told_by_its_page(visit, site):
    """The browser is still sending when the answer comes."""
    watched, _ = visit
    fill(watched, HEAVY, HEAVY, HEAVY)
    watched.press(PAGE)
    assert watched.page.locator("h1").inner_text() == "Votre envoi est trop volumineux"
    assert "3 fichiers de 5 Mo chacun" in watched.page.locator("main").inner_text().replace("\u00a0", " ")
    watched.page.go_back()
    assert watched.page.locator("#message").input_value() == "Je reprends à mi-temps."


@pytest.mark.parametrize("visit", [False], ids=["no javascript"], indirect=True)
def test_who_is_no_longer_signed_in_is_told_by_its_page(visit, site):
    watched, _ = visit
    fill(watched, {**HEAVY, "buffer": HEAVY["buffer"][:5_000_000]})
    watched.page.context.clear_cookies(name="session")
    watched.press(PAGE)
    assert watched.page.locator("h1").inner_text() == "Vous n’êtes plus connecté"
