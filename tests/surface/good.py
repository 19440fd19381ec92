"""Answers and addresses that lead somewhere, so that what is behind the first check is reached, too."""

from uuid import UUID

from surface.people import MANDATE, PASSWORD, token

from shared.messaging.topology import ANSWERS_FOR

QUEUES = [queue for queues in ANSWERS_FOR.values() for queue in queues]
FIRST_FILES = [str(UUID(int=number)) for number in (1, 2, 3)]
GOOD: dict[str, list[str]] = {
    # in addresses
    "reference": ["D-0000-0001", "A-0000-0001", "S-0000-0001", "Q-0000-0001"], "case_id": FIRST_FILES, "file_id": FIRST_FILES,
    "mandate_id": [str(MANDATE)], "mandate": [str(MANDATE)], "statement": ["D-0001"], "number": ["123456", "D-0001"],
    "service": list(ANSWERS_FOR), "queue": QUEUES, "year": ["2026"], "version": ["1.0"], "draft": FIRST_FILES,
    "person_id": FIRST_FILES, "batch_id": FIRST_FILES, "passkey_id": FIRST_FILES, "handle": FIRST_FILES, "message": FIRST_FILES,
    "audience": ["member-space", "desk"], "suite": ["/espace/profil", "/gestion/"], "jeton": [token(1)], "periode": ["2026"],
    "apres": [f"1-{'0' * 32}", "20260101-A"], "avant": [f"1-{'0' * 32}"], "nature": ["optique", "document"], "size": ["5"],
    "page": ["1"], "offset": ["0"], "most": ["1"], "after": [f"1-{'0' * 32}"], "before": [f"1-{'0' * 32}"], "envoi": ["1"],
    # in forms
    "situation": ["adherent", "assure", "retraite"], "email": ["membre1@exemple.fr", "jeanne@exemple.fr"],
    "email_confirmation": ["jeanne@exemple.fr"], "password": [PASSWORD, "quatre pélicans lisent le journal"],
    "password_confirmation": ["quatre pélicans lisent le journal"], "current_password": [PASSWORD], "current": [PASSWORD],
    "provisional_password": ["0000-0000-0000"], "secret_question": ["livre"], "secret_answer": ["les malheurs de sophie"],
    "terms": ["oui"], "family_name": ["GARNIER"], "given_name": ["Jeanne"], "postcode": ["33000"], "town": ["Bordeaux"],
    "street": ["12 rue des Exemples"], "captcha": ["602602"], "code": ["123456", "0" * 15], "login": ["zoe@exemple.fr"],
    "passkey": ["{}"], "name": ["Clé"], "action": ["envoyer", "modifier", "changer", "renvoyer", "abandonner"],
    "topic": ["autre"], "title": ["Une question"], "text": ["Bonjour"], "document": ["attestation-vitale", "autre"],
    "precision": ["x"], "looked_for": ["Garnier", "123456", "Q-0000-0001"], "why": ["appel"], "reason": ["essai"],
    "act": ["replay", "drop"], "days": ["31"], "kept": FIRST_FILES, "words": ["Voici"], "seen": FIRST_FILES,
}  # fmt: skip
"""Name of a parameter or field → some."""
