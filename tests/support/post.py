"""A mail server that takes some mails, and others not at once, never, or without saying so: by the recipient's name."""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any, ClassVar


@dataclass
class MoodyPost:
    """Handler for aiosmtpd. What comes before the first ``-`` of a recipient decides: see ``WAYS``."""

    WAYS: ClassVar = {"fine": "250 OK", "later": "451 Try again", "never": "550 No such user", "hang": "", "drop": ""}

    accepted: dict[str, list[str]] = field(default_factory=dict)
    """Recipient → Message-ID of each mail that was taken."""
    tried: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        recipient = envelope.rcpt_tos[0]
        way = recipient.partition("-")[0]
        self.tried[recipient] += 1
        first = self.tried[recipient] == 1
        if way == "never" or (way == "later" and first):
            return self.WAYS[way]
        if way == "hang" and first:
            await asyncio.sleep(60)  # longer than the notifier waits for a reply
            return "451 Too late"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.accepted.setdefault(recipient, []).append(str(mail["Message-ID"]).strip())
        if way == "drop" and first:
            server.transport.abort()  # taken, but the line breaks before the answer
        return "250 OK"


@dataclass
class QuotingPost(MoodyPost):
    """Its refusals name the recipient and quote the mail's first link, as filters do that do not like one."""

    links: dict[str, str] = field(default_factory=dict)
    """Recipient → the link of the last mail."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        answer = await super().handle_DATA(server, session, envelope)
        recipient, mail = envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=policy.default)
        link = re.search(r"https?://\S+", mail.get_body(("plain",)).get_content())
        self.links[recipient] = link[0] if link else ""
        return answer if answer.startswith("250") else f"{answer} <{recipient}>, refused link: {self.links[recipient]}"
