"""Kinds of care, as the back office's export names them and as members read them."""

KINDS = {
    "consultation": "Consultations et visites",
    "pharmacie": "Pharmacie",
    "optique": "Optique",
    "dentaire": "Dentaire",
    "auditif": "Aides auditives",
    "hospitalisation": "Hospitalisation",
    "analyse": "Analyses et imagerie",
    "paramedical": "Soins infirmiers et kinésithérapie",
    "transport": "Transport",
    "prevention": "Prévention",
    "autre": "Autres soins",
}
"""Key in the export and in addresses → words. The posts follow the table of guarantees (UNOCAM), with what lies between."""
OTHER = "autre"
