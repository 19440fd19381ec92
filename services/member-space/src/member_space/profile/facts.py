"""What the profile page and the summary on paper tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from member_space.access.space_visit import SpaceVisit
from member_space.contracts.models import Beneficiary, Contract
from member_space.contracts.queries import all_beneficiaries, all_contracts
from member_space.profile.part import Part
from member_space.profile.parts import PARTS
from member_space.profile.queries import counts

REGISTER = "Tant que vous êtes dans les fichiers de la mutuelle ou du centre de sécurité sociale."
LOGS = "Douze mois au plus."
ELSEWHERE = (
    (
        "Votre compte\u00a0: identifiant, question secrète, mot de passe, réponse et numéros sous une forme illisible",
        "Jusqu’à la clôture de votre compte.",
    ),
    ("Un compte dont l’adresse n’a jamais été confirmée", "Quatre-vingt-dix jours."),
    (
        "De votre compte encore\u00a0: nom, date de naissance, dates, et la preuve des conditions que vous avez acceptées",
        "Cinq ans après la clôture de votre compte.",
    ),
    (
        (
            "Vos moyens de vérification\u00a0: application d’authentification, clés d’accès, codes de secours, sous une forme "
            "illisible"
        ),
        "Jusqu’à ce que vous les retiriez, ou jusqu’à la clôture de votre compte.",
    ),
    ("Une application d’authentification que vous avez commencé à ajouter, sous une forme illisible", "Une heure."),
    ("Vos connexions en cours", "Douze heures au plus, quinze minutes sans activité."),
    ("Vos connexions qui attendaient la double vérification", "Un jour après leur fin."),
    ("Les navigateurs dans lesquels vous vous êtes connecté", "Cent quatre-vingts jours après la dernière connexion."),
    (
        "Le journal de sécurité de votre compte\u00a0: connexions, échecs, changements touchant à la sécurité",
        "Douze mois.",
    ),
    (
        "Le compte des échecs de connexion, sous une empreinte illisible de l’adresse",
        "Quatre-vingt-dix jours\u00a0; douze mois quand ces échecs bloquent la connexion.",
    ),
    ("Les essais d’activation manqués, sous une empreinte illisible du numéro", "Un jour."),
    ("La page qui a suivi l’activation de votre compte\u00a0: nom et adresse électronique", "Sept jours."),
    ("Votre numéro d’adhérent ou de sécurité sociale, sous une forme illisible", REGISTER),
    ("Votre nom, votre date de naissance et votre adresse postale, dans le registre des personnes", REGISTER),
    (
        "Près du registre\u00a0: l’adresse électronique et les dates de votre compte",
        "Jusqu’à la clôture de votre compte\u00a0; douze mois pour la date de clôture.",
    ),
    ("La date du dernier changement de votre adresse postale, sans l’adresse", "Douze mois."),
    ("La date du dernier blocage de votre compte", "Trente jours."),
    ("Les demandes de compte sans suite", "Trente jours."),
    ("Les demandes de compte suivies d’un courrier\u00a0: référence, date et suite", "Douze mois."),
    ("Les demandes d’identifiant oublié\u00a0: leur date", "Un jour."),
    ("Les demandes de courrier de secours\u00a0: leur date, et leur annulation", "Quatre-vingt-dix jours."),
    (
        "Nos courriels\u00a0: adresse, nom, nature et date d’envoi, sans leur texte",
        "Douze mois, ou jusqu’à la clôture de votre compte.",
    ),
    (
        (
            "Les liens de nos courriels, sous une forme illisible\u00a0: confirmation, mot de passe, signalement\u00a0; et la "
            "nouvelle adresse qui attendait d’être confirmée, en clair"
        ),
        "Trente jours après leur fin.",
    ),
    (
        (
            "Le lien qui suit un courrier\u00a0: sous une forme illisible, l’adresse électronique verrouillée et la commune "
            "masquée"
        ),
        "Soixante et un jours après l’envoi, ou jusqu’à la clôture de votre compte.",
    ),
    (
        "Nos courriers\u00a0: nom, date de naissance, adresses postale et électronique, numéros illisibles",
        "Soixante et un jours après l’envoi, ou jusqu’à la clôture de votre compte.",
    ),
    (
        "Un courrier qui n’a pas pu être imprimé\u00a0: les mêmes données",
        "Quatre-vingt-dix jours, ou jusqu’à la clôture de votre compte.",
    ),
    ("Nos courriers encore\u00a0: leurs dates, sans dire à qui ils étaient", "Douze mois."),
    (
        (
            "Le mot de passe provisoire de nos courriers, sous une forme illisible, avec nom, date de naissance et adresse "
            "électronique"
        ),
        "Trente jours après la fin de sa validité.",
    ),
    ("Les fichiers d’impression de nos courriers", "Sept jours après l’envoi."),
    ("Les messages que nos services s’échangent à votre sujet", "Sept jours après leur envoi."),
    ("Les traces techniques du site, sans votre nom", LOGS),
)
"""What the other services hold, and how long: what their default terms do, and no more than that (design §5, identity.md §6).

A test holds them against the rules of each service, none of which may be left out; who sets other terms says them here.
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
