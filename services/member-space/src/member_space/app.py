"""The member space put together."""

from functools import partial

from fastapi import FastAPI

from member_space import french, handlers, retention
from member_space.cases.rules import case_state
from member_space.desk import declared_roles
from member_space.mandates import reminders
from member_space.operations.asking import Services
from member_space.profile import closing
from member_space.questions import topics
from member_space.routes import install_routes
from member_space.settings import Settings
from member_space.situation.pages import report_offering
from member_space.situation.situations import situations
from member_space.timeline.handlers import journey
from member_space.timeline.kept import KEPT
from shared.background import Periodic
from shared.contracts.events import AccountFrozen, EmailConfirmed, SecurityChanged
from shared.service import Service
from shared.web.csrf import FormSigner
from shared.web.french import cents
from shared.web.opened_forms import OpenedForms
from shared.web.pages import Pages, Site
from shared.web.published_keys import PublishedKeys
from shared.web.reading import UPLOAD_LIMIT
from shared.web.setup import install_web


def create_service(settings: Settings) -> Service:
    """The member space's database, consumers and what it does by itself."""
    service = Service("member-space", settings)
    service.consume("member-space.email-confirmed", {EmailConfirmed: handlers.email_confirmed})
    service.consume(
        "member-space.account-taken-back",
        {AccountFrozen: handlers.account_frozen, SecurityChanged: handlers.security_changed},
    )
    service.consume("member-space.journey", dict.fromkeys(KEPT, journey))
    service.forget(retention.rules(settings))
    close_accounts = partial(closing.close_one, service.database)
    service.run_beside(Periodic("closing of accounts", closing.EVERY_SECONDS, close_accounts))
    remind = partial(reminders.remind, service.database)
    service.run_beside(Periodic("reminders", reminders.EVERY_SECONDS, remind))
    return service


def create_app(settings: Settings) -> FastAPI:
    """The web application."""
    service = create_service(settings)
    app = service.create_app()
    pages = Pages("member_space", site=Site(settings.public_url, FormSigner(settings.form_keys), settings.help_contact))
    pages.environment.filters |= {
        "cents": cents, "date_short": french.date_short, "file_size": french.file_size, "age": french.age,
        "case_state": case_state,
    }  # fmt: skip
    install_web(app, pages, most=UPLOAD_LIMIT)
    app.state.database = service.database
    app.state.opened_forms = OpenedForms(settings.form_keys)
    app.state.situation_report = report_offering(situations(settings.more_situations))
    app.state.question_topics = topics.parse(settings.question_topics)
    app.state.amc_number = settings.amc_number
    app.state.notifier = settings.notifier_public_key
    app.state.published_keys = PublishedKeys(settings.activation_keys_url.split())
    app.state.services = Services.parse(settings.service_addresses)
    install_routes(app)
    declared_roles.require(app)
    return app
