"""Letters that something overtook between the request and the post. Plain rule, no I/O."""

from datetime import datetime

from activation.models import Account


def is_overtaken(account: Account | None, requested_at: datetime | None) -> bool:
    """Whether a letter opens nothing: since it was asked for, the account was opened by another, frozen or closed.

    ``requested_at``: aware; None of a letter that does not say it, which stays good.
    """
    if account is None or requested_at is None:
        return False
    since = (account.activated_at, account.frozen_at, account.closed_at)
    return any(at is not None and requested_at <= at for at in since)
