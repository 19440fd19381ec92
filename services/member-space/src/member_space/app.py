"""The member space put together."""

from functools import partial

from fastapi import FastAPI

from member_space import french, handlers
from member_space.access import used_assertions
from member_space.access.published_keys import PublishedKeys
from member_space.desk import declared_roles
from member_space.mandates import making, reminders
from member_space.routes import install_routes
from member_space.settings import Settings
from member_space.timeline.handlers import journey
from member_space.timeline.kept import KEPT
from shared.background import Periodic
from shared.contracts.events import EmailConfirmed
from shared.service import Service
from shared.web.csrf import FormSigner
from shared.web.french import cents
from shared.web.pages import Pages, Site
from shared.web.reading import UPLOAD_LIMIT
from shared.web.setup import install_web


def create_service(settings: Settings) -> Service:
    """The member space's database, consumers and purge."""
    service = Service("member-space", settings)
    service.consume("member-space.email-confirmed", {EmailConfirmed: handlers.email_confirmed})
    service.consume("member-space.journey", dict.fromkeys(KEPT, journey))
    forget = partial(used_assertions.purge, service.database)
    service.run_beside(Periodic("purge", used_assertions.PURGE_SECONDS, forget))
    drop = partial(making.forget_drafts, service.database)
    service.run_beside(Periodic("purge of drafts", making.PURGE_SECONDS, drop))
    remind = partial(reminders.remind, service.database)
    service.run_beside(Periodic("reminders", reminders.EVERY_SECONDS, remind))
    return service


def create_app(settings: Settings) -> FastAPI:
    """The web application."""
    service = create_service(settings)
    app = service.create_app()
    pages = Pages("member_space", site=Site(settings.public_url, FormSigner(settings.form_keys), settings.help_contact))
    pages.environment.filters |= {"cents": cents, "date_short": french.date_short}
    install_web(app, pages, most=UPLOAD_LIMIT)
    app.state.database = service.database
    app.state.notifier = settings.notifier_public_key
    app.state.published_keys = PublishedKeys(settings.activation_keys_url.split())
    install_routes(app)
    declared_roles.require(app)
    return app
