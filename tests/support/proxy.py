"""A TCP proxy on 127.0.0.1 that misbehaves on demand, between a program and a server of the tests."""

import asyncio
import socket
import struct
from contextlib import suppress
from types import TracebackType
from typing import Literal, Self

Mode = Literal["open", "refusing", "silent", "slow"]
"""Passes on; takes no connection; takes connections and bytes and passes nothing on (half-open); passes on sip by sip."""

SIP = 200
SIP_SECONDS = 0.02


class Proxy:
    """Passes bytes on to ``port`` until told otherwise; ``async with``."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self.port = 0
        self.mode: Mode = "open"
        self.taken = 0
        """Connections that were taken so far."""

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        await self.cut()
        await self._stop_listening()

    async def refuse(self) -> None:
        """Cut every connection and take none."""
        self.mode = "refusing"
        await self._stop_listening()
        await self.cut()

    async def open(self) -> None:
        """Pass everything on again; connections that were silent stay so, as those of a dead router do."""
        self.mode = "open"
        if self._server is None:
            await self._listen()

    def silence(self) -> None:
        """Pass nothing on any more, and tell nobody."""
        self.mode = "silent"
        for link in self._links:
            link.silent = True

    def slow_down(self) -> None:
        """Pass ``SIP`` bytes on at a time, with a pause."""
        self.mode = "slow"

    async def cut(self, *, reset: bool = False) -> None:
        """End every connection, orderly or by RST."""
        links, self._links = self._links, set()
        for link in links:
            await link.end(reset=reset)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.taken += 1
        try:
            there = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        link = _Link(self, (reader, writer), there, silent=self.mode == "silent")
        self._links.add(link)
        await link.pass_on()
        self._links.discard(link)


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Link:
    def __init__(self, proxy: Proxy, here: Stream, there: Stream, *, silent: bool) -> None:
        self.silent = silent
        self._proxy, self._here, self._there = proxy, here, there
        self._pumps: list[asyncio.Task[None]] = []

    async def pass_on(self) -> None:
        here, there = self._here, self._there
        self._pumps = [asyncio.create_task(self._pump(*ends)) for ends in ((here[0], there[1]), (there[0], here[1]))]
        await asyncio.wait(self._pumps, return_when=asyncio.FIRST_COMPLETED)
        await self.end(reset=False)

    async def end(self, *, reset: bool) -> None:
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        for _, writer in (self._here, self._there):
            if reset:
                # lingering for no time: the kernel sends RST instead of FIN
                with suppress(OSError):  # closed meanwhile
                    raw = writer.get_extra_info("socket")
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while some := await reader.read(SIP if self._proxy.mode == "slow" else 65536):
                if self.silent:
                    continue
                writer.write(some)
                await writer.drain()
                if self._proxy.mode == "slow":
                    await asyncio.sleep(SIP_SECONDS)
            if self.silent:
                await asyncio.Event().wait()  # not even the end is passed on
