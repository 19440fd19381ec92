"""The operator's screen: coloured lines in French, progress bars, and a spinner while nothing is in hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from print_shop.away import in_words
from print_shop.display import Work
from print_shop.record import Record
from print_shop.refusal import BatchRefusedError
from print_shop.steps import State
from print_shop.words import fr, letters, megabytes, number, sheets

_WORDS = {Work.FETCH: "réception", Work.PRINT: "impression"}
_DONE = {
    State.POSTED: "déjà imprimé et posté ici : pas réimprimé",
    State.TO_POST: "déjà imprimé ici : pas réimprimé",
    State.REFUSED: "déjà refusé ici",
}


class Terminal:
    """See ``Display``."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[far]}"))
        self._bars = Progress(*columns, console=console, transient=True)
        self._bars.start()
        self._waiting = self._bars.add_task(fr("en attente de lots…"), total=None, far="", visible=False)

    def close(self) -> None:
        """Take the bars away."""
        self._bars.stop()

    def idle(self) -> None:
        """Waiting for batches."""
        self._bars.update(self._waiting, visible=True)

    @contextmanager
    def progress(self, work: Work, serial: str, total: int) -> Iterator[Callable[[int], None]]:
        """A bar."""
        self._bars.update(self._waiting, visible=False)

        def far(done: int) -> str:
            if work is Work.FETCH:
                return f"{megabytes(done)} / {megabytes(total)}"
            return f"{number(done)} / {sheets(total)}"

        bar = self._bars.add_task(f"{serial} : {_WORDS[work]}", total=total, far=far(0))
        try:
            yield lambda done: self._bars.update(bar, completed=done, far=far(done))
        finally:
            self._bars.remove_task(bar)

    def resumed(self, record: Record) -> None:
        """What an earlier life left is gone on with."""
        self._line("cyan", record.serial, "repris là où il en était")

    def known(self, record: Record, run: int) -> None:
        """A batch was offered again."""
        which = "une nouvelle fois" if run == record.run else f"en tirage {run}"
        self._line("yellow", record.serial, f"proposé {which} : {_DONE.get(record.state, 'déjà sur ce disque')}")

    def printed_elsewhere(self, serial: str, run: int) -> None:
        """A later run of a batch that is unknown here."""
        self._line("bold yellow", serial, reprint_words(run))

    def taken(self, record: Record) -> None:
        """A batch is in the spool, checked."""
        self._line("green", record.serial, f"reçu et contrôlé : {letters(record.letters)}, {sheets(record.sheets)}")

    def printed(self, record: Record, where: str) -> None:
        """A batch is printed, all of it."""
        place = f" ({where})" if where else ""
        self._line("green", record.serial, f"imprimé : {sheets(record.printed_sheets)}{place}")

    def printed_before(self, record: Record, job: str) -> None:
        """A batch is not printed, since its very file is there."""
        self._line("yellow", record.serial, f"déjà imprimé avant un arrêt ({job}) : pas réimprimé")

    def posted(self, record: Record) -> None:
        """A batch is with the post."""
        spoiled = f", {number(len(record.spoiled))} à refaire" if record.spoiled else ""
        self._line("green", record.serial, f"à la poste : {letters(record.letters - len(record.spoiled))}{spoiled}")

    def waits(self, serial: str, why: str) -> None:
        """The printer does not go on."""
        self._line("yellow", serial, f"l’imprimante dit : {why}")

    def awaited(self, serial: str, why: str) -> None:
        """The gateway does not give a batch yet."""
        self._line("yellow", serial, f"le site de la mutuelle ne donne pas encore le lot ({why}) : nouvel essai")

    def in_doubt(self, record: Record) -> None:
        """People must look."""
        self._line("bold white on red", record.serial, f"IMPRIMÉ OU NON ? {record.reason}")
        self._line("bold", record.serial, doubt_words(record.serial))

    def refused(self, record: Record, error: BatchRefusedError) -> None:
        """People must look."""
        self._line("bold white on red", record.serial, f"REFUSÉ : {error}")

    def foreign(self, serial: str, reason: str) -> None:  # noqa: ARG002 (English, for the logs and the dead letter)
        """People must look."""
        self._line(
            "bold white on red", serial,
            "MANIFESTE SANS SIGNATURE VALABLE : rien n’est imprimé. Quelqu’un parle au nom de la mutuelle, "
            "ou MANIFEST_VERIFYING_KEYS n’est pas à jour. Appelez la mutuelle.",
        )  # fmt: skip

    def late(self, serial: str, run: int) -> None:
        """A batch is offered anew by now."""
        self._line(
            "yellow",
            serial,
            f"tirage {run} : la mutuelle a proposé le lot de nouveau depuis, cette annonce ne compte plus",
        )

    def away(self, why: Exception) -> None:
        """Something that is needed does not answer."""
        self._line("yellow", "print-shop", f"{in_words(why)} ; nouvel essai dans un moment")

    def _line(self, style: str, serial: str, what: str) -> None:
        self._console.print(Text.assemble((serial, style), " ", fr(what)), soft_wrap=True)


def reprint_words(run: int) -> str:
    """What the operator has to look for when an earlier run is unknown here."""
    return fr(f"tirage {run}, RÉIMPRESSION : vérifiez qu’un premier tirage n’existe pas")


def doubt_words(serial: str) -> str:
    """What the operator has to do when nobody can know whether a batch was printed."""
    return fr(
        f"Regardez les feuilles à l’imprimante. Toutes là : print-shop print {serial} --was-printed. "
        f'Sinon, détruisez-les : print-shop print {serial} --again "la raison" (avec --folder ou --printer).'
    )
