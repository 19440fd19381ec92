"""``activation serve`` and ``activation migrate``."""

from activation.app import create_app
from activation.settings import Settings
from shared.command_line import service_commands

commands = service_commands("activation", Settings, create_app)


def main() -> None:
    """The command line."""
    commands()


if __name__ == "__main__":
    main()
