"""The words that the post abbreviates in a line that is too long, and in which order.

La Poste (Service national de l’adresse, articles 148 and 673 on NF Z10-011): a line is abbreviated only when it has no room;
kinds of roads and titles have one form each; the last word, by which the road is known, stays as it is. Kinds of roads
have the forms of the land registry (FANTOIR) where it has one; the rest is of the norm as Etalab's ``normadresse`` has it.

The norm goes further, and nobody could tell it from a cut: it takes given names to their initials and articles away. Such a
line is refused.
"""

import re
from collections.abc import Mapping

ROADS: Mapping[str, str] = {
    "ALLEE": "ALL", "AVENUE": "AV", "BOULEVARD": "BD", "CARREFOUR": "CAR", "CENTRE COMMERCIAL": "CCAL", "CHAUSSEE": "CHS",
    "CHEMIN": "CHE", "CORNICHE": "COR", "COURS": "CRS", "DESCENTE": "DSC", "DOMAINE": "DOM", "ESPLANADE": "ESP",
    "FAUBOURG": "FG", "HAMEAU": "HAM", "IMMEUBLE": "IMM", "IMPASSE": "IMP", "LIEU DIT": "LD", "LOTISSEMENT": "LOT",
    "MONTEE": "MTE", "PASSAGE": "PAS", "PLACE": "PL", "PLAINE": "PLN", "PLATEAU": "PLT", "PROMENADE": "PROM",
    "QUARTIER": "QUA", "RESIDENCE": "RES", "ROCADE": "ROC", "ROND POINT": "RPT", "ROUTE": "RTE", "RUELLE": "RLE",
    "SENTIER": "SEN", "SQUARE": "SQ", "TERRE PLEIN": "TPL", "TRAVERSE": "TRA", "VILLA": "VLA", "VILLAGE": "VLGE",
    "ZONE D ACTIVITE": "ZA", "ZONE D AMENAGEMENT CONCERTE": "ZAC", "ZONE INDUSTRIELLE": "ZI",
}  # fmt: skip
TITLES: Mapping[str, str] = {
    "ADJUDANT": "ADJ", "ASPIRANT": "ASP", "CARDINAL": "CDL", "COLONEL": "CNL", "COMMANDANT": "CDT", "DOCTEUR": "DR",
    "EVEQUE": "EVQ", "GENERAL": "GAL", "INGENIEUR": "ING", "LIEUTENANT": "LT", "MADAME": "MME", "MADEMOISELLE": "MLLE",
    "MARECHAL": "MAL", "MONSEIGNEUR": "MGR", "MONSIEUR": "M", "NOTRE DAME": "ND", "PREFET": "PREF", "PRESIDENT": "PDT",
    "PROFESSEUR": "PR", "SERGENT": "SGT",
}  # fmt: skip
WORDS: Mapping[str, str] = {
    "ANCIEN": "ANC", "APPARTEMENT": "APP", "BATAILLON": "BTN", "BATIMENT": "BAT", "BOITE POSTALE": "BP", "CHAMBRE": "CHBR",
    "COLLEGE": "COLL", "COURSE SPECIALE": "CS", "ENTREE": "ENT", "ESCALIER": "ESC", "ETABLISSEMENT": "ETS", "ETAGE": "ETG",
    "GENDARMERIE": "GEND", "GRAND": "GD", "GRANDE": "GDE", "GRANDES": "GDES", "GRANDS": "GDS", "HAUT": "HT", "HAUTE": "HTE",
    "HOPITAL": "HOP", "INFERIEUR": "INF", "MAISON": "MAIS", "PETIT": "PT", "PETITE": "PTE", "PETITES": "PTES", "PETITS": "PTS",
    "REGIMENT": "RGT", "REPUBLIQUE": "REP", "SERVICE": "SCE", "SUPERIEUR": "SUP", "TRI SERVICE ARRIVEE": "TSA",
    "UNIVERSITE": "UNIV", "VIEUX": "VX",
}  # fmt: skip
EXTENSIONS: Mapping[str, str] = {"BIS": "B", "TER": "T", "QUATER": "Q"}
SAINTS: Mapping[str, str] = {"SAINT": "ST", "SAINTE": "STE"}


def _one_of(words: Mapping[str, str], before: str = r"\b") -> re.Pattern[str]:
    """The first such word that another one follows: the last word of a line is never abbreviated."""
    return re.compile(rf"{before}(?P<word>{'|'.join(sorted(words, key=len, reverse=True))})(?= )")


_OPENING = r"^(?:\d\w* (?:(?:BIS|TER|QUATER|[A-Z]) )?)?"
"""The house number, if any."""
_STEPS = (
    (_one_of(ROADS, _OPENING), ROADS),
    (_one_of(TITLES), TITLES),
    (_one_of(WORDS), WORDS),
    (_one_of(ROADS), ROADS),
    (_one_of(EXTENSIONS, r"^\d+ "), EXTENSIONS),
    (_one_of(SAINTS), SAINTS),
)
"""The kind of road that opens the line, titles, words of a building; then roads in its middle, « Résidence du Chemin… »."""


def abbreviated(capitals: str, room: int) -> str:
    """The line with as many words abbreviated as it takes to have ``room`` characters, step by step, from left to right. It
    may be longer still when every word is."""
    for pattern, forms in _STEPS:
        capitals = _shorter(capitals, room, pattern, forms)
    return capitals


def town_abbreviated(capitals: str, room: int) -> str:
    """The same of a line with a town: La Poste abbreviates only SAINT and SAINTE in it (SNA, article 673)."""
    return _shorter(capitals, room, *_STEPS[-1])


def _shorter(line: str, room: int, pattern: re.Pattern[str], forms: Mapping[str, str]) -> str:
    while len(line) > room and (found := pattern.search(line)):
        line = line[: found.start("word")] + forms[found["word"]] + line[found.end("word") :]
    return line
