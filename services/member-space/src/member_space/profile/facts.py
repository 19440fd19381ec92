"""What the profile page and the summary on paper tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from member_space.access.space_visit import SpaceVisit
from member_space.contracts.models import Beneficiary, Contract
from member_space.contracts.queries import all_beneficiaries, all_contracts
from member_space.profile.part import Part
from member_space.profile.parts import PARTS
from member_space.profile.queries import counts

REGISTER = "Pendant votre contrat, puis aussi longtemps que la loi nous le demande."
LOGS = "Douze mois au plus."
ELSEWHERE = (
    (
        "Votre compte\u00a0: identifiant, question secrète, mot de passe et réponse sous une forme illisible",
        "Jusqu’à la clôture de votre compte.",
    ),
    ("Un compte dont l’adresse n’a jamais été confirmée", "Quatre-vingt-dix jours."),
    (
        "De votre compte encore\u00a0: nom, date de naissance, dates, et la preuve des conditions que vous avez acceptées",
        "Cinq ans après la clôture de votre compte.",
    ),
    ("Votre numéro d’adhérent ou de sécurité sociale, sous une forme illisible", REGISTER),
    ("Votre nom, votre date de naissance et votre adresse postale, dans le registre des personnes", REGISTER),
    ("Vos connexions en cours", "Douze heures au plus, quinze minutes sans activité."),
    ("Le journal de sécurité de votre compte\u00a0: connexions, échecs, changements de mot de passe", "Douze mois."),
    (
        "Le compte des échecs de connexion, sous une empreinte illisible de l’adresse",
        "Quatre-vingt-dix jours\u00a0; douze mois quand ces échecs bloquent la connexion.",
    ),
    ("Les essais d’activation manqués, sous une empreinte illisible du numéro", "Un jour."),
    ("Nos courriels\u00a0: adresse, nom, nature et date d’envoi, sans leur texte", "Douze mois."),
    (
        "Les liens de nos courriels\u00a0: adresse à confirmer, mot de passe à changer, sous une forme illisible",
        "Trente jours après leur fin.",
    ),
    ("La page qui a suivi l’activation de votre compte\u00a0: nom et adresse électronique", "Sept jours."),
    ("Les demandes de compte sans suite", "Trente jours."),
    ("Les demandes de compte suivies d’un courrier\u00a0: référence, date et suite", "Douze mois."),
    (
        "Nos courriers\u00a0: nom, date de naissance, adresses postale et électronique, numéros illisibles",
        "Soixante et un jours après l’envoi, ou jusqu’à la clôture de votre compte.",
    ),
    ("Nos courriers encore\u00a0: leurs dates, sans dire à qui ils étaient", "Douze mois."),
    ("Les navigateurs dans lesquels vous vous êtes connecté", "Cent quatre-vingts jours après la dernière connexion."),
    (
        "Vos moyens de vérification\u00a0: application de codes, clés d’accès, codes de secours, sous une forme illisible",
        "Jusqu’à ce que vous les retiriez, ou jusqu’à la clôture de votre compte.",
    ),
    (
        "Leur mot de passe provisoire, sous une forme illisible, avec nom, date de naissance et adresse électronique",
        "Trente jours après la fin de sa validité.",
    ),
    ("Les fichiers d’impression de nos courriers", "Sept jours après l’envoi."),
    ("Les messages que nos services s’échangent à votre sujet", "Sept jours après leur envoi."),
    ("Les traces techniques du site, sans votre nom", LOGS),
)
"""What the other services hold, and how long: what their default terms do, and no more than that (design §5, identity.md §6).

A test holds them against the rules of each service; who sets other terms says them here.
"""


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
