"""Where everything of one run is: folders and ports, each moved by an environment variable (design §8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher.process import LaunchError

PORTS = {
    "GATEWAY_PORT": (8080, "the site"),
    "MAIL_PORT": (8025, "the mail inbox"),
    "SMTP_PORT": (8026, "the mail server"),
    "REGISTRATION_PORT": (8101, "registration"),
    "ACTIVATION_PORT": (8102, "activation"),
    "LETTERS_PORT": (8103, "letters"),
    "NOTIFIER_PORT": (8104, "notifier"),
    "MEMBER_SPACE_PORT": (8105, "member-space"),
    "POSTGRES_PORT": (8132, "PostgreSQL"),
    "RABBITMQ_PORT": (8172, "RabbitMQ"),
    "RABBITMQ_MANAGEMENT_PORT": (8173, "RabbitMQ's management"),
    "RABBITMQ_DIST_PORT": (8174, "RabbitMQ's Erlang distribution"),
    "EPMD_PORT": (8175, "RabbitMQ's epmd"),
}
"""Variable → default and what listens there; all on 127.0.0.1."""

SERVICE_PORTS = ("REGISTRATION_PORT", "ACTIVATION_PORT", "LETTERS_PORT", "NOTIFIER_PORT", "MEMBER_SPACE_PORT")
MOST_REPLICAS = 9

ROOT = Path(__file__).resolve().parents[4]
"""The checkout: launcher → src → local → deploy → checkout."""


def ports_of(replicas: int) -> dict[str, tuple[int, str]]:
    """Return `PORTS` and those of further replicas: the second `letters` has LETTERS_PORT_2, 8203, and so on."""
    further = {
        f"{name}_{number}": (PORTS[name][0] + 100 * (number - 1), f"{PORTS[name][1]}-{number}")
        for number in range(2, replicas + 1)
        for name in SERVICE_PORTS
    }
    return PORTS | further


@dataclass(frozen=True)
class Places:
    """The folders and ports of one run."""

    var: Path
    """Data, keys, mail, letters and logs; nothing is written elsewhere."""
    ports: Mapping[str, int]
    root: Path = ROOT
    replicas: int = 1
    """How many of every service run side by side."""

    @classmethod
    def of(cls, environment: Mapping[str, str], folder: str = "") -> "Places":
        """Read VAR_DIR (default `var/` of the checkout), REPLICAS and the ports; `folder` is a folder within it.

        Raises:
            LaunchError: a number of replicas or a port that is none, or the same port twice.
        """
        replicas = environment.get("REPLICAS") or "1"
        if not replicas.isdecimal() or not 1 <= int(replicas) <= MOST_REPLICAS:
            raise LaunchError(f"REPLICAS is a number from 1 to {MOST_REPLICAS}, not “{replicas}”")
        var = Path(environment.get("VAR_DIR") or ROOT / "var").absolute() / folder
        ports: dict[str, int] = {}
        for name, (default, _) in ports_of(int(replicas)).items():
            text = environment.get(name) or str(default)
            if not text.isdecimal() or not 0 < int(text) < 65536:
                raise LaunchError(f"{name} is a port from 1 to 65535, not “{text}”")
            twin = next((other for other, port in ports.items() if port == int(text)), None)
            if twin:
                raise LaunchError(f"{twin} and {name} are both {text}: give one of them another port")
            ports[name] = int(text)
        return cls(var, ports, replicas=int(replicas))

    def port(self, name: str) -> int:
        """Return the port of a variable of `ports_of`."""
        return self.ports[name]

    def log(self, name: str) -> Path:
        """Return the log file of a part."""
        return self.var / "log" / f"{name}.log"

    @property
    def site(self) -> str:
        """Address of the site, without a slash at the end."""
        return f"http://localhost:{self.port('GATEWAY_PORT')}"

    @property
    def inbox(self) -> str:
        """Address of the mail inbox, without a slash at the end."""
        return f"http://localhost:{self.port('MAIL_PORT')}"

    @property
    def mail(self) -> Path:
        """Folder of received mails, one .eml file each."""
        return self.var / "mail"

    @property
    def letters(self) -> Path:
        """Folder of printed letters, one PDF each."""
        return self.var / "print-shop"
