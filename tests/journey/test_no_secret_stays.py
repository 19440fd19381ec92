"""After a whole journey, what people know is nowhere but on paper, in their own mail, and in sealed bytes."""

from launcher.services import SERVICES
from launcher.story import Journey

ANSWER = "Le Petit Prince"


def tables(running, database):
    """Every row of every table, as text."""
    sql = running.system.postgres.sql
    for table in sql("select tablename from pg_tables where schemaname = 'public'", database=database).split():
        yield table, sql(f'select t::text from "{table}" t', database=database)


def test_no_secret_in_any_table_log_or_queue(running, someone):
    journey = Journey(running.places, someone())
    for _, play in journey.steps():
        play()
    journey.member.close()
    token = journey.confirmation_link.partition("jeton=")[2]
    password = journey.provisional_password
    secrets = (password, password.replace("-", ""), journey.password, token, ANSWER)
    assert all(len(secret) > 10 for secret in secrets)

    for service in SERVICES:
        for table, rows in tables(running, service.replace("-", "_")):
            for secret in secrets:
                assert secret.casefold() not in rows.casefold(), f"{service}.{table}"
                assert secret.encode().hex() not in rows, f"{service}.{table}, as bytes"

    var = running.places.var
    looked_at = [file for folder in ("log", "rabbitmq") for file in (var / folder).rglob("*") if file.is_file()]
    assert any(file.name == "gateway.log" for file in looked_at)
    for file in looked_at:
        content = file.read_bytes().lower()
        for secret in secrets:
            assert secret.lower().encode() not in content, file
