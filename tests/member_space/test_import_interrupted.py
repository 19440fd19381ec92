"""The command stopped or killed on its way, and two of them at once: whole batches, and the same end."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from support.many_reimbursements import write
from support.messaging import until

from shared.imports.run import BATCH

from .conftest import FORM_KEYS, NOTIFIER_PUBLIC_KEY

LINES = 4 * BATCH


@pytest.fixture
def path(tmp_path) -> Path:
    write(tmp_path / "many.csv", LINES)
    return tmp_path / "many.csv"


@pytest.fixture
def start(database, path, tmp_path):
    """``await start("one")``: the command in a process of its own, with a report of that name."""
    environment = os.environ | {
        "ENVIRONMENT": "test", "PUBLIC_URL": "https://testserver", "DATABASE_URL": database.url, "BROKER_URL": "amqp://x/",
        "FORM_KEYS": FORM_KEYS, "NOTIFIER_PUBLIC_KEY": NOTIFIER_PUBLIC_KEY,
        "ACTIVATION_KEYS_URL": "http://127.0.0.1:1/internal/keys",
    }  # fmt: skip

    async def begin(name: str) -> asyncio.subprocess.Process:
        command = ["-m", "member_space", "import-reimbursements", str(path), "--report", str(tmp_path / name)]
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(sys.executable, *command, env=environment, stdout=pipe, stderr=pipe)

    return begin


async def stored(database) -> int:
    async with database.unit_of_work() as work:
        return (await work.session.execute(text("select count(*) from reimbursement"))).scalar_one()


@asynccontextmanager
async def held(database, change) -> AsyncIterator[None]:
    """The import comes to a line of its third batch, and waits there."""
    change(
        "CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_advisory_xact_lock(602); RETURN NEW; END $$",
        "CREATE TRIGGER wait_here BEFORE INSERT ON reimbursement FOR EACH ROW"
        f" WHEN (NEW.number = 'BENCH-R-{2 * BATCH + BATCH // 2:08}') EXECUTE FUNCTION wait_here()",
    )
    async with database.unit_of_work() as work:
        # a busy machine takes longer to start the import than a transaction may do nothing (decision 0023)
        await work.session.execute(text("set local idle_in_transaction_session_timeout = 0"))
        await work.session.execute(text("select pg_advisory_xact_lock(602)"))
        yield
    change("DROP TRIGGER wait_here ON reimbursement")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
async def test_stopped_or_killed_it_leaves_whole_batches_and_goes_on_when_run_again(
    database, start, change, how
) -> None:
    async with held(database, change):
        process = await start("first")

        async def two_batches() -> bool:
            return await stored(database) == 2 * BATCH

        try:
            await until(two_batches, 60)
        finally:
            process.send_signal(how)
            out, err = await process.communicate()
    if how is signal.SIGINT:
        assert (process.returncode, out) == (2, b"")
        assert "import interrompu vers la ligne" in err.decode()
        assert "relancez la même commande" in err.decode()
    assert await stored(database) == 2 * BATCH
    again = await start("again")
    out, err = await again.communicate()
    assert (again.returncode, err) == (0, b"")
    assert f"lignes importées {LINES}, lignes refusées 0" in out.decode()
    assert await stored(database) == LINES


async def test_two_at_once_lock_each_other_out_of_nothing(database, start) -> None:
    both = [await start("one"), await start("other")]
    for process in both:
        out, err = await process.communicate()
        assert (process.returncode, err) == (0, b"")
        assert f"lignes importées {LINES}, lignes refusées 0" in out.decode()
    assert await stored(database) == LINES
