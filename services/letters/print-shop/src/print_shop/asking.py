"""Speaking with the operator: what is said, what went wrong, what has to be answered."""

import sys
from typing import NoReturn

import typer
from rich.console import Console

from print_shop.words import fr

NOT_DONE, MISUSED = 1, 2
"""Exit statuses: not all of it was done; the command could not even begin (mistyped, settings, the spool is in use)."""


def say(text: str) -> None:
    """One line or paragraph."""
    Console(markup=False, highlight=False).print(fr(text), soft_wrap=True)


def warn(text: str) -> None:
    """What is wrong, and what to do about it."""
    Console(file=sys.stderr, markup=False, highlight=False).print(fr(text), soft_wrap=True)


def stop(text: str, status: int = NOT_DONE) -> NoReturn:
    """Say what is wrong and what to do, and end.

    Raises:
        typer.Exit: with that status.
    """
    warn(text)
    raise typer.Exit(status)


def can_ask() -> bool:
    """Whether somebody sits at the terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str) -> str:
    """What the operator types; nothing at the end of the input."""
    try:
        return input(fr(question) + " ").strip()
    except EOFError:
        return ""


def agreed(question: str) -> bool:
    """Whether the answer is yes."""
    return ask(f"{question} [o/N]").lower() in {"o", "oui"}


def must_agree(question: str, *, yes: bool) -> None:
    """Ask, unless ``yes`` was given beforehand.

    Raises:
        typer.Exit: the answer is no, or nobody is there to answer.
    """
    if yes:
        return
    if not can_ask():
        stop("Personne ne peut répondre ici : ajoutez --yes pour confirmer d’avance. Rien n’est fait.", MISUSED)
    if not agreed(question):
        stop("Rien n’est fait.")
