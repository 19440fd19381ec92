"""What fields of several events have in common."""

from typing import Annotated, Literal

from pydantic import EmailStr, Field

from shared.contracts.event import Event

Civility = Literal["M.", "Mme", ""]
LetterPurpose = Literal["activation", "recovery"]
"""What the provisional password of a letter opens: an account that is not confirmed, or also one that is, whose owner can't
get in any more."""
Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
"""A word of a list that its producer owns, for example a template's name: never a text that somebody typed.

A ``Literal`` where the list is closed: within a version nothing can be added to one."""
Reference = Annotated[str, Field(pattern=r"^[0-9A-Z][0-9A-Z-]{3,19}$")]
"""What a person quotes of a request or report; it says nothing by itself."""


class AboutPerson(Event):
    """Fields by which the services after ``registration`` know a person."""

    civility: Civility
    given_name: str
    family_name: str
    email: EmailStr
