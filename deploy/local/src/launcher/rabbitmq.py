"""A private RabbitMQ node in a folder of ours, on ports of ours (design §8)."""

import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import httpx

from launcher import rabbitmq_files
from launcher.process import Child, LaunchError, wait_until
from launcher.rabbitmq_management import Management


class PrivateRabbit(Management):
    """One node with its management plugin and its own epmd, all on 127.0.0.1; data stays in `folder` between runs.

    The guest user never exists. What can be asked of a running node is in `Management`. `mark` is added to the node's
    environment, to know it by.
    """

    def __init__(
        self,
        folder: Path,
        port: int,
        management_port: int,
        dist_port: int,
        epmd_port: int,
        *,
        log: Path | None = None,
        mark: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.port, self.management_port = folder.absolute(), port, management_port
        self.dist_port, self.epmd_port = dist_port, epmd_port
        self.log = log or self.folder / "rabbitmq.log"
        self._mark = dict(mark or {})
        self.process: Child | None = None
        self.epmd: Child | None = None
        rabbitmq_files.prepare(self.folder, port, management_port)
        super().__init__(
            f"http://127.0.0.1:{management_port}", rabbitmq_files.ADMIN, rabbitmq_files.admin_password(self.folder)
        )

    def start(self) -> None:
        """Start the node and return when it takes AMQP connections and answers on its management port.

        Raises:
            LaunchError: RabbitMQ is not installed, or does not come up within 60 s.
        """
        try:
            self.launch()
            wait_until(self.is_ready, 60, f"RabbitMQ is not ready after 60 s: {self.log}")
        except BaseException:
            self.kill9()
            raise

    def launch(self) -> None:
        """Start epmd and begin to start the node; `is_ready` tells the rest.

        Raises:
            LaunchError: RabbitMQ is not installed, or epmd does not come up within 10 s.
        """
        if not rabbitmq_files.SERVER.exists():
            raise LaunchError("RabbitMQ is not installed: run deploy/local/install")
        environment = self._mark | self._environment()
        if self.epmd is None or self.epmd.status is not None:
            self.epmd = Child("epmd", ["/usr/bin/epmd"], environment=environment, log=self.log, folder=self.folder)
            wait_until(self._epmd_answers, 10, f"epmd does not start: {self.log}")
        self.process = Child(
            "RabbitMQ", [rabbitmq_files.SERVER], environment=environment, log=self.log, folder=self.folder
        )

    def is_ready(self) -> bool:
        """Say whether the launched node takes AMQP connections.

        Raises:
            LaunchError: it has ended.
        """
        self.check()
        try:
            return self.get(f"health/checks/port-listener/{self.port}").is_success
        except httpx.TransportError:
            return False

    def check(self) -> Child:
        """Return the running node.

        Raises:
            LaunchError: it has ended, or was never started.
        """
        if self.process is None:
            raise LaunchError("RabbitMQ is not started")
        if self.process.status is not None:
            raise LaunchError(self.process.obituary())
        return self.process

    def stop(self) -> None:
        """Stop the node (SIGTERM; queues and messages are kept), then its epmd. Takes RabbitMQ about 7 s."""
        if self.process is not None:
            self.process.stop(20)
            self.process = None
        self._stop_epmd()

    def kill9(self) -> None:
        """Kill the node and all it started with SIGKILL, as a power cut would."""
        if self.process is not None:
            self.process.kill9()
            self.process = None
        self._stop_epmd()

    def restart(self) -> None:
        """Stop and start again with the data kept; after `kill9` too."""
        self.stop()
        self.start()

    def control(self, *words: str) -> str:
        """Run rabbitmqctl on the node, for what the management API can't do; return what it says. Takes about 2 s.

        Raises:
            LaunchError: with what it said.
        """
        command: list[str | Path] = [rabbitmq_files.CONTROL, *words]
        done = subprocess.run(command, env=self._environment(), capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise LaunchError(f"rabbitmqctl {words[0]}: {(done.stderr or done.stdout).strip()}")
        return done.stdout.strip()

    def url(self, user: str, password: str, vhost: str) -> str:
        """Return the amqp:// URL of a user in a vhost."""
        return f"amqp://{quote(user)}:{quote(password, safe='')}@127.0.0.1:{self.port}/{quote(vhost, safe='')}"

    def remove(self) -> None:
        """Kill the node and delete its folder."""
        self.kill9()
        self.close()
        shutil.rmtree(self.folder)

    def _environment(self) -> dict[str, str]:
        return rabbitmq_files.environment(
            self.folder, port=self.port, dist_port=self.dist_port, epmd_port=self.epmd_port
        )

    def _epmd_answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.epmd_port)) == 0

    def _stop_epmd(self) -> None:
        if self.epmd is not None:
            self.epmd.stop(5)
            self.epmd = None
