"""A mistyped command, told in the operator's language."""

from typer.exceptions import TyperException

from print_shop.words import fr


def in_french(error: TyperException) -> str:
    """What is wrong with the command line, and where to see what it should be."""
    match type(error).__name__:
        case "NoSuchOption":
            what = f"option inconnue : {getattr(error, 'option_name', '')}"
        case "MissingParameter":
            what = f"il manque {_parameter(error)}"
        case "BadParameter":
            what = f"valeur refusée pour {_parameter(error)}"
        case _:
            what = "commande inconnue ou mal écrite"
    command = getattr(getattr(error, "ctx", None), "command_path", "print-shop")
    return fr(f"{command} : {what}. Ce qui s’écrit : {command} --help")


def _parameter(error: TyperException) -> str:
    parameter = getattr(error, "param", None)
    names = getattr(parameter, "opts", [])
    return names[0] if names and names[0].startswith("-") else str(getattr(parameter, "metavar", "") or "un mot")
