"""``/espace/api/v1/profile``: what is held about one, as JSON. Closing the account is done on the pages alone."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.profile.closure import last
from member_space.profile.facts import load_facts

router = APIRouter(tags=["profile"])


class Identity(BaseModel):
    """Whose space it is."""

    model_config = ConfigDict(from_attributes=True)

    civility: str
    given_name: str
    family_name: str
    email: str
    opened_at: datetime


class HeldContract(BaseModel):
    """A contract, those that have ended too."""

    model_config = ConfigDict(from_attributes=True)

    number: str
    coverage: str
    modules: Sequence[str]
    since: date
    until: date | None


class HeldBeneficiary(BaseModel):
    """Somebody whom a contract covers or covered."""

    model_config = ConfigDict(from_attributes=True)

    contract: str
    given_name: str
    family_name: str
    birth_date: date
    relation: str
    since: date
    until: date | None


class Holding(BaseModel):
    """How much there is of a part of the person's data, and in French for how long."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    key: str
    """As the export calls it."""
    title: str
    count: int
    kept: str


class HeldElsewhere(BaseModel):
    """What the other services hold, and for how long: French."""

    what: str
    kept: str


class Closure(BaseModel):
    """The last request to close the account: waiting when it was neither withdrawn nor carried out."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)

    reference: str
    requested_at: datetime
    due_at: datetime
    """Until then it can be withdrawn."""
    withdrawn_at: datetime | None
    closed_at: datetime | None


class Profile(BaseModel):
    """What is held about a person."""

    identity: Identity
    contracts: Sequence[HeldContract]
    beneficiaries: Sequence[HeldBeneficiary]
    holdings: Sequence[Holding]
    elsewhere: Sequence[HeldElsewhere]
    closure: Closure | None


@router.get("/profile")
async def profile(visit: Annotated[SpaceVisit, may(Action.SEE_PROFILE)]) -> Profile:
    """Everything at a glance; the data themselves are in the export, `/espace/profil/export.json`."""
    facts = await load_facts(visit)
    asked = await last(visit.work.session, visit.subject)
    return Profile(
        identity=Identity.model_validate(visit.space),
        contracts=[HeldContract.model_validate(one) for one in facts.contracts],
        beneficiaries=[HeldBeneficiary.model_validate(one) for one in facts.beneficiaries],
        holdings=[
            Holding(key=one.part.key, title=one.part.title, count=one.count, kept=one.part.kept.value)
            for one in facts.holdings
        ],
        elsewhere=[HeldElsewhere(what=what, kept=kept) for what, kept in facts.elsewhere],
        closure=Closure.model_validate(asked) if asked else None,
    )
