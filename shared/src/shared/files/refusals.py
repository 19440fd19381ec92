"""Why a file is refused, each reason with its French message. ``{}`` is the file's name, in its quotation marks."""

from enum import Enum

_OTHER = "Choisissez un fichier JPEG, PNG ou PDF"
_PRINT = "Ouvrez-le, imprimez-le au format PDF, et choisissez ce nouveau fichier"


class Refusal(Enum):
    """The value is the message."""

    EMPTY = f"{{}} est vide. {_OTHER}"
    TOO_LARGE = "{} dépasse 5\u00a0Mo. Réduisez sa taille ou choisissez un autre fichier"
    HEIC = (
        "{} est une photo au format HEIC. Envoyez-la au format JPEG ou PNG, ou envoyez une capture d’écran de la photo"
    )
    ARCHIVE = (
        "{} n’est ni une image ni un PDF\u00a0: c’est une archive ou un document de bureautique. "
        "Enregistrez le document au format PDF, et choisissez ce nouveau fichier"
    )
    PROGRAM = f"{{}} n’est ni une image ni un PDF\u00a0: c’est une page web ou un programme. {_OTHER}"
    OTHER_KIND = f"{{}} n’est ni une image JPEG ou PNG, ni un PDF. {_OTHER}"
    KIND_NOT_ASKED = "{} n’est pas du format demandé"
    DAMAGED = "{} est abîmé ou incomplet. Vérifiez qu’il s’ouvre, puis enregistrez-le ou photographiez-le à nouveau"
    ENCRYPTED = f"{{}} est protégé par un mot de passe ou par des restrictions. {_PRINT}"
    TOO_MANY_PAGES = "{} compte plus de 50\u00a0pages. Envoyez seulement les pages utiles"
    SCRIPT = f"{{}} contient un programme (JavaScript ou formulaire actif), que nous n’acceptons pas. {_PRINT}"
    LAUNCH = f"{{}} contient un lien qui ouvre un programme ou un autre fichier, que nous n’acceptons pas. {_PRINT}"
    ATTACHMENT = f"{{}} contient un autre fichier en pièce jointe, que nous n’acceptons pas. {_PRINT}"
    TOO_MANY_PIXELS = "{} est une image trop grande\u00a0: 50\u00a0millions de pixels au plus. Réduisez-la"
    TOO_COMPLEX = f"{{}} est trop complexe pour être vérifié. {_PRINT}"
    BUSY = "{} n’a pas pu être vérifié à temps. Envoyez-le à nouveau dans quelques minutes"

    def message(self, name: str) -> str:
        """What is said next to the field, about the file of that (cleaned) name."""
        return self.value.format(f"«\u00a0{name}\u00a0»")


class FileRefusedError(Exception):
    """A file is refused; ``because`` is the kind of failure that was met, for the log."""

    def __init__(self, refusal: Refusal, because: str = "") -> None:
        super().__init__(refusal.name)
        self.refusal = refusal
        self.because = because
