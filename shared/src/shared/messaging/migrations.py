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

_CREATE_DEAD_LETTER_JOURNAL = (
    """
    CREATE TABLE dead_letter_journal (
      id uuid PRIMARY KEY,
      at timestamptz NOT NULL,
      who text NOT NULL,
      action text NOT NULL,
      reason text NOT NULL,
      queue text NOT NULL,
      message_id text,
      type text,
      body_sha256 text NOT NULL,
      failure text NOT NULL,
      state text NOT NULL,
      ended_at timestamptz,
      CONSTRAINT dead_letter_action CHECK (action IN ('replay', 'drop')),
      CONSTRAINT dead_letter_state CHECK (state IN ('begun', 'done', 'refused')),
      CONSTRAINT dead_letter_accounted CHECK (reason <> '' AND who <> '')
    )
    """,
    "CREATE INDEX dead_letter_journal_at ON dead_letter_journal (at)",
    # a row may end once, and is kept for 12 months (design §5, logs); nothing else about it can change
    """
    CREATE FUNCTION keep_dead_letter_journal() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND OLD.at < now() - interval '360 days' THEN
        RETURN OLD;
      END IF;
      IF TG_OP = 'UPDATE' AND OLD.state = 'begun'
          AND to_jsonb(OLD) - 'state' - 'ended_at' = to_jsonb(NEW) - 'state' - 'ended_at' THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'the journal of dead letters is append-only';
    END $$
    """,
    """
    CREATE TRIGGER dead_letter_journal_kept BEFORE UPDATE OR DELETE ON dead_letter_journal
    FOR EACH ROW EXECUTE FUNCTION keep_dead_letter_journal()
    """,
)


def create_messaging_tables(execute: Callable[[str], object]) -> None:
    """Create outbox, inbox and the notification; ``execute`` is ``alembic.op.execute``."""
    for statement in _CREATE:
        execute(statement)


def create_dead_letter_journal(execute: Callable[[str], object]) -> None:
    """Create the journal of what people did with dead letters, append-only; ``execute`` is ``alembic.op.execute``."""
    for statement in _CREATE_DEAD_LETTER_JOURNAL:
        execute(statement)
