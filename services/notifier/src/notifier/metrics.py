"""Figures for operations."""

from prometheus_client import Counter

DELIVERIES = Counter("espace_deliveries", "Tries to send a mail, by what became of them", ["template", "outcome"])
LINKS_LEFT_OUT = Counter(
    "espace_mail_links_left_out",
    "Mails of a letter built without their link, whose token could not be opened",
    ["template"],
)
