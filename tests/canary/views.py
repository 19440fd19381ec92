"""What can't be searched as it lies on the disk, written out: databases, figures, opened mails and PDFs, names of files."""

import subprocess
from email import message_from_bytes, policy
from pathlib import Path

import httpx
import pikepdf
from pypdf import PdfReader
from support.system import Running

from launcher import postgres_files, services


def write_figures(running: Running, folder: Path) -> None:
    """``/metrics`` of every replica, and all that the broker's management tells."""
    for name in services.all_replicas(running.places):
        write_page(f"{running.system.address(name)}/metrics", folder / "metrics" / name)
    for path in ("overview", "connections", "channels", "queues", "definitions", "users", "consumers"):
        answer = running.system.rabbit.get(path)
        write(folder / "broker" / path, answer.raise_for_status().content)


def write_page(address: str, file: Path) -> None:
    write(file, httpx.get(address, timeout=20, trust_env=False).raise_for_status().content)


def write_dumps(running: Running, folder: Path) -> None:
    """Every database as SQL, roles included."""
    for name in map(services.package, services.SERVICES):
        write_dump(running, name, folder / "dump" / f"{name}.sql")
    write(folder / "dump" / "roles.sql", _dumped(running, "pg_dumpall", "--globals-only"))


def write_dump(running: Running, name: str, file: Path) -> None:
    write(file, _dumped(running, "pg_dump", name))


def _dumped(running: Running, program: str, *words: str) -> bytes:
    postgres = running.system.postgres
    where = ("-h", "127.0.0.1", "-p", str(postgres.port), "-U", "postgres")
    environment = {"PGPASSWORD": postgres_files.superuser_password(postgres.folder), "PATH": "/usr/bin:/bin"}
    command = [postgres_files.programs() / program, *where, *words]
    return subprocess.run(command, env=environment, capture_output=True, timeout=60, check=True).stdout


def write_mails(mails: Path, folder: Path) -> None:
    """Of each mail its headers, decoded, and its bodies, decoded, by recipient."""
    for file in mails.glob("*.eml"):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        to = str(mail["Delivered-To"])
        parts = [part.get_payload(decode=True) or b"" for part in mail.walk() if not part.is_multipart()]
        write(folder / "mail-body" / to / file.stem, b"\n".join(parts))
        headers = [f"{name}: {value}" for part in mail.walk() for name, value in part.items()]
        write(folder / "mail-headers" / to / file.stem, "\n".join(headers).encode())


def write_pdfs(top: Path, folder: Path) -> None:
    """The text and every decompressed stream of each PDF."""
    for file in sorted(top.rglob("*.pdf")):
        text = "\n".join(page.extract_text() for page in PdfReader(file).pages)
        with pikepdf.open(file) as pdf:
            streams = [one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        write(folder / "pdf" / file.relative_to(top), text.encode() + b"\n" + b"\n".join(streams))


def write_names(top: Path, folder: Path) -> None:
    """The path of every file."""
    write(folder / "names", "\n".join(str(path.relative_to(top)) for path in top.rglob("*")).encode())


def write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
