"""How each part of the system is started."""

import sys
from collections.abc import Mapping
from pathlib import Path

from launcher import caddy, services
from launcher.keys import Keys
from launcher.places import Places
from launcher.process import Child
from launcher.services import Runner


class Parts:
    """Starts the programs of one run; `settings` are handed to every service. `runner`: see `services.Runner`."""

    def __init__(self, places: Places, keys: Keys, settings: Mapping[str, str], runner: Runner) -> None:
        self.places, self.keys, self.settings, self.runner = places, keys, settings, runner

    def start(self, name: str) -> Child:
        """Start a replica of a service, print-shop, gateway or mailbox."""
        if name == "gateway":
            return self._gateway()
        if name == "mailbox":
            ports = ("--smtp-port", str(self.places.port("SMTP_PORT")), "--port", str(self.places.port("MAIL_PORT")))
            return self._child(name, [sys.executable, "-m", "launcher.mailbox", "--folder", self.places.mail, *ports])
        if name == services.PRINT_SHOP:
            return self._child(name, services.command(name, "run", "--folder", self.places.letters, runner=self.runner))
        return self._child(name, services.command(name, "serve", runner=self.runner))

    def environment(self, name: str) -> dict[str, str]:
        """Return the environment of a part."""
        return services.environment(self.places, self.keys, name, self.settings)

    def _gateway(self) -> Child:
        upstreams = {
            name: " ".join(
                f"127.0.0.1:{services.port(self.places, one)}" for one in services.replicas(self.places, name)
            )
            for name in services.SERVICES
        }
        told = caddy.environment(self.places.var / "caddy", self.places.port("GATEWAY_PORT"), upstreams)
        return caddy.start(self.places.log("gateway"), services.mark(self.places) | told)

    def _child(self, name: str, command: list[str | Path]) -> Child:
        return Child(name, command, environment=self.environment(name), log=self.places.log(name))
