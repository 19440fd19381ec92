"""Why a batch must not be printed."""

from print_shop.words import fr


class BatchRefusedError(Exception):
    """The batch must not be printed. ``cause`` is a word for logs; its text is French, for the operator and the receipt."""

    def __init__(self, cause: str, words: str) -> None:
        super().__init__(fr(words))
        self.cause = cause


def unsigned() -> BatchRefusedError:
    """Of a batch that was offered before manifests were signed."""
    return BatchRefusedError("unsigned", "le manifeste n’est pas signé : le lot date d’avant une mise à jour")
