"""Members who add a second factor and sign in with it, for the tests of ``activation``."""

import json
import re
import time
from html import unescape

import httpx
import pyotp

OVERVIEW = "/compte/securite/double-verification"
APPLICATION, PASSKEY = f"{OVERVIEW}/application", f"{OVERVIEW}/cle"
VERIFICATION = "/connexion/verification"
_CODES = re.compile(r"<li>([0-9A-Z]{5}(?:-[0-9A-Z]{5}){2})</li>")


def code(secret: str, steps: int = 0) -> str:
    """The six digits of now, or of so many steps of 30 s before (negative) or after."""
    return pyotp.TOTP(secret).at(time.time(), counter_offset=steps)


def secret_on(page: httpx.Response) -> str:
    """The secret as it is shown to be typed."""
    (shown,) = re.findall(r'<p class="mono reference">([A-Z2-7 ]+)</p>', page.text)
    return shown.replace(" ", "")


def options_on(page: httpx.Response) -> dict:
    """What the browser is asked for."""
    (options,) = re.findall(r'data-options="([^"]*)"', page.text)
    return json.loads(unescape(options))


def codes_on(page: httpx.Response) -> list[str]:
    """The recovery codes that a page shows."""
    return _CODES.findall(page.text)


def fields_on(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of its last form: those above it are of « Se déconnecter »."""
    form = page.text[page.text.rindex("<form") :]
    found = re.findall(r'name="(form_token|submission_id|suite|opened)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


async def add_application(visitor, **fields: str) -> tuple[str, list[str]]:
    """Its secret, and the recovery codes if they were shown. Its newest used code is that of now."""
    page = await visitor.get(APPLICATION)
    secret = secret_on(page)
    answer = await visitor.http.post(APPLICATION, data=fields_on(page) | {"code": code(secret)} | fields)
    assert answer.status_code in {200, 303}, answer.text
    return secret, codes_on(answer)


async def add_passkey(visitor, authenticator, name: str = "Mon téléphone", **fields: str) -> list[str]:
    """The recovery codes if they were shown."""
    page = await visitor.get(PASSKEY)
    made = authenticator.make(options_on(page))
    answer = await visitor.http.post(PASSKEY, data=fields_on(page) | {"name": name, "passkey": made} | fields)
    assert answer.status_code in {200, 303}, answer.text
    return codes_on(answer)


async def verify(visitor, suite: str = "", **fields: str) -> httpx.Response:
    """Answer what the sign-in still asks for."""
    page = await visitor.get(f"{VERIFICATION}?suite={suite}" if suite else VERIFICATION)
    return await visitor.http.post(VERIFICATION, data=fields_on(page) | fields)


async def verify_with(visitor, authenticator, **wrong) -> httpx.Response:
    """The same with a passkey."""
    page = await visitor.get(VERIFICATION)
    return await visitor.http.post(
        VERIFICATION, data=fields_on(page) | {"passkey": authenticator.sign(options_on(page), **wrong)}
    )
