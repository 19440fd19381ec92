"""Reading what WeasyPrint draws: the instructions of a page, with the graphics state that holds at each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import ContentStreamInstruction, Operator

_PATH = {"m", "l", "c", "v", "y", "h", "re", "W", "W*"}
_CLIP = {"W", "W*"}
_ADDS_UP = {"cm", "gs"}
_LAST_COUNTS = {
    "w",
    "J",
    "j",
    "M",
    "d",
    "cs",
    "CS",
    "sc",
    "SC",
    "scn",
    "SCN",
    "g",
    "G",
    "rg",
    "RG",
    "k",
    "K",
    "Tf",
    "Tr",
}
_BEGIN, _END = (ContentStreamInstruction([], Operator(name)) for name in ("BT", "ET"))


@dataclass(frozen=True)
class Piece:
    """Instructions that belong together: one line of text, one painted path, or a single instruction of another kind.

    ``state``: the instructions that bring about the graphics state in which it is drawn.
    """

    instructions: tuple[Any, ...]
    state: tuple[Any, ...]

    @property
    def operator(self) -> str:
        """The last instruction's operator: ``ET`` ends a text, ``f`` and its like a path."""
        return str(self.instructions[-1].operator)

    def operands(self, operator: str) -> list[Any]:
        """Operands of the last instruction of that operator, of the state or of its own.

        Raises:
            ValueError: there is none.
        """
        for one in reversed([*self.state, *self.instructions]):
            if str(one.operator) == operator:
                return list(one.operands)
        raise ValueError(f"nothing sets {operator}")


def pieces(page: pikepdf.Page) -> Iterator[Piece]:
    """Everything that is drawn on a page, in order. A text object of several lines is taken as one for each."""
    states: list[list[Any]] = [[]]
    held: list[Any] = []
    place: Any = None
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator in {"BT", "ET"}:
            continue
        if operator == "Tm":
            place = instruction
            continue
        if operator in _PATH:
            held.append(instruction)
            continue
        own = (_BEGIN, place, instruction, _END) if operator == "TJ" else (*held, instruction)
        piece, held = Piece(own, tuple(states[-1])), []
        _apply(states, piece, operator)
        yield piece


def _apply(states: list[list[Any]], piece: Piece, operator: str) -> None:
    if operator == "q":
        states.append(list(states[-1]))
    elif operator == "Q":
        states.pop()
    elif operator in _LAST_COUNTS:
        states[-1][:] = [one for one in states[-1] if str(one.operator) != operator]
        states[-1] += piece.instructions
    elif operator in _ADDS_UP or any(str(one.operator) in _CLIP for one in piece.instructions):
        states[-1] += piece.instructions
