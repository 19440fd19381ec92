"""A refusal with an HTTP status, and the French words of each status."""

from collections.abc import Mapping

WORDS = {
    400: ("Votre demande n’a pas pu être lue", "Revenez à la page précédente, rechargez-la, puis recommencez."),
    401: ("Connectez-vous pour continuer", "Cette page demande une connexion à votre espace."),
    403: ("Cette action n’est pas autorisée", "Revenez à l’accueil de l’espace, puis recommencez depuis le site."),
    404: ("Cette page n’existe pas", "Vérifiez l’adresse de la page, ou repartez de l’accueil."),
    405: ("Cette action n’est pas possible ici", "Repartez de l’accueil pour retrouver la bonne page."),
    409: ("Cette demande a déjà été traitée", "Repartez de l’accueil pour voir où elle en est."),
    410: ("Cette page n’est plus disponible", "Repartez de l’accueil de l’espace."),
    413: ("Votre envoi est trop volumineux", "Raccourcissez vos réponses ou envoyez moins de fichiers, puis recommencez."),
    422: ("Certaines informations sont à corriger", "Revenez à la page précédente et vérifiez vos réponses."),
    429: ("Trop de demandes en peu de temps", "Patientez quelques minutes, puis recommencez."),
    500: (
        "Le service rencontre un problème",
        "Votre demande n’a peut-être pas été enregistrée. Réessayez dans quelques minutes.",
    ),
    503: ("Le service est momentanément indisponible", "Réessayez dans quelques minutes."),
}  # fmt: skip


class Problem(Exception):  # noqa: N818 - the name RFC 9457 gives it
    """Ends a request with ``status``; ``title`` and ``detail`` are French, shown as they are, and hold no secret."""

    def __init__(
        self, status: int, title: str = "", detail: str = "", *, headers: Mapping[str, str] | None = None
    ) -> None:
        usual_title, usual_detail = WORDS.get(status, WORDS[400 if status < 500 else 500])
        super().__init__(str(status))
        self.status = status
        self.title = title or usual_title
        self.detail = detail or usual_detail
        self.headers = dict(headers or {})
