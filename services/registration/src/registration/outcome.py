"""What becomes of an account request."""

from enum import StrEnum


class Outcome(StrEnum):
    """Recorded with each request; the person who asked is never told which."""

    LETTER = "letter"
    UNMATCHED = "unmatched"
    TOO_SOON = "too-soon"
    TOO_MANY = "too-many"
    ACCOUNT_OPEN = "account-open"
    ADDRESS_RETURNED = "address-returned"
