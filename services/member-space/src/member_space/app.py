"""The member space put together."""

from functools import partial

from fastapi import FastAPI

from member_space import french, handlers
from member_space.access import used_assertions
from member_space.access.published_keys import PublishedKeys
from member_space.desk import declared_roles
from member_space.desk.pages import router as desk_router
from member_space.pages import router
from member_space.settings import Settings
from shared.background import Periodic
from shared.contracts.events import EmailConfirmed
from shared.service import Service
from shared.web.csrf import FormSigner
from shared.web.pages import Pages, Site
from shared.web.setup import install_web


def create_service(settings: Settings) -> Service:
    """The member space's database, consumer and purge."""
    service = Service("member-space", settings)
    service.consume("member-space.email-confirmed", {EmailConfirmed: handlers.email_confirmed})
    forget = partial(used_assertions.purge, service.database)
    service.run_beside(Periodic("purge", used_assertions.PURGE_SECONDS, forget))
    return service


def create_app(settings: Settings) -> FastAPI:
    """The web application."""
    service = create_service(settings)
    app = service.create_app()
    pages = Pages("member_space", site=Site(settings.public_url, FormSigner(settings.form_keys), settings.help_contact))
    pages.environment.filters |= {"cents": french.cents, "date_short": french.date_short}
    install_web(app, pages)
    app.state.database = service.database
    app.state.published_keys = PublishedKeys(settings.activation_keys_url.split())
    app.include_router(router)
    app.include_router(desk_router)
    declared_roles.require(app)
    return app
