"""The composition root: settings in, application out."""

from functools import partial

from fastapi import FastAPI

from activation import api, confirmation_pages, handlers, help_pages, pages, purge, sign_in_pages
from activation.address_limits import AddressLimit
from activation.parts import make_parts
from activation.settings import Settings
from shared.background import Periodic
from shared.contracts.events import LetterPrinted
from shared.service import Service
from shared.web.csrf import FormSigner
from shared.web.pages import Pages, Site
from shared.web.setup import install_web


def create_app(settings: Settings) -> FastAPI:
    """The web application with its consumer and its purge; they run while it does."""
    service = Service("activation", settings)
    service.consume("activation.letter-printed", {LetterPrinted: handlers.letter_printed})
    service.run_beside(Periodic("purge", purge.EVERY_SECONDS, partial(purge.purge, service.database)))
    site = Site(settings.public_url, FormSigner(settings.form_keys), settings.help_contact)
    own_pages = Pages("activation", site=site)
    app = service.create_app()
    install_web(app, own_pages)
    app.state.parts = make_parts(settings, service.database, own_pages)
    app.state.address_limit = AddressLimit(settings.tries_per_minute_per_address)
    for module in (pages, confirmation_pages, sign_in_pages, help_pages, api):
        app.include_router(module.router)
    return app
