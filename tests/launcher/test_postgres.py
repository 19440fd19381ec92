import os
import socket

import pytest

from launcher.postgres import PrivatePostgres
from launcher.process import LaunchError


@pytest.fixture
def server(tmp_path, free_port):
    server = PrivatePostgres(tmp_path / "postgres", free_port, durable=False)
    server.start()
    yield server
    server.remove()


def test_a_server_keeps_its_data_through_kill_9_and_stop(server):
    server.sql("create table kept (word text); insert into kept values (:'word')", word='l\'été \\ "quoted"')
    server.kill9()
    server.start()
    server.restart()

    assert server.sql("select word from kept") == 'l\'été \\ "quoted"'
    assert server.sql("show server_encoding") == "UTF8"


def test_nothing_is_left_running_nor_on_the_disk(tmp_path, free_port):
    server = PrivatePostgres(tmp_path / "postgres", free_port, durable=False)
    server.start()
    data = server.sql("show data_directory")
    server.remove()

    assert not os.path.exists(data)  # noqa: PTH110
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", free_port)) != 0


def test_a_service_owns_its_database_and_enters_no_other(server):
    server.create_role_and_database("letters", "pass'word")
    server.create_role_and_database("letters", "pass'word")
    server.create_role_and_database("activation", "other")
    password = (server.folder / "superuser-password").read_text()

    rights = "select has_database_privilege('letters', datname, 'connect') from pg_database where datname = :'name'"
    assert server.sql(rights, name="letters") == "t"
    assert [server.sql(rights, name=name) for name in ("activation", "postgres", "template1")] == ["f", "f", "f"]
    assert server.sql("select rolsuper or rolcreatedb or rolcreaterole from pg_roles where rolname = 'letters'") == "f"
    assert (server.folder / "superuser-password").stat().st_mode & 0o777 == 0o600
    assert server.dsn("letters", "letters", "pass'word").startswith("postgresql://letters:pass%27word@127.0.0.1:")
    log = server.log.read_text()
    assert "pass'word" not in log
    assert password not in log


def test_a_wrong_password_is_refused(server):
    (server.folder / "superuser-password").write_text("wrong")
    with pytest.raises(LaunchError, match="password authentication failed"):
        server.sql("select 1")


def test_what_it_cannot_do_is_said(server):
    with pytest.raises(LaunchError, match=r'relation "missing" does not exist'):
        server.sql("select * from missing")
    with pytest.raises(ValueError, match="not a plain database name"):
        server.create_role_and_database("a; drop", "x")


def test_a_taken_port_is_told_with_the_servers_own_words(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = PrivatePostgres(tmp_path / "postgres", taken.getsockname()[1], durable=False)
        try:
            with pytest.raises(LaunchError, match=r"(?s)PostgreSQL ended .*Address already in use"):
                server.start()
        finally:
            server.remove()
