"""What passes by itself: outages of broker, disk and printer."""

from aio_pika.exceptions import AMQPException

from print_shop.refusal import BatchRefusedError
from print_shop.seen import PrinterAwayError, PrinterRefusesError
from print_shop.words import fr
from shared.messaging.failures import BrokerUnavailableError, UnroutableError

AWAY = (
    BrokerUnavailableError, UnroutableError, AMQPException, OSError, RuntimeError, TimeoutError,
    PrinterAwayError, PrinterRefusesError,
)  # fmt: skip
"""RuntimeError: what aio-pika raises on a channel that is lost."""


def in_words(error: Exception) -> str:
    """What does not answer, for the operator."""
    if isinstance(error, PrinterAwayError | PrinterRefusesError | BatchRefusedError):
        return str(error)
    if isinstance(error, UnroutableError):
        return fr("la mutuelle ne reçoit pas de nouvelles des lots : sa file n’est pas en place")
    if isinstance(error, OSError) and error.errno is not None:
        return fr(f"ce poste refuse : {error.strerror} ({error.filename or 'réseau'})")
    return fr(f"la file d’attente de la mutuelle ne répond pas ({str(error) or type(error).__name__})")
