"""Forms in a browser: each answer goes into the field of its name, whatever kind of field that is."""

from playwright.sync_api import Page


def fill(page: Page, answers: dict[str, str]) -> None:
    """Type, tick or choose. Answers of radio buttons and lists are values, not words."""
    for name, value in answers.items():
        field = page.locator(f"[name={name}]")
        match field.first.evaluate("field => field.type"):
            case "radio":
                page.locator(f"[name={name}][value={value}]").check()
            case "checkbox":
                field.check()
            case "select-one":
                field.select_option(value)
            case _:
                field.fill(value)
