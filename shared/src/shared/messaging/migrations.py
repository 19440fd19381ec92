"""The messaging tables as a migration step: frozen, a change becomes a new function here and a new step in each tree."""

from collections.abc import Callable

from shared.messaging.tables import CREATE_NOTIFY

_CREATE = (
    """
    CREATE TABLE outbox (
      position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      id uuid NOT NULL UNIQUE,
      exchange text NOT NULL,
      routing_key text NOT NULL,
      type text NOT NULL,
      body bytea NOT NULL,
      created_at timestamptz NOT NULL,
      available_at timestamptz NOT NULL,
      attempts integer NOT NULL DEFAULT 0,
      published_at timestamptz,
      last_error text
    )
    """,
    "CREATE INDEX outbox_due ON outbox (available_at, position) WHERE published_at IS NULL",
    "CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL",
    """
    CREATE TABLE inbox (
      consumer text NOT NULL,
      message_id uuid NOT NULL,
      handled_at timestamptz NOT NULL,
      PRIMARY KEY (consumer, message_id)
    )
    """,
    "CREATE INDEX inbox_handled ON inbox (handled_at)",
    *CREATE_NOTIFY,
)


def create_messaging_tables(execute: Callable[[str], object]) -> None:
    """Create outbox, inbox and the notification; ``execute`` is ``alembic.op.execute``."""
    for statement in _CREATE:
        execute(statement)
