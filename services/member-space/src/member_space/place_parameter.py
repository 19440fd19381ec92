"""The place in a list as a parameter of the JSON pages."""

from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from member_space.place import Place


def _place(text: str) -> str:
    if Place.read(text) is None:
        raise ValueError("not a place in the list")
    return text


After = Annotated[
    str,
    Query(
        max_length=60,
        json_schema_extra={"format": "moment-place"},
        description="As `older` of another page says it; without it: the newest page.",
    ),
    AfterValidator(_place),
]
