"""Passwords of databases and broker: each program gets its own address, operations get what sets the passwords."""

from launcher.postgres_roles import owner_of
from launcher.secret_values import new_password
from launcher.services import PRINT_SHOP, SERVICES, package

OPERATIONS = "operations"
"""Folder of what operations run once; it holds every password, and belongs to no program."""
_VHOST = "espace"


def passwords(database: str, broker: str) -> dict[str, str]:
    """Return files by their place: `letters/database_url`, `letters-migrate/database_url`, `operations/…`.

    `database` and `broker` are `host:port`.
    """
    files: dict[str, str] = {}
    roles, users = [], []
    for program in (*SERVICES, PRINT_SHOP):
        word = new_password()
        files[f"{program}/broker_url"] = f"amqp://{program}:{word}@{broker}/{_VHOST}"
        users.append(f"rabbitmqctl change_password {program} '{word}'")
    for service in SERVICES:
        name = package(service)
        for role, folder in ((name, service), (owner_of(name), f"{service}-migrate")):
            word = new_password()
            files[f"{folder}/database_url"] = f"postgresql://{role}:{word}@{database}/{name}"
            roles.append(f"ALTER ROLE {role} LOGIN PASSWORD '{word}';")
    files[f"{OPERATIONS}/database-passwords.sql"] = "\n".join(roles) + "\n"
    files[f"{OPERATIONS}/broker-passwords.sh"] = "\n".join(["set -e", *users]) + "\n"
    return files
