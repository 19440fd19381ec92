"""What ``staging`` needs of a database, as a migration step: frozen, a change becomes a new function here."""

from collections.abc import Callable

_CREATE_STAGE_IMPORT = """
CREATE FUNCTION stage_import(target text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  staged text := format('pg_temp.%I', 'staged_' || target);
BEGIN
  IF to_regclass(staged) IS NULL THEN
    EXECUTE format(
      'CREATE TEMPORARY TABLE %s (LIKE public.%I, line integer NOT NULL) ON COMMIT DELETE ROWS', staged, target);
    EXECUTE format('GRANT SELECT, INSERT ON %s TO SESSION_USER', staged);
  END IF;
END $$
"""
# LIKE takes the columns' names and types and no row: whose table it is like says nothing that a role can't read


def create_stage_import(execute: Callable[[str], object]) -> None:
    """Create the owner's function that makes staging tables; ``execute`` is ``alembic.op.execute``."""
    execute(_CREATE_STAGE_IMPORT)
