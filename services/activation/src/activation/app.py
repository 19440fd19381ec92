"""The composition root: settings in, application out."""

from functools import partial

from fastapi import FastAPI

from activation import api, confirmation_pages, handlers, help_pages, pages, purge, sign_in_pages, step_up_pages
from activation.parts import make_parts
from activation.second_factor.routes import PAGES as SECOND_FACTOR_PAGES
from activation.settings import Settings
from activation.staff import password_pages as staff_password_pages
from activation.staff import sign_in_pages as staff_sign_in_pages
from shared.background import Periodic
from shared.contracts.events import AccountClosed, LetterPrinted
from shared.service import Service
from shared.web import address_limit
from shared.web.csrf import FormSigner
from shared.web.pages import Pages, Site
from shared.web.setup import install_web

STAFF_PAGES = (staff_sign_in_pages, staff_password_pages)


def create_app(settings: Settings) -> FastAPI:
    """The web application with its consumer and its purges; they run while it does."""
    service = Service("activation", settings)
    service.consume("activation.letter-printed", {LetterPrinted: handlers.letter_printed})
    service.consume("activation.account-closed", {AccountClosed: handlers.account_closed})
    service.run_beside(Periodic("purge", purge.EVERY_SECONDS, partial(purge.purge, service.database)))
    site = Site(settings.public_url, FormSigner(settings.form_keys), settings.help_contact)
    own_pages = Pages("activation", site=site)
    parts = make_parts(settings, service.database, own_pages)
    service.run_beside(Periodic("purge of address limits", address_limit.PURGE_SECONDS, parts.address_limit.purge))
    app = service.create_app()
    install_web(app, own_pages)
    app.state.parts = parts
    own = (pages, confirmation_pages, sign_in_pages, step_up_pages, help_pages, api)
    for module in (*own, *SECOND_FACTOR_PAGES, *STAFF_PAGES):
        app.include_router(module.router)
    return app
