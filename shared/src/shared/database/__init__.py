"""PostgreSQL: engine, unit of work, migrations."""
