"""What the profile page and the summary on paper tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from member_space.access.space_visit import SpaceVisit
from member_space.contracts.models import Beneficiary, Contract
from member_space.contracts.queries import all_beneficiaries, all_contracts
from member_space.profile.part import Part
from member_space.profile.parts import PARTS
from member_space.profile.queries import counts

ELSEWHERE = (
    (
        "Votre compte\u00a0: identifiant, question secrète, mot de passe et réponse sous une forme illisible",
        "Tant que votre espace est ouvert.",
    ),
    ("Votre numéro d’adhérent ou de sécurité sociale, sous une forme illisible", "Tant que vous êtes adhérent ou assuré."),
    ("Votre nom, votre date de naissance et votre adresse postale", "Tant que vous êtes adhérent ou assuré."),
    ("Vos connexions en cours", "Douze heures au plus, quinze minutes sans activité."),
    ("Le journal de sécurité de votre compte\u00a0: connexions, échecs, changements de mot de passe", "Douze mois."),
    ("Nos courriels\u00a0: adresse, nom, nature et date d’envoi, sans leur texte", "Douze mois."),
    ("Les demandes de compte sans suite", "Trente jours."),
    ("Les fichiers d’impression de nos courriers", "Sept jours après l’envoi."),
    ("Les traces techniques du site, sans votre nom", "Douze mois."),
)  # fmt: skip
"""What the other services hold, and how long (design §5, identity.md §6)."""


@dataclass(frozen=True)
class Holding:
    """A part and how much there is of it."""

    part: Part
    count: int


@dataclass(frozen=True)
class Facts:
    """One person's."""

    contracts: Sequence[Contract]
    beneficiaries: Sequence[Beneficiary]
    holdings: Sequence[Holding]
    elsewhere: Sequence[tuple[str, str]] = ELSEWHERE


async def load_facts(visit: SpaceVisit) -> Facts:
    """What is held about the owner of the visited space."""
    session, person = visit.work.session, visit.subject
    found: Mapping[str, int] = await counts(session, person)
    return Facts(
        await all_contracts(session, person),
        await all_beneficiaries(session, person),
        [Holding(part, found[part.key]) for part in PARTS],
    )


def masked(email: str) -> str:
    """``jeanne@exemple.fr`` → ``j•••@exemple.fr``: enough to recognise one's own, for who looks over a shoulder too little."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}"
