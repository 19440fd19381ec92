"""A list of the mutual's from which the API takes a key."""

from collections.abc import Mapping

from pydantic import BaseModel


class Choice(BaseModel):
    """The key to send, and what it means in French."""

    key: str
    words: str


def choices(offered: Mapping[str, str]) -> list[Choice]:
    """In the order of the page."""
    return [Choice(key=key, words=words) for key, words in offered.items()]
