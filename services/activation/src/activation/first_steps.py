"""What a signed-in member has to do before anything else is opened to them: the first that is due, in this order."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from activation import terms_acceptance
from activation.local_path import local_path
from activation.parts import Parts
from activation.second_factor import policy
from shared.database.unit_of_work import UnitOfWork
from shared.web.problem import Problem

TERMS_PAGE = "/connexion/conditions"


@dataclass(frozen=True)
class FirstStep:
    """A page of this service, and what programs are told instead of it."""

    page: str
    title: str
    detail: str

    @property
    def problem(self) -> Problem:
        """For who asks for data."""
        return Problem(403, self.title, self.detail)

    def address(self, wanted: str) -> str:
        """The page, which goes on to ``wanted``."""
        return f"{self.page}?suite={quote(local_path(wanted), safe='/')}"


async def first_step(work: UnitOfWork, parts: Parts, account_id: UUID) -> FirstStep | None:
    """What is due, or None: then everything is open."""
    for due in _ASKED:
        step = await due(work, parts, account_id)
        if step is not None:
            return step
    return None


_TERMS = FirstStep(
    TERMS_PAGE,
    "Acceptez d’abord les nouvelles conditions générales d’utilisation",
    "Connectez-vous avec un navigateur\u00a0: elles vous y sont présentées.",
)


async def _terms(work: UnitOfWork, parts: Parts, account_id: UUID) -> FirstStep | None:
    return _TERMS if await terms_acceptance.to_accept(work, parts.terms, account_id) else None


class EnrolStep(FirstStep):
    """Where a second factor is required: its pages say themselves how to go on."""

    def address(self, wanted: str) -> str:  # noqa: ARG002 (as the others)
        """The page on which one is added."""
        return policy.ENROL_FIRST


ENROL = EnrolStep(
    policy.OVERVIEW,
    "Mettez d’abord en place la double vérification",
    "Votre espace s’ouvre dès que votre compte est mieux protégé.",
)


async def _second_factor(work: UnitOfWork, parts: Parts, account_id: UUID) -> FirstStep | None:
    return ENROL if await policy.must_enrol(parts, work, account_id) else None


_ASKED: tuple[Callable[[UnitOfWork, Parts, UUID], Awaitable[FirstStep | None]], ...] = (_terms, _second_factor)
