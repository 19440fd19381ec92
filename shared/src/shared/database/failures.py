"""Tell a database that is away from a request that is wrong, and a conflict that passes from one that stays."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_AWAY = ("08", "57P01", "57P02", "57P03", "53300")
_PASSING_CONFLICT = ("40001", "40P01", "55P03", "57014")


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's five-character error code, or an empty text."""
    return str(getattr(getattr(error, "orig", error), "sqlstate", "") or "")


def is_away(error: BaseException) -> bool:
    """Whether the database can't be reached or is stopping: wait, nothing is wrong with the work itself."""
    if isinstance(error, (ConnectionError, PoolTimeoutError, TimeoutError)):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, InterfaceError):
        # the driver's word for a closed connection, but also for a value that it can't send
        return "closed" in str(error.orig)
    if isinstance(error, (DBAPIError, OperationalError)) or hasattr(error, "sqlstate"):
        return sqlstate(error).startswith(_AWAY)
    return isinstance(error, OSError)


def is_pool_busy(error: BaseException) -> bool:
    """Whether all connections of the pool were in use for too long: the server was not even asked."""
    return isinstance(error, PoolTimeoutError)


def is_passing_conflict(error: BaseException) -> bool:
    """Serialisation failure, deadlock, lock or statement time-out: the same work may well succeed when done again."""
    return sqlstate(error).startswith(_PASSING_CONFLICT)
