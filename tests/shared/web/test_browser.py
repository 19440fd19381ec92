"""The sample page in a real browser: accessible in every state, whole without JavaScript (research/ui.md §6, §7)."""

from collections.abc import AsyncIterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync"]  # fmt: skip
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STATES = {
    "normal": {},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "forced colours": {"forced_colors": "active"},
    "reduced motion": {"reduced_motion": "reduce"},
}


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=LAUNCH)
        yield browser
        await browser.close()


@pytest.fixture
def open_page(browser: Browser, address: str):
    """Function: browser options → the form in a context of its own, whose console must stay silent."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def open_(**options) -> Page:
        context = await browser.new_context(locale="fr-FR", base_url=address, **options)
        contexts.append(context)
        page = await context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto("/formulaire")
        return page

    return open_, contexts, complaints


@pytest.fixture
async def form_page(open_page):
    open_, contexts, complaints = open_page
    yield open_
    for context in contexts:
        await context.close()
    # The page shown after errors answers 422, which Chromium calls a failure to load.
    assert [text for text in complaints if "status of 422" not in text] == []


async def violations(page: Page) -> list[str]:
    await page.evaluate(AXE)
    found = await page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    return [f"{v['id']}: {[n['html'] for n in v['nodes']]}" for v in found["violations"]]


async def send(page: Page) -> None:
    async with page.expect_navigation():
        await page.get_by_role("button", name="Créer mon compte").click()


async def fill(page: Page, answers: dict[str, str]) -> None:
    for name, value in answers.items():
        control = page.locator(f"[name={name}]").first
        if name in {"situation", "terms"}:
            await control.check()
        elif name == "question":
            await control.select_option(value)
        else:
            await control.fill(value)


async def sideways_scroll(page: Page) -> int:
    return await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("state", STATES)
async def test_the_page_is_accessible_empty_and_with_every_error(form_page, state):
    page = await form_page(**STATES[state])
    assert await violations(page) == []
    assert await sideways_scroll(page) == 0
    await send(page)
    assert await page.locator(".error").count() == 11
    assert await violations(page) == []
    assert await sideways_scroll(page) == 0


async def test_axe_does_see_faults(form_page):
    page = await form_page()
    await page.evaluate("document.querySelector('label[for=postcode]').remove()")
    assert "label" in [v.split(":")[0] for v in await violations(page)]


async def test_texts_spaced_out_and_doubled_still_fit(form_page):
    page = await form_page(viewport={"width": 320, "height": 640})
    await page.evaluate(
        """for (const e of document.querySelectorAll('*')) {
            e.style.setProperty('line-height', '1.5', 'important');
            e.style.setProperty('letter-spacing', '0.12em', 'important');
            e.style.setProperty('word-spacing', '0.16em', 'important');
        }"""
    )
    assert await sideways_scroll(page) == 0
    wide = await form_page(viewport={"width": 1280, "height": 800})
    await wide.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await sideways_scroll(wide) == 0


async def test_targets_are_large_enough(form_page):
    page = await form_page(viewport={"width": 320, "height": 640})
    large = "main :is(.button, select, textarea, input:not([type=hidden], [type=radio], [type=checkbox]))"
    heights = await page.evaluate(
        "large => [...document.querySelectorAll(large)].map(e => e.getBoundingClientRect().height)", large
    )
    assert len(heights) > 10
    assert min(heights) >= 44
    small = await page.evaluate(
        """[...document.querySelectorAll('a:not(.skip), summary, [type=radio], [type=checkbox]')]
            .filter(e => e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"""
    )
    assert small == []


@pytest.mark.parametrize("javascript", [True, False])
async def test_enter_does_the_main_action(form_page, javascript):
    page = await form_page(java_script_enabled=javascript)
    await page.locator("#captcha").fill("1")
    async with page.expect_navigation():
        await page.locator("#captcha").press("Enter")
    assert "erreurs à corriger" in await page.locator("main").inner_text()


@pytest.mark.parametrize("javascript", [True, False])
async def test_the_whole_form_goes_through(form_page, answers, javascript):
    page = await form_page(java_script_enabled=javascript)
    await fill(page, answers)
    await send(page)
    assert await page.locator("h1").inner_text() == "C’est fait"
    assert not javascript or await violations(page) == []  # axe itself needs it


async def test_errors_take_the_focus_and_lead_to_the_field(form_page):
    page = await form_page()
    await send(page)
    assert await page.evaluate("document.activeElement.matches('[data-error-summary]')")
    await page.locator(".summary a", has_text="date de naissance").click()
    assert await page.evaluate("document.activeElement.id") == "birth_date_day"


async def test_a_password_is_shown_on_demand_and_hidden_before_it_leaves(form_page):
    page = await form_page()
    field, button = page.locator("#password"), page.get_by_role("button", name="Afficher le mot de passe")
    await field.fill("une phrase")
    await button.click()
    assert await field.get_attribute("type") == "text"
    assert await page.get_by_role("status").inner_text() == "Le texte saisi est affiché"
    await page.evaluate(
        """document.querySelector('form').addEventListener('submit', event => {
            window.sentAs = document.querySelector('#password').type; event.preventDefault(); })"""
    )
    await page.get_by_role("button", name="Créer mon compte").click()
    assert await page.evaluate("window.sentAs") == "password"


async def test_without_javascript_no_useless_button_is_shown(form_page):
    page = await form_page(java_script_enabled=False)
    assert await page.locator(".reveal").first.is_visible() is False


async def test_revealing_the_buttons_moves_nothing(form_page):
    page = await form_page()
    shift = await page.evaluate(
        """new Promise(done => { let sum = 0; new PerformanceObserver(list => {
            for (const entry of list.getEntries()) sum += entry.value;
            }).observe({type: 'layout-shift', buffered: true});
            requestAnimationFrame(() => requestAnimationFrame(() => done(sum))); })"""
    )
    assert shift <= 0.01


async def test_a_second_click_sends_nothing_more(form_page, answers):
    page = await form_page()
    await fill(page, answers)
    posts = []
    page.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    async with page.expect_navigation():
        await page.evaluate("for (const _ of [1, 2, 3]) document.querySelector('main .button:not(.secondary)').click()")
    assert len(posts) == 1


async def test_another_captcha_keeps_every_answer(form_page, answers):
    page = await form_page()
    await fill(page, answers)
    await page.get_by_role("button", name="Changer le texte").click()
    await expect(page.locator("#captcha")).to_have_value("")
    assert await page.locator("#family_name").input_value() == "Lefèvre"
    assert await page.locator("#password").input_value() == answers["password"]
    assert await page.get_by_role("status").inner_text() == "Nouvelle image affichée"
    assert await page.evaluate("document.activeElement.id") == "captcha"


async def test_another_site_cannot_post_the_form(browser, address):
    page = await browser.new_page()
    await page.goto("data:text/html,<title>Ailleurs</title>")
    await page.set_content(f'<form method="post" action="{address}/formulaire"><button>x</button></form>')
    async with page.expect_response("**/formulaire") as waiting:
        await page.get_by_role("button").click()
    answer = await waiting.value
    assert answer.status == 403
    assert (await answer.request.all_headers())["sec-fetch-site"] == "cross-site"
    await page.close()


async def test_print_keeps_the_content_only(form_page):
    page = await form_page()
    await page.emulate_media(media="print")
    for hidden in ("nav", "footer", ".skip", "main .button"):
        assert await page.locator(hidden).first.is_visible() is False
    assert await page.locator("h1").is_visible()
