"""Questions: threads, messages, attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("reference", sa.String(20), nullable=False, unique=True),
        *(sa.Column(name, sa.Uuid, nullable=False) for name in ("person_id", "asked_by")),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        _moment("opened_at"),
        _moment("last_message_at"),
        _moment("waiting_since", nullable=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("taken_by", sa.Uuid),
        sa.Column("taken_name", sa.String, nullable=False),
        _moment("taken_at", nullable=True),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("unread_by_member", "unread_by_desk")),
        sa.CheckConstraint("state IN ('open', 'closed')", name="question_state"),
    )
    op.create_index("question_pages", "question", ["person_id", "last_message_at", "id"])
    waiting = sa.text("waiting_since IS NOT NULL")
    op.create_index("question_waiting", "question", ["waiting_since", "id"], postgresql_where=waiting)
    op.create_index("question_states", "question", ["state", "last_message_at", "id"])
    op.create_index("question_unread", "question", ["person_id"], postgresql_where=sa.text("unread_by_member"))
    op.create_index("question_takers", "question", ["taken_by", "last_message_at", "id"])
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("question_id", sa.Uuid, sa.ForeignKey("question.id"), nullable=False),
        sa.Column("from_desk", sa.Boolean, nullable=False),
        sa.Column("author_id", sa.Uuid, nullable=False),
        sa.Column("shown_author", sa.String, nullable=False),
        sa.Column("text", sa.String(5000), nullable=False),
        _moment("at"),
        sa.Column("submission_id", sa.Uuid, nullable=False, unique=True),
    )
    op.create_index("message_thread", "message", ["question_id", "at"])
    op.create_table(
        "message_file",
        sa.Column("message_id", sa.Uuid, sa.ForeignKey("message.id"), primary_key=True),
        sa.Column("rank", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("file_id", sa.Uuid, sa.ForeignKey("stored_file.id"), nullable=False, unique=True),
    )
