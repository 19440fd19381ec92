"""Registration put together."""

from fastapi import FastAPI

from registration import retention
from registration.account_requests import AccountRequests
from registration.captcha_challenge import Challenges
from registration.captcha_media import CaptchaMedia
from registration.captcha_pages import captcha_pages
from registration.create_page import CreatePage
from registration.desk import desk_questions
from registration.handlers import account_activated, account_closed, address_changed, email_confirmed
from registration.pages import show_pages
from registration.request_cookie import RequestCookie
from registration.settings import Settings
from shared.contracts.events import AccountActivated, AccountClosed, AddressChanged, EmailConfirmed
from shared.service import Service
from shared.web.csrf import FormSigner
from shared.web.pages import Pages, Site
from shared.web.setup import install_web


def create_service(settings: Settings) -> Service:
    """What goes on beside the pages: two queues, and forgetting in time."""
    service = Service("registration", settings)
    service.consume(
        "registration.account-state",
        {AccountActivated: account_activated, EmailConfirmed: email_confirmed, AccountClosed: account_closed},
    )
    service.consume("registration.address-changed", {AddressChanged: address_changed})
    service.forget(retention.rules(settings))
    return service


def create_app(settings: Settings) -> FastAPI:
    """The web application."""
    service = create_service(settings)
    pages = Pages("registration", site=Site(settings.public_url, FormSigner(settings.form_keys), settings.help_contact))
    challenges = Challenges(settings.captcha_keys, settings.captcha_answer)
    cookie = RequestCookie(settings.form_keys)
    requests = AccountRequests(service.database, settings.fingerprint_keys)
    app = service.create_app()
    install_web(app, pages)
    app.include_router(show_pages(pages, cookie))
    app.include_router(CreatePage(pages, challenges, requests, cookie, settings.answer_seconds).router())
    if settings.activation_keys_url:
        app.include_router(desk_questions(service.database, settings.fingerprint_keys, app.state.staff_doors))
    app.include_router(captcha_pages(challenges, CaptchaMedia()))
    return app
