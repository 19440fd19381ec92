"""A service with neither database nor broker in reach, on a real server; and a visitor whose every word is a secret."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from fastapi import Request, Response
from support.messaging import until
from support.ports import free_ports

from shared.service import Service
from shared.settings import ServiceSettings

NIR, TOKEN, PASSWORD, WORD = "1850578006084", "Zk3vQ9xT7mW2pL5aB8nC", "K7QX-2MHP-9TRD-4WNS", "Petit-Prince-ZQ"
TRACE = "5ec2e75ec2e75ec2e75ec2e75ec2e75e"
SECRETS = (NIR, TOKEN, PASSWORD, WORD, TRACE)


@asynccontextmanager
async def serving(port: int) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running service; the end of the block is the service's own orderly end."""
    (nobody,) = free_ports(1)
    settings = ServiceSettings(
        environment="test", public_url="http://localhost", host="127.0.0.1", port=port,
        database_url=f"postgresql://x:x@127.0.0.1:{nobody}/x", broker_url=f"amqp://x:x@127.0.0.1:{nobody}/x",
    )  # fmt: skip
    app = Service("example", settings).create_app()

    @app.api_route("/compte/{token}", methods=["POST", "REPORT"])
    async def take(token: str, request: Request) -> Response:
        await request.body()
        return Response()

    @app.get("/fails")
    async def fail(request: Request) -> Response:
        raise ValueError(f"{request.headers['X-Word']} and {request.url.query}")

    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, access_log=False, timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await until(started)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10) as client:
        yield client
    server.should_exit = True
    await running


async def visit(client: httpx.AsyncClient) -> None:
    """Secrets in paths, queries, headers, bodies, cookies, a method and an exception."""
    headers = {
        "X-Word": WORD, "Cookie": f"session={TOKEN}", "Authorization": f"Bearer {TOKEN}", "User-Agent": PASSWORD,
        "Referer": f"http://localhost/?jeton={TOKEN}", "baggage": f"number={NIR}", "tracestate": f"espace={WORD}",
        "traceparent": f"00-{TRACE}-b7ad6b7169203331-01",
    }  # fmt: skip
    form = {"number": NIR, "password": PASSWORD, "answer": WORD}
    assert (await client.post(f"/compte/{TOKEN}?number={NIR}", headers=headers, data=form)).status_code == 200
    assert (await client.request("REPORT", f"/compte/{TOKEN}", headers=headers)).status_code == 200
    assert (await client.get(f"/fails?jeton={TOKEN}", headers=headers)).status_code == 500
    assert (await client.get(f"/{NIR}/{PASSWORD}", headers=headers)).status_code == 404
