"""A print shop that does with each batch what shops have been seen to do (research: every outcome, not only the good one).

It works on the real manifests and files: the sheets that it posts are read from the PDF that it opens with its own key.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest

from shared.contracts.print_manifest import PrintManifest
from shared.contracts.provisional_password import grouped
from shared.messaging.failures import PermanentError

Receipt = tuple[str, dict[str, Any]]
HABITS = (
    "prompt", "late", "silent", "duplicate", "out-of-order", "unknown-ids", "partial", "rejects", "wrong-counts",
    "unknown-batch", "earlier-run",
)  # fmt: skip


@dataclass
class Sheet:
    """Paper that was handed to the post."""

    letter_id: UUID
    mark: str
    text: str


@dataclass
class FakePrintShop:
    """``world``: of the tests. Every choice follows ``seed``."""

    world: Any
    seed: int
    posted: list[Sheet] = field(default_factory=list)
    spoiled: list[UUID] = field(default_factory=list)
    habits: list[str] = field(default_factory=list)
    refused_batches: int = 0
    _seen: int = 0
    _late: list[tuple[datetime, PrintManifest, list[Receipt]]] = field(default_factory=list)
    _done: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)

    async def work(self, now: datetime) -> None:
        """Take what was offered since, and do what is due."""
        offers = await self.world.offered()
        for offer in offers[self._seen :]:
            self._seen += 1
            await self._take(offer, now)
        due = [entry for entry in self._late if entry[0] <= now]
        self._late = [entry for entry in self._late if entry[0] > now]
        for _, offer, receipts in due:
            await self._tell(offer, receipts)

    @property
    def busy(self) -> bool:
        """Whether something is still to be told."""
        return bool(self._late)

    async def _take(self, offer: PrintManifest, now: datetime) -> None:
        if offer.batch_id in self._done:
            return  # printed before: an honest shop prints nothing twice
        # each habit at least once, in an order of its own
        habit = HABITS[len(self.habits)] if len(self.habits) < len(HABITS) else self._draw.choice(HABITS)
        if habit == "late" and offer.run == 1:
            self.habits.append(habit)
            return  # nobody is there: it is offered again
        self.habits.append(habit)
        self._done.add(offer.batch_id)
        plan: dict[str, Callable[[PrintManifest], Any]] = {
            "silent": self._silent, "duplicate": self._duplicate, "out-of-order": self._out_of_order,
            "unknown-ids": self._unknown_ids, "partial": self._partial, "rejects": self._rejects,
            "wrong-counts": self._wrong_counts, "unknown-batch": self._unknown_batch, "earlier-run": self._earlier_run,
        }  # fmt: skip
        await plan.get(habit, self._prompt)(offer)
        if habit == "silent":
            self._late.append((now + timedelta(hours=9), offer, [("posted", {})]))

    async def _prompt(self, offer: PrintManifest) -> None:
        await self._post(offer)
        await self._tell(offer, [("taken", {}), ("printed", {}), ("posted", {})])

    async def _silent(self, offer: PrintManifest) -> None:
        """It is taken, printed and posted, and the last word comes nine hours later."""
        await self._post(offer)
        await self._tell(offer, [("taken", {}), ("printed", {})])

    async def _duplicate(self, offer: PrintManifest) -> None:
        await self._post(offer)
        told: list[Receipt] = [("taken", {}), ("printed", {}), ("posted", {})]
        await self._tell(offer, [one for one in told for _ in range(3)] + told)

    async def _out_of_order(self, offer: PrintManifest) -> None:
        await self._post(offer)
        await self._tell(offer, [("posted", {}), ("taken", {}), ("printed", {})])

    async def _unknown_ids(self, offer: PrintManifest) -> None:
        await self._post(offer)
        await self._tell(offer, [("posted", {"spoiled_letter_ids": (uuid4(),)}), ("posted", {})])

    async def _partial(self, offer: PrintManifest) -> None:
        spoiled = tuple(self._draw.sample(offer.letter_ids, min(3, len(offer.letters))))
        self.spoiled += spoiled
        await self._post(offer, set(spoiled))
        await self._tell(offer, [("taken", {}), ("posted", {"spoiled_letter_ids": spoiled})])

    async def _rejects(self, offer: PrintManifest) -> None:
        self.refused_batches += 1
        await self._tell(offer, [("taken", {}), ("refused", {"reason": "Bac vide\u0000, papier déchiré"})] * 2)

    async def _wrong_counts(self, offer: PrintManifest) -> None:
        await self._post(offer)
        wrong = {"letters": len(offer.letters) + 1}
        await self._tell(offer, [("taken", wrong), ("printed", {"sheets": 1}), ("posted", wrong), ("posted", {})])

    async def _unknown_batch(self, offer: PrintManifest) -> None:
        with pytest.raises(PermanentError):
            await self.world.receive(offer, "posted", batch_id=uuid4())
        with pytest.raises(PermanentError):
            await self.world.receive(offer, "posted", run=offer.run + 1)
        await self._prompt(offer)

    async def _earlier_run(self, offer: PrintManifest) -> None:
        await self._post(offer)
        await self._tell(offer, [("taken", {"run": 1}), ("posted", {"run": 1})])

    async def _post(self, offer: PrintManifest, spoiled: set[UUID] = frozenset()) -> None:  # type: ignore[assignment]
        file = pypdfium2.PdfDocument(await self.world.pdf(offer))
        for number, letter in enumerate(offer.letters, start=offer.separators):
            if letter.id not in spoiled:
                text = file[number].get_textpage()
                self.posted.append(Sheet(letter.id, letter.mark, text.get_text_range()))
                text.close()
        file.close()

    async def _tell(self, offer: PrintManifest, receipts: list[Receipt]) -> None:
        for outcome, changes in receipts:
            await self.world.receive(offer, outcome, **changes)


def password_on(sheet: Sheet) -> str:
    """The 12 symbols of the provisional password that is printed on a sheet."""
    lines = sheet.text.split()
    (found,) = [word for word in lines if len(word) == len(grouped("0" * 12)) and word.count("-") == 2]
    return found.replace("-", "")
