"""Whose space it is, as every event tells it that is about them (``AboutPerson``)."""

from member_space.spaces.models import Space


def about(space: Space) -> dict[str, object]:
    """Fields of the event: the person, how they are addressed, and where."""
    return space.model_dump(include={"person_id", "civility", "given_name", "family_name", "email"})
