"""As many people of the register as a load needs: a person gets one letter a day."""

from collections.abc import Iterator
from itertools import count, islice, product

from support.people import NAMES, write_register
from support.system import Running

from launcher import services
from launcher.story import Person

LETTERS = "abdegiklmnoprstuvz"
SHEET = r"(ZQ[A-Z]{4})"
"""How a name of the crowd stands on a letter; extracted text may run into the next line."""
SOME = 200


class Crowd:
    """People that nobody else in the tests is; they come into the register some at a time."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._names = ("Zq" + "".join(letters) for letters in product(LETTERS, repeat=4))
        self._numbers = count(300_000)
        assert not [name for name in NAMES if name.startswith("Zq")]

    def people(self) -> Iterator[Person]:
        """One after the other, without end."""
        while True:
            some = list(islice(self._new(), SOME))
            self._running.do(self._import(some))
            yield from some

    def _new(self) -> Iterator[Person]:
        for name, number in zip(self._names, self._numbers, strict=False):
            yield Person("adherent", str(number), "Mme", name, ("20", "5", "1971"), "35000")

    async def _import(self, people: list[Person]) -> None:
        system, places = self._running.system, self._running.places
        file = places.var / f"crowd-{people[0].number}.csv"
        write_register(file, people)
        command = services.command("registration", "import-register", file, "--report", file.with_suffix(".refused"))
        log = places.log("registration")
        await system.finish("import of the crowd", command, system.parts.environment("registration"), log)
