"""A form of a page, ready to be filled in and sent."""

from html.parser import HTMLParser


class _Hidden(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.found, self.there = action, False, {}, False

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self.inside = told.get("action") == self.action
            self.there = self.there or self.inside
        elif tag == "input" and self.inside and told.get("type") == "hidden":
            self.found[told["name"]] = told.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False


def hidden_fields(page: str, action: str) -> dict[str, str]:
    """What the form that goes to ``action`` sends besides what is typed."""
    parser = _Hidden(action)
    parser.feed(page)
    assert parser.there, f"no form for {action}"
    return parser.found
