"""Registration put together."""

from datetime import timedelta

from fastapi import FastAPI

from registration import retention
from registration.account_requests import AccountRequests
from registration.captcha_challenge import Challenges
from registration.captcha_media import CaptchaMedia
from registration.captcha_pages import captcha_pages
from registration.desk import desk_questions
from registration.handlers import HANDLED
from registration.identifier_page import IdentifierPage
from registration.identifier_requests import IdentifierRequests
from registration.identity_check import IdentityCheck
from registration.judging import Judge
from registration.letter_pages import CreatePage, RecoveryPage
from registration.number_limit import NumberLimit
from registration.pages import show_pages
from registration.postal_delay import DELAYS
from registration.request_cookie import RequestCookie
from registration.request_page import FormParts
from registration.settings import Settings
from registration.tracking_page import TrackingParts, tracking_page
from shared.background import Periodic
from shared.database.engine import Database
from shared.database.throttle import Rate
from shared.service import Service
from shared.web import address_limit
from shared.web.address_limit import AddressLimit
from shared.web.csrf import FormSigner
from shared.web.pages import Pages, Site
from shared.web.setup import install_web


def create_service(settings: Settings) -> Service:
    """What goes on beside the pages: queues, and forgetting in time."""
    service = Service("registration", settings)
    for queue, handlers in HANDLED.items():
        service.consume(queue, handlers)
    service.forget(retention.rules(settings))
    return service


def create_app(settings: Settings) -> FastAPI:
    """The web application."""
    service = create_service(settings)
    pages = Pages("registration", site=Site(settings.public_url, FormSigner(settings.form_keys), settings.help_contact))
    pages.environment.globals["delays"] = {zone.value: delay for zone, delay in DELAYS.items()}
    parts = _parts(settings, service.database, pages)
    service.run_beside(Periodic("purge of limits", address_limit.PURGE_SECONDS, parts.tries.purge))
    cookie = RequestCookie(settings.form_keys)
    number_limit = NumberLimit(settings.fingerprint_keys, settings.requests_per_hour_per_number)
    check = IdentityCheck(settings.fingerprint_keys, number_limit)
    judge = Judge(settings.fingerprint_keys, settings.notifier_public_key)
    letters = AccountRequests(service.database, check, judge)
    app = service.create_app()
    install_web(app, pages)
    app.include_router(show_pages(pages, cookie))
    for letter_page in (CreatePage, RecoveryPage):
        app.include_router(letter_page(parts, letters, cookie).router())
    days = settings.print_shop_working_days.closed_on(settings.print_shop_closed_days)
    followed = TrackingParts(service.database, settings.fingerprint_keys, judge, cookie, days)
    app.include_router(tracking_page(parts, followed))
    app.include_router(IdentifierPage(parts, IdentifierRequests(service.database, check)).router())
    if settings.activation_keys_url:
        app.include_router(desk_questions(service.database, settings.fingerprint_keys, app.state.staff_doors))
    app.include_router(captcha_pages(parts.challenges, CaptchaMedia(), parts.tries))
    return app


def _parts(settings: Settings, database: Database, pages: Pages) -> FormParts:
    """What the public forms share; the purge of one limit forgets what all of them have counted."""
    tries = Rate(settings.tries_per_minute_per_address, timedelta(minutes=1))
    requests = Rate(settings.requests_per_hour_per_address, timedelta(hours=1))
    return FormParts(
        pages=pages,
        challenges=Challenges(settings.captcha_keys, settings.captcha_answer),
        tries=AddressLimit(database, settings.form_keys, "registration tries", tries),
        requests=AddressLimit(database, settings.form_keys, "registration requests", requests),
        answer_seconds=settings.answer_seconds,
    )
