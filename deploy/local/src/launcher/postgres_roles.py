"""The roles of a service's database, in psql's words: an owner that changes tables, and a role that fills them.

The same by hand: docs/operations.md, “Who may do what”.
"""

_ROLE = """
SELECT format('CREATE ROLE %I', :'{0}') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'{0}')\\gexec
ALTER ROLE :{0} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'{1}';
"""

_DATABASE = """
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'{0}')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name')\\gexec
REVOKE ALL ON DATABASE :name, postgres, template1 FROM PUBLIC;
"""

_ROWS_ONLY = """
\\connect :name
SELECT pg_get_userbyid(datdba) = :'name' AS one_role_had_all FROM pg_database WHERE datname = :'name' \\gset
\\if :one_role_had_all
REASSIGN OWNED BY :name TO :owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :name;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO :name;
\\endif
GRANT CONNECT ON DATABASE :name TO :name;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE :owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :name;
ALTER DEFAULT PRIVILEGES FOR ROLE :owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO :name;
"""
# A migration that makes a table append-only revokes from the role what these give: they act on new tables only.


def owner_of(name: str) -> str:
    """Return the name of the role that owns the database of a service and its tables."""
    return f"{name}_owner"


def one_role() -> str:
    """Return SQL that makes the role `name` with `password`, and the database of that name that it owns."""
    return _ROLE.format("name", "password") + _DATABASE.format("name")


def two_roles() -> str:
    """Return SQL that makes `owner` with `owner_password` too, which owns the database; `name` reads and writes its rows.

    A database that `one_role` made is handed over to `owner`.
    """
    roles = _ROLE.format("name", "password") + _ROLE.format("owner", "owner_password")
    return roles + _DATABASE.format("owner") + _ROWS_ONLY
