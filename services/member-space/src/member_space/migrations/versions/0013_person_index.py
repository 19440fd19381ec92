"""Names of persons for the desk's search, and references of the timeline found fast."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

# whoever has a space already, as far as it is known; a later event tells the rest. The words as ``persons/names.py``
# makes them: lower case, no accents, whatever is neither letter nor digit is a space
_OPEN = """
    INSERT INTO person_index
      (person_id, civility, given_name, family_name, name_words, email_masked, postcode, told_at)
    SELECT person_id, civility, given_name, family_name,
      trim(regexp_replace(
        regexp_replace(
          normalize(replace(replace(lower(given_name || ' ' || family_name), 'œ', 'oe'), 'æ', 'ae'), NFKD),
          '[\u0300-\u036f]', '', 'g'),
        '[^a-z0-9]+', ' ', 'g')),
      left(email, 1) || '•••@' || split_part(email, '@', -1), '', opened_at
    FROM space
"""


def upgrade() -> None:
    op.create_table(
        "person_index",
        sa.Column("person_id", sa.Uuid, primary_key=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("civility", "given_name", "family_name", "name_words", "email_masked")
        ),
        sa.Column("birth_date", sa.Date),
        sa.Column("postcode", sa.String, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True)),
    )
    op.create_index(
        "person_index_names", "person_index", [sa.text("to_tsvector('simple', name_words)")], postgresql_using="gin"
    )
    op.create_index(
        "timeline_details", "timeline_entry", ["details"],
        postgresql_using="gin", postgresql_ops={"details": "jsonb_path_ops"},
    )  # fmt: skip
    op.execute(_OPEN)
