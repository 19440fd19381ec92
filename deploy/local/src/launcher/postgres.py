"""A private PostgreSQL server in a folder of ours, on a port of ours (design §8)."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from launcher import postgres_files, postgres_roles, process_table
from launcher.process import Child, LaunchError, wait_until

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # TCP only: no socket path to be too long or met by others
    "max_connections": "300",
    "shared_buffers": "64MB",
    "dynamic_shared_memory_type": "mmap",  # in its own folder: a killed server leaves nothing in /dev/shm
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_min_error_statement": "panic",  # statements and rows stay out of the log
    "log_error_verbosity": "terse",
}
# What survives kill -9 but not a power cut; with synchronous_commit off, kill -9 would lose commits.
_TEST_SETTINGS = {"fsync": "off", "full_page_writes": "off"}


class PrivatePostgres:
    """One server; data, password and log stay in `folder` between runs.

    Run by root, the server itself runs as another account, since PostgreSQL refuses root; its data then moves under
    /var/tmp where that account cannot reach `folder` (see `launcher.postgres_files`). `durable=False` is for tests.
    """

    def __init__(self, folder: Path, port: int, *, durable: bool = True, log: Path | None = None) -> None:
        self.folder, self.port, self.durable = folder.absolute(), port, durable
        self.log = log or self.folder / "postgres.log"
        self.process: Child | None = None
        self.folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Start the server and return when it takes connections.

        Raises:
            LaunchError: PostgreSQL is not installed, or does not come up within 30 s.
        """
        try:
            self.launch()
            wait_until(self.is_ready, 30, f"PostgreSQL is not ready after 30 s: {self.log}")
        except BaseException:
            self.kill9()
            raise

    def launch(self) -> None:
        """Make the cluster if there is none and begin to start the server; `is_ready` tells the rest.

        Raises:
            LaunchError: PostgreSQL is not installed, or refuses the folder.
        """
        data, account = postgres_files.data_folder(self.folder)
        if not (data / "PG_VERSION").exists():
            postgres_files.initialise(data, account, self._superuser_password(), durable=self.durable)
        settings = _SETTINGS | {"port": str(self.port)} | ({} if self.durable else _TEST_SETTINGS)
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.process = Child(
            "PostgreSQL",
            [postgres_files.programs() / "postgres", "-D", data, *options],
            environment={"PATH": os.defpath, "LANG": "C.UTF-8"},
            log=self.log,
            folder=data,
            account=account,
        )

    def is_ready(self) -> bool:
        """Say whether the launched server takes connections.

        Raises:
            LaunchError: it has ended.
        """
        return postgres_files.is_ready(postgres_files.data_folder(self.folder)[0], self.check().pid)

    def check(self) -> Child:
        """Return the running server.

        Raises:
            LaunchError: it has ended, or was never started.
        """
        if self.process is None:
            raise LaunchError("PostgreSQL is not started")
        if self.process.status is not None:
            raise LaunchError(self.process.obituary())
        return self.process

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back (fast shutdown), data is kept."""
        if self.process is not None:
            self.process.stop(15, signal.SIGINT)
            self.process = None

    def kill9(self) -> None:
        """Kill server and backends with SIGKILL, as a power cut would."""
        if self.process is not None:
            # Every backend leads a session of its own, so the process group does not name them; a stopped server
            # starts no more of them meanwhile.
            self.process.send(signal.SIGSTOP)
            backends = list(process_table.children(self.process.pid))
            self.process.kill9()
            process_table.kill_all(backends)
            self.process = None

    def restart(self) -> None:
        """Stop and start again; after `kill9` too."""
        self.stop()
        self.start()

    def dsn(self, database: str = "postgres", user: str = "postgres", password: str | None = None) -> str:
        """Return a postgresql:// URL; without `user`, the superuser's."""
        known = self._superuser_password() if password is None else password
        return f"postgresql://{quote(user)}:{quote(known, safe='')}@127.0.0.1:{self.port}/{quote(database)}"

    def create_role_and_database(self, name: str, password: str, owner_password: str | None = None) -> str:
        """Make (or keep) a database and the role of its name, which may enter no other; return the role's URL.

        With `owner_password` the role reads and writes rows only: `owner_dsn` is for who changes tables. Without, it
        owns the database. Passwords become the given ones. `name` is `[a-z][a-z0-9_]*`.
        """
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise ValueError(f"not a plain database name: {name!r}")
        if owner_password is None:
            self.sql(postgres_roles.one_role(), name=name, password=password)
        else:
            owner = postgres_roles.owner_of(name)
            self.sql(
                postgres_roles.two_roles(), name=name, password=password, owner=owner, owner_password=owner_password
            )
        return self.dsn(name, name, password)

    def owner_dsn(self, name: str, owner_password: str) -> str:
        """Return the URL for migrating a database that has an owner besides its role."""
        return self.dsn(name, postgres_roles.owner_of(name), owner_password)

    def sql(self, text: str, database: str = "postgres", **values: str) -> str:
        """Run SQL as superuser through psql and return its bare output; `:'name'` in it stands for a value.

        Raises:
            LaunchError: with what the server said.
        """
        words: list[str | Path] = [postgres_files.programs() / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1"]
        words += ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database]
        # Values go in by standard input, since anyone on the machine may read a command line.
        quoted = {name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in values.items()}
        done = subprocess.run(
            words,
            input="".join(f"\\set {name} '{value}'\n" for name, value in quoted.items()) + text,
            env={"PGPASSWORD": self._superuser_password(), "PATH": os.defpath, "PGCONNECT_TIMEOUT": "10"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            raise LaunchError(f"PostgreSQL: {done.stderr.strip()}")
        return done.stdout.strip()

    def end_leftover(self) -> None:
        """End the server that a killed launcher left running on this folder, if there is one."""
        postgres_files.end_leftover(postgres_files.data_folder(self.folder)[0])

    def remove(self) -> None:
        """Stop the server and delete its folder and data, wherever the data is."""
        self.kill9()
        shutil.rmtree(postgres_files.data_folder(self.folder)[0])
        shutil.rmtree(self.folder)

    def _superuser_password(self) -> str:
        return postgres_files.superuser_password(self.folder)
