"""Puts ``letters`` together."""

from functools import partial

from fastapi import FastAPI

from letters import alerts, promise, retention
from letters.alerts import Watch
from letters.api import print_shop_api
from letters.batches.maker import BatchMaker
from letters.canary import asking as canary_letters
from letters.desk import Desk
from letters.erasing import account_closed
from letters.handlers import on_account_requested, on_print_receipt, on_uncounted_receipt
from letters.reconciliation import deadlines
from letters.settings import Settings
from letters.sheets.letter_page import LetterPage
from letters.sheets.press import Press
from shared.background import Periodic
from shared.contracts.events import AccountClosed, AccountRequested, MailGivenUp, MailSent
from shared.contracts.print_batch import PrintReceipt, PrintReceiptV1
from shared.messaging.consumer import Handler
from shared.operations.staff_doors import StaffDoors
from shared.security.hashing import SecretHasher
from shared.service import Service
from shared.web.setup import install_web


def create_app(settings: Settings) -> FastAPI:
    """The service, not yet started."""
    service = Service("letters", settings)
    service.consume("letters.account-requested", {AccountRequested: on_account_requested})
    service.consume("letters.print-receipts", {PrintReceipt: on_print_receipt, PrintReceiptV1: on_uncounted_receipt})
    service.consume("letters.account-closed", {AccountClosed: account_closed})
    rules = settings.closing_rules
    press = Press(LetterPage(settings.sender, settings.public_url))
    hasher = SecretHasher(settings.provisional_password_peppers, "provisional-password")
    keys = settings.manifest_signing_keys
    service.run_beside(BatchMaker(service.database, press, hasher, settings.print_shop_public_key, keys, rules))
    overdue = partial(deadlines.offer_overdue, service.database, rules, keys)
    service.run_beside(Periodic("overdue batches", deadlines.SECONDS, overdue))
    shop_days, address = settings.print_shop_days, settings.canary_address
    mail_sent: Handler = partial(promise.mail_sent, days=shop_days)
    service.consume("letters.mails", {MailSent: mail_sent, MailGivenUp: promise.mail_given_up})
    watch = Watch(shop_days, canary=address is not None)
    service.alert_by(watch.alerts)
    service.run_beside(Periodic("watch of the print room", alerts.SECONDS, watch.looking(service.database)))
    if address is not None:
        ask = partial(canary_letters.ask, service.database, address, rules.days)
        service.run_beside(Periodic("canary letters", canary_letters.SECONDS, ask))
    service.forget(retention.rules(settings))
    app = service.create_app()
    app.include_router(print_shop_api(service.database, settings.print_shop_token))
    if settings.activation_keys_url:
        doors: StaffDoors = app.state.staff_doors
        app.include_router(Desk(service.database, doors, rules, keys, shop_days, address is not None).router())
    install_web(app)
    return app
