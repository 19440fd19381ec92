"""Puts ``letters`` together."""

from datetime import timedelta
from functools import partial

from fastapi import FastAPI

from letters import retention, upkeep
from letters.api import print_shop_api
from letters.batch_maker import BatchMaker
from letters.erasing import account_closed
from letters.handlers import on_account_requested, on_print_receipt
from letters.letter_page import LetterPage
from letters.settings import Settings
from shared.background import Periodic
from shared.contracts.events import AccountClosed, AccountRequested
from shared.contracts.print_batch import PrintReceipt
from shared.security.hashing import SecretHasher
from shared.service import Service
from shared.web.setup import install_web


def create_app(settings: Settings) -> FastAPI:
    """The service, not yet started."""
    service = Service("letters", settings)
    service.consume("letters.account-requested", {AccountRequested: on_account_requested})
    service.consume("letters.print-receipts", {PrintReceipt: on_print_receipt})
    service.consume("letters.account-closed", {AccountClosed: account_closed})
    service.run_beside(
        BatchMaker(
            service.database,
            LetterPage(settings.sender, settings.public_url),
            SecretHasher(settings.provisional_password_peppers, "provisional-password"),
            settings.print_shop_public_key,
            most=settings.print_batch_max_letters,
            max_age=timedelta(seconds=settings.print_batch_max_age_seconds),
        )
    )
    service.forget(retention.rules(settings))
    service.run_beside(
        Periodic("measure of letters", upkeep.MEASURE_SECONDS, partial(upkeep.measure, service.database))
    )
    app = service.create_app()
    app.include_router(print_shop_api(service.database, settings.print_shop_token))
    install_web(app)
    return app
