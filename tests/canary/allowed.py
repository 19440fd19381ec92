"""The only places where a planted secret may be, and why."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple

from canary.planted import KEYS, SERVERS_OWN
from canary.search import Hit


class Allowed(NamedTuple):
    """``places``: paths, ``{owner}`` standing for the address of the secret's owner."""

    places: tuple[str, ...]
    kinds: frozenset[str]
    why: str


ALLOWED = (
    Allowed(("views/pdf/print-shop/*.pdf",), frozenset({"provisional password"}), "the printed letter"),
    Allowed(
        ("views/mail-body/{owner}/*", "var/mail/*.eml"), frozenset({"confirmation token"}),
        "the member's own mail: whose it is, and that no header holds it, is seen in its opened form",
    ),
    Allowed(
        ("views/mail-body/{owner}/*", "var/mail/*.eml"), frozenset({"invitation token"}),
        "the invited person's own mail, likewise",
    ),
    Allowed(
        ("views/mail-body/{owner}/*", "var/mail/*.eml"),
        frozenset({"reset token", "address token", "report token", "letter token"}),
        "the member's own mail, of the three links to the account and the one to a letter",
    ),
    Allowed(
        ("views/dump/*", "views/mail-*", "var/mail/*", "base/*", "pg_wal/*", "var/postgres/*", "var/rabbitmq/*",
         "var/log/postgres.log"),
        frozenset({"new address"}), "an address is kept and sent on: in no log of a service, no metric and no name of a file",
    ),
    Allowed(("var/secrets/*",), KEYS, "the keys as they are handed to their holders, one folder each"),
    Allowed(
        (*(f"var/{file}" for file in SERVERS_OWN), "var/rabbitmq/rabbitmq.conf"),
        frozenset({"password of a server's own"}), "what PostgreSQL and RabbitMQ are started with, for their owner to read",
    ),
    Allowed(
        ("var/demonstration/register.csv",), frozenset({"member number", "NIR"}),
        "the back office's own export, from outside of the system",
    ),
)  # fmt: skip
"""Sealed bytes (batches, tokens for the notifier) need no line: what is sealed can't be found."""


def allowing(hit: Hit) -> Allowed | None:
    """The line that a hit is allowed by."""
    for line in ALLOWED:
        places = [place.format(owner=hit.secret.owner) for place in line.places]
        if hit.secret.kind in line.kinds and any(fnmatchcase(hit.place, place) for place in places):
            return line
    return None


def leaks(hits: Iterable[Hit]) -> list[str]:
    """Place, kind and encoding of every hit that is not allowed; never the secret."""
    return sorted({f"{hit.place}: {hit.secret.kind} ({hit.encoding})" for hit in hits if allowing(hit) is None})
