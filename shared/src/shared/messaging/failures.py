"""What may go wrong while a message is handled, by what is to be done about it (design §4, *failures*)."""


class RetryableError(Exception):
    """It may succeed later: the message takes the next delayed tier, then the dead letters. Its text is kept as reason."""


class PermanentError(Exception):
    """It can never succeed: straight to the dead letters. Its text is the reason: no secret, no personal data."""


class DependencyDownError(Exception):
    """Something that the handler needs is away: wait for it with the message in hand; no attempt is spent."""


class BrokerUnavailableError(Exception):
    """The broker can't be reached, or did not confirm in time: what was published may or may not have arrived."""


class UnroutableError(Exception):
    """The broker has no queue for the message: a binding is missing."""
