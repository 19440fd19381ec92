"""The tables that every service has for its messages, in its own database."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)

metadata = MetaData()

outbox = Table(
    "outbox",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("exchange", Text, nullable=False),
    Column("routing_key", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    # when it may next be claimed: a claim pushes it into the future, which is its lease
    Column("available_at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("published_at", DateTime(timezone=True)),
    Column("last_error", Text),
)
Index("outbox_due", outbox.c.available_at, outbox.c.position, postgresql_where=outbox.c.published_at.is_(None))
Index("outbox_published", outbox.c.published_at, postgresql_where=outbox.c.published_at.is_not(None))

inbox = Table(
    "inbox",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("message_id", Uuid, primary_key=True),
    Column("handled_at", DateTime(timezone=True), nullable=False),
)
Index("inbox_handled", inbox.c.handled_at)

# who did what with which dead letter, and why: neither bodies nor personal data of members
dead_letter_journal = Table(
    "dead_letter_journal",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("queue", Text, nullable=False),
    # null when the message has none that is well formed
    Column("message_id", Text),
    Column("type", Text),
    Column("body_sha256", Text, nullable=False),
    Column("failure", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint("action IN ('replay', 'drop')", name="dead_letter_action"),
    CheckConstraint("state IN ('begun', 'done', 'refused')", name="dead_letter_state"),
    CheckConstraint("reason <> '' AND who <> ''", name="dead_letter_accounted"),
)
Index("dead_letter_journal_at", dead_letter_journal.c.at)

NOTIFY_CHANNEL = "outbox"
"""PostgreSQL notification that a committed transaction left messages."""

CREATE_NOTIFY = (
    """
    CREATE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_notify('outbox', '');
      RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER outbox_notify AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox()",
)
