"""What the desk's pages show of a person: masked, or what is known."""

from dataclasses import dataclass
from uuid import UUID

from member_space.persons.masking import masked_birth, masked_name, masked_postcode
from member_space.persons.models import PersonIndex
from shared.web.french import date_fr, nbsp


@dataclass(frozen=True)
class Card:
    """Texts for a page; empty for what no event has told."""

    person_id: UUID
    name: str
    birth: str
    postcode: str
    email: str
    """Always masked: the whole one is nowhere in the index."""


def card(who: PersonIndex, *, shown: bool = False) -> Card:
    """A person's texts; ``shown``: in full."""
    if not shown:
        return Card(
            who.person_id, masked_name(who.civility, who.family_name), masked_birth(who.civility, who.birth_date),
            masked_postcode(who.postcode), who.email_masked,
        )  # fmt: skip
    name = f"{who.civility} {who.given_name} {who.family_name}".strip()
    birth = nbsp(date_fr(who.birth_date)) if who.birth_date else ""
    return Card(who.person_id, name, birth, who.postcode, who.email_masked)
