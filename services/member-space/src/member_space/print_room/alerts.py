"""What of the print room needs somebody now, in sentences, before all else on its page."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.contracts.print_room import CanaryLine, PrintRoom
from shared.web.french import nbsp


@dataclass(frozen=True)
class Alert:
    """``place`` is the part of the page that says more."""

    words: str
    place: str


def alerts(room: PrintRoom) -> list[Alert]:
    """The worst first; none when all is well."""
    overdue = [batch.overdue for batch in room.open]
    late = sum(line.broken for line in room.promise.near)
    near = len(room.promise.near) - late
    found = [
        (room.doubts, "lot dont les comptes ne concordent pas", "lots dont les comptes ne concordent pas", "lots"),
        (overdue.count("not-posted"), "lot pas remis à La Poste à temps", "lots pas remis à La Poste à temps", "lots"),
        (overdue.count("not-taken"), "lot pas pris en charge à temps", "lots pas pris en charge à temps", "lots"),
        (late, "demande au-delà des 24 heures promises", "demandes au-delà des 24 heures promises", "promesse"),
        (near, "demande proche des 24 heures promises", "demandes proches des 24 heures promises", "promesse"),
    ]
    told = [
        Alert(nbsp(f"{count} ") + (one if count == 1 else many), place) for count, one, many, place in found if count
    ]
    if room.canary.missing:
        told.append(Alert("Une lettre témoin n’est pas arrivée dans les temps", "temoin"))
    return told


def awaited_canaries(letters: Sequence[CanaryLine]) -> list[CanaryLine]:
    """Those that may arrive any day, the oldest first."""
    return [line for line in reversed(letters) if line.posted_at and line.received_on is None]
