"""The environment and configuration that keep a RabbitMQ node to its own folder and ports (design §8)."""

import os
import secrets
from pathlib import Path

from launcher.files import write_private

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
CONTROL = Path("/usr/lib/rabbitmq/bin/rabbitmqctl")
ADMIN = "launcher"

_CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{port}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management_port}
default_user = {admin}
default_pass = {password}
log.console = true
log.console.level = info
log.console.use_colors = off
log.file = false
"""
# The first user made is ours, so the well-known guest never exists.


def prepare(folder: Path, port: int, management_port: int) -> None:
    """Write what the node reads at its start; secrets are readable by their owner alone."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
    # Without this one, the machine's own /etc/rabbitmq/rabbitmq-env.conf would be read.
    (folder / "rabbitmq-env.conf").write_text("")
    _once(folder / ".erlang.cookie", secrets.token_hex(20))
    text = _CONFIGURATION.format(
        port=port, management_port=management_port, admin=ADMIN, password=admin_password(folder)
    )
    write_private(folder / "rabbitmq.conf", text.encode())


def admin_password(folder: Path) -> str:
    """Return the node's administrator password, made once."""
    file = folder / "admin-password"
    _once(file, secrets.token_urlsafe(24))
    return file.read_text()


def environment(folder: Path, *, port: int, dist_port: int, epmd_port: int) -> dict[str, str]:
    """Return the whole environment of the node; of ours, only the path is handed on."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(epmd_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": "espace@localhost",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(dist_port),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "data"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        # Between nodes only; there is one, so nobody outside needs to reach it. The epmd is started by us.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false",
        # Makes the script become the Erlang machine instead of waiting beside it, so that signals reach it.
        "RUNNING_UNDER_SYSTEMD": "true",
    }


def _once(file: Path, text: str) -> None:
    if not file.exists():
        write_private(file, text.encode())
