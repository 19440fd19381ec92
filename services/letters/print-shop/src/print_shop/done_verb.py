"""``print-shop done``: a printed batch is handed to the post, but for the spoiled letters."""

from collections.abc import Sequence
from uuid import UUID

from print_shop.app import Program, perform
from print_shop.asking import MISUSED, ask, can_ask, must_agree, say, stop, warn
from print_shop.away import AWAY, in_words
from print_shop.journal import Journal
from print_shop.lookup import record_named
from print_shop.posting import CountsDifferError, check_count, post
from print_shop.printers import Printers
from print_shop.record import Record
from print_shop.settings import Settings
from print_shop.spoiled import SpoiledRefusedError, ids_of, spoiled_places
from print_shop.spool import Spool
from print_shop.steps import State
from print_shop.terminal import doubt_words
from print_shop.words import fr, moment, number
from print_shop.words import spoiled as spoiled_words
from shared.contracts.print_manifest import PrintManifest


def done(settings: Settings, serial: str, spoiled: str | None, posted: int | None, *, yes: bool) -> None:
    """Check what the operator counted, ask, and tell it.

    Raises:
        typer.Exit: it is not told, or not yet.
    """
    spool = Spool(settings.spool_dir)
    record = record_named(Journal(spool.journal_path), serial)
    _check_state(record)
    manifest = spool.manifest(record.batch_id)
    places = _places(manifest, record, spoiled, asking=record.state is State.TO_POST and not yes)
    ids = ids_of(manifest, places) if manifest else ()
    if record.state is State.POSTED:
        _check_same(record, ids, settings.help_phone)
    try:
        if posted is not None:
            check_count(record.letters, len(places), posted)
    except CountsDifferError as error:
        stop(
            f"{record.serial} : {error} Recomptez, et nommez les lettres gâchées ou perdues par --spoiled. Rien n’est annoncé."
        )
    if record.state is State.TO_POST:
        say(_summary(record, places))
        must_agree("Annoncer à la mutuelle ? Rien ne pourra plus être corrigé d’ici.", yes=yes)
    perform(settings, "done", lambda program: _tell(program, record, ids), Printers(settings.cups_server), alone=False)


async def _tell(program: Program, record: Record, spoiled: tuple[UUID, ...]) -> None:
    now = program.shop.journal.get(record.batch_id)
    if now is not None and now.state is State.TO_POST:
        now = post(program.shop, now, spoiled)
    if now is None or now.state is not State.POSTED or now.spoiled != spoiled:
        stop(f"{record.serial} vient de changer d’état : print-shop list. Rien n’est annoncé.")
    try:
        await program.shop.tell(now)
    except AWAY as error:
        stop(
            f"{record.serial} : c’est noté sur ce disque, mais la mutuelle n’a pas pu être prévenue : {in_words(error)}. "
            f"La même commande le refera ; print-shop pull et print-shop run aussi."
        )


def _check_state(record: Record) -> None:
    why = {
        State.LEFT: "remplacé par une autre annonce, pas imprimé ici.",
        State.OFFERED: "peut-être à un autre poste, pas imprimé ici.",
        State.ARRIVED: f"pas encore contrôlé ni imprimé. D’abord : print-shop print {record.serial}.",
        State.TO_PRINT: f"pas encore imprimé. D’abord : print-shop print {record.serial}.",
        State.PRINTING: f"l’impression n’est pas finie. Où elle en est : print-shop print {record.serial}.",
        State.IN_DOUBT: f"imprimé ou non ? {record.reason}. {doubt_words(record.serial)}",
        State.REFUSED: f"refusé ({record.reason}). La mutuelle refait ses lettres ; détruisez ce qui en est imprimé.",
    }.get(record.state)
    if why:
        stop(f"{record.serial} : {why} Rien n’est annoncé.")


def _check_same(record: Record, spoiled: tuple[UUID, ...], phone: str) -> None:
    """What was told can't be told otherwise."""
    when = moment(record.since) if record.since else ""
    if spoiled != record.spoiled:
        stop(
            f"{record.serial} : déjà annoncé posté le {when}, avec {spoiled_words(len(record.spoiled))}. Cela ne se corrige "
            f"plus d’ici : appelez la mutuelle, {phone}."
        )
    if record.ended:
        say(f"{record.serial} : déjà annoncé posté le {when}, il n’y a rien à refaire.")


def _places(manifest: PrintManifest | None, record: Record, spoiled: str | None, *, asking: bool) -> list[int]:
    if manifest is None:
        if spoiled:
            stop(f"{record.serial} : son manifeste n’est plus là, aucune lettre ne peut être nommée.", MISUSED)
        return []
    if spoiled is None and asking and can_ask():
        return _asked_places(manifest)
    try:
        return spoiled_places(manifest, [spoiled or ""])
    except SpoiledRefusedError as error:
        stop(f"{error}\nCorrigez --spoiled. Rien n’est annoncé.")


def _asked_places(manifest: PrintManifest) -> list[int]:
    """Typed or scanned line by line, each checked at once."""
    say("Lettres gâchées : places ou repères, tapés ou scannés. Entrée seule quand il n’y en a plus.")
    typed: list[str] = []
    while line := ask("gâchée :"):
        try:
            say(f"  {number(len(spoiled_places(manifest, [*typed, line])))} en tout")
            typed.append(line)
        except SpoiledRefusedError as error:
            warn(str(error))
    return spoiled_places(manifest, typed)


def _summary(record: Record, places: Sequence[int]) -> str:
    which = f" (nº {', '.join(map(str, places))}), refaites avec un autre mot de passe" if places else ""
    return fr(
        f"Lot {record.serial}, tirage {record.run}\n"
        f"  lettres du lot  {number(record.letters)}\n"
        f"  gâchées         {number(len(places))}{which}\n"
        f"  à la poste      {number(record.letters - len(places))}"
    )
