"""What nobody of a service may say to PostgreSQL. ``{role}`` is the service's role, ``{other}`` another service's."""

TABLE = (
    "DROP TABLE {table}",
    "TRUNCATE {table}",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} ADD hole text",
    "CREATE INDEX ON {table} ((1))",
    "CREATE POLICY p ON {table}",
    "CREATE RULE r AS ON DELETE TO {table} DO INSTEAD NOTHING",
)
"""For each table: the owner's alone."""

STAGED = (
    "DROP TABLE {table}",
    "TRUNCATE {table}",
    "ALTER TABLE {table} ADD hole text",
    "CREATE INDEX ON {table} ((1))",
    "UPDATE {table} SET line = 1",
    "DELETE FROM {table}",
    "CREATE TEMPORARY TABLE another (x int)",
    "CREATE TABLE pg_temp.another (x int)",
    "CREATE FUNCTION pg_temp.another() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TEMPORARY VIEW another AS SELECT 1",
    "DROP FUNCTION stage_import(text)",
    "CREATE OR REPLACE FUNCTION stage_import(target text) RETURNS void LANGUAGE sql AS ''",
)
"""When ``stage_import`` has made a staging table for the session: all but to fill and read it."""

MAKING = (
    "CREATE SCHEMA another",
    "CREATE TABLE another (x int)",
    "CREATE TEMPORARY TABLE another (x int)",
    "CREATE VIEW another AS SELECT 1",
    "CREATE SEQUENCE another",
    "CREATE FUNCTION another() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "DROP FUNCTION notify_outbox()",
    "CREATE EXTENSION pgcrypto",
    "CREATE PUBLICATION p",
    "ALTER DATABASE {role} SET search_path = elsewhere",
    "DROP OWNED BY {role}_owner",
    "REASSIGN OWNED BY {role}_owner TO {role}",
    "ALTER ROLE {role}_owner PASSWORD 'x'",
    "SET ROLE {role}_owner",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {role}_owner GRANT ALL ON TABLES TO {role}",
    "SELECT * FROM elsewhere.kept",
    "INSERT INTO elsewhere.kept VALUES ('x')",
    "CREATE TABLE elsewhere.another (x int)",
)
"""The owner's alone: migrations."""

SERVER = (
    # making and unmaking
    "CREATE DATABASE another", "CREATE ROLE another", "DROP DATABASE {other}", "ALTER DATABASE {other} RENAME TO x",
    "ALTER ROLE {role} SUPERUSER", "ALTER ROLE {role} CREATEDB", "ALTER ROLE {role} CREATEROLE",
    "ALTER ROLE {role} REPLICATION", "ALTER ROLE {role} BYPASSRLS", "ALTER ROLE {other} PASSWORD 'x'",
    "ALTER ROLE postgres PASSWORD 'x'", "CREATE EXTENSION dblink", "CREATE EXTENSION file_fdw",
    "CREATE EXTENSION postgres_fdw", "CREATE EXTENSION adminpack", "CREATE FOREIGN DATA WRAPPER another",
    "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION notify_outbox()",
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p", "CREATE TABLESPACE t LOCATION '/tmp'",
    "CREATE FUNCTION c(cstring) RETURNS int LANGUAGE c AS 'libc', 'system'", "ALTER SYSTEM SET log_statement = 'all'",
    # being someone else
    "SET ROLE {other}", "SET ROLE {other}_owner", "SET ROLE postgres", "SET SESSION AUTHORIZATION postgres",
    "SET SESSION AUTHORIZATION {other}", "GRANT postgres TO {role}", "GRANT {other} TO {role}",
    "GRANT pg_read_all_data TO {role}", "SET session_replication_role = replica", "SET log_statement = 'all'",
    # the server's disk, programs, sessions and secrets
    "SELECT pg_read_file('/etc/passwd')", "SELECT pg_read_file('pg_hba.conf')", "SELECT pg_ls_dir('.')",
    "SELECT pg_read_binary_file('PG_VERSION')", "SELECT pg_stat_file('PG_VERSION')", "SELECT pg_ls_logdir()",
    "SELECT pg_ls_waldir()", "SELECT lo_import('/etc/passwd')", "SELECT lo_export(1, '/tmp/x')",
    "COPY inbox FROM '/etc/passwd'", "COPY inbox TO '/tmp/x'", "COPY inbox FROM PROGRAM 'id'",
    "COPY inbox TO PROGRAM 'cat'", "LOAD '/tmp/x.so'", "SHOW data_directory", "SHOW hba_file",
    "SELECT * FROM pg_authid", "SELECT * FROM pg_shadow", "SELECT * FROM pg_hba_file_rules()", "SELECT pg_reload_conf()",
    "SELECT pg_rotate_logfile()", "SELECT pg_switch_wal()", "SELECT pg_create_physical_replication_slot('x')",
    "SELECT pg_database_size('{other}')", "SELECT pg_terminate_backend({pid})", "SELECT pg_cancel_backend({pid})",
)  # fmt: skip
"""Nobody's of a service. ``{pid}``: another role's session."""
