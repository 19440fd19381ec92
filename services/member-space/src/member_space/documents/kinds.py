"""Documents that the desk makes on request."""

DOCUMENTS = {
    "attestation-vitale": "Attestation vitale (droits à la sécurité sociale)",
    "attestation-medecin-traitant": "Attestation de déclaration de médecin traitant",
    "attestation-fiscale": "Attestation fiscale des cotisations",
    "duplicata-carte": "Duplicata de la carte d’adhérent",
    "prise-en-charge": "Prise en charge hospitalière",
    "autre": "Un autre document",
}
"""Key → words; « carte d’adhérent, attestation vitale, attestation médecin traitant, ... » of the guide."""
