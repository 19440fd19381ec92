"""``activation keys-in-use``: what in the database still needs which key, so that an old one is taken away in time.

A key is told by its id, which everything that was made with it begins with. Sessions, links and cookies need none of these.
"""

from dataclasses import dataclass

import typer
from sqlalchemy import text

from activation.settings import Settings
from shared.command_work import in_one_unit
from shared.database.unit_of_work import UnitOfWork
from shared.observability.logs import configure_logs
from shared.security.key_ring import KeyRing
from shared.settings import load_settings


@dataclass(frozen=True)
class Made:
    """A column whose values begin with a key's id; ``without`` is what becomes of who has only that, once the key is gone."""

    ring: str
    what: str
    ids: str
    """SQL of one column: the id, a row for each value."""
    without: str


OPEN = "FROM account WHERE closed_at IS NULL"
"""A closed one has no hashes (``closing.NO_HASH``)."""
MADE = (
    Made("password_peppers", "passwords", f"SELECT split_part(password_hash, '$', 1) {OPEN}", "forgotten password"),
    Made(
        "password_peppers", "secret answers", f"SELECT split_part(secret_answer_hash, '$', 1) {OPEN}",
        "the answer never matches: a recovery letter, or choose the question anew in the security settings",
    ),
    Made(
        "password_peppers", "recovery codes",
        "SELECT split_part(code_hash, '$', 1) FROM recovery_code WHERE used_at IS NULL", "make ten new ones",
    ),
    Made("password_peppers", "staff passwords", "SELECT split_part(password_hash, '$', 1) FROM staff_account", "reset-staff"),
    Made("staff_totp_keys", "staff codes", "SELECT split_part(totp_secret, ':', 1) FROM staff_account", "reset-staff"),
    Made("member_totp_keys", "members' codes", "SELECT split_part(secret, ':', 1) FROM totp_factor", "a recovery code"),
    Made(
        "provisional_password_peppers", "letters that are good",
        "SELECT split_part(password_hash, '$', 1) FROM provisional_letter WHERE state = 'valid' AND valid_until > now()",
        "a new letter",
    ),
    Made(
        "fingerprint_keys", "letters that are good",
        # each letter holds its number under every key of its day: it needs one of them
        "SELECT split_part(number_fingerprints[1], ':', 1) FROM provisional_letter "
        "WHERE state = 'valid' AND valid_until > now()",
        "a new letter",
    ),
    Made(
        "fingerprint_keys", "counted failures",
        # what is counted under an id needs none of them (``failure_subjects``): a fingerprint has no hyphen behind its key's id
        "SELECT split_part(address_fingerprint, ':', 1) FROM sign_in_attempts WHERE address_fingerprint NOT LIKE '%:%-%'",
        "the count begins anew",
    ),
)  # fmt: skip


async def in_use(work: UnitOfWork) -> list[tuple[Made, str, int]]:
    """What, the key's id, how many; those of nothing are left out."""
    found = []
    for made in MADE:
        counted = text(f"SELECT id, count(*) FROM ({made.ids}) AS ids (id) GROUP BY id ORDER BY id")  # noqa: S608 (ours)
        found += [(made, kid, count) for kid, count in await work.session.execute(counted)]
    return found


def add_keys_command(commands: typer.Typer) -> None:
    """Give the service's command line the verb."""

    @commands.command("keys-in-use")
    def keys_in_use() -> None:
        """Count what still needs which key of the rings. Nothing is changed."""
        settings = load_settings(Settings)
        configure_logs("activation", "CRITICAL")
        for made, kid, count in in_one_unit(settings, "activation", "keys-in-use", in_use):
            typer.echo(f"{made.ring:30}{kid:12}{count:9}  {made.what}{_note(getattr(settings, made.ring), kid, made)}")


def _note(ring: KeyRing, kid: str, made: Made) -> str:
    if kid == ring.current[0]:
        return ""
    return (
        f"  (old key; without it: {made.without})" if ring.get(kid) else f"  (NO SUCH KEY IN THE RING: {made.without})"
    )
