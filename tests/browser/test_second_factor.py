"""The second factor in a browser: a passkey by Chromium's virtual authenticator, an application, a recovery code."""

import time

import pyotp
import pytest
from browser.residents import resident, sign_in
from playwright.sync_api import expect

OVERVIEW = "/compte/securite/double-verification"


class Codes:
    """An authenticator application: the codes of the steps that were not used yet."""

    def __init__(self, page) -> None:
        self.totp = pyotp.TOTP(page.locator("p.mono.reference").inner_text().replace(" ", ""))
        self.used = 0

    def next(self) -> str:
        self.used = max(self.used + 1, int(time.time()) // 30)
        return self.totp.at(self.used * 30)


@pytest.fixture
def member(running, someone):
    return resident(running, someone())


@pytest.fixture
def authenticator(watched):
    """A telephone that says yes to everything; what it holds."""
    devtools = watched.page.context.new_cdp_session(watched.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield lambda: devtools.send("WebAuthn.getCredentials", made)["credentials"]
    devtools.detach()


def entered(watched) -> None:
    expect(watched.page).to_have_url(f"{watched.site}/espace/")
    expect(watched.page.locator("h1")).to_be_visible()


def add_application(watched, look) -> tuple[Codes, list[str]]:
    page = watched.page
    watched.open(f"{OVERVIEW}/application")
    expect(page.locator(".qr svg")).to_be_visible()
    look()
    codes = Codes(page)
    page.locator("[name=code]").fill("12")
    watched.press(f"{OVERVIEW}/application")
    expect(page.locator("[data-error-summary]")).to_contain_text("6 chiffres")
    page.locator("[name=code]").fill(codes.next())
    watched.press(f"{OVERVIEW}/application")
    return codes, page.locator(".codes li").all_inner_texts()


def answer(watched, code: str) -> None:
    expect(watched.page.locator("h1")).to_have_text("Vérifiez que c’est bien vous")
    watched.page.locator("[name=code]").fill(code)
    watched.press("/connexion/verification")


def leave(watched) -> None:
    watched.open("/espace/")
    watched.press("/deconnexion")


def add_passkey(watched, look) -> list[str]:
    """The recovery codes."""
    page = watched.page
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    expect(page.locator("[data-without-passkey]")).to_be_hidden()
    look()
    make = page.get_by_role("button", name="Créer la clé d’accès")
    with page.expect_navigation():
        make.click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Donnez un nom")
    page.get_by_label("Nom de la clé d’accès").fill("Mon téléphone")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Vos codes de secours")
    look()
    codes = page.locator(".codes li").all_inner_texts()
    page.get_by_role("link", name="J’ai gardé mes codes").click()
    expect(page.locator("main")).to_contain_text("Mon téléphone")
    expect(page.locator("main")).to_contain_text("Il vous en reste 10")
    look()

    # the same telephone makes no second one: the browser says so, in the page
    watched.open(f"{OVERVIEW}/cle")
    page.get_by_label("Nom de la clé d’accès").fill("Encore")
    make.click()
    expect(page.locator("[data-passkey-error]")).to_contain_text("déjà enregistrée")
    look()
    return codes


def confirm_by_passkey(running, watched, member, look) -> None:
    """A sensitive change, later: the password and the passkey."""
    page = watched.page
    running.system.postgres.sql(
        "update session set created_at = created_at - interval '10 minutes'", database="activation"
    )
    watched.open(OVERVIEW)
    page.get_by_role("link", name="Retirer la clé d’accès Mon téléphone").click()
    expect(page.locator("h1")).to_have_text("Confirmez que c’est bien vous")
    look()
    page.locator("[name=password]").fill(member.password)
    with page.expect_navigation():
        page.get_by_role("button", name="Continuer avec une clé d’accès").click()
    expect(page.locator("h1")).to_contain_text("Mon téléphone")
    look()
    watched.open(f"{OVERVIEW}/codes")
    look()


def test_passkeys_with_javascript(running, watched, member, authenticator):
    page, look = watched.page, watched.in_every_look
    sign_in(watched, member, OVERVIEW)
    expect(page.locator("h1")).to_have_text("Double vérification")
    look()
    codes = add_passkey(watched, look)
    assert len(set(codes)) == 10
    leave(watched)
    sign_in(watched, member, "/espace/")
    expect(page.locator("h1")).to_have_text("Vérifiez que c’est bien vous")
    look()
    (before,) = authenticator()
    with page.expect_navigation():
        page.get_by_role("button", name="Utiliser une clé d’accès").click()
    entered(watched)
    assert [one["signCount"] for one in authenticator()] == [before["signCount"] + 1]
    confirm_by_passkey(running, watched, member, look)

    # an application beside it, and a recovery code in the place of both
    application, none = add_application(watched, look)
    assert none == []
    expect(page.locator(".notice.success")).to_contain_text("C’est fait")
    for given in (application.next(), codes[4].lower()):
        leave(watched)
        sign_in(watched, member, "/espace/")
        answer(watched, given)
        entered(watched)
    watched.open(OVERVIEW)
    expect(page.locator("main")).to_contain_text("Il vous en reste 9")


def test_an_application_without_javascript(watched_without_script, member):
    watched = watched_without_script
    page = watched.page
    sign_in(watched, member, OVERVIEW)
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    expect(page.locator("main")).to_contain_text("Ce navigateur ne peut pas créer de clé d’accès")
    expect(page.get_by_role("button", name="Créer la clé d’accès")).to_have_count(0)
    application, codes = add_application(watched, lambda: None)
    assert len(codes) == 10
    leave(watched)
    sign_in(watched, member, "/espace/")
    answer(watched, "000000" if application.totp.now() != "000000" else "111111")
    expect(page.locator("[data-error-summary]")).to_contain_text("Ce code n’est pas le bon")
    answer(watched, application.next())
    entered(watched)
    leave(watched)
    sign_in(watched, member, "/espace/")
    answer(watched, codes[0])
    entered(watched)
    watched.open(f"{OVERVIEW}/application/retirer")
    watched.press(f"{OVERVIEW}/application/retirer")
    expect(page.locator(".notice.success")).to_contain_text("est retiré")
    leave(watched)
    sign_in(watched, member, "/espace/")
    entered(watched)
