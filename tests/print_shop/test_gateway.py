"""Fetching: outages are waited out, what is not there is told, and nothing is waited for when told to stop."""

from uuid import UUID

import pytest
from pydantic import SecretStr

from print_shop import gateway as gateway_module
from print_shop.gateway import GaveUpError, NotOfferedError, gateway

TOKEN = "of-the-tests-and-long-enough"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(gateway_module, "pauses", lambda **_: iter([0.01] * 50))


def never():
    return False


async def test_the_bytes(served, offered):
    batch, came = offered(), []
    async with gateway(served.url, SecretStr(TOKEN), UUID(int=7)) as source:
        assert await source.fetch(batch, never, came.append) == served.files[batch.fetch_path]
    assert came[-1] == batch.sealed_bytes


@pytest.mark.parametrize("failure", [500, 502, 503, 429, 401, 403, 302])
async def test_an_outage_or_a_refusal_is_waited_out(served, offered, failure, capfd):
    batch = offered()
    served.failures = [failure] * 7
    told = []
    async with gateway(served.url, SecretStr(TOKEN), UUID(int=7)) as source:
        assert len(await source.fetch(batch, never, awaited=told.append)) == batch.sealed_bytes
    assert len(served.asked) == 8
    assert TOKEN not in capfd.readouterr().out
    assert told == [f"status {failure}"] * 7


async def test_nobody_listens_then_told_to_stop(offered, free_port):
    asked = iter([False, False, True])
    async with gateway(f"http://127.0.0.1:{free_port}", SecretStr(TOKEN), UUID(int=7)) as source:
        with pytest.raises(GaveUpError):
            await source.fetch(offered(), lambda: next(asked))
    assert list(asked) == []


async def test_not_there_after_several_tries(served, offered):
    batch = offered()
    del served.files[batch.fetch_path]
    async with gateway(served.url, SecretStr(TOKEN), UUID(int=7)) as source:
        with pytest.raises(NotOfferedError, match="knows no such batch"):
            await source.fetch(batch, never)
    assert len(served.asked) == gateway_module.MISSING_TRIES


async def test_there_at_last(served, offered):
    served.failures = [404, 404]
    async with gateway(served.url, SecretStr(TOKEN), UUID(int=7)) as source:
        assert await source.fetch(offered(), never)


async def test_gone_is_gone(served, offered):
    served.failures = [410]
    async with gateway(served.url, SecretStr(TOKEN), UUID(int=7)) as source:
        with pytest.raises(NotOfferedError, match="no longer"):
            await source.fetch(offered(), never)
    assert len(served.asked) == 1


async def test_never_more_than_the_manifest_says(served, offered):
    batch = offered()
    served.files[batch.fetch_path] += b"x" * 5_000_000
    async with gateway(served.url, SecretStr(TOKEN), UUID(int=7)) as source:
        assert len(await source.fetch(batch, never)) == batch.sealed_bytes + 1
