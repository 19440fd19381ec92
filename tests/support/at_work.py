"""Services at work beside each other for tests that speak to them through the broker and look into their tables."""

import asyncio
import json
import time
from contextlib import asynccontextmanager

import aio_pika
from fastapi.concurrency import contextmanager_in_threadpool
from sqlalchemy import text
from support.code_of import TOP, serving
from support.every_service import SETTINGS
from support.messaging import count, depth, until
from support.producers import EFFECTS, fields

from shared.database.engine import Database
from shared.messaging.broker import Broker
from shared.messaging.envelope import CONTENT_TYPE
from shared.messaging.topology import DEAD_SUFFIX

_DEFINITIONS = json.loads((TOP / "deploy" / "broker" / "definitions.json").read_text())
DEAD = [queue["name"] for queue in _DEFINITIONS["queues"] if queue["name"].endswith(DEAD_SUFFIX)]


class World:
    """A database for each service, and one broker."""

    def __init__(self, new_database, broker_url, folder, stack):
        self._new_database, self.broker_url, self._folder, self._stack = new_database, broker_url, folder, stack
        self.databases = {}
        self._brokers = {}

    @asynccontextmanager
    async def serving(self, packages, code, **told):
        settings = {}
        for package in packages:
            url = self._new_database(package)
            self.look_into(package, url)
            settings[package] = {"database_url": url, "broker_url": self.broker_url(_user(package)), **told}
        # the processes are waited for in a thread: our own connections stay alive meanwhile
        async with contextmanager_in_threadpool(serving(settings, code, self._folder)) as served:
            yield served

    def look_into(self, package, url):
        """Where a service at work keeps its tables."""
        self.databases[package] = Database(url, "test")
        self._stack.push_async_callback(self.databases[package].close)

    async def rows(self, package, query):
        async with self.databases[package].unit_of_work() as work:
            return [tuple(row) for row in await work.session.execute(text(query))]

    async def publish(self, kind, document):
        await self.publish_bytes(kind, json.dumps(document, ensure_ascii=False).encode(), document["id"])

    async def publish_bytes(self, kind, body, message_id):
        """Whatever it is, under the key and in the name of the service that says messages of that kind."""
        message = aio_pika.Message(body, content_type=CONTENT_TYPE, message_id=message_id, type=kind.type())
        await self.broker(kind.source).publish(kind.exchange, kind.routing_key(), message)

    async def missing(self, told, packages, queues=None):
        """What has not had its effect within 30 s, or has had it wrongly: nothing, when all is well.

        ``queues``: those that are consumed, when not all are.
        """
        wanted = [
            (name, fields(document), effect)
            for name, document, kind in told
            for effect in EFFECTS[kind.name]
            if effect.package in packages and (queues is None or not effect.queue or effect.queue in queues)
        ]
        end = time.monotonic() + 30
        while True:
            wanted = [one for one in wanted if not await self._has_effect(*one[1:])]
            if not wanted or time.monotonic() > end:
                return [f"{effect.package}: {name}" for name, _, effect in wanted]
            await asyncio.sleep(0.05)

    async def _has_effect(self, data, effect):
        query = f"select count(*) from {effect.table} where {effect.column} = '{data[effect.field]}'"
        query += "".join(f" and to_jsonb({effect.table}) -> '{name}' = '{_quoted(data[name])}'" for name in effect.told)
        if effect.table == "inbox":  # which has a row for each queue
            query += f" and consumer = '{effect.queue}'"
        found = await count(self.databases[effect.package], query)
        assert found <= 1, f"{effect.package} has the effect {found} times"
        return found == 1

    async def until_count(self, package, query, expected, seconds=30):
        async def reached():
            return await count(self.databases[package], query) == expected

        await until(reached, seconds)

    async def taken(self, user, queue, number):
        """Data of that many messages of a queue, taken from it as its consumer would."""
        channel = await self.broker(user).channel()
        source = await channel.get_queue(queue, ensure=False)
        found = []

        async def come():
            while len(found) < number and (message := await source.get(fail=False)) is not None:
                found.append(json.loads(message.body)["data"])
                await message.ack()
            return len(found) == number

        await until(come, 60)
        await channel.close()
        return found

    def shop(self, gateway_url, spool):
        """What the print shop's worker is told."""
        names = ("environment", "log_level", "print_shop_private_keys", "print_shop_token", "manifest_verifying_keys")
        told = {name: SETTINGS[name] for name in names} | {"gateway_url": gateway_url}
        return told | {"broker_url": self.broker_url("print-shop"), "spool_dir": str(spool)}

    async def dead(self):
        """Dead-letter queue to number of messages, where there are any."""
        channel = await self.broker("letters").channel()
        depths = {queue: await depth(channel, queue) for queue in DEAD}
        await channel.close()
        return {queue: messages for queue, messages in depths.items() if messages}

    def broker(self, user):
        """A connection in the name of that user."""
        if user not in self._brokers:
            self._brokers[user] = Broker(self.broker_url(user), f"tests: {user}")
            self._stack.push_async_callback(self._brokers[user].close)
        return self._brokers[user]


def _user(package):
    return package.replace("_", "-")


def _quoted(value):
    return json.dumps(value, ensure_ascii=False).replace("'", "''")
