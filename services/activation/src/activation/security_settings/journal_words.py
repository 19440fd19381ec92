"""The lines of the security journal in French, as its owner reads them."""

from activation.journal import Kind

WORDS = {
    Kind.ACTIVATED: "Compte activé",
    Kind.ACTIVATION_FAILED: "Activation refusée",
    Kind.LETTERS_VOIDED: "Mot de passe provisoire annulé après trop d’essais",
    Kind.ADDRESS_ALREADY_USED: "Une autre personne a voulu utiliser votre adresse électronique",
    Kind.LINK_SENT_AGAIN: "Lien de confirmation envoyé à nouveau",
    Kind.CONFIRMED: "Adresse électronique confirmée",
    Kind.SIGNED_IN: "Connexion",
    Kind.SIGN_IN_FAILED: "Mot de passe refusé",
    Kind.SIGNED_OUT: "Déconnexion",
    Kind.CLOSED: "Compte clos",
    Kind.PASSWORD_PROVED: "Mot de passe confirmé avant une opération sensible",
    Kind.RESET_LINK_SENT: "Lien pour choisir un nouveau mot de passe envoyé",
    Kind.SECRET_ANSWER_WRONG: "Réponse à la question secrète refusée",
    Kind.PASSWORD_RESET: "Nouveau mot de passe choisi après un oubli",
    Kind.PASSWORD_CHANGED: "Mot de passe changé",
    Kind.SECRET_QUESTION_CHANGED: "Question secrète changée",
    Kind.EMAIL_CHANGE_ASKED: "Changement d’adresse électronique demandé",
    Kind.EMAIL_CHANGED: "Adresse électronique changée",
    Kind.SECOND_FACTOR_ADDED: "Double vérification\u00a0: moyen ajouté",
    Kind.SECOND_FACTOR_REMOVED: "Double vérification\u00a0: moyen retiré",
    Kind.SECOND_FACTOR_FAILED: "Double vérification refusée",
    Kind.RECOVERY_CODES_MADE: "Codes de secours créés",
    Kind.RECOVERY_CODE_USED: "Code de secours utilisé",
    Kind.RECOVERY_LETTER_ASKED: "Courrier de secours demandé",
    Kind.RECOVERED: "Accès retrouvé grâce à un courrier de secours",
    Kind.DISAVOWED: "Vous avez signalé «\u00a0ce n’était pas moi\u00a0»",
    Kind.FROZEN: "Compte bloqué par précaution",
    Kind.SESSION_ENDED: "Connexion fermée à distance",
    Kind.SESSIONS_ENDED: "Toutes les autres connexions fermées",
    Kind.NEW_DEVICE: "Connexion depuis un nouvel appareil",
    Kind.TERMS_ACCEPTED: "Conditions générales acceptées",
    Kind.RESET_REFUSED: "Lien de mot de passe demandé, non envoyé\u00a0: le compte est bloqué",
    Kind.DATA_EXPORTED: "Données du compte téléchargées",
}
OTHER = "Autre événement de sécurité"
"""Of a line that a newer version of this service wrote."""


def words(kind: str) -> str:
    """What a line tells."""
    return next((said for known, said in WORDS.items() if known == kind), OTHER)
