import os
import socket

import pytest

from launcher import ports
from launcher.places import PORTS, Places
from launcher.process import LaunchError


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])  # noqa: S104
def test_a_taken_port_is_one_line_that_says_who_and_what_to_do(address, free_port):
    with socket.create_server((address, free_port)), pytest.raises(LaunchError) as refused:
        ports.check({"GATEWAY_PORT": free_port})

    line = str(refused.value)
    assert "\n" not in line
    assert line.startswith(f"Port {free_port} (the site) is taken by ")
    assert f"(process {os.getpid()})" in line
    assert "GATEWAY_PORT=" in line


def test_who_listens_on_ipv6_localhost_would_answer_in_our_place(free_port):
    try:
        listener = socket.create_server(("::1", free_port), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    with listener, pytest.raises(LaunchError, match=f"Port {free_port}"):
        ports.check({"MAIL_PORT": free_port})


def test_a_free_port_and_one_that_was_just_used_are_fine(free_port):
    with socket.create_server(("127.0.0.1", free_port)) as server:
        client = socket.create_connection(("127.0.0.1", free_port))
        accepted, _ = server.accept()
        accepted.close()  # the server's side closes first, and so lingers in TIME_WAIT
        client.close()

    ports.check({"GATEWAY_PORT": free_port})


def test_every_port_and_the_folder_are_moved_by_variables(tmp_path):
    moved = {name: str(20000 + index) for index, name in enumerate(PORTS)}

    places = Places.of({"VAR_DIR": str(tmp_path), **moved})

    assert {name: str(port) for name, port in places.ports.items()} == moved
    assert places.var == tmp_path
    assert places.site == "http://localhost:20000"


@pytest.mark.parametrize("text", ["x", "0", "65536", "-1", "80 "])
def test_a_port_that_is_none_is_refused(text):
    with pytest.raises(LaunchError, match="MAIL_PORT is a port from 1 to 65535"):
        Places.of({"MAIL_PORT": text})


def test_the_same_port_twice_is_refused():
    with pytest.raises(LaunchError, match="GATEWAY_PORT and MAIL_PORT are both 8025"):
        Places.of({"GATEWAY_PORT": "8025"})
