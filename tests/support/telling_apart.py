"""Whether a stranger can tell two kinds of visitors' answers apart: by what they say, or by how long they take.

What is asked of both kinds comes in pairs, in an order that chance decides: with nothing to tell them apart, either of a pair
is as likely to be the slower one, whatever else the machine does meanwhile. That is all the test of the times builds on, so a
busy machine makes it less sharp and never wrong: its bound ``CHANCE`` holds for any noise.
"""

import math
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from statistics import median

import httpx

CHANCE = 1e-6
"""How likely equal kinds may be taken for different ones by their times."""
LEAST = 0.004
"""Seconds. A difference below is not told from what a network adds: a hash of a password takes 20 ms and more."""
_TOKENS = re.compile(
    r'(name="(?:form_token|submission_id|captcha_challenge)" value=")[^"]*'
    r"|(/compte/captcha/)[\w-]+"
    r'|(class="reference">)[0-9A-Z-]+'
    r"|(Demande du )[^,]+"
)
_CHANGING = {"date", "x-request-id"}


@dataclass(frozen=True)
class Seen:
    """What came back, without what is new each time; and after how many seconds."""

    answer: tuple[object, ...]
    seconds: float


Visitor = Callable[[bool, int], Seen]
"""Asks as the known or the unknown one of a pair of that number."""


@dataclass(frozen=True)
class Found:
    """What the answers to both were."""

    known: Counter[tuple[object, ...]]
    unknown: Counter[tuple[object, ...]]
    differences: Sequence[float]
    """Seconds by which the known one took longer, pair by pair."""

    def problems(self) -> list[str]:
        """How the two can be told apart; empty when they can't."""
        found = []
        only = [list(left - right) for left, right in ((self.known, self.unknown), (self.unknown, self.known))]
        if set(self.known) != set(self.unknown):
            found.append(f"only known: {only[0][:1]}\nonly unknown: {only[1][:1]}")
        shift, chance = typical_shift(self.differences), chance_of(self.differences)
        if chance < CHANCE and abs(shift) > LEAST:
            found.append(f"known ones take {shift * 1000:+.1f} ms longer (by chance: {chance:.0e})")
        return found


def tell_apart(new_visitor: Callable[[], Visitor], pairs: int, *, workers: int = 1, seed: int = 1) -> Found:
    """Ask in pairs, ``workers`` visitors at a time."""

    def work(first: int) -> list[tuple[Seen, Seen]]:
        ask, chance = new_visitor(), random.Random(seed * 1000 + first)
        seen = []
        for number in range(first, pairs, workers):
            order = (True, False) if chance.random() < 0.5 else (False, True)
            each = {known: ask(known, number) for known in order}
            seen.append((each[True], each[False]))
        return seen

    with ThreadPoolExecutor(workers) as pool:
        seen = [pair for pairs_of_one in pool.map(work, range(workers)) for pair in pairs_of_one]
    return Found(
        Counter(one.answer for one, _ in seen),
        Counter(other.answer for _, other in seen),
        [one.seconds - other.seconds for one, other in seen],
    )


def timed(send: Callable[[], httpx.Response], typed: Mapping[str, str]) -> Seen:
    """Send, and take the time until the whole answer is there."""
    began = time.perf_counter()
    answer = send()
    return Seen(neutral(answer, typed), time.perf_counter() - began)


def neutral(answer: httpx.Response, typed: Mapping[str, str]) -> tuple[object, ...]:
    """Status, headers and body: without tokens and times, and without what the visitor has typed, shown again."""
    headers = [(name, value) for name, value in answer.headers.multi_items() if name not in {*_CHANGING, "set-cookie"}]
    headers += [("set-cookie", _cookie(line)) for line in answer.headers.get_list("set-cookie")]
    return answer.status_code, tuple(sorted(headers)), without_typed(answer.text, typed.values())


def without_typed(page: str, typed: Iterable[str]) -> str:
    text = _TOKENS.sub(lambda found: next(filter(None, found.groups()), "") + "…", page)
    for value in sorted(filter(None, typed), key=len, reverse=True):
        text = text.replace(f'value="{escape(value)}"', 'value="…"')
    return text


def _cookie(line: str) -> str:
    """Name, length of the value, attributes."""
    name, _, rest = line.partition("=")
    value, semicolon, attributes = rest.partition(";")
    return f"{name}={len(value)}{semicolon}{re.sub(r'expires=[^;]+', 'expires=…', attributes, flags=re.IGNORECASE)}"


def chance_of(differences: Sequence[float]) -> float:
    """Wilcoxon's signed-rank test, both sides (normal approximation: good from some 20 pairs on)."""
    told = sorted((one for one in differences if one), key=abs)
    if not told:
        return 1.0
    count = len(told)
    positive = sum(rank for rank, one in enumerate(told, 1) if one > 0)
    spread = math.sqrt(count * (count + 1) * (2 * count + 1) / 24)
    return math.erfc(abs(positive - count * (count + 1) / 4) / spread / math.sqrt(2))


def typical_shift(differences: Sequence[float]) -> float:
    """Hodges and Lehmann's: the median of the means of all pairs of differences."""
    means = [(one + other) / 2 for place, one in enumerate(differences) for other in differences[place:]]
    return median(means) if means else 0.0
