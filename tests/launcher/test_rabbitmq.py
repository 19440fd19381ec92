import socket
import subprocess

import httpx
import pytest
from support.ports import free_ports

from launcher.process import LaunchError
from launcher.rabbitmq import PrivateRabbit

TOPOLOGY = {
    "vhosts": [{"name": "espace"}],
    "users": [{"name": "letters", "tags": ""}],
    "permissions": [{"user": "letters", "vhost": "espace", "configure": "^$", "write": "^$", "read": "^kept$"}],
    "queues": [
        {
            "name": "kept",
            "vhost": "espace",
            "durable": True,
            "auto_delete": False,
            "arguments": {"x-queue-type": "quorum"},
        }
    ],
}


def test_a_node_keeps_its_queues_and_is_ours_alone(tmp_path):
    ports = free_ports(4)
    node = PrivateRabbit(tmp_path / "rabbit", *ports)
    try:
        node.start()
        listening = subprocess.run(["ss", "-Hltn"], capture_output=True, text=True, check=True).stdout
        addresses = {line.split()[3] for line in listening.splitlines()}
        assert {f"127.0.0.1:{port}" for port in ports} <= addresses
        assert not {f"{anyone}:{port}" for port in ports for anyone in ("0.0.0.0", "*", "[::]")} & addresses  # noqa: S104

        node.import_definitions(TOPOLOGY, passwords={"letters": "pass/word"})
        node.import_definitions(TOPOLOGY, "copy")
        assert node.queue("kept")["type"] == node.queue("kept", "copy")["type"] == "quorum"
        assert {user["name"] for user in node.get("users").json()} == {"launcher", "letters"}
        guest = httpx.get(f"http://127.0.0.1:{ports[1]}/api/whoami", auth=("guest", "guest"), trust_env=False)
        assert guest.status_code == 401
        with pytest.raises(LaunchError, match="no_such_user"):
            node.import_definitions({"permissions": [TOPOLOGY["permissions"][0] | {"user": "nobody"}]})

        node.kill9()
        node.start()
        assert node.queue("kept")["name"] == "kept"
    finally:
        node.remove()
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_its_secrets_are_read_by_their_owner_alone(tmp_path):
    node = PrivateRabbit(tmp_path / "rabbit", *free_ports(4))
    node.close()

    for name in (".erlang.cookie", "admin-password", "rabbitmq.conf"):
        assert (tmp_path / "rabbit" / name).stat().st_mode & 0o777 == 0o600, name
    assert node.url("letters", "pass/word", "espace").startswith("amqp://letters:pass%2Fword@127.0.0.1:")
