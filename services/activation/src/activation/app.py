"""The composition root: settings in, application out."""

from functools import partial

from fastapi import FastAPI

from activation import (
    api,
    confirmation_pages,
    handlers,
    pages,
    reminders,
    retention,
    sign_in_pages,
    step_up_pages,
    terms_pages,
)
from activation.guessing import EVERY_SECONDS, GuessingWatch
from activation.parts import make_parts
from activation.recovery import disavowal_pages, request_pages, reset_pages
from activation.second_factor.routes import PAGES as SECOND_FACTOR_PAGES
from activation.security_settings.routes import PAGES as SECURITY_PAGES
from activation.settings import Settings
from activation.staff import password_pages as staff_password_pages
from activation.staff import sign_in_pages as staff_sign_in_pages
from shared.background import Periodic
from shared.contracts.events import AccountClosed, LetterPrinted, LetterReturned, RecoveryLetterRequested
from shared.service import Service
from shared.web import address_limit
from shared.web.csrf import FormSigner
from shared.web.pages import Pages, Site
from shared.web.setup import install_web

RECOVERY_PAGES = (request_pages, reset_pages, disavowal_pages)
STAFF_PAGES = (staff_sign_in_pages, staff_password_pages)


def create_app(settings: Settings) -> FastAPI:
    """The web application with its consumers, reminders and purges; they run while it does."""
    service = Service("activation", settings)
    service.consume("activation.letter-printed", {LetterPrinted: handlers.letter_printed})
    service.consume("activation.letter-returned", {LetterReturned: handlers.letter_returned})
    account_closed = partial(handlers.account_closed, keys=settings.fingerprint_keys)
    service.consume("activation.account-closed", {AccountClosed: account_closed})
    letter_asked = partial(handlers.recovery_letter_requested, notifier=settings.notifier_public_key)
    service.consume("activation.recovery-letter", {RecoveryLetterRequested: letter_asked})
    service.forget(retention.rules(settings))
    site = Site(settings.public_url, FormSigner(settings.form_keys), settings.help_contact)
    own_pages = Pages("activation", site=site)
    parts = make_parts(settings, service.database, own_pages)
    service.run_beside(Periodic("purge of address limits", address_limit.PURGE_SECONDS, parts.address_limit.purge))
    remind = partial(reminders.remind, service.database)
    service.run_beside(Periodic("reminders of letters", reminders.EVERY_SECONDS, remind))
    watch = GuessingWatch(service.database, settings.guessing_alert_accounts)
    service.run_beside(Periodic("look for guessing", EVERY_SECONDS, watch.look))
    service.alert_by(watch.alerts)
    app = service.create_app()
    install_web(app, own_pages)
    app.state.parts = parts
    own = (pages, confirmation_pages, sign_in_pages, step_up_pages, terms_pages, api)
    for module in (*own, *RECOVERY_PAGES, *SECOND_FACTOR_PAGES, *SECURITY_PAGES, *STAFF_PAGES):
        app.include_router(module.router)
    return app
