"""``activation serve | migrate | purge | keys-in-use | add-staff | reset-staff | disable-staff | list-staff``."""

from activation.keys_in_use import add_keys_command
from activation.settings import Settings
from activation.staff.commands import add_staff_commands
from shared.command_line import service_commands

commands = service_commands("activation", Settings)
add_staff_commands(commands)
add_keys_command(commands)


def main() -> None:
    """The command line."""
    commands()


if __name__ == "__main__":
    main()
