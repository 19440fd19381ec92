"""The journey of five people with everything that may go wrong on the way, each secret of it planted."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
from canary import dead_letters, delegation, desk, mistakes, outages, settings, way_back
from canary.members import CORSICAN, INSURED, NOBODY, WatchedJourney, member
from canary.outages import PATIENCE
from canary.planted import Planted
from support.system import Running

from launcher.services import SERVICES
from launcher.waiting import wait_for
from shared.security.assertions import HEADER

FOLLOW = "/compte/suivi-du-courrier"


class Story:
    """Told in order: each part goes on from the one before."""

    def __init__(self, running: Running) -> None:
        self.running, self.sql, self.planted = running, running.system.postgres.sql, Planted()
        someone = partial(WatchedJourney, running.places, planted=self.planted)
        self.adherent = someone(member("918273"), way="later")
        self.insured = someone(INSURED)
        self.corsican = someone(CORSICAN, way="never")
        self.guesser = someone(member("746519"))
        self.unprintable = someone(member("683927"))
        self.with_letter = (self.adherent, self.insured, self.corsican, self.guesser)

    def tell(self) -> Planted:
        self.ask_while_everything_breaks()
        self.receive_letters_on_the_second_try()
        self.activate_while_mails_are_refused()
        self.confirm()
        self.sign_in()
        delegation.invite_and_withdraw(self.running, self.adherent, self.guesser)
        self.lose_the_account_and_win_it_back()
        desk.first_day(self.running, self.planted)
        kinds = {one.kind: one.value for one in self.planted if isinstance(one.value, str)}
        addresses = [self.running.places.site, *(self.running.system.address(name) for name in SERVICES)]
        mistakes.in_addresses(self.adherent.member, addresses, list(kinds.values()))
        self.planted.keys(self.running.places.var)
        return self.planted

    def ask_while_everything_breaks(self) -> None:
        """No print shop; then no broker; then PostgreSQL dies under a form that is sent."""
        do, system = self.running.do, self.running.system
        do(system.end("print-shop"))
        self.sql(
            f"update person set address_lines = '{{{'LIGNE TROP LONGUE ' * 3}, 35000 RENNES}}'"
            " where reference = 'CANARY-Bellanger'",
            database="registration",
        )
        do(system.end("rabbitmq", kill=True))
        mistakes.asking(self.adherent)
        self.adherent.ask()
        self.unprintable.ask()
        back = self.running.begin(system.begin("rabbitmq"))
        self.insured.member.open("/compte/creer")
        do(system.end("postgres", kill=True))
        self.insured.member.refused(503, "/compte/creer", **self.insured.request())
        do(system.begin("postgres"))
        self.insured.ask()
        self.corsican.ask()
        self.guesser.ask()
        back.result(PATIENCE)

    def receive_letters_on_the_second_try(self) -> None:
        """The print shop refuses what it gets first; the event of what it prints then meets a handler that fails."""
        do, system = self.running.do, self.running.system
        self._wait(
            "letters",
            "select count(*) = 4 from letter where state = 'batched' and email <> ''",
            "every letter in a batch",
        )
        self._wait(
            "letters", "select count(*) = 1 from letter where state = 'parked'", "the letter that fits no window"
        )
        assert outages.spoil_batches(self.running, self.planted)
        with outages.handler_that_fails(self.running):
            do(system.begin("print-shop"))
            self._wait(
                "letters",
                "select count(*) = 4 from letter where state = 'posted' and email <> ''",
                "every letter posted",
            )
            queue = "activation.letter-printed"
            wait_for(lambda: dead_letters.count(self.running, queue) == 4 or None, PATIENCE, "four dead letters")
            do(dead_letters.publish_poison(self.running))
        wait_for(lambda: dead_letters.count(self.running, "notifier.confirmation") == 1 or None, PATIENCE, "the poison")
        self._look_at_dead_letters()
        for journey in self.with_letter:
            journey.receive_letter()
        self._wait("activation", "select count(*) = 4 from provisional_letter", "letters that are known")
        for journey in self.with_letter:
            self._follow_the_letter(journey)

    def _follow_the_letter(self, journey: WatchedJourney) -> None:
        """By the link of the mail that says that it has left, and by one that is cut short."""
        link = settings.newest_link(self.running, journey.email, "mot de passe provisoire", FOLLOW)
        settings.plant(journey, "letter token", link)
        for address in (link, link[:-5]):
            journey.member.open(address)
            assert "courrier" in journey.member.heading

    def _look_at_dead_letters(self) -> None:
        """As people do at a terminal, of both services side by side: each call takes seconds."""
        queues = ("activation.letter-printed", "notifier.confirmation")
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda queue: dead_letters.look_at(self.running, queue), queues))
        words = ("replay", "--all", "--yes", "--who", "canary", "--reason", "the table is back")
        dead_letters.command(self.running, "activation", *words)

    def activate_while_mails_are_refused(self) -> None:
        """Guesses and mistakes; then two links that the mail server quotes instead of taking them."""
        mistakes.activating(self.adherent)
        mistakes.guessing_provisional_passwords(self.guesser)
        outages.kill(self.running, "letters", "activation", "notifier")
        self.running.do(self.running.system.healthy())
        with outages.quoting_mail_server(self.running) as post:
            for journey in (self.adherent, self.corsican):
                journey.activate()
                outages.refused_mail(self.running, journey, "confirmation")
                journey.plant_link(post.links[journey.email])
        self.running.do(self.running.system.healthy())
        self.sql("update delivery set next_attempt_at = now() where state = 'queued'", database="notifier")
        self.adherent.receive_confirmation()
        self.insured.activate()
        self.insured.receive_confirmation()

    def confirm(self) -> None:
        """A link that a newer one replaced, one cut short, the newest, and that one again; one expired, its heir unused."""
        first, browser = self.adherent.confirmation_link, self.adherent.member
        for table, column in (("activation_receipt", "last_sent_at"), ("confirmation_token", "created_at")):
            self.sql(f"update {table} set {column} = {column} - interval '4 min'", database="activation")
        self._send_again(self.adherent, first)
        for link in (first, first[:-5], self.adherent.confirmation_link + "x"):
            browser.open(link)
            assert browser.heading != "Confirmez votre adresse électronique"
        self.adherent.confirm()
        browser.open(self.adherent.confirmation_link)
        assert browser.heading == "Cette adresse est déjà confirmée"
        self.sql("update confirmation_token set expires_at = now() where used_at is null", database="activation")
        self.insured.member.open(self.insured.confirmation_link)
        assert self.insured.member.heading == "Ce lien a expiré"
        expired = self.insured.confirmation_link
        self.insured.member.send("/compte/confirmer", action="renvoyer")
        self._newer(self.insured, expired)

    def _send_again(self, journey: WatchedJourney, first: str) -> None:
        journey.member.open("/compte/cree")
        journey.member.send("/compte/cree")
        self._newer(journey, first)

    def _newer(self, journey: WatchedJourney, first: str) -> None:
        def newer() -> bool | None:
            journey.receive_confirmation()
            return None if journey.confirmation_link == first else True

        wait_for(newer, PATIENCE, "a newer link")

    def sign_in(self) -> None:
        """After guesses at another's; out and in again; and two assertions, as the gateway gets them."""
        mistakes.guessing_passwords(self.corsican)
        for _ in range(2):
            self.adherent.sign_in()
            self.adherent.see_space()
            self._take_assertion()
            self.adherent.member.open("/espace/")
            self.adherent.member.send("/deconnexion")
        self.adherent.sign_in()
        self.adherent.member.open(f"/compte/creer?number={NOBODY}")
        self.insured.member.open("/connexion")
        self.insured.member.send("/connexion", email=self.insured.email, password=self.insured.password)
        assert self.insured.member.path == "/compte/cree", "not confirmed yet"

    def lose_the_account_and_win_it_back(self) -> None:
        """Other settings, a second factor, identifier and password forgotten, « ce n’était pas moi », and a letter."""
        running, member = self.running, self.adherent
        settings.another_address(running, member)
        settings.another_password_and_question(running, member)
        telephone = settings.second_factor(running, member)
        way_back.forgotten_identifier(running, member, self.insured)
        way_back.forgotten_password(running, member, telephone)
        way_back.not_me(running, member)
        way_back.letter_for_recovery(running, member)

    def _take_assertion(self) -> None:
        """What the sign-in check says to the gateway. All of a run begin alike: that is looked for too."""
        check = f"{self.running.system.address('activation')}/internal/session?audience=member-space"
        cookie = {"Cookie": f"__Host-session={self.adherent.member.cookies['__Host-session']}", "Accept": "text/html"}
        assertion = httpx.get(check, headers=cookie, trust_env=False, timeout=20).headers[HEADER]
        self.planted.add("assertion", assertion)
        self.planted.add("assertion", assertion.partition(".")[0])

    def _wait(self, database: str, query: str, what: str) -> None:
        wait_for(lambda: self.sql(query, database=database) == "t" or None, PATIENCE, what)

    def close(self) -> None:
        for journey in (*self.with_letter, self.unprintable):
            journey.member.close()
