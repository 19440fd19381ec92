"""A CUPS of the tests' own: Debian's cupsd as an ordinary user, on a port and in folders of its own, with one printer.

The printer's backend is a press: it takes the PDF, counts its pages as a real one does, and does as files in its folder say.
"""

import os
import pwd
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import httpx
from support.ports import free_ports

from launcher.process import Child, wait_until

QUEUE = "presse"
STOPPED = "arretee"
"""Another queue to the same press, which an administrator has stopped."""
_CUPSD = """
Listen 127.0.0.1:{port}
LogLevel debug
MaxLogSize 0
Browsing No
WebInterface No
DefaultAuthType Basic
PreserveJobFiles No
# what it knows of jobs is written when it is told to end, not now and then
DirtyCleanInterval 3600
<Location />
  Order allow,deny
  Allow all
</Location>
# as Debian delivers it, as far as printing goes
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  <Limit Create-Job Print-Job Print-URI Validate-Job>
    Order deny,allow
  </Limit>
  <Limit Send-Document Send-URI Hold-Job Release-Job Restart-Job Set-Job-Attributes Cancel-My-Jobs Close-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit Cancel-Job CUPS-Authenticate-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
_FILES = """
ServerBin {folder}/bin
ServerRoot {folder}/root
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/state
TempDir {folder}/spool
ServerKeychain {folder}/keys
ErrorLog {folder}/log/error
AccessLog {folder}/log/access
PageLog {folder}/log/page
SystemGroup nogroup
"""
_PRINTER = """
<Printer {name}>
Info {name}
DeviceURI press:/{name}
State {state}
StateMessage {message}
Accepting Yes
ErrorPolicy retry-current-job
JobSheets none none
</Printer>
"""
_PRESS = """#!/bin/sh
# job user title copies options [file]: see cups-backend(7)
[ $# -gt 0 ] || exit 0
press={folder}/press
cat "${{6:--}}" >"$press/$1.part"
echo "$5" >"$press/$1.options"
mv "$press/$1.part" "$press/$3.$1.pdf"
sheets=$(grep -ao '/Type /Page[^s]' "$press/$3.$1.pdf" | wc -l)
sheet=0
while [ $sheet -lt $sheets ]; do
  sheet=$((sheet + 1))
  if [ -e "$press/stop-at-$sheet" ]; then
    echo "INFO: Bac à papier vide" >&2
    while [ -e "$press/stop-at-$sheet" ]; do sleep 0.02; done
  fi
  if [ -e "$press/jam-at-$sheet" ]; then rm "$press/jam-at-$sheet"; exit 1; fi
  [ -e "$press/mute" ] || [ -e "$press/lose-$sheet" ] || echo "PAGE: $sheet 1" >&2
done
"""


class PrivateCups:
    """``press``: the folder whose files tell the press what to do, and where it puts what it was given."""

    def __init__(self) -> None:
        # where an account other than root gets to
        self._folder = Path(tempfile.mkdtemp(prefix="cups-", dir=os.environ.get("TEST_SERVERS", "/var/tmp")))  # noqa: S108
        (self._port,) = free_ports(1)
        self.server = f"127.0.0.1:{self._port}"
        self.press = self._folder / "press"
        self._account = None
        self._process: Child | None = None
        self._write()

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = ["/usr/sbin/cupsd", "-f", "-c", self._folder / "cupsd.conf", "-s", self._folder / "cups-files.conf"]
        self._process = Child(
            "CUPS", command, environment={"PATH": os.defpath, "LANG": "C.UTF-8"}, log=self._folder / "cupsd.log",
            account=self._account,
        )  # fmt: skip
        wait_until(self._answers, 20, f"CUPS does not answer: {self._folder}")

    def kill9(self) -> None:
        """Kill it: its jobs are forgotten."""
        if self._process is not None:
            self._process.kill9()

    def stop(self) -> None:
        """Stop it in order; jobs and history stay for the next start."""
        if self._process is not None:
            self._process.stop(10)

    def remove(self) -> None:
        """Stop it and forget everything."""
        self.kill9()
        shutil.rmtree(self._folder)

    def tell(self, name: str) -> Path:
        """A file that tells the press something: ``stop-at-2``, ``lose-2``, ``mute``, ``jam``."""
        (self.press / name).touch()
        return self.press / name

    def calm(self) -> None:
        """Nothing is told to the press any more."""
        for file in self.press.iterdir():
            if file.suffix not in {".pdf", ".options"}:
                file.unlink(missing_ok=True)

    def given(self, name: str) -> list[Path]:
        """What the press got by that name, job by job."""
        return sorted(self.press.glob(f"{name}.[0-9]*.pdf"))

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.status is None, self._process.obituary()
        with suppress(httpx.TransportError):
            return httpx.get(f"http://{self.server}/", trust_env=False).status_code < 500
        return False

    def _write(self) -> None:
        folders = ("bin/backend", "bin/filter", "root", "spool", "cache", "state", "keys", "log", "press")
        for name in folders:
            (self._folder / name).mkdir(parents=True)
        for name in ("daemon", "notifier"):
            (self._folder / "bin" / name).symlink_to(f"/usr/lib/cups/{name}")
        told = {"folder": self._folder, "port": self._port}
        (self._folder / "cupsd.conf").write_text(_CUPSD.format(**told))
        (self._folder / "cups-files.conf").write_text(_FILES.format(**told))
        (self._folder / "root" / "printers.conf").write_text(
            _PRINTER.format(name=QUEUE, state="Idle", message="")
            + _PRINTER.format(name=STOPPED, state="Stopped", message="Entretien jusqu'à midi")
        )
        (self._folder / "bin" / "backend" / "press").write_text(_PRESS.format(**told))
        (self._folder / "bin" / "backend" / "press").chmod(0o755)
        self._folder.chmod(0o755)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._account = (nobody.pw_uid, nobody.pw_gid)
            for path in (self._folder, *self._folder.rglob("*")):
                os.chown(path, *self._account, follow_symlinks=False)
