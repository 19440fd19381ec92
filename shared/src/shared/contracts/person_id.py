"""The id of a person, the same in every service that imports the back office's exports."""

from uuid import UUID, uuid5

_NAMESPACE = UUID("3c9bd6a5-7d2e-5f0b-9a41-60f2c5f1b7e8")
"""Fixed for ever: changing it would make strangers of everybody."""


def person_id(reference: str) -> UUID:
    """UUIDv5 of the back office's technical reference, which is neither the member number nor the NIR."""
    return uuid5(_NAMESPACE, reference)
