"""Where PostgreSQL's programs and our data are, and whose account the server runs under."""

import os
import pwd
import secrets
import signal
import subprocess
import tempfile
from pathlib import Path

from launcher.files import write_private
from launcher.process import LaunchError, wait_until
from launcher.process_table import is_alive

Account = tuple[int, int]
"""(uid, gid)"""

_VERSIONS = Path("/usr/lib/postgresql")
ELSEWHERE = Path("/var/tmp")  # noqa: S108
"""Where a cluster goes whose account can't reach its own folder; it outlives a restart of the machine there."""


def programs() -> Path:
    """Return the folder of the newest installed server's programs.

    Raises:
        LaunchError: PostgreSQL is not installed.
    """
    found = [initdb.parent for initdb in _VERSIONS.glob("*/bin/initdb") if initdb.parts[-3].isdecimal()]
    if not found:
        raise LaunchError(f"PostgreSQL is not installed (nothing under {_VERSIONS}): run deploy/local/install")
    return max(found, key=lambda folder: int(folder.parent.name))


def data_folder(folder: Path) -> tuple[Path, Account | None]:
    """Return where the cluster of `folder` is or shall be, and as whom the server runs (None: as ourselves)."""
    pointer = folder / "data-is-at"
    data = Path(pointer.read_text().strip()) if pointer.exists() else folder / "data"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.geteuid() != 0:
        return data, None
    account = _account(data)
    os.chown(data, *account)
    if _reaches(account, data):
        return data, account
    # A parent such as /root is closed to that account, and opening it is not ours to do.
    data.rmdir()
    data = Path(tempfile.mkdtemp(prefix="espace-postgres-", dir=ELSEWHERE))
    os.chown(data, *account)
    pointer.write_text(f"{data}\n")
    return data, account


def _account(data: Path) -> Account:
    """Return whom root starts the server as: who owns the data already, else postgres, else nobody."""
    owner = data.stat()
    if owner.st_uid != 0:
        return owner.st_uid, owner.st_gid
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise LaunchError("PostgreSQL refuses to run as root, and there is no account postgres or nobody: run as a user")


def _reaches(account: Account, folder: Path) -> bool:
    check = subprocess.run(
        ["/usr/bin/test", "-w", folder], user=account[0], group=account[1], extra_groups=[], cwd="/", check=False
    )
    return check.returncode == 0


def initialise(data: Path, account: Account | None, password: str, *, durable: bool) -> None:
    """Make a UTF-8 cluster whose every door asks for a password.

    Raises:
        LaunchError: with what initdb said.
    """
    with tempfile.NamedTemporaryFile("w", dir="/var/tmp", prefix="espace-") as file:
        file.write(password)
        file.flush()
        if account:
            os.chown(file.name, *account)
        uid, gid = account or (None, None)
        words: list[str | Path] = [programs() / "initdb", "-D", data, "-U", "postgres", "--encoding=UTF8"]
        words += ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={file.name}"]
        done = subprocess.run(
            [*words, *([] if durable else ["--no-sync"])],
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            cwd=data,
            user=uid,
            group=gid,
            extra_groups=None if account is None else [],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    if done.returncode:
        raise LaunchError(f"PostgreSQL's initdb failed: {done.stderr.strip()}")


def superuser_password(folder: Path) -> str:
    """Return the cluster's superuser password, made once into a file that its owner alone reads."""
    file = folder / "superuser-password"
    if not file.exists():
        write_private(file, secrets.token_urlsafe(24).encode())
    return file.read_text()


def is_ready(data: Path, pid: int) -> bool:
    """Say whether the server `pid` takes connections: its lock file starts with its pid and ends with that word."""
    try:
        lines = (data / "postmaster.pid").read_text().split()
    except FileNotFoundError:
        return False
    return bool(lines) and lines[0] == str(pid) and lines[-1] == "ready"


def end_leftover(data: Path) -> None:
    """End the server that runs on `data`, if any. The data may have been copied with its lock file, hence the look."""
    try:
        pid = int((data / "postmaster.pid").read_text().partition("\n")[0])
        ours = Path(f"/proc/{pid}/cwd").samefile(data)
    except (OSError, ValueError):
        return
    if ours:
        os.kill(pid, signal.SIGINT)
        wait_until(lambda: not is_alive(pid), 20, f"an earlier PostgreSQL (process {pid}) does not end")
