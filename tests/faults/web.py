"""People at the site, through the gateway: every request is noted, and what each who asked is owed is counted afterwards."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
from faults.crowd import SHEET
from faults.paper import sheets
from support.system import Running

from launcher import mail_store
from launcher.member import Member, UnexpectedPageError
from launcher.story import Journey, Person

NOTICE = "mot de passe provisoire"


@dataclass
class Answers:
    """Of the site."""

    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0
    failed: list[str] = field(default_factory=list)
    """Requests that people would complain about: an error, another page than the expected one, no answer."""

    def total(self) -> int:
        """Answers that were none to complain about."""
        return self.statuses.total() - len(self.failed)


class NotedMember(Member):
    """Somebody who uses the site, and notes each answer."""

    def __init__(self, site: str, answers: Answers) -> None:
        super().__init__(site)
        self._answers = answers
        self._client.event_hooks["response"] = [self._note]
        self._client.event_hooks["request"] = [self._begin]
        self._began = 0.0

    def _begin(self, _: httpx.Request) -> None:
        self._began = time.monotonic()

    def _note(self, response: httpx.Response) -> None:
        self._answers.statuses[response.status_code] += 1
        self._answers.slowest = max(self._answers.slowest, time.monotonic() - self._began)


class Web:
    """Visitors of the site. ``resident`` has a space; the others ask for an account, each for the first time."""

    def __init__(self, running: Running, resident: Journey, people: Iterator[Person], chance: random.Random) -> None:
        self.running, self.resident, self.chance = running, resident, chance
        self.answers = Answers()
        self.asked: list[Journey] = []
        """Who was told « prise en compte »."""
        self._people = people
        self._next = threading.Lock()
        self._domain = f"{uuid4().hex[:12]}.exemple.fr"
        self._members: list[Member] = []

    def journey(self) -> Journey:
        """Of somebody new."""
        with self._next:
            person = next(self._people)
        journey = Journey(self.running.places, person)
        journey.email = f"{person.family_name.casefold()}@{self._domain}"
        journey.member = self._member()
        return journey

    def ask(self) -> Journey:
        """Somebody new asks for an account."""
        journey = self.journey()
        journey.ask()
        self.asked.append(journey)
        return journey

    def visit(self) -> None:
        """The resident signs in, reads the space and the public pages, and signs in again."""
        again = Journey(self.running.places, self.resident.person)
        again.email, again.password = self.resident.email, self.resident.password
        again.member = self._member()
        again.sign_in()
        again.see_space()
        for path in ("/espace/", "/", "/compte/activer", "/espace/"):
            again.member.open(path)
        again.member.close()

    @contextmanager
    def busy(self, pause: float) -> Iterator[None]:
        """As long as the block lasts two people ask, one after the other, and one reads; ``pause``: seconds between two."""
        ended = threading.Event()

        def again(act) -> None:
            while not ended.is_set():
                try:
                    act()
                except (UnexpectedPageError, httpx.HTTPError) as error:
                    self.answers.failed.append(f"{type(error).__name__}: {error}")
                ended.wait(pause * self.chance.uniform(0.5, 1.5))

        with ThreadPoolExecutor(3) as pool:
            people = [pool.submit(again, act) for act in (self.ask_and_leave, self.ask_and_leave, self.visit)]
            try:
                yield
            finally:
                ended.set()
        for one in people:
            one.result()

    def ask_and_leave(self) -> None:
        """Somebody asks, and closes the browser."""
        self.ask().member.close()

    def close(self) -> None:
        """Everybody closes the browser."""
        for member in self._members:
            member.close()

    def all_served(self) -> bool:
        """Whether the letter of everybody who asked was posted and their mail sent."""
        sql, like = self.running.system.postgres.sql, f"'%@{self._domain}'"
        posted = sql(f"select count(*) from letter where email like {like} and state = 'posted'", database="letters")
        sent = sql(f"select count(*) from delivery where recipient like {like} and state = 'sent'", database="notifier")
        return int(posted) >= len(self.asked) and int(sent) >= len(self.asked)

    def served(self) -> Counter[str]:
        """``letter of …`` and ``mail to …`` for everybody who asked → how many there are; each is owed once."""
        paper, arrived = sheets(self.running, SHEET), Counter[str]()
        for mail in mail_store.newest(self.running.places.mail, most=100_000):
            arrived.update(mail.to if NOTICE in mail.subject else ())
        names = [journey.person.family_name for journey in self.asked]
        letters = {f"letter of {name}": paper[name.upper()] for name in names}
        return Counter(letters | {f"mail to {one.email}": arrived[one.email] for one in self.asked})

    def _member(self) -> Member:
        member = NotedMember(self.running.places.site, self.answers)
        self._members.append(member)
        return member
